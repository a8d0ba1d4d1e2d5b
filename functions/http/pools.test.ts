import type { HttpMethod } from '@azure/functions';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { aClusterInput, aPoolInput } from '../../test/builders/cluster-input.ts';
import { send, type TestApiDeps } from '../../test/builders/http.ts';
import { aReadyProject, editor, viewer } from '../../test/builders/project.ts';
import { createCluster } from './create-cluster.ts';
import { createPool } from './create-pool.ts';
import { deletePool } from './delete-pool.ts';
import { getPool } from './get-pool.ts';
import { listPools } from './list-pools.ts';
import { patchPool } from './patch-pool.ts';
import { planCluster } from './plan-cluster.ts';

const params = { project: 'default', cluster: 'shop' };
const gpu = { name: 'gpu', size: 1, instanceType: 'Standard_NC4as_T4_v3' };
let deps: TestApiDeps;
beforeEach(async () => {
  deps = await aReadyProject();
  const body = aClusterInput({ pools: [aPoolInput(), aPoolInput({ name: 'work', system: false, size: 2 })] });
  await send(deps, createCluster, { ...editor, params: { project: 'default' }, body });
});

const patch = (pool: string, body: unknown, method: HttpMethod = 'PATCH') =>
  send(deps, patchPool, { ...editor, method, params: { ...params, pool }, body });
const add = (body: unknown) => send(deps, createPool, { ...editor, params, body });
const remove = (pool: string, confirm = pool) =>
  send(deps, deletePool, {
    ...editor,
    params: { ...params, pool },
    path: `/api/v1/x?confirm=${confirm}`,
  });

describe('scaling', () => {
  test('[A46, A235] a new size raises the generation and asks for a pass', async () => {
    expect(await patch('work', { size: 5 })).toMatchObject({
      status: 202,
      body: { name: 'work', size: 5, generation: 2 },
    });
    expect(deps.queue.sent.at(-1)?.message).toMatchObject({ reason: 'pool-patched', wake: 2 });
    expect((await patch('work', { size: 5 })).status).toBe(200);
    expect(await patch('none', { size: 5 })).toMatchObject({ status: 404, body: { code: 'POOL_NOT_FOUND' } });
    const elsewhere = { params: { project: 'default', cluster: 'none', pool: 'work' }, body: { size: 5 } };
    expect(await send(deps, patchPool, { ...editor, ...elsewhere })).toMatchObject({
      status: 404,
      body: { code: 'CLUSTER_NOT_FOUND' },
    });
  });

  test('[A235] the size of an autoscaled pool belongs to the autoscaler', async () => {
    const scaled = await patch('work', { autoscale: { min: 1, max: 4 } });
    expect(scaled).toMatchObject({ status: 202, body: { name: 'work', autoscale: { min: 1, max: 4 } } });
    expect(scaled.body).not.toHaveProperty('size');
    expect(await patch('work', { size: 3 })).toMatchObject({
      status: 409,
      body: { code: 'POOL_AUTOSCALED' },
    });
    expect(await patch('work', { autoscale: null, size: 3 })).toMatchObject({
      status: 202,
      body: { size: 3, generation: 3 },
    });
  });

  test('[A134] a size and a range together are refused', async () => {
    expect(await patch('work', { size: 3, autoscale: { min: 1, max: 4 } })).toMatchObject({
      status: 422,
      body: { code: 'SIZE_AND_AUTOSCALE' },
    });
  });

  test('[A147] the last system pool keeps a node and its mark', async () => {
    for (const body of [{ size: 0 }, { system: false }]) {
      expect(await patch('system', body)).toMatchObject({ status: 409, body: { code: 'LAST_SYSTEM_POOL' } });
    }
  });
});

