import { describe, expect, test } from '@jest/globals';
import { aCluster, aPool, azureHarness, clusterPath, MINUTE, poolPath, withCluster } from './harness.ts';

const names = (azure: ReturnType<typeof azureHarness>) =>
  azure.simulator.machines(clusterPath('c1')).map(({ name }) => name.slice(-2));

describe('a pool', () => {
  test('is added with 201, scaled with 200, and passes through Creating and Scaling', () => {
    const azure = azureHarness();
    withCluster(azure);
    const added = azure.put(poolPath('c1', 'user'), { properties: { count: 2, vmSize: 'Standard_D4s_v5' } });
    expect([added.status, added.body.properties.provisioningState]).toEqual([201, 'Creating']);
    azure.clock.advance(5 * MINUTE);
    const scaled = azure.put(poolPath('c1', 'user'), { properties: { count: 4 } });
    expect([scaled.status, scaled.body.properties.provisioningState]).toEqual([200, 'Scaling']);
    azure.clock.advance(5 * MINUTE);
    const pool = azure.get(poolPath('c1', 'user')).body;
    expect(pool.properties).toMatchObject({
      provisioningState: 'Succeeded',
      count: 4,
      vmSize: 'Standard_D4s_v5',
      mode: 'User',
      osDiskSizeGB: 128,
      maxPods: 250,
    });
    expect(azure.simulator.machines(clusterPath('c1'))).toHaveLength(7);
  });

  test('the OS disk follows the size of the machine', () => {
    const azure = azureHarness();
    withCluster(azure);
    const diskOf = (vmSize: string, name: string) =>
      azure.put(poolPath('c1', name), { properties: { count: 0, vmSize } }).body.properties.osDiskSizeGB;
    expect([
      diskOf('Standard_D4s_v5', 'a'),
      diskOf('Standard_D8s_v5', 'b'),
      diskOf('Standard_D16s_v5', 'c'),
    ]).toEqual([128, 256, 512]);
  });

  test('404 without an envelope for a pool, with one for its cluster; a PUT without the cluster misses its parent', () => {
    const azure = azureHarness();
    withCluster(azure);
    expect(azure.get(poolPath('c1', 'none')).body).toMatchObject({
      code: 'NotFound',
      details: null,
      subcode: '',
    });
    expect(azure.get(poolPath('c2', 'none')).body.error.code).toBe('ResourceNotFound');
    expect(azure.put(poolPath('c2', 'none'), { properties: {} }).body.error.code).toBe(
      'ParentResourceNotFound',
    );
    expect(azure.del(poolPath('c1', 'none')).status).toBe(204);
  });

  test('is deleted with its machines and its scale set', () => {
    const azure = azureHarness();
    withCluster(azure);
    azure.put(poolPath('c1', 'user'), { properties: { count: 1 } });
    azure.clock.advance(5 * MINUTE);
    const answer = azure.del(poolPath('c1', 'user'));
    expect([answer.status, Object.keys(answer.headers).includes('location')]).toEqual([202, true]);
    expect(azure.get(poolPath('c1', 'user')).body.properties.provisioningState).toBe('Deleting');
    azure.clock.advance(5 * MINUTE);
    expect(azure.get(poolPath('c1', 'user')).status).toBe(404);
    expect(azure.simulator.inventory().some(({ name }) => name.includes('user'))).toBe(false);
  });

  test('autoscaling keeps the count between its bounds and goes away with them', () => {
    const azure = azureHarness();
    withCluster(azure);
    const on = { enableAutoScaling: true, minCount: 2, maxCount: 5, count: 3 };
    expect(azure.put(poolPath('c1', 'system'), { properties: on }).status).toBe(200);
    azure.clock.advance(5 * MINUTE);
    expect(azure.put(poolPath('c1', 'system'), { properties: { count: 6 } }).status).toBe(400);
    const off = azure.put(poolPath('c1', 'system'), { properties: { enableAutoScaling: false } });
    expect(off.body.properties).not.toHaveProperty('minCount');
  });
});

