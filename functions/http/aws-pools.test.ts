/** Pools of clusters on EC2 over HTTP: the control plane grows by steps, workers come and go, spot comes and goes. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { ZONES } from '../../test/builders/aws.ts';
import { aControlPlaneInput, anAwsInput, anAwsPoolInput } from '../../test/builders/aws-input.ts';
import { send, type TestApiDeps } from '../../test/builders/http.ts';
import { aReadyProjectWithAws, editor, viewer } from '../../test/builders/project.ts';
import { createCluster } from './create-cluster.ts';
import { createPool } from './create-pool.ts';
import { deletePool } from './delete-pool.ts';
import { getPool } from './get-pool.ts';
import { patchPool } from './patch-pool.ts';
import { planCluster } from './plan-cluster.ts';

const params = { project: 'default', cluster: 'shop' };
const bid = { maxBidPercent: 40 };
let deps: TestApiDeps;
beforeEach(async () => {
  deps = await aReadyProjectWithAws();
});

const cluster = (...pools: readonly unknown[]) =>
  send(deps, createCluster, { ...editor, params: { project: 'default' }, body: anAwsInput({ pools }) });
const patch = (pool: string, body: unknown) =>
  send(deps, patchPool, { ...editor, params: { ...params, pool }, body });
const add = (body: unknown) => send(deps, createPool, { ...editor, params, body });
const remove = (pool: string, confirm = pool) =>
  send(deps, deletePool, { ...editor, params: { ...params, pool }, path: `/api/v1/x?confirm=${confirm}` });
const refused = (body: unknown): readonly string[] =>
  Object(body).errors.map(({ code, path }: { code: string; path: string }) => `${path} ${code}`);
const controlPlane = (size: number) => aControlPlaneInput({ size });

describe('the control plane', () => {
  test.each([
    [1, 3],
    [3, 5],
  ])('[A238] grows from %d to %d', async (from, to) => {
    await cluster(controlPlane(from), anAwsPoolInput());
    expect(await patch('control-plane', { size: to })).toMatchObject({
      status: 202,
      body: { size: to, role: 'control-plane', generation: 2 },
    });
  });

  test('[A238] goes from 1 to 5 by way of 3, or in a chain when that is asked for', async () => {
    await cluster(controlPlane(1), anAwsPoolInput());
    const tooFar = await patch('control-plane', { size: 5 });
    expect(tooFar).toMatchObject({ status: 422, body: { code: 'CONTROL_PLANE_SCALE_STEP' } });
    expect(Object(tooFar.body).errors[0].hint).toMatch(/3 first/);
    const chained = await patch('control-plane', { size: 5, chain: true });
    expect(chained).toMatchObject({ status: 202, body: { size: 5 } });
    expect(chained.body).not.toHaveProperty('chain');
  });

  test.each([
    [1, 2, ['/size CONTROL_PLANE_SIZE_INVALID']],
    [3, 4, ['/size CONTROL_PLANE_SIZE_INVALID']],
    [3, 7, ['/size CONTROL_PLANE_SIZE_INVALID']],
    [5, 3, ['/size CONTROL_PLANE_SCALE_DOWN_UNSUPPORTED']],
    [3, 1, ['/size CONTROL_PLANE_SCALE_DOWN_UNSUPPORTED']],
    [3, 2, ['/size CONTROL_PLANE_SCALE_DOWN_UNSUPPORTED', '/size CONTROL_PLANE_SIZE_INVALID']],
  ])('[A163, A238, A239] from %d to %d is refused', async (from, to, expected) => {
    await cluster(controlPlane(from), anAwsPoolInput());
    const answer = await patch('control-plane', { size: to });
    expect([answer.status, refused(answer.body)]).toEqual([422, expected]);
  });

  test('[A163, A240] stays alone, on demand, and is never removed', async () => {
    await cluster(controlPlane(3), anAwsPoolInput());
    expect(refused((await add(aControlPlaneInput({ name: 'second' }))).body)).toEqual([
      '/role CONTROL_PLANE_POOL_SINGLE',
    ]);
    expect(refused((await patch('control-plane', { capacity: 'spot', spot: bid })).body)).toEqual([
      '/capacity SPOT_WORKER_ONLY',
    ]);
    expect(await remove('control-plane')).toMatchObject({
      status: 409,
      body: { code: 'CONTROL_PLANE_POOL_REQUIRED' },
    });
  });

  test('[A164] takes workloads when it is told to, and no longer when nothing else could', async () => {
    await cluster(controlPlane(3), anAwsPoolInput());
    expect(await patch('control-plane', { allowWorkloads: true })).toMatchObject({
      status: 202,
      body: { allowWorkloads: true },
    });
    expect((await remove('worker')).status).toBe(202);
    expect(await patch('control-plane', { allowWorkloads: null })).toMatchObject({
      status: 422,
      body: { code: 'NO_SCHEDULABLE_NODES' },
    });
  });

  test('[A245] is given other machines and zones', async () => {
    await cluster(controlPlane(3), anAwsPoolInput());
    const body = { instanceType: 'm5.xlarge', disk: { type: 'gp3', sizeGiB: 120 }, zones: [ZONES[0]] };
    expect(await patch('control-plane', body)).toMatchObject({ status: 202, body });
  });
});

describe('workers', () => {
  beforeEach(() => cluster(controlPlane(3), anAwsPoolInput()));

  test('[A46, A235] scale', async () => {
    expect(await patch('worker', { size: 7 })).toMatchObject({ status: 202, body: { size: 7 } });
    expect(await patch('worker', { size: 0 })).toMatchObject({
      status: 422,
      body: { code: 'NO_SCHEDULABLE_NODES' },
    });
  });

  test('[A15] have a size and no range', async () => {
    expect(await patch('worker', { autoscale: { min: 1, max: 3 } })).toMatchObject({
      status: 422,
      body: { code: 'OPERATION_UNSUPPORTED', errors: [{ path: '/autoscale' }] },
    });
  });

  test('[A49] move to other zones; none means all', async () => {
    expect(await patch('worker', { zones: ['b'] })).toMatchObject({
      status: 202,
      body: { zones: [ZONES[1]] },
    });
    expect(await patch('worker', { zones: [] })).toMatchObject({ status: 202, body: { zones: ZONES } });
  });

  test('[A47, A240, A241] a pool is added in all zones unless it names some', async () => {
    expect(await add(anAwsPoolInput({ name: 'batch' }))).toMatchObject({
      status: 202,
      body: { zones: ZONES },
    });
    expect(await add(anAwsPoolInput({ name: 'edge', zones: ['c'] }))).toMatchObject({
      body: { zones: [ZONES[2]] },
    });
    expect(await add(anAwsPoolInput({ name: 'edge' }))).toMatchObject({
      status: 409,
      body: { code: 'POOL_NAME_TAKEN' },
    });
  });

  test('a pool that is added while the cloud is slow says so at the pool', async () => {
    deps.aws.zones = undefined;
    expect(await add(anAwsPoolInput({ name: 'batch' }))).toMatchObject({
      status: 202,
      body: { zones: [], warnings: [{ code: 'NOT_VERIFIED', path: '/zones' }] },
    });
  });

  test('[A243, A244] the last workers stay; others go once their name is repeated', async () => {
    expect((await remove('worker', 'Worker')).status).toBe(428);
    expect(await remove('worker')).toMatchObject({ status: 409, body: { code: 'NO_SCHEDULABLE_NODES' } });
    await add(anAwsPoolInput({ name: 'batch' }));
    expect((await remove('worker')).status).toBe(202);
  });

  test('[A244] what is left has to have the least CPU', async () => {
    await add(anAwsPoolInput({ name: 'batch' }));
    deps.aws.findings = [{ severity: 'error', code: 'MIN_CPU', path: '/pools', message: '1 vCPU is left' }];
    expect(await remove('worker')).toMatchObject({ status: 409, body: { code: 'MIN_CPU' } });
  });

  test('a pool keeps its name and its role', async () => {
    const answer = await patch('worker', { name: 'other', role: 'control-plane', size: 3 });
    expect(refused(answer.body)).toEqual(
      expect.arrayContaining(['/name FIELD_IMMUTABLE', '/role FIELD_IMMUTABLE']),
    );
  });
});

describe('spot', () => {
  beforeEach(() => cluster(controlPlane(3), anAwsPoolInput()));
  const spot = () => patch('worker', { capacity: 'spot', spot: bid });

  test('[A250, A251] a pool changes over, and its bid merges', async () => {
    expect(await spot()).toMatchObject({
      status: 202,
      body: { capacity: 'spot', spot: { ...bid, fallback: 'none' } },
    });
    expect(await patch('worker', { spot: { fallback: 'on-demand' } })).toMatchObject({
      body: { spot: { ...bid, fallback: 'on-demand' } },
    });
    expect(refused((await patch('worker', { spot: { maxBidPercent: null } })).body)).toEqual([
      '/spot/maxBidPercent SPOT_MAX_BID_REQUIRED',
    ]);
  });

  test.each([
    [{ capacity: 'on-demand' }],
    [{ capacity: null }],
    [{ spot: null }],
    [{ capacity: 'on-demand', spot: null }],
  ])('[A249] %j goes back to on-demand', async (body) => {
    await spot();
    const back = await patch('worker', body);
    expect(back).toMatchObject({ status: 202, body: { capacity: 'on-demand' } });
    expect(back.body).not.toHaveProperty('spot');
  });

  test('[A251] a bid needs a pool that bids', async () => {
    expect(refused((await patch('worker', { spot: bid })).body)).toEqual(['/spot SPOT_FIELDS_UNEXPECTED']);
    await spot();
    expect(refused((await patch('worker', { capacity: 'on-demand', spot: bid })).body)).toEqual([
      '/spot SPOT_FIELDS_UNEXPECTED',
    ]);
    const { body } = await send(deps, getPool, { ...viewer, params: { ...params, pool: 'worker' } });
    expect((await patch('worker', body)).status).toBe(200);
  });
});

test('a plan counts the machines that a change makes, replaces and removes', async () => {
  await cluster(controlPlane(3), anAwsPoolInput({ size: 5 }));
  const plan = async (...pools: readonly object[]) => {
    const body = { pools: [{ name: 'control-plane' }, ...pools] };
    return Object((await send(deps, planCluster, { ...viewer, params, body })).body).nodes;
  };
  expect(await plan({ name: 'worker', size: 7, instanceType: 'm5.xlarge' })).toEqual({
    created: 2,
    replaced: 5,
    deleted: 0,
  });
  expect(await plan({ name: 'worker', capacity: 'spot', spot: bid })).toEqual({
    created: 0,
    replaced: 5,
    deleted: 0,
  });
  expect(await plan({ name: 'worker', zones: ['b', 'c'] })).toEqual({ created: 0, replaced: 2, deleted: 0 });
  expect(await plan({ name: 'worker', zones: ['a', 'b'] })).toEqual({ created: 0, replaced: 1, deleted: 0 });
  expect(await plan({ name: 'batch', size: 2, instanceType: 'm5.large' })).toEqual({
    created: 2,
    replaced: 0,
    deleted: 5,
  });
});
