import { expect, test } from '@jest/globals';
import { brief } from '../../../../test/builders/azure-facts.ts';
import { anAksCloud, aPool, aProfile, aSpec } from '../../../../test/builders/cluster.ts';
import { podRangeFindings } from './pod-range-rules.ts';

const placement = {
  mode: 'static',
  virtualNetwork: 'hub',
  controlPlaneSubnet: 'cp',
  workerSubnet: 'workers',
} as const;
const network = (addressPrefixes: readonly string[]) => ({
  id: '/v',
  name: 'hub',
  location: 'westeurope',
  addressPrefixes,
  subnets: [],
  state: 'Succeeded',
});
const ofSize = (size: number, fields: Parameters<typeof aSpec>[0] = {}) =>
  aSpec({ pools: [aPool({ size })], ...fields });

test.each([
  ['as many as fit, with one for upgrades', ofSize(255), []],
  ['one too many', ofSize(256), ['error POD_RANGE_TOO_SMALL /pools']],
  [
    'a range of one’s own with more room',
    ofSize(256, { packOverrides: { 'cni-azure': { podCidr: '10.128.0.0/12' } } }),
    [],
  ],
  [
    'what the autoscaler may reach counts',
    aSpec({ pools: [aPool({ size: 1, autoscale: { min: 1, max: 300 } })] }),
    ['error POD_RANGE_TOO_SMALL /pools'],
  ],
])('AKS gives every node 256 pod addresses: %s', (_title, spec, expected) => {
  expect(brief(podRangeFindings(spec, aProfile(), {}))).toEqual(expected);
});

test('in a network that exists the range depends on what the network leaves', () => {
  const spec = ofSize(200, { cloud: anAksCloud({ placement }) });
  const found = (virtualNetwork?: ReturnType<typeof network> | 'absent') =>
    podRangeFindings(spec, aProfile(), virtualNetwork === undefined ? {} : { virtualNetwork });
  expect(found(network(['10.1.0.0/16']))).toEqual([]);
  expect(found(network(['10.0.0.0/8', '172.16.0.0/12']))).toEqual([
    expect.objectContaining({
      code: 'POD_RANGE_TOO_SMALL',
      message:
        'The pod range 192.168.0.0/17 has room for 128 nodes; 201 are needed, one per pool for upgrades included.',
    }),
  ]);
  expect([found(), found('absent')]).toEqual([[], []]);
});
