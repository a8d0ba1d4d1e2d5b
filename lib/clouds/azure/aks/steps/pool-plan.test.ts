import { describe, expect, test } from '@jest/globals';
import {
  current,
  desired,
  draft,
  movingPool,
  NOON,
  NOON_MS,
  node,
  old,
  quiet,
  quota,
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
  { title: 'no cluster', observed: { present: false }, plan: ['WaitingForCluster', 30_000, undefined] },
  {
    title: '[A47] absent: add',
    observed: {},
    plan: ['AddingPool', 'create webnew1 2', 'AddingWorkerNode'],
  },
  { title: 'as wanted', observed: { current }, plan: ['PoolReady'] },
  { title: 'as wanted while others move', observed: { current, moving: true }, plan: ['PoolReady'] },
  {
    title: '[A237] as wanted on paper, machines under way',
    observed: { current: { ...current, ...movingPool }, moving: true, nodes: [node('n1', 'webnew1')] },
    plan: ['PoolUpdating', 30_000, 'AddingWorkerNode'],
  },
  {
    title: 'machines going',
    observed: {
      current: { ...current, ...movingPool, count: 2 },
      moving: true,
      nodes: ['n1', 'n2', 'n3'].map((name) => node(name, 'webnew1')),
    },
    plan: ['PoolUpdating', 30_000, 'RemovingNode'],
  },
  {
    title: 'a change has to wait while AKS is busy',
    observed: { current: { ...current, count: 1 }, moving: true },
    plan: ['ClusterBusy', 30_000, 'AddingWorkerNode'],
  },
  {
    title: 'our own operation is looked at by its schedule',
    desired: { ...desired, operation: 'createPool', operationAt: '2026-11-20T11:59:30.000Z' },
    observed: { current: { ...current, ...movingPool }, moving: true },
    plan: ['PoolUpdating', 60_000, 'AddingWorkerNode'],
  },
  {
    title: '[A46] up',
    observed: { current: { ...current, count: 1 } },
    plan: ['ScalingUp', 'update webnew1 2', 'AddingWorkerNode'],
  },
  {
    title: '[A46] down',
    observed: { current: { ...current, count: 5 } },
    plan: ['ScalingDown', 'update webnew1 2', 'RemovingNode'],
  },
  {
    title: '[A134] autoscaling on',
    desired: { ...desired, draft: { ...draft, autoscale: { min: 1, max: 5 } } },
    observed: { current },
    plan: ['UpdatingPool', 'update webnew1 auto', undefined],
  },
  {
    title: '[A134] autoscaling on with more nodes at least than there are',
    desired: { ...desired, draft: { ...draft, autoscale: { min: 4, max: 5 } } },
    observed: { current },
    plan: ['ScalingUp', 'update webnew1 4', 'AddingWorkerNode'],
  },
  {
    title: '[A134] autoscaling on with fewer nodes at most than there are',
    desired: { ...desired, draft: { ...draft, autoscale: { min: 1, max: 3 } } },
    observed: { current: { ...current, count: 5 } },
    plan: ['ScalingDown', 'update webnew1 3', 'RemovingNode'],
  },
  {
    title: '[A134] autoscaling off gives the size back',
    observed: { current: { ...current, count: 4, autoscale: { min: 1, max: 5 } } },
    plan: ['ScalingDown', 'update webnew1 2', 'RemovingNode'],
  },
  {
    title: 'labels in place',
    observed: { current: { ...current, labels: {} } },
    plan: ['UpdatingPool', 'update webnew1 2', undefined],
  },
  {
    title: 'taints in place',
    observed: { current: { ...current, taints: [] } },
    plan: ['UpdatingPool', 'update webnew1 2', undefined],
  },
  {
    title: '[A183] tags in place',
    observed: { current: { ...current, tags: { slipway_pool: 'web', x: '1' } } },
    desired: { ...desired, managedTags: ['slipway_pool', 'x'] },
    plan: ['UpdatingPool', 'update webnew1 2', undefined],
  },
  {
    title: '[A146] becomes a system pool in place',
    desired: { ...desired, draft: { ...draft, mode: 'System' } },
    observed: { current },
    plan: ['UpdatingPool', 'update webnew1 2', undefined],
  },
  {
    title: '[A147] stays System while it is the only one',
    observed: { current: { ...current, mode: 'System' }, otherSystemPool: false },
    plan: ['WaitingForSystemPool', 30_000, undefined],
  },
  {
    title: '[A90] failed',
    observed: { current: { ...current, provisioning: 'broken', state: 'Failed', failure: quota } },
    plan: ['QuotaExceeded', 'X: no vCPU', undefined],
  },
  {
    title: '[A91] failed, shown and due',
    desired: { ...desired, shown: { reason: 'QuotaExceeded', nextAttemptAt: NOON } },
    observed: { current: { ...current, provisioning: 'broken', state: 'Failed', failure: quota } },
    plan: ['RepairingPool', 'update webnew1 2', undefined],
  },
  {
    title: '[A90] failed, and Azure does not say why',
    observed: { current: { ...current, provisioning: 'broken', state: 'Failed' } },
    plan: ['Unknown', 'AKS pool webnew1 is Failed; Azure gives no reason.', undefined],
  },
  {
    title: 'busy with another pool of ours',
    observed: { others: [{ ...old, ...movingPool }], moving: true },
    plan: ['PoolUpdating', 30_000, 'ReplacingNode'],
  },
  {
    title: 'all machines are there while AKS still says it works',
    observed: {
      current: { ...current, ...movingPool },
      moving: true,
      nodes: ['n1', 'n2'].map((name) => node(name, 'webnew1')),
    },
    plan: ['PoolUpdating', 30_000, 'AddingWorkerNode'],
  },
  {
    title: 'another system pool is there: becomes a user pool in place',
    observed: { current: { ...current, mode: 'System' } },
    plan: ['UpdatingPool', 'update webnew1 2', undefined],
  },
  {
    title: 'a user pool waits for no system pool',
    observed: { current: { ...current, count: 1 }, otherSystemPool: false },
    plan: ['ScalingUp', 'update webnew1 2', 'AddingWorkerNode'],
  },
  {
    title: 'a label has another value',
    observed: { current: { ...current, labels: { app: 'api' } } },
    plan: ['UpdatingPool', 'update webnew1 2', undefined],
  },
  {
    title: 'a label too many',
    observed: { current: { ...current, labels: { app: 'web', old: 'x' } } },
    plan: ['UpdatingPool', 'update webnew1 2', undefined],
  },
  {
    title: 'another label of as many',
    desired: { ...desired, draft: { ...draft, labels: { app: 'web', tier: 'a' } } },
    observed: { current: { ...current, labels: { app: 'web', old: 'a' } } },
    plan: ['UpdatingPool', 'update webnew1 2', undefined],
  },
  {
    title: 'taints in another order are the same',
    desired: { ...desired, draft: { ...draft, taints: ['a=:NoSchedule', 'b=:NoSchedule'] } },
    observed: { current: { ...current, taints: ['b=:NoSchedule', 'a=:NoSchedule'] } },
    plan: ['PoolReady'],
  },
  {
    title: '[A134] another range, at least',
    desired: { ...desired, draft: { ...draft, autoscale: { min: 1, max: 5 } } },
    observed: { current: { ...current, autoscale: { min: 2, max: 5 } } },
    plan: ['UpdatingPool', 'update webnew1 auto', undefined],
  },
  {
    title: '[A134] another range, at most',
    desired: { ...desired, draft: { ...draft, autoscale: { min: 1, max: 5 } } },
    observed: { current: { ...current, autoscale: { min: 1, max: 6 } } },
    plan: ['UpdatingPool', 'update webnew1 auto', undefined],
  },
];

