import { describe, expect, test } from '@jest/globals';
import type { AksPool, PoolDraft } from '../port.ts';
import type { PoolDesired, PoolNode, PoolObserved } from './pool-model.ts';
import { planPool } from './pool-plan.ts';

const NOON_MS = Date.UTC(2026, 10, 20, 12);
const NOON = '2026-11-20T12:00:00.000Z';

const draft: PoolDraft = {
  name: 'webnew1',
  mode: 'User',
  count: 2,
  instanceType: 'Standard_D4s_v5',
  diskSizeGiB: 60,
  zones: [],
  labels: { app: 'web' },
  taints: ['gpu=yes:NoSchedule'],
  tags: { slipway_pool: 'web' },
};
const desired: PoolDesired = {
  id: 'u1',
  pool: 'web',
  draft,
  drain: { timeoutMs: 600_000, onBlocked: 'wait' },
  speed: 1,
  managedTags: ['slipway_pool'],
  drained: [],
};
const current: AksPool = {
  name: 'webnew1',
  etag: 'e1',
  provisioning: 'settled',
  state: 'Succeeded',
  mode: 'User',
  count: 2,
  instanceType: 'Standard_D4s_v5',
  diskSizeGiB: 60,
  zones: [],
  labels: { app: 'web' },
  taints: ['gpu=yes:NoSchedule'],
  tags: { slipway_pool: 'web' },
};
const old: AksPool = { ...current, name: 'webold1', etag: 'e9' };
const quiet: PoolObserved = { present: true, moving: false, others: [], otherSystemPool: true, nodes: [] };
const node = (name: string, agentPool: string, fields: Partial<PoolNode> = {}): PoolNode => ({
  name,
  machine: name,
  agentPool,
  registered: true,
  ready: true,
  unschedulable: false,
  createdAt: `2026-11-20T10:00:0${name.at(-1)}.000Z`,
  ...fields,
});
const quota = { code: 'QuotaExceeded', message: 'X: no vCPU', source: 's' } as const;
const movingPool = { provisioning: 'moving', state: 'Scaling' } as const;
const { draft: _gone, ...leaving } = desired;

function short(plan: ReturnType<typeof planPool>): readonly unknown[] {
  switch (plan.next) {
    case 'act':
      return [plan.reason, actionOf(plan.action), plan.condition];
    case 'wait':
      return [plan.reason, plan.forMs, plan.condition];
    case 'blocked':
      return [plan.reason, plan.message, plan.condition];
    case 'done':
      return [plan.reason];
  }
}

function actionOf(action: Extract<ReturnType<typeof planPool>, { next: 'act' }>['action']): string {
  switch (action.kind) {
    case 'create':
      return `create ${action.draft.name} ${action.draft.count}`;
    case 'update':
      return `update ${action.name} ${action.settings.count ?? 'auto'}`;
    case 'remove-node':
      return `remove ${action.node.name}${action.last ? ' and its pool' : ''}`;
    case 'drain':
      return `drain ${action.nodes.map((one) => one.name).join(' ')} cordon ${action.cordon.join(' ')}`;
    case 'delete':
      return `delete ${action.name}`;
  }
}

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
    plan: ['WaitingForNewNode', 20_000, 'ReplacingNode'],
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
    title: 'Azure does not list the old machines',
    observed: {
      current,
      others: [{ ...old, count: 1 }],
      nodes: [node('n8', 'webnew1'), node('n9', 'webnew1')],
    },
    plan: ['WaitingForMachines', 20_000, 'ReplacingNode'],
  },
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

describe('planPool', () => {
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
});