describe('reconfiguring', () => {
  test('[A48, A49, A245] type, disk and zones change together', async () => {
    const body = { instanceType: 'Standard_D8s_v5', disk: { sizeGiB: 120 }, zones: ['1'] };
    expect(await patch('work', body)).toMatchObject({ status: 202, body });
  });

  test('[A48] a type that the cloud does not have there is refused by the cloud', async () => {
    const finding = { severity: 'error', code: 'INSTANCE_TYPE_UNAVAILABLE', path: '/instanceType' } as const;
    deps.cloud.findings = [{ ...finding, message: 'not in westeurope' }];
    expect(await patch('work', { instanceType: 'Standard_NC12s_v3' })).toMatchObject({
      status: 422,
      body: { code: 'INSTANCE_TYPE_UNAVAILABLE' },
    });
    expect(deps.cloud.verified.at(-1)?.before?.pools[1]?.instanceType).toBe('Standard_D4s_v5');
  });

  test('a pool keeps its name', async () => {
    expect(await patch('work', { name: 'other' })).toMatchObject({
      status: 422,
      body: { code: 'FIELD_IMMUTABLE', errors: [{ path: '/name' }] },
    });
  });
});

describe('adding and removing', () => {
  test('[A47, A151, A154, A240] a pool that names no zones is regional', async () => {
    const added = await add(gpu);
    expect(added).toMatchObject({ status: 202, body: { name: 'gpu', size: 1, zones: [], generation: 2 } });
    expect(added.headers.get('location')).toBe('/api/v1/projects/default/clusters/shop/pools/gpu');
    expect(added.headers.get('etag')).toBe('"2.2"');
    expect(await add(gpu)).toMatchObject({ status: 409, body: { code: 'POOL_NAME_TAKEN' } });
  });

  test('[A243] a removal needs the name, and an existing pool', async () => {
    expect(await remove('work', 'wrong')).toMatchObject({
      status: 428,
      body: { code: 'CONFIRMATION_REQUIRED' },
    });
    expect((await remove('none')).status).toBe(404);
    expect(await remove('work')).toMatchObject({
      status: 202,
      body: { name: 'work', size: 2, generation: 2 },
    });
    expect((await remove('work')).status).toBe(404);
  });

  test('[A147, A244] neither the last system pool nor the last CPUs can go', async () => {
    expect(await remove('system')).toMatchObject({ status: 409, body: { code: 'LAST_SYSTEM_POOL' } });
    deps.cloud.findings = [{ severity: 'error', code: 'MIN_CPU', path: '/pools', message: '1 vCPU is left' }];
    expect(await remove('work')).toMatchObject({ status: 409, body: { code: 'MIN_CPU' } });
  });
});

test('pools are read with the generation of their cluster', async () => {
  const list = await send(deps, listPools, { ...viewer, params });
  expect(list.body).toMatchObject({ items: [{ name: 'system' }, { name: 'work' }] });
  const one = await send(deps, getPool, { ...viewer, params: { ...params, pool: 'work' } });
  expect(one).toMatchObject({
    status: 200,
    body: { name: 'work', size: 2, drain: { timeout: 'PT10M' }, generation: 1 },
  });
  expect((await patch('work', { ...Object(one.body), warnings: [] })).status).toBe(200);
  expect(one.headers.get('etag')).toBe('"1.1"');
});

test('a plan pays from the purse of the passes', async () => {
  const call = { verb: 'read', family: 'Microsoft.ContainerService' } as const;
  await send(deps, planCluster, { ...viewer, params, body: {} });
  expect(deps.cloud.guards[0]?.admit(call)).toBeUndefined();
  deps.budgets.close('default/azure-demo/westeurope', call, 9_000);
  expect(deps.cloud.guards[0]?.admit(call)).toMatchObject({ why: 'budget' });
});

test('a plan counts the nodes and changes nothing', async () => {
  const plan = (body: unknown) => send(deps, planCluster, { ...viewer, params, body });
  const pools = [{ name: 'system', instanceType: 'Standard_D8s_v5' }, gpu];
  expect(await plan({ pools })).toMatchObject({
    status: 200,
    body: { nodes: { created: 1, replaced: 3, deleted: 2 } },
  });
  expect(await plan({ delete: true })).toMatchObject({ body: { nodes: { deleted: 5 } } });
  expect(await plan({ delete: false })).toMatchObject({ body: { nodes: { deleted: 0 } } });
  expect(await plan({ delete: 'yes' })).toMatchObject({ status: 422, body: { code: 'TYPE_INVALID' } });
  expect(await plan({ pools: [gpu] })).toMatchObject({ status: 409, body: { code: 'LAST_SYSTEM_POOL' } });
  expect((await send(deps, listPools, { ...viewer, params })).body).toMatchObject({
    items: [{ instanceType: 'Standard_D4s_v5' }, {}],
  });
});
