import { describe, expect, test } from '@jest/globals';
import { brief, facts } from '../../../../test/builders/azure-facts.ts';
import { anAksCloud, aSpec } from '../../../../test/builders/cluster.ts';
import type { Facts } from './facts.ts';
import { placeFindings, versionFindings } from './place-rules.ts';

describe('place', () => {
  test.each<[string, Facts, string, readonly string[]]>([
    ['everything there', facts, 'westeurope', []],
    ['nothing answered', {}, 'westeurope', []],
    [
      '[A126] subscription not visible',
      { ...facts, subscription: 'absent' },
      'westeurope',
      ['error SUBSCRIPTION_NOT_ACCESSIBLE /cloud/subscriptionId'],
    ],
    [
      '[A126] subscription disabled',
      { ...facts, subscription: { id: 's', name: '', state: 'Disabled' } },
      'westeurope',
      ['error SUBSCRIPTION_NOT_ACCESSIBLE /cloud/subscriptionId'],
    ],
    [
      '[A127] unknown region',
      facts,
      'atlantis',
      ['error REGION_INVALID /cloud/region', 'warning RESOURCE_GROUP_REGION /cloud/resourceGroup'],
    ],
    [
      '[A128, A129] group missing',
      { ...facts, resourceGroup: 'absent' },
      'westeurope',
      ['error RESOURCE_GROUP_NOT_FOUND /cloud/resourceGroup'],
    ],
    [
      '[A129] group being deleted',
      { ...facts, resourceGroup: { name: 'platform', location: 'westeurope', state: 'Deleting' } },
      'westeurope',
      ['error RESOURCE_GROUP_NOT_FOUND /cloud/resourceGroup'],
    ],
    [
      '[A129] group in another region',
      facts,
      'westus',
      ['warning RESOURCE_GROUP_REGION /cloud/resourceGroup'],
    ],
  ])('%s', (_title, known, region, expected) => {
    expect(brief(placeFindings(aSpec({ cloud: anAksCloud({ region }) }), known))).toEqual(expected);
  });

  test('[A4] a version that AKS does not offer, with those that it does', () => {
    expect(versionFindings('1.20.0', facts)).toEqual([
      {
        severity: 'error',
        code: 'K8S_VERSION_UNSUPPORTED',
        path: '/profile',
        message: 'AKS does not offer Kubernetes 1.20.0 in this region.',
        hint: 'Offered: 1.33, 1.33.2',
      },
    ]);
    expect(versionFindings('1.33.2', facts)).toEqual([]);
  });
});
