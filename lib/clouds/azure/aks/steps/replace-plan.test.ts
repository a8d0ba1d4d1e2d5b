import { describe, expect, test } from '@jest/globals';
import {
  current,
  desired,
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
  {
    title: '[A247] replacement begins with one node',
    observed: { others: [old] },
    plan: ['AddingReplacement', 'create webnew1 1', 'ReplacingNode'],
  },
  {
    title: '[A247] an old autoscaler is held still first',
    observed: { current: { ...current, count: 0 }, others: [{ ...old, autoscale: { min: 1, max: 3 } }] },
    plan: ['HoldingOldPool', 'update webold1 2', 'ReplacingNode'],
  },
  {
    title: '[A247] the new node is not Ready',
    observed: {
      current: { ...current, count: 1 },
      others: [old],
      nodes: [node('n1', 'webnew1', { ready: false })],
    },
    plan: ['WaitingForNewNode', 40_000, 'ReplacingNode'],
  },
  {
    title: '[A247] one more than wanted: the oldest goes',
    observed: {
      current: { ...current, count: 1 },
      others: [old],
      nodes: [node('n9', 'webnew1'), node('o2', 'webold1'), node('o1', 'webold1')],
    },
    plan: ['ReplacingNode', 'remove o1', 'ReplacingNode'],
  },
  {
    title: '[A247] the one that drains already goes first',
    desired: { ...desired, draining: { node: 'o2', since: NOON, budgets: [] } },
    observed: {
      current: { ...current, count: 1 },
      others: [old],
      nodes: [node('n9', 'webnew1'), node('o2', 'webold1'), node('o1', 'webold1')],
    },
    plan: ['ReplacingNode', 'remove o2', 'ReplacingNode'],
  },
  {
    title: 'a machine that never became a node goes before the others',
    observed: {
      current: { ...current, count: 1 },
      others: [old],
      nodes: [node('n9', 'webnew1'), node('o1', 'webold1'), node('o2', 'webold1', { registered: false })],
    },
    plan: ['ReplacingNode', 'remove o2', 'ReplacingNode'],
  },
  {
    title: '[A247] the oldest of the old ones goes first, wherever it is in the list',
    observed: {
      current: { ...current, count: 1 },
      others: [old],
      nodes: [
        node('n9', 'webnew1'),
        node('o1', 'webold1', { createdAt: '2026-11-20T09:00:00.000Z' }),
        node('o2', 'webold1', { createdAt: '2026-11-20T08:00:00.000Z' }),
      ],
    },
    plan: ['ReplacingNode', 'remove o2', 'ReplacingNode'],
  },
  {
    title: 'of two that are equally old, the first by name',
    observed: {
      current: { ...current, count: 1 },
      others: [old],
      nodes: [
        node('n9', 'webnew1'),
        node('o2', 'webold1', { createdAt: NOON }),
        node('o1', 'webold1', { createdAt: NOON }),
      ],
    },
    plan: ['ReplacingNode', 'remove o1', 'ReplacingNode'],
  },
  {
    title: 'who is half gone goes before a machine that never became a node',
    desired: { ...desired, draining: { node: 'o2', since: NOON, budgets: [] } },
    observed: {
      current: { ...current, count: 1 },
      others: [old],
      nodes: [node('n9', 'webnew1'), node('o1', 'webold1', { registered: false }), node('o2', 'webold1')],
    },
    plan: ['ReplacingNode', 'remove o2', 'ReplacingNode'],
  },
  {
    title: 'the last of one old revision goes with its pool, the other stays',
    observed: {
      current,
      others: [
        { ...old, count: 1 },
        { ...old, name: 'webold2', count: 1 },
      ],
      nodes: [node('n8', 'webnew1'), node('n9', 'webnew1'), node('o1', 'webold1'), node('o2', 'webold2')],
    },
    plan: ['ReplacingNode', 'remove o1 and its pool', 'ReplacingNode'],
  },
  {
    title: '[A247] as many as wanted: one more',
    observed: {
      current: { ...current, count: 1 },
      others: [{ ...old, count: 1 }],
      nodes: [node('n9', 'webnew1'), node('o1', 'webold1')],
    },
    plan: ['AddingReplacement', 'update webnew1 2', 'ReplacingNode'],
  },
  {
    title: '[A247] the last old node goes with its pool',
    observed: {
      current,
      others: [{ ...old, count: 1 }],
      nodes: [node('n8', 'webnew1'), node('n9', 'webnew1'), node('o1', 'webold1')],
    },
    plan: ['ReplacingNode', 'remove o1 and its pool', 'ReplacingNode'],
  },
  {
    title: 'an old pool without nodes',
    observed: {
      current,
      others: [{ ...old, count: 0 }],
      nodes: [node('n8', 'webnew1'), node('n9', 'webnew1')],
    },
    plan: ['DeletingOldPool', 'delete webold1', 'ReplacingNode'],
  },
  {
    title: 'a failed old pool that never got a machine',
    observed: {
      current,
      others: [{ ...old, count: 1, provisioning: 'broken', state: 'Failed' }],
      nodes: [node('n8', 'webnew1'), node('n9', 'webnew1')],
    },
    plan: ['DeletingOldPool', 'delete webold1', 'ReplacingNode'],
  },
  {
    title: 'Azure does not list the old machines',
    observed: {
      current,
      others: [{ ...old, count: 1 }],
      nodes: [node('n8', 'webnew1'), node('n9', 'webnew1')],
    },
    plan: ['WaitingForMachines', 40_000, 'ReplacingNode'],
  },
];

describe('a pool whose nodes are replaced', () => {
  test.each(rows)('$title', ({ desired: wanted, observed, plan }) => {
    expect(short(planPool(wanted ?? desired, { ...quiet, ...observed }, NOON_MS))).toEqual(plan);
  });
});
