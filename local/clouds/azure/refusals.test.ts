import { describe, expect, test } from '@jest/globals';
import {
  aCluster,
  aPool,
  azureHarness,
  clusterPath,
  MINUTE,
  poolPath,
  SSH_KEY,
  subnetPath,
  withCluster,
} from './harness.ts';

/** Status and code, whichever of the two shapes the error has. */
function refusal(answer: {
  readonly status: number;
  readonly body: { error?: { code: string }; code?: string };
}) {
  return [answer.status, answer.body.error?.code ?? answer.body.code];
}

type Row = readonly [title: string, body: Record<string, unknown>, status: number, code: string];

const INVALID = 'InvalidParameter';
const withPool = (overrides: Record<string, unknown>) => aCluster({ agentPoolProfiles: [aPool(overrides)] });
const userPool = (overrides: Record<string, unknown>) =>
  aCluster({ agentPoolProfiles: [aPool(), aPool({ name: 'user', mode: 'User', ...overrides })] });
const withLocation = (location: string, pool: Record<string, unknown> = {}) =>
  aCluster({ agentPoolProfiles: [aPool(pool)] }, { location });

const CREATE: readonly Row[] = [
  ['an unknown member', aCluster({ colour: 'blue' }), 400, 'UnmarshalError'],
  ['an unknown member of a pool', withPool({ size: 3 }), 400, 'UnmarshalError'],
  ['a text where a number belongs', withPool({ count: '3' }), 400, INVALID],
  ['a pool name that the pattern does not take', withPool({ name: 'Bad_Name' }), 400, INVALID],
  ['no location', { properties: {} }, 400, 'LocationRequired'],
  ['an unknown location', aCluster({}, { location: 'atlantis' }), 400, 'LocationNotAvailableForResourceType'],
  ['no dnsPrefix', aCluster({ dnsPrefix: null }), 400, INVALID],
  ['a dnsPrefix of 55 characters', aCluster({ dnsPrefix: 'a'.repeat(55) }), 400, INVALID],
  ['neither identity nor service principal', aCluster({}, { identity: null }), 400, INVALID],
  ['an unknown tier', aCluster({}, { sku: { name: 'Base', tier: 'Gold' } }), 400, INVALID],
  ['an unknown channel', aCluster({ autoUpgradeProfile: { upgradeChannel: 'daily' } }), 400, INVALID],
  [
    'channels that contradict each other',
    aCluster({ autoUpgradeProfile: { upgradeChannel: 'node-image', nodeOSUpgradeChannel: 'None' } }),
    400,
    INVALID,
  ],
  [
    'an admin group that is no GUID',
    aCluster({ aadProfile: { managed: true, adminGroupObjectIDs: ['x'] } }),
    400,
    INVALID,
  ],
  ['local accounts off without Entra', aCluster({ disableLocalAccounts: true }), 400, 'BadRequest'],
  ['an unsupported version', aCluster({ kubernetesVersion: '1.20.1' }), 400, 'K8sVersionNotSupported'],
  [
    'an ed25519 key',
    aCluster({
      linuxProfile: {
        adminUsername: 'a',
        ssh: { publicKeys: [{ keyData: SSH_KEY.replace('rsa', 'ed25519') }] },
      },
    }),
    400,
    INVALID,
  ],
  [
    'a key that is none',
    aCluster({ linuxProfile: { adminUsername: 'a', ssh: { publicKeys: [{ keyData: 'ssh-rsa AAAA' }] } } }),
    400,
    INVALID,
  ],
  [
    'pods in the range of the services',
    aCluster({ networkProfile: { podCidr: '10.0.128.0/17' } }),
    400,
    INVALID,
  ],
  [
    'a DNS service outside of the services',
    aCluster({ networkProfile: { serviceCidr: '10.1.0.0/16', dnsServiceIP: '10.2.0.10' } }),
    400,
    'DnsServiceIpOutOfServiceCidr',
  ],
  [
    'services in a range that AKS reserves',
    aCluster({ networkProfile: { serviceCidr: '172.30.0.0/16', dnsServiceIP: '172.30.0.10' } }),
    400,
    INVALID,
  ],
  [
    'pods in a range that AKS reserves',
    aCluster({ networkProfile: { podCidr: '172.31.128.0/17' } }),
    400,
    INVALID,
  ],
  [
    'a taint that keeps system pods off the system pool',
    withPool({ nodeTaints: ['gpu=yes:NoSchedule'] }),
    400,
    'SystemPoolHasRestrictedTaint',
  ],
  ['a taint without an effect', userPool({ nodeTaints: ['gpu=yes'] }), 400, INVALID],
  ['an effect that does not exist', userPool({ nodeTaints: ['gpu=yes:Never'] }), 400, INVALID],
  ['no pools', aCluster({ agentPoolProfiles: [] }), 409, 'OperationNotAllowed'],
  ['no system pool', withPool({ mode: 'User' }), 400, INVALID],
  ['a system pool of 0 nodes', withPool({ count: 0 }), 400, INVALID],
  ['a pool of 1001 nodes', userPool({ count: 1001 }), 400, INVALID],
  ['an unknown size', withPool({ vmSize: 'Standard_X1' }), 400, 'BadRequest'],
  ['a retired size', withPool({ vmSize: 'Standard_NC12s_v3' }), 409, 'SkuNotAvailable'],
  ['a size with one vCPU', withPool({ vmSize: 'Standard_B1s' }), 400, 'BadRequest'],
  [
    'zones that the region has not',
    withPool({ availabilityZones: ['4'] }),
    400,
    'AvailabilityZoneNotSupported',
  ],
  [
    'zones in a region without any',
    withLocation('westus', { availabilityZones: ['1'] }),
    400,
    'AvailabilityZoneNotSupported',
  ],
  ['autoscaling without bounds', withPool({ enableAutoScaling: true }), 400, INVALID],
  ['bounds without autoscaling', withPool({ minCount: 1, maxCount: 3 }), 400, INVALID],
  [
    'a count outside of the bounds',
    withPool({ enableAutoScaling: true, minCount: 1, maxCount: 2 }),
    400,
    INVALID,
  ],
  ['spot for system pods', withPool({ scaleSetPriority: 'Spot' }), 400, 'BadRequest'],
  ['a pool name twice', aCluster({ agentPoolProfiles: [aPool(), aPool()] }), 400, INVALID],
  ['an OS disk of 20 GB', withPool({ osDiskSizeGB: 20 }), 400, INVALID],
  ['a reserved tag', aCluster({}, { tags: { 'Azure-x': '1' } }), 400, 'ReservedTagName'],
  ['a tag with a slash', aCluster({}, { tags: { 'a/b': '1' } }), 400, 'InvalidTagNameCharacters'],
  [
    '51 tags',
    aCluster({}, { tags: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`t${i}`, ''])) }),
    400,
    'TagCountLimitExceeded',
  ],
  ['an id that is none', withPool({ vnetSubnetID: 'workers' }), 400, 'LinkedInvalidPropertyId'],
  [
    'a subnet that is not there',
    withPool({ vnetSubnetID: subnetPath('none', 'none') }),
    400,
    'SubnetNotFound',
  ],
];

