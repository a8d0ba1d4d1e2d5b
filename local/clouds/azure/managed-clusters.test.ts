import { describe, expect, test } from '@jest/globals';
import {
  aCluster,
  aPool,
  azureHarness,
  clusterPath,
  GROUP,
  MINUTE,
  poolPath,
  withCluster,
} from './harness.ts';

const NODE_GROUP = GROUP.replace('/platform', '/MC_platform_c1_westeurope');

describe('creating a cluster', () => {
  test('answers 201 with an operation that is polled at 2016-03-30, and Creating', () => {
    const azure = azureHarness();
    const answer = azure.put(clusterPath('c1'), aCluster());
    expect(answer.status).toBe(201);
    expect(answer.body.properties.provisioningState).toBe('Creating');
    expect(answer.body.properties.agentPoolProfiles[0].provisioningState).toBe('Creating');
    expect(answer.headers['azure-asyncoperation']).toMatch(
      /^https:\/\/management\.azure\.com\/subscriptions\/[^/]+\/providers\/Microsoft\.ContainerService\/locations\/westeurope\/operations\/[0-9a-f-]{36}\?api-version=2016-03-30$/,
    );
    expect(answer.headers).not.toHaveProperty('location');
    expect(answer.headers['retry-after']).toBe('10');
  });

  test('takes between 240 and 600 cloud seconds; nodes come up before the cluster has succeeded', () => {
    const azure = azureHarness();
    azure.put(clusterPath('c1'), aCluster());
    const id = clusterPath('c1');
    azure.clock.advance(119_000);
    expect(azure.simulator.machines(id).map(({ state }) => state)).toEqual([
      'Creating',
      'Creating',
      'Creating',
    ]);
    azure.clock.advance(120_000);
    expect(azure.get(id).body.properties.provisioningState).toBe('Creating');
    azure.clock.advance(361_000);
    const { properties } = azure.get(id).body;
    expect(properties.provisioningState).toBe('Succeeded');
    expect(properties.fqdn).toMatch(/^c1-[0-9a-f]{8}\.hcp\.westeurope\.azmk8s\.io$/);
    expect(properties.currentKubernetesVersion).toBe('1.34.3');
    expect(azure.simulator.machines(id).map(({ state }) => state)).toEqual(['Running', 'Running', 'Running']);
  });

  test('the operation is InProgress, then Succeeded; the result is 202, then 204; then both expire', () => {
    const azure = azureHarness();
    const created = azure.put(clusterPath('c1'), aCluster());
    const path = new URL(created.headers['azure-asyncoperation'] ?? '').pathname;
    const results = path.replace('/operations/', '/operationresults/');
    expect(azure.get(path).body.status).toBe('InProgress');
    expect(azure.get(path).headers['retry-after']).toBe('10');
    expect(azure.get(results).status).toBe(202);
    azure.clock.advance(10 * MINUTE);
    expect(azure.get(path).body).toMatchObject({
      status: 'Succeeded',
      startTime: '2026-11-20T12:00:00.000Z',
    });
    expect(azure.get(results).status).toBe(204);
    azure.clock.advance(24 * 60 * MINUTE);
    expect(azure.get(path).status).toBe(404);
  });

  test('fills the node resource group, with the cluster’s tags on everything in it', () => {
    const azure = azureHarness();
    withCluster(azure, 'c1', aCluster({}, { tags: { team: 'a' } }));
    const group = azure.get(NODE_GROUP).body;
    expect(group.tags).toMatchObject({ team: 'a', 'aks-managed-cluster-name': 'c1' });
    const inside = azure.simulator.inventory().filter(({ id }) => id.startsWith(`${NODE_GROUP}/`));
    expect(inside.map(({ kind }) => kind).toSorted()).toEqual([
      'Microsoft.Compute/virtualMachineScaleSets',
      'Microsoft.Compute/virtualMachineScaleSets/virtualMachines',
      'Microsoft.Compute/virtualMachineScaleSets/virtualMachines',
      'Microsoft.Compute/virtualMachineScaleSets/virtualMachines',
      'Microsoft.ManagedIdentity/userAssignedIdentities',
      'Microsoft.Network/loadBalancers',
      'Microsoft.Network/networkSecurityGroups',
      'Microsoft.Network/publicIPAddresses',
      'Microsoft.Network/virtualNetworks',
      'Microsoft.Network/virtualNetworks/subnets',
    ]);
    expect(inside.every(({ tags }) => tags.team === 'a')).toBe(true);
  });

  test('spreads machines over the zones and names them as AKS does', () => {
    const azure = azureHarness();
    withCluster(
      azure,
      'c1',
      aCluster({ agentPoolProfiles: [aPool({ availabilityZones: ['1', '2', '3'], count: 4 })] }),
    );
    const machines = azure.simulator.machines(clusterPath('c1'));
    expect(machines.map(({ zone }) => zone)).toEqual([
      'westeurope-1',
      'westeurope-2',
      'westeurope-3',
      'westeurope-1',
    ]);
    expect(machines[3]?.name).toMatch(/^aks-system-\d{8}-vmss000003$/);
    expect(machines[0]?.labels).toMatchObject({
      agentpool: 'system',
      'kubernetes.azure.com/mode': 'system',
      'topology.kubernetes.io/zone': 'westeurope-1',
    });
  });

  test('the same seed is the same history', () => {
    const history = (seed: string) => {
      const azure = azureHarness({ seed });
      withCluster(azure);
      return JSON.stringify(azure.simulator.inventory());
    };
    expect(history('one')).toBe(history('one'));
    expect(history('one')).not.toBe(history('two'));
  });
});