describe('a pool in place', () => {
  test.each(rows)('$title', ({ desired: wanted, observed, plan }) => {
    expect(short(planPool(wanted ?? desired, { ...quiet, ...observed }, NOON_MS))).toEqual(plan);
  });

  test.each<[string, Partial<PoolObserved>, object]>([
    [
      'adding: Ready nodes of those wanted',
      { current: { ...current, count: 1 }, nodes: [node('n1', 'webnew1')] },
      { done: 1, total: 2 },
    ],
    [
      'removing: nodes gone of those that go',
      {
        current: { ...current, count: 5 },
        nodes: ['n1', 'n2', 'n3', 'n4'].map((name) => node(name, 'webnew1')),
      },
      { done: 1, total: 3 },
    ],
    [
      'removing: more Ready than there should be',
      {
        current: { ...current, count: 3 },
        nodes: ['n1', 'n2', 'n3', 'n4'].map((name) => node(name, 'webnew1')),
      },
      { done: 0, total: 1 },
    ],
    ['adding the pool', {}, { done: 0, total: 2 }],
    ['while AKS is busy', { current: { ...current, count: 1 }, moving: true }, { done: 0, total: 2 }],
  ])('progress: %s', (_what, observed, progress) => {
    expect(planPool(desired, { ...quiet, ...observed }, NOON_MS).progress).toEqual(progress);
  });

  test('who is busy is named', () => {
    const own = { ...current, ...movingPool, count: 1 };
    const says = (fields: Partial<PoolObserved>) =>
      planPool(desired, { ...quiet, moving: true, ...fields }, NOON_MS).message;
    expect(says({ current: own })).toBe('AKS pool webnew1 is Scaling.');
    expect(says({ current: { ...current, count: 1 } })).toBe(
      'AKS is busy with another change of the cluster.',
    );
  });
});