describe('a new cluster is refused with', () => {
  test.each(CREATE)('%s', (_title, body, status, code) => {
    const azure = azureHarness();
    expect(refusal(azure.put(clusterPath('c1'), body))).toEqual([status, code]);
    expect(azure.simulator.inventory()).toEqual([]);
  });

  test('a name with a leading hyphen', () => {
    const azure = azureHarness();
    expect(refusal(azure.put(clusterPath('-c1'), aCluster()))).toEqual([400, INVALID]);
  });

  test('a node resource group that exists', () => {
    const azure = azureHarness();
    const body = aCluster({ nodeResourceGroup: 'platform' });
    expect(refusal(azure.put(clusterPath('c1'), body))).toEqual([409, 'NodeResourceGroupAlreadyExists']);
  });
});

const CHANGE: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ['dnsPrefix', { properties: { dnsPrefix: 'other' } }, 'PropertyChangeNotAllowed'],
  ['nodeResourceGroup', { properties: { nodeResourceGroup: 'other' } }, 'PropertyChangeNotAllowed'],
  [
    'networkPlugin',
    { properties: { networkProfile: { networkPlugin: 'kubenet' } } },
    'PropertyChangeNotAllowed',
  ],
  [
    'serviceCidr',
    { properties: { networkProfile: { serviceCidr: '10.1.0.0/16', dnsServiceIP: '10.1.0.10' } } },
    'PropertyChangeNotAllowed',
  ],
  ['an older version', { properties: { kubernetesVersion: '1.33.6' } }, 'OperationNotAllowed'],
  ['two minors at once', { properties: { kubernetesVersion: '1.36.0' } }, 'OperationNotAllowed'],
  [
    'pools added',
    { properties: { agentPoolProfiles: [aPool(), aPool({ name: 'other', mode: 'User' })] } },
    'BadRequest',
  ],
  ['pools left out', { properties: { agentPoolProfiles: [aPool({ name: 'other' })] } }, INVALID],
  ['another location', { location: 'northeurope' }, 'InvalidResourceLocation'],
];

