import { expect, test } from '@jest/globals';
import { aProfile, aSpec } from '../../../../test/builders/cluster.ts';
import { overlaps } from '../../../domain/cidr.ts';
import { controlPlaneSettings, networkSettings, RESERVED_RANGES } from './settings.ts';

test('[A177, A179] SKU and channel come from the Kubernetes layer', () => {
  expect(controlPlaneSettings(aProfile(), aSpec())).toEqual({
    kubernetesVersion: '1.33.2',
    sku: 'Free',
    upgradeChannel: 'none',
  });
});

test('[A10, A135] an override of one value keeps the others', () => {
  const over = {
    managedControlPlane: { sku: 'Standard', aadProfile: { managed: true, adminGroupObjectIDs: ['b', 'a'] } },
  };
  expect(controlPlaneSettings(aProfile(), aSpec({ packOverrides: { 'kubernetes-aks': over } }))).toEqual({
    kubernetesVersion: '1.33.2',
    sku: 'Standard',
    upgradeChannel: 'none',
    aad: { managed: true, adminGroupObjectIds: ['a', 'b'] },
  });
});

test('[A135] integration that is not managed is legal and means none: AKS offers no other', () => {
  const over = { managedControlPlane: { aadProfile: { managed: false, adminGroupObjectIDs: ['a'] } } };
  const settings = controlPlaneSettings(aProfile(), aSpec({ packOverrides: { 'kubernetes-aks': over } }));
  expect(settings).not.toHaveProperty('aad');
});

test('a profile without settings means those of AKS', () => {
  expect(controlPlaneSettings(aProfile({ layers: [] }), aSpec())).toEqual({
    kubernetesVersion: '',
    sku: 'Free',
    upgradeChannel: 'none',
  });
});

test.each([
  ['nothing in the way', [], '10.244.0.0/16', '10.0.0.0/16', '10.0.0.10'],
  ['a network over both defaults', ['10.0.0.0/8'], '172.20.0.0/16', '172.16.0.0/16', '172.16.0.10'],
  ['a network over the service range', ['10.0.0.0/24'], '10.244.0.0/16', '172.16.0.0/16', '172.16.0.10'],
  [
    'a network over all but the last',
    ['10.0.0.0/8', '172.16.0.0/12'],
    '192.168.0.0/17',
    '192.168.128.0/17',
    '192.168.128.10',
  ],
])('cluster ranges keep clear: %s', (_title, occupied, podCidr, serviceCidr, dnsServiceIp) => {
  const chosen = networkSettings(aProfile(), aSpec(), occupied);
  expect(chosen).toEqual({ podCidr, serviceCidr, dnsServiceIp });
  expect(RESERVED_RANGES.filter((range) => overlaps(range, podCidr) || overlaps(range, serviceCidr))).toEqual(
    [],
  );
});

test('the CNI pack may name its own ranges', () => {
  const over = { 'cni-azure': { podCidr: '10.9.0.0/16', serviceCidr: '10.8.0.0/16' } };
  expect(networkSettings(aProfile(), aSpec({ packOverrides: over }), ['10.0.0.0/8'])).toEqual({
    podCidr: '10.9.0.0/16',
    serviceCidr: '10.8.0.0/16',
    dnsServiceIp: '10.8.0.10',
  });
});
