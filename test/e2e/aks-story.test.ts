/**
 * The whole path on one machine, over sockets, through the bundle: from one request to a running AKS cluster and back
 * to nothing, with the process killed on the way.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { aCloudInput } from '../builders/cluster-input.ts';
import { LocalStack } from './local-stack.ts';

const CLUSTERS = '/projects/default/clusters';
const SHOP = `${CLUSTERS}/shop`;

let stack: LocalStack;

beforeAll(async () => {
  stack = await LocalStack.start();
}, 90_000);
afterAll(() => stack?.stop(), 20_000);

function aShop(): Record<string, unknown> {
  return {
    name: 'shop',
    tags: { department: 'finance' },
    profile: { name: 'aks-base', version: '1.0.0' },
    cloud: aCloudInput({ placement: { mode: 'dynamic' } }),
    pools: [
      {
        name: 'system',
        role: 'worker',
        system: true,
        size: 3,
        instanceType: 'Standard_D4s_v5',
        zones: ['1', '2', '3'],
      },
      { name: 'batch', role: 'worker', size: 1, instanceType: 'Standard_D2s_v5' },
    ],
  };
}

const ofKind = (items: readonly { kind: string }[], kind: string) =>
  items.filter((item) => item.kind.endsWith(kind)).length;

test('[A3, A46, A47, A84] create survives kill -9 and makes everything once', async () => {
  const created = await stack.call('POST', CLUSTERS, aShop());
  expect(created.status).toBe(202);
  expect(created.headers.get('location')).toBe(`/api/v1${SHOP}`);
  await stack.until('the create is under way', async () =>
    (await stack.inventory()).length > 0 ? true : undefined,
  );
  await stack.kill();
  await stack.restart();

  const running = await stack.converged('shop');
  expect(running).toMatchObject({ status: { state: 'Running', kubernetesVersion: '1.33.2' } });
  const items = await stack.inventory();
  expect(ofKind(items, 'Microsoft.ContainerService/managedClusters')).toBe(1);
  expect(ofKind(items, 'managedClusters/agentPools')).toBe(2);
  expect(ofKind(items, 'virtualMachineScaleSets/virtualMachines')).toBe(4);
}, 60_000);

test('[A46, A47, A48, A243] scales, adds, replaces and removes pools', async () => {
  expect((await stack.call('PATCH', `${SHOP}/pools/batch`, { size: 2 })).status).toBe(202);
  await stack.converged('shop');
  const added = await stack.call('POST', `${SHOP}/pools`, {
    name: 'extra',
    role: 'worker',
    size: 1,
    instanceType: 'Standard_D2s_v5',
  });
  expect(added.status).toBe(202);
  await stack.converged('shop');
  expect((await stack.call('PATCH', `${SHOP}/pools/batch`, { instanceType: 'Standard_D4s_v5' })).status).toBe(
    202,
  );
  await stack.converged('shop');
  expect((await stack.call('DELETE', `${SHOP}/pools/extra`)).status).toBe(428);
  expect((await stack.call('DELETE', `${SHOP}/pools/extra?confirm=extra`)).status).toBe(202);
  await stack.converged('shop');

  const nodes = ((await stack.call('GET', `${SHOP}/nodes`)).body.items ?? []) as {
    pool: string;
    instanceType: string;
  }[];
  expect(nodes.map((node) => `${node.pool} ${node.instanceType}`).sort()).toEqual([
    'batch Standard_D4s_v5',
    'batch Standard_D4s_v5',
    'system Standard_D4s_v5',
    'system Standard_D4s_v5',
    'system Standard_D4s_v5',
  ]);
}, 120_000);

test('[A92] a quota that is too small fails in words, and heals by itself once it is raised', async () => {
  const fault = await stack.raw('POST', '/local/clouds/faults', {
    cloud: 'azure',
    fault: 'quota',
    name: 'cores',
    limit: 20,
  });
  expect(fault.status).toBe(201);
  expect((await stack.call('PATCH', `${SHOP}/pools/batch`, { size: 6 })).status).toBe(202);
  const failed = await stack.failed('shop');
  expect(failed).toMatchObject({ reason: 'QuotaExceeded', message: expect.stringMatching(/quota/i) });

  await stack.raw('DELETE', '/local/clouds/faults');
  await stack.converged('shop');
  expect(ofKind(await stack.inventory(), 'virtualMachineScaleSets/virtualMachines')).toBe(9);
}, 120_000);

test('[A227] delete survives kill -9 and leaves nothing, and the name is free again', async () => {
  expect((await stack.call('DELETE', SHOP)).status).toBe(428);
  expect((await stack.call('DELETE', `${SHOP}?confirm=shop`)).status).toBe(202);
  await stack.kill();
  await stack.restart();

  await stack.until('the cluster is gone', async () =>
    (await stack.call('GET', SHOP)).status === 404 ? true : undefined,
  );
  expect(await stack.inventory()).toEqual([]);
  expect((await stack.call('POST', `${CLUSTERS}/validate`, aShop())).body).toMatchObject({ valid: true });
}, 120_000);

test('no secret and no error is in the log', () => {
  expect(stack.output).not.toContain('simulated~azure-demo~secret');
  expect(stack.output).not.toMatch(/"level":"error"|\[error\]/);
});