describe('changing a cluster', () => {
  test('a cluster that was read can be written back, without its node images: 200, and nothing is different', () => {
    const azure = azureHarness();
    withCluster(azure);
    const before = azure.get(clusterPath('c1')).body;
    const echo = JSON.parse(JSON.stringify(before).replace(/"nodeImageVersion":"[^"]*",/g, ''));
    const answer = azure.put(clusterPath('c1'), echo);
    expect(answer.status).toBe(200);
    expect(answer.body.properties.provisioningState).toBe('Updating');
    azure.clock.advance(10 * MINUTE);
    const after = azure.get(clusterPath('c1')).body;
    const plain = (value: unknown) =>
      JSON.parse(JSON.stringify(value).replace(/"eTag":"[^"]*"/g, '"eTag":""'));
    expect(plain(after)).toEqual(plain(before));
  });

  test('tier and channel change in place; the pools stay although the PUT does not name them', () => {
    const azure = azureHarness();
    withCluster(azure);
    const body = {
      location: 'westeurope',
      sku: { name: 'Base', tier: 'Standard' },
      properties: { autoUpgradeProfile: { upgradeChannel: 'stable' } },
    };
    expect(azure.put(clusterPath('c1'), body).status).toBe(200);
    azure.clock.advance(10 * MINUTE);
    const cluster = azure.get(clusterPath('c1')).body;
    expect(cluster.sku).toEqual({ name: 'Base', tier: 'Standard' });
    expect(cluster.properties.autoUpgradeProfile).toEqual({
      upgradeChannel: 'stable',
      nodeOSUpgradeChannel: 'NodeImage',
    });
    expect(cluster.properties.agentPoolProfiles).toHaveLength(1);
    expect(azure.simulator.machines(clusterPath('c1'))).toHaveLength(3);
  });

  test('PATCH replaces the tags, here and in the node resource group', () => {
    const azure = azureHarness();
    withCluster(azure, 'c1', aCluster({}, { tags: { old: '1' } }));
    const answer = azure.patch(clusterPath('c1'), { tags: { fresh: '2' } });
    expect(answer.status).toBe(200);
    expect(answer.headers).toHaveProperty('azure-asyncoperation');
    expect(azure.get(clusterPath('c1')).body.tags).toEqual({ fresh: '2' });
    const scaleSet = azure.simulator.inventory().find(({ kind }) => kind.endsWith('virtualMachineScaleSets'));
    expect(scaleSet?.tags).toMatchObject({ fresh: '2' });
    expect(scaleSet?.tags).not.toHaveProperty('old');
  });

  test('the control plane is upgraded by one minor, the nodes by their own PUT', () => {
    const azure = azureHarness();
    withCluster(azure, 'c1', aCluster({ kubernetesVersion: '1.33.2' }));
    expect(
      azure.put(clusterPath('c1'), { location: 'westeurope', properties: { kubernetesVersion: '1.34' } }).body
        .properties.provisioningState,
    ).toBe('Upgrading');
    azure.clock.advance(10 * MINUTE);
    expect(azure.get(clusterPath('c1')).body.properties.currentKubernetesVersion).toBe('1.34.3');
    expect(azure.get(poolPath('c1', 'system')).body.properties.currentOrchestratorVersion).toBe('1.33.2');
    azure.put(poolPath('c1', 'system'), { properties: { orchestratorVersion: '1.34.3' } });
    azure.clock.advance(10 * MINUTE);
    expect(azure.simulator.machines(clusterPath('c1')).map(({ version }) => version)).toEqual([
      '1.34.3',
      '1.34.3',
      '1.34.3',
    ]);
  });
});

describe('one operation at a time', () => {
  const inProgress = (what: string) =>
    `Operation is not allowed: Another ${what} is in progress, please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details`;

  test('409 for a second write to the cluster and for one to its pools', () => {
    const azure = azureHarness();
    azure.put(clusterPath('c1'), aCluster());
    const again = azure.put(clusterPath('c1'), aCluster());
    expect(again.status).toBe(409);
    expect(again.body).toEqual({
      code: 'OperationNotAllowed',
      message: inProgress('operation (Creating)'),
      details: null,
      subcode: '',
    });
    expect(azure.put(poolPath('c1', 'extra'), { properties: { count: 1 } }).status).toBe(409);
  });

  test('two pools may change at once, the cluster not meanwhile', () => {
    const azure = azureHarness();
    withCluster(azure);
    expect(azure.put(poolPath('c1', 'one'), { properties: { count: 1 } }).status).toBe(201);
    expect(azure.put(poolPath('c1', 'two'), { properties: { count: 1 } }).status).toBe(201);
    expect(azure.put(poolPath('c1', 'one'), { properties: { count: 2 } }).status).toBe(409);
    const cluster = azure.patch(clusterPath('c1'), { tags: {} });
    expect(cluster.status).toBe(409);
    expect(cluster.body.message).toBe(inProgress('agentpool operation (one - Creating)'));
  });

  test('a delete overtakes the create, whose operation ends with NotLatestOperation', () => {
    const azure = azureHarness();
    const created = azure.put(clusterPath('c1'), aCluster());
    expect(azure.del(clusterPath('c1')).status).toBe(202);
    const operation = azure.get(new URL(created.headers['azure-asyncoperation'] ?? '').pathname).body;
    expect(operation).toMatchObject({ status: 'Canceled', error: { code: 'NotLatestOperation' } });
  });

  test('an abort leaves the cluster Canceled, and a PUT takes it up again', () => {
    const azure = azureHarness();
    azure.put(clusterPath('c1'), aCluster());
    expect(azure.post(`${clusterPath('c1')}/abort`).status).toBe(202);
    azure.clock.advance(MINUTE);
    expect(azure.get(clusterPath('c1')).body.properties.provisioningState).toBe('Canceled');
    expect(azure.simulator.machines(clusterPath('c1'))).toEqual([]);
    expect(azure.put(clusterPath('c1'), aCluster()).status).toBe(200);
    azure.clock.advance(10 * MINUTE);
    expect(azure.get(clusterPath('c1')).body.properties.provisioningState).toBe('Succeeded');
    expect(azure.simulator.machines(clusterPath('c1'))).toHaveLength(3);
  });
});

describe('deleting a cluster', () => {
  test('202 with both links, Deleting meanwhile, then 404 and nothing left of it', () => {
    const azure = azureHarness();
    withCluster(azure);
    const answer = azure.del(clusterPath('c1'));
    expect(answer.status).toBe(202);
    expect(Object.keys(answer.headers)).toEqual(expect.arrayContaining(['azure-asyncoperation', 'location']));
    expect(azure.get(clusterPath('c1')).body.properties.provisioningState).toBe('Deleting');
    azure.clock.advance(10 * MINUTE);
    expect(azure.get(clusterPath('c1')).body.error.code).toBe('ResourceNotFound');
    expect(azure.get(NODE_GROUP).status).toBe(404);
    expect(azure.simulator.inventory()).toEqual([]);
  });

  test('a repeated delete answers with the same operation, one of nothing 204', () => {
    const azure = azureHarness();
    withCluster(azure);
    const first = azure.del(clusterPath('c1'));
    expect(azure.del(clusterPath('c1')).headers['azure-asyncoperation']).toBe(
      first.headers['azure-asyncoperation'],
    );
    expect(azure.del(clusterPath('other')).status).toBe(204);
  });
});
