import { describe, expect, test } from '@jest/globals';
import { NOON_MS } from '../../test/builders/cluster.ts';
import { FakeWorkloadApi } from '../../test/fakes/fake-workload-api.ts';
import { ok } from '../domain/errors.ts';
import type { DrainOnBlocked } from '../domain/pool.ts';
import { type DrainContext, type DrainWish, drainNode } from './drain-node.ts';

const NOON = '2026-11-20T12:00:00.000Z';
const LONG_AGO = '2026-11-20T11:00:00.000Z';

function setUp() {
  const workload = new FakeWorkloadApi();
  workload.addNode('n1', {}, 2);
  const ctx: DrainContext = { now: () => NOON_MS, workload: async () => ok(workload) };
  const wish = (onBlocked: DrainOnBlocked, since?: string): DrainWish => ({
    node: 'n1',
    options: { timeoutMs: 600_000, onBlocked },
    draining: since === undefined ? undefined : { node: 'n1', since, budgets: [] },
    speed: 1,
  });
  return { workload, ctx, wish };
}

const draining = (budgets: readonly string[] = [], since = NOON) => ({
  ok: true,
  value: { kind: 'draining', draining: { node: 'n1', since, budgets } },
});
const EMPTY = { ok: true, value: { kind: 'empty' } };
const DOWN = { code: 'Unavailable', message: 'no answer', source: 'kube' } as const;

describe('drainNode', () => {
  test('closes the node, evicts, and the next look finds it empty', async () => {
    const { workload, ctx, wish } = setUp();
    expect(await drainNode(ctx, wish('wait'))).toEqual(draining());
    expect(workload.node('n1')?.unschedulable).toBe(true);
    expect(await drainNode(ctx, wish('wait', NOON))).toEqual(EMPTY);
  });

  test('the budgets that hold it are named', async () => {
    const { workload, ctx, wish } = setUp();
    workload.block('n1', 'shop/web', 'shop/api');
    expect(await drainNode(ctx, wish('wait'))).toEqual(draining(['shop/api', 'shop/web']));
  });

  test('wait: after the timeout it is a failure with a way out, tried on', async () => {
    const { workload, ctx, wish } = setUp();
    workload.block('n1', 'shop/web');
    expect(await drainNode(ctx, wish('wait', LONG_AGO))).toMatchObject({
      ok: false,
      error: {
        code: 'DependencyInUse',
        message: 'Node n1 cannot be drained: PodDisruptionBudget shop/web allows no eviction.',
      },
    });
  });

  test('skip: after the timeout the node goes as it is', async () => {
    const { workload, ctx, wish } = setUp();
    workload.block('n1', 'shop/web');
    expect(await drainNode(ctx, wish('skip', LONG_AGO))).toEqual(EMPTY);
  });

  test('force: after the timeout budgets do not count', async () => {
    const { workload, ctx, wish } = setUp();
    workload.block('n1', 'shop/web');
    expect(await drainNode(ctx, wish('force'))).toEqual(draining(['shop/web']));
    expect(await drainNode(ctx, wish('force', LONG_AGO))).toEqual(draining([], LONG_AGO));
    expect(await drainNode(ctx, wish('force', LONG_AGO))).toEqual(EMPTY);
  });

  test('an API out of reach starts the clock, is shown, and gives way to force', async () => {
    const { workload, ctx, wish } = setUp();
    workload.failWith(DOWN);
    expect(await drainNode(ctx, wish('force'))).toEqual(draining());
    expect(await drainNode(ctx, wish('force', NOON))).toEqual({ ok: false, error: DOWN });
    expect(await drainNode(ctx, wish('force', LONG_AGO))).toEqual(EMPTY);
  });

  test('hasty: budgets do not count from the start', async () => {
    const { workload, ctx, wish } = setUp();
    workload.block('n1', 'shop/web');
    expect(await drainNode(ctx, { ...wish('skip'), hasty: true })).toEqual(draining());
    expect(await drainNode(ctx, { ...wish('skip', NOON), hasty: true })).toEqual(EMPTY);
  });
});
