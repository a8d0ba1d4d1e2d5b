import { describe, expect, test } from '@jest/globals';
import {
  desired,
  leaving,
  NOON,
  NOON_MS,
  node,
  old,
  quiet,
  short,
} from '../../../../../test/builders/aks-pool.ts';
import type { PoolDesired, PoolObserved } from './pool-model.ts';
import { planPool } from './pool-plan.ts';

interface Row {
  readonly title: string;
  readonly desired?: PoolDesired;
  readonly observed: Partial<PoolObserved>;
  readonly plan: readonly unknown[];
}

const rows: readonly Row[] = [
  { title: '[A244] gone', desired: leaving, observed: {}, plan: ['PoolRemoved'] },
  {
    title: '[A244] drains, all closed first',
    desired: leaving,
    observed: {
      others: [old],
      nodes: [node('o1', 'webold1', { unschedulable: true }), node('o2', 'webold1')],
    },
    plan: ['DrainingNodes', 'drain o1 o2 cordon o2', 'RemovingNode'],
  },
  {
    title: '[A244] goes on where it was',
    desired: { ...leaving, drained: ['o1'] },
    observed: {
      others: [old],
      nodes: ['o1', 'o2'].map((name) => node(name, 'webold1', { unschedulable: true })),
    },
    plan: ['DrainingNodes', 'drain o2 cordon ', 'RemovingNode'],
  },
  {
    title: '[A244] all empty: the pool goes',
    desired: { ...leaving, drained: ['o1'] },
    observed: { others: [old], nodes: [node('o1', 'webold1')] },
    plan: ['RemovingPool', 'delete webold1', 'RemovingNode'],
  },
  {
    title: 'the other system pool is there: it goes like any other',
    desired: leaving,
    observed: { others: [{ ...old, mode: 'System' }], nodes: [] },
    plan: ['RemovingPool', 'delete webold1', 'RemovingNode'],
  },
  {
    title: 'a user pool waits for no system pool',
    desired: leaving,
    observed: { others: [old], otherSystemPool: false, nodes: [] },
    plan: ['RemovingPool', 'delete webold1', 'RemovingNode'],
  },
  {
    title: 'one revision after the other; what Azure is deleting comes last',
    desired: leaving,
    observed: {
      others: [
        { ...old, name: 'webold0', state: 'Deleting' },
        { ...old, name: 'webold2' },
      ],
      nodes: [node('o1', 'webold0'), node('o2', 'webold2')],
    },
    plan: ['DrainingNodes', 'drain o2 cordon o2', 'RemovingNode'],
  },
  {
    title: 'what Azure is deleting is seen through',
    desired: leaving,
    observed: { others: [{ ...old, name: 'webold0', state: 'Deleting' }], nodes: [] },
    plan: ['RemovingPool', 'delete webold0', 'RemovingNode'],
  },
  {
    title: 'a machine that never became a node has nothing to drain',
    desired: leaving,
    observed: { others: [old], nodes: [node('o1', 'webold1', { registered: false })] },
    plan: ['RemovingPool', 'delete webold1', 'RemovingNode'],
  },
  {
    title: 'the node that is half empty comes first',
    desired: { ...leaving, draining: { node: 'o2', since: NOON, budgets: [] } },
    observed: {
      others: [old],
      nodes: ['o1', 'o2', 'o3'].map((name) => node(name, 'webold1', { unschedulable: true })),
    },
    plan: ['DrainingNodes', 'drain o2 o1 o3 cordon ', 'RemovingNode'],
  },
  {
    title: '[A147] the last system pool waits for another',
    desired: leaving,
    observed: {
      others: [{ ...old, mode: 'System' }],
      otherSystemPool: false,
      nodes: [node('o1', 'webold1')],
    },
    plan: ['WaitingForSystemPool', 30_000, 'RemovingNode'],
  },
];

describe('a pool that left the spec', () => {
  test.each(rows)('$title', ({ desired: wanted, observed, plan }) => {
    expect(short(planPool(wanted ?? desired, { ...quiet, ...observed }, NOON_MS))).toEqual(plan);
  });

  test('[A244] a blocked drain names its budgets and no numbers', () => {
    const draining = { node: 'o1', since: NOON, budgets: ['shop/api', 'shop/web'] };
    const observed = { ...quiet, others: [old], nodes: [node('o1', 'webold1')] };
    expect(planPool({ ...leaving, draining }, observed, NOON_MS)).toMatchObject({
      message: 'Draining node o1: PodDisruptionBudget shop/api, shop/web allows no eviction now.',
      progress: { done: 0, total: 1 },
    });
  });

  test.each([
    ['nothing holds it', { node: 'o1', since: NOON, budgets: [] }],
    ['another node was held', { node: 'o0', since: NOON, budgets: ['shop/api'] }],
  ])('a drain names no budget when %s', (_what, draining) => {
    const observed = { ...quiet, others: [old], nodes: [node('o1', 'webold1')] };
    expect(planPool({ ...leaving, draining }, observed, NOON_MS)).toMatchObject({
      message: 'Draining node o1.',
    });
  });
});
