/**
 * Statuses and headers of our answers against those that were recorded from the real service, by type and method.
 * `A` is Azure-AsyncOperation, `L` is Location.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import {
  type Answer,
  aCluster,
  azureHarness,
  clusterPath,
  GROUP,
  MINUTE,
  networkPath,
  withCluster,
} from './harness.ts';

const recorded = z
  .record(z.string(), z.array(z.object({ status: z.number(), headers: z.string() })))
  .parse(
    JSON.parse(
      readFileSync(new URL('../../../test/fixtures/arm/recorded-matrix.json', import.meta.url), 'utf8'),
    ),
  );

function shapeOf({ status, headers }: Answer) {
  const letters = `${'azure-asyncoperation' in headers ? 'A' : ''}${'location' in headers ? 'L' : ''}`;
  return { status, headers: letters };
}

const known = (type: string, method: string) =>
  (recorded[`${type.toLowerCase()} ${method}`] ?? []).map(({ status, headers }) => ({ status, headers }));

test('AKS: 201 with an operation, 200 with one, 202 with both links', () => {
  const azure = azureHarness();
  const type = 'Microsoft.ContainerService/managedClusters';
  const created = azure.put(clusterPath('c1'), aCluster());
  azure.clock.advance(10 * MINUTE);
  const updated = azure.put(clusterPath('c1'), aCluster());
  azure.clock.advance(10 * MINUTE);
  const credential = azure.post(`${clusterPath('c1')}/listClusterAdminCredential`);
  azure.put(clusterPath('c1'), aCluster());
  const aborted = azure.post(`${clusterPath('c1')}/abort`);
  const deleted = azure.del(clusterPath('c1'));
  expect([created.status, updated.status]).toEqual([201, 200]);
  expect(known(type, 'PUT')).toContainEqual(shapeOf(created));
  expect(known(type, 'PUT')).toContainEqual(shapeOf(updated));
  expect(known(type, 'POST')).toContainEqual(shapeOf(credential));
  expect(known(type, 'POST')).toContainEqual(shapeOf(aborted));
  expect(known(type, 'DELETE')).toContainEqual(shapeOf(deleted));
});

test.each(['virtualNetworks', 'networkSecurityGroups', 'publicIPAddresses', 'loadBalancers', 'natGateways'])(
  'network: %s',
  (collection) => {
    const azure = azureHarness();
    const type = `Microsoft.Network/${collection}`;
    const path = `${GROUP}/providers/${type}/one`;
    const properties =
      collection === 'virtualNetworks' ? { addressSpace: { addressPrefixes: ['10.9.0.0/16'] } } : {};
    const body = { location: 'westeurope', properties };
    const created = azure.put(path, body);
    azure.clock.advance(MINUTE);
    const updated = azure.put(path, body);
    azure.clock.advance(MINUTE);
    const deleted = azure.del(path);
    expect([created.status, updated.status, deleted.status]).toEqual([201, 200, 202]);
    expect(known(type, 'PUT')).toContainEqual(shapeOf(created));
    expect(known(type, 'PUT')).toContainEqual(shapeOf(updated));
    expect(known(type, 'DELETE')).toContainEqual(shapeOf(deleted));
  },
);

test('dependency refusals are all 400', () => {
  const azure = azureHarness();
  withCluster(azure);
  const nodes = GROUP.replace('/platform', '/MC_platform_c1_westeurope');
  const [network] = azure.get(`${nodes}/providers/Microsoft.Network/virtualNetworks`).body.value;
  const [address] = azure.get(`${nodes}/providers/Microsoft.Network/publicIPAddresses`).body.value;
  expect(known('Microsoft.Network/virtualNetworks', 'DELETE')).toContainEqual(shapeOf(azure.del(network.id)));
  expect(known('Microsoft.Network/publicIPAddresses', 'DELETE')).toContainEqual(
    shapeOf(azure.del(address.id)),
  );
  expect(azure.get(networkPath('none')).status).toBe(404);
});