describe('which machines go', () => {
  test('scale-in takes the highest, and a new machine never gets an old name', () => {
    const azure = azureHarness();
    withCluster(azure);
    azure.put(poolPath('c1', 'system'), { properties: { count: 2 } });
    azure.clock.advance(5 * MINUTE);
    expect(names(azure)).toEqual(['00', '01']);
    azure.put(poolPath('c1', 'system'), { properties: { count: 3 } });
    azure.clock.advance(5 * MINUTE);
    expect(names(azure)).toEqual(['00', '01', '03']);
  });

  test('scale-in prefers cordoned nodes', () => {
    const azure = azureHarness({ settings: { isCordoned: ({ name }) => name.endsWith('00') } });
    withCluster(azure);
    azure.put(poolPath('c1', 'system'), { properties: { count: 2 } });
    expect(azure.simulator.machines(clusterPath('c1')).map(({ state }) => state)).toEqual([
      'Deleting',
      'Running',
      'Running',
    ]);
    azure.clock.advance(5 * MINUTE);
    expect(names(azure)).toEqual(['01', '02']);
  });

  test.each([
    ['', 'Failed', 'PodDrainFailure'],
    ['?ignore-pod-disruption-budget=true', undefined, undefined],
  ])(
    'a budget that allows no eviction holds up the deletion of a pool unless it is ignored «%s»',
    (query, state, code) => {
      const azure = azureHarness({
        settings: { heldBy: ({ name }) => (name.includes('user') ? 'shop/web' : undefined) },
      });
      withCluster(
        azure,
        'c1',
        aCluster({ agentPoolProfiles: [aPool(), aPool({ name: 'user', mode: 'User' })] }),
      );
      expect(azure.del(`${poolPath('c1', 'user')}${query}`).status).toBe(202);
      azure.clock.advance(10 * MINUTE);
      const pool = azure.get(poolPath('c1', 'user')).body;
      expect(pool.properties?.provisioningState).toBe(state);
      expect(pool.properties?.status.provisioningError.code).toBe(code);
      expect(azure.simulator.machines(clusterPath('c1'))).toHaveLength(state === undefined ? 3 : 6);
    },
  );

  test('deleteMachines takes exactly the named ones and lowers the count', () => {
    const azure = azureHarness();
    withCluster(azure);
    const machines = azure.get(`${poolPath('c1', 'system')}/machines`).body.value;
    expect(machines[0].properties.network.ipAddresses).toEqual([{ family: 'IPv4', ip: '10.224.0.4' }]);
    const answer = azure.post(`${poolPath('c1', 'system')}/deleteMachines`, {
      machineNames: [machines[1].name],
    });
    expect(answer.status).toBe(202);
    azure.clock.advance(5 * MINUTE);
    expect(names(azure)).toEqual(['00', '02']);
    expect(azure.get(poolPath('c1', 'system')).body.properties).toMatchObject({
      count: 2,
      provisioningState: 'Succeeded',
    });
    const unknown = azure.post(`${poolPath('c1', 'system')}/deleteMachines`, { machineNames: ['nobody'] });
    expect([unknown.status, unknown.body.code]).toEqual([400, 'InvalidParameter']);
  });

  test('names count in base 36', () => {
    const azure = azureHarness();
    withCluster(azure, 'c1', aCluster({ agentPoolProfiles: [aPool({ count: 37 })] }));
    expect(names(azure).slice(-2)).toEqual(['0z', '10']);
  });

  test('a machine that was lost comes back with the next reconcile of the pool', () => {
    const azure = azureHarness();
    withCluster(azure);
    const [first] = azure.simulator.machines(clusterPath('c1'));
    azure.simulator.addFault({ fault: 'instance-loss', id: first?.name ?? '' });
    expect(names(azure)).toEqual(['01', '02']);
    azure.put(poolPath('c1', 'system'), { properties: { count: 3 } });
    azure.clock.advance(5 * MINUTE);
    expect(names(azure)).toEqual(['01', '02', '03']);
  });
});

describe('versions', () => {
  test('nodes are never ahead of the control plane, nor does it skip a minor', () => {
    const azure = azureHarness();
    withCluster(azure, 'c1', aCluster({ kubernetesVersion: '1.33.6' }));
    const ahead = azure.put(poolPath('c1', 'user'), {
      properties: { count: 1, orchestratorVersion: '1.34.3' },
    });
    expect([ahead.status, ahead.body.code]).toEqual([400, 'NodePoolMcVersionIncompatible']);
    const profile = azure.get(`${clusterPath('c1')}/upgradeProfiles/default`).body;
    expect(profile.properties.controlPlaneProfile.upgrades).toEqual([
      { kubernetesVersion: '1.34.1' },
      { kubernetesVersion: '1.34.3' },
    ]);
  });
});