describe('a cluster cannot change', () => {
  test.each(CHANGE)('%s', (_title, change, code) => {
    const azure = azureHarness();
    withCluster(azure);
    const answer = azure.put(clusterPath('c1'), { location: 'westeurope', ...change });
    expect(refusal(answer)[1]).toBe(code);
  });

  test('Entra integration back to none', () => {
    const azure = azureHarness();
    withCluster(azure, 'c1', aCluster({ aadProfile: { managed: true } }));
    const answer = azure.put(clusterPath('c1'), { location: 'westeurope', properties: {} });
    expect(refusal(answer)).toEqual([400, 'PropertyChangeNotAllowed']);
    expect(answer.body.target).toBe('properties.aadProfile');
  });
});

test('taints that leave system pods a place are taken, with or without a value', () => {
  const azure = azureHarness();
  const nodeTaints = [
    'CriticalAddonsOnly=true:NoSchedule',
    'soft=:PreferNoSchedule',
    'bare:PreferNoSchedule',
  ];
  const pools = [
    aPool({ nodeTaints }),
    aPool({ name: 'user', mode: 'User', nodeTaints: ['gpu=:NoExecute'] }),
  ];
  expect(azure.put(clusterPath('c1'), aCluster({ agentPoolProfiles: pools })).status).toBe(201);
});

test('a node image in a request means a rollback, and only newer api-versions know it', () => {
  const azure = azureHarness();
  withCluster(azure);
  const { properties } = azure.get(poolPath('c1', 'system')).body;
  expect(refusal(azure.put(poolPath('c1', 'system'), { properties }))).toEqual([400, INVALID]);
  expect(azure.put(`${poolPath('c1', 'system')}?api-version=2026-03-01`, { properties }).status).toBe(200);
});

describe('a pool cannot change', () => {
  test.each([
    ['vmSize', 'Standard_D4s_v5'],
    ['osDiskSizeGB', 256],
    ['osDiskType', 'Ephemeral'],
    ['availabilityZones', ['1']],
    ['maxPods', 30],
    ['vnetSubnetID', subnetPath('net', 'nodes')],
  ])('%s', (name, value) => {
    const azure = azureHarness();
    withCluster(azure);
    const answer = azure.put(poolPath('c1', 'system'), { properties: { [name]: value } });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      code: 'PropertyChangeNotAllowed',
      message: `Changing property 'properties.${name}' is not allowed.`,
      target: `properties.${name}`,
      details: null,
      subcode: '',
    });
  });

  test('away from System when it is the last one, nor be deleted, nor lose its last machine', () => {
    const azure = azureHarness();
    withCluster(azure, 'c1', withPool({ count: 1 }));
    azure.put(poolPath('c1', 'user'), { properties: { count: 1 } });
    azure.clock.advance(5 * MINUTE);
    const [machine] = azure.simulator.machines(clusterPath('c1'));
    expect(refusal(azure.put(poolPath('c1', 'system'), { properties: { mode: 'User' } }))).toEqual([
      400,
      INVALID,
    ]);
    expect(refusal(azure.put(poolPath('c1', 'system'), { properties: { count: 0 } }))).toEqual([
      400,
      INVALID,
    ]);
    expect(refusal(azure.del(poolPath('c1', 'system')))).toEqual([400, INVALID]);
    const loss = azure.post(`${poolPath('c1', 'system')}/deleteMachines`, { machineNames: [machine?.name] });
    expect(refusal(loss)).toEqual([400, INVALID]);
  });

  test('and the only pool cannot be deleted', () => {
    const azure = azureHarness();
    withCluster(azure);
    expect(azure.del(poolPath('c1', 'system')).body.message).toBe('There has to be at least one agent pool.');
  });
});
