import { describe, expect, test } from '@jest/globals';
import { brief } from '../../../../test/builders/azure-facts.ts';
import { aPool } from '../../../../test/builders/cluster.ts';
import type { Facts } from './facts.ts';
import { type NetworkQuestion, networkFindings } from './network-rules.ts';

describe('network', () => {
  const subnet = (name: string, prefix: string, used = 0) => ({
    id: `/subnets/${name}`,
    name,
    addressPrefixes: [prefix],
    used,
    delegations: [],
    state: 'Succeeded',
  });
  const network = (worker = '10.1.0.0/24', used = 0) => ({
    id: '/v',
    name: 'hub',
    location: 'westeurope',
    addressPrefixes: ['10.1.0.0/16'],
    subnets: [subnet('cp', '10.1.9.0/28'), subnet('workers', worker, used)],
    state: 'Succeeded',
  });
  const placement = {
    mode: 'static',
    virtualNetwork: 'hub',
    controlPlaneSubnet: 'cp',
    workerSubnet: 'workers',
  } as const;
  const question: NetworkQuestion = {
    placement,
    region: 'westeurope',
    pools: [aPool({ size: 3 })],
    before: [],
  };

  test.each<[string, Partial<NetworkQuestion>, Facts, readonly string[]]>([
    ['[A138] all there', {}, { virtualNetwork: network() }, []],
    ['[A137] dynamic placement', { placement: { mode: 'dynamic' } }, { virtualNetwork: 'absent' }, []],
    [
      '[A138] no such network',
      {},
      { virtualNetwork: 'absent' },
      ['error VNET_NOT_FOUND /cloud/placement/virtualNetwork'],
    ],
    [
      '[A138] in another region',
      { region: 'eastus' },
      { virtualNetwork: network() },
      ['error VNET_NOT_FOUND /cloud/placement/virtualNetwork'],
    ],
    [
      'a name that is no label of a node',
      { placement: { ...placement, workerSubnet: 'w'.repeat(64) } },
      { virtualNetwork: { ...network(), subnets: [subnet('cp', '10.1.9.0/28')] } },
      [
        'error NETWORK_NAME_TOO_LONG /cloud/placement/workerSubnet',
        'error SUBNET_NOT_IN_VNET /cloud/placement/workerSubnet',
      ],
    ],
    [
      'addresses that AKS keeps for itself',
      {},
      { virtualNetwork: { ...network(), addressPrefixes: ['10.1.0.0/16', '172.16.0.0/12'] } },
      [
        'warning NETWORK_RANGE_RESERVED /cloud/placement/virtualNetwork',
        'warning NETWORK_RANGE_RESERVED /cloud/placement/virtualNetwork',
      ],
    ],
    [
      '[A139, A140] subnets of another network',
      {},
      { virtualNetwork: { ...network(), subnets: [] } },
      [
        'error SUBNET_NOT_IN_VNET /cloud/placement/controlPlaneSubnet',
        'error SUBNET_NOT_IN_VNET /cloud/placement/workerSubnet',
      ],
    ],
  ])('%s', (_title, fields, known, expected) => {
    expect(brief(networkFindings({ ...question, ...fields }, known))).toEqual(expected);
  });

  test('[A140] a subnet that is too small shows the arithmetic', () => {
    const [finding] = networkFindings(
      { ...question, pools: [aPool({ size: 4 })] },
      { virtualNetwork: network('10.1.0.0/28', 7) },
    );
    expect(finding).toMatchObject({
      code: 'SUBNET_TOO_SMALL',
      path: '/cloud/placement/workerSubnet',
      message:
        'Subnet workers has 16 addresses - 5 reserved - 7 in use = 4 free; 4 nodes + 1 for upgrades = 5 are needed.',
    });
  });
  test('[A140] addresses of our own nodes are free for them', () => {
    const pools = [aPool({ size: 4 })];
    const known = { virtualNetwork: network('10.1.0.0/28', 7) };
    expect(networkFindings({ ...question, pools, before: [aPool({ size: 3 })] }, known)).toEqual([]);
  });
});
