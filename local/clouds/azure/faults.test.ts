import { describe, expect, test } from '@jest/globals';
import {
  aCluster,
  aPool,
  azureHarness,
  clusterPath,
  MINUTE,
  NO_LAG,
  poolPath,
  withCluster,
} from './harness.ts';

describe('error', () => {
  test('before: nothing happens, as often as asked for', () => {
    const azure = azureHarness();
    azure.simulator.addFault({
      fault: 'error',
      operation: 'managedClusters.createOrUpdate',
      code: 'InternalServerError',
      count: 2,
    });
    expect(azure.put(clusterPath('c1'), aCluster()).status).toBe(500);
    expect(azure.put(clusterPath('c1'), aCluster()).status).toBe(500);
    expect(azure.simulator.inventory()).toEqual([]);
    expect(azure.put(clusterPath('c1'), aCluster()).status).toBe(201);
    expect(azure.simulator.listFaults()).toEqual([]);
  });

  test('after: it happens, and the answer is lost', () => {
    const azure = azureHarness();
    azure.simulator.addFault({
      fault: 'error',
      operation: 'managedClusters.*',
      code: 'ServiceUnavailable',
      when: 'after',
    });
    expect(azure.put(clusterPath('c1'), aCluster()).status).toBe(503);
    expect(azure.get(clusterPath('c1')).body.properties.provisioningState).toBe('Creating');
  });

  test('after with ConnectionReset: the connection is cut', () => {
    const azure = azureHarness();
    azure.simulator.addFault({ fault: 'error', operation: '*', code: 'ConnectionReset', when: 'after' });
    const headers = { authorization: `Bearer ${azure.token()}` };
    const url = `https://management.azure.com${clusterPath('c1')}?api-version=2026-06-01`;
    expect(azure.send('PUT', url, JSON.stringify(aCluster()), headers)).toBe('cut');
    expect(azure.get(clusterPath('c1')).status).toBe(200);
    expect(azure.simulator.log.entries().map(({ status }) => status)).toEqual([200, 0, 200]);
  });

  test('late: accepted, then Failed with the reason in the operation and on the cluster; a PUT repairs it', () => {
    const azure = azureHarness();
    azure.simulator.addFault({
      fault: 'error',
      operation: 'managedClusters.createOrUpdate',
      code: 'VMExtensionProvisioningError',
      message: 'No outbound connection.',
      when: 'late',
    });
    const created = azure.put(clusterPath('c1'), aCluster());
    expect(created.status).toBe(201);
    azure.clock.advance(10 * MINUTE);
    const error = { code: 'VMExtensionProvisioningError', message: 'No outbound connection.' };
    const operation = azure.get(new URL(created.headers['azure-asyncoperation'] ?? '').pathname).body;
    expect(operation).toMatchObject({ status: 'Failed', error });
    const { properties } = azure.get(clusterPath('c1')).body;
    expect(properties).toMatchObject({ provisioningState: 'Failed', status: { provisioningError: error } });
    expect(properties.agentPoolProfiles[0].provisioningState).toBe('Failed');
    azure.put(clusterPath('c1'), aCluster());
    azure.clock.advance(10 * MINUTE);
    const repaired = azure.get(clusterPath('c1')).body.properties;
    expect(repaired.provisioningState).toBe('Succeeded');
    expect(repaired).not.toHaveProperty('status');
    expect(azure.simulator.machines(clusterPath('c1'))).toHaveLength(3);
  });

  test('in another region only', () => {
    const azure = azureHarness();
    azure.simulator.addFault({ fault: 'error', operation: '*', code: 'ServerBusy', region: 'northeurope' });
    expect(azure.put(clusterPath('c1'), aCluster()).status).toBe(201);
    expect(azure.put(clusterPath('c2'), aCluster({}, { location: 'northeurope' })).status).toBe(503);
  });
});

describe('throttle', () => {
  test('429 Throttled with the seconds that are left, until they have passed', () => {
    const azure = azureHarness();
    withCluster(azure);
    azure.simulator.addFault({ fault: 'throttle', operation: 'agentPools.*', seconds: 90 });
    azure.clock.advance(30_000);
    const answer = azure.get(poolPath('c1', 'system'));
    expect([answer.status, answer.body.error.code, answer.headers['retry-after']]).toEqual([
      429,
      'Throttled',
      '60',
    ]);
    expect(azure.get(clusterPath('c1')).status).toBe(200);
    azure.clock.advance(60_000);
    expect(azure.get(poolPath('c1', 'system')).status).toBe(200);
  });
});

describe('capacity', () => {
  test('is found missing late: the pool is Failed, keeps what it had, and recovers when there is capacity', () => {
    const azure = azureHarness();
    withCluster(azure);
    const { id } = azure.simulator.addFault({
      fault: 'capacity',
      instanceType: 'Standard_D2s_v5',
      available: 0,
    });
    expect(azure.put(poolPath('c1', 'system'), { properties: { count: 5 } }).status).toBe(200);
    azure.clock.advance(5 * MINUTE);
    const failed = azure.get(poolPath('c1', 'system')).body.properties;
    expect(failed).toMatchObject({
      provisioningState: 'Failed',
      count: 5,
      status: { provisioningError: { code: 'AllocationFailed' } },
    });
    expect(azure.simulator.machines(clusterPath('c1'))).toHaveLength(3);
    azure.simulator.removeFault(id);
    azure.put(poolPath('c1', 'system'), { properties: { count: 5 } });
    azure.clock.advance(5 * MINUTE);
    expect(azure.get(poolPath('c1', 'system')).body.properties.provisioningState).toBe('Succeeded');
    expect(azure.simulator.machines(clusterPath('c1'))).toHaveLength(5);
  });

  test('of one zone, counted in machines started since', () => {
    const azure = azureHarness();
    azure.simulator.addFault({ fault: 'capacity', instanceType: 'Standard_D2s_v5', zone: '2', available: 1 });
    const pool = aPool({ availabilityZones: ['1', '2', '3'], count: 3 });
    withCluster(azure, 'c1', aCluster({ agentPoolProfiles: [pool] }));
    expect(azure.get(clusterPath('c1')).body.properties.provisioningState).toBe('Succeeded');
    azure.put(poolPath('c1', 'system'), { properties: { count: 6 } });
    azure.clock.advance(5 * MINUTE);
    expect(azure.get(poolPath('c1', 'system')).body.properties.status.provisioningError.code).toBe(
      'ZonalAllocationFailed',
    );
  });
});

describe('quota of the network', () => {
  test('a cluster that gets no public address fails late, with the count in the usages', () => {
    const azure = azureHarness({ settings: NO_LAG });
    withCluster(azure);
    azure.simulator.addFault({ fault: 'quota', name: 'PublicIPAddresses', limit: 1 });
    expect(azure.put(clusterPath('c2'), aCluster({ dnsPrefix: 'c2' })).status).toBe(201);
    azure.clock.advance(10 * MINUTE);
    expect(azure.get(clusterPath('c2')).body.properties.status.provisioningError.code).toBe(
      'PublicIPCountLimitReached',
    );
    const path =
      '/subscriptions/00000000-0000-0000-0000-000000000001/providers/Microsoft.Network/locations/westeurope/usages';
    const usage = azure
      .get(path)
      .body.value.find((one: { name: { value: string } }) => one.name.value === 'PublicIPAddresses');
    expect(usage).toMatchObject({ currentValue: 1, limit: 1 });
  });
});
