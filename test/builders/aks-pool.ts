/** A pool of the spec and its AKS pools as planners see them, and a plan in one line. */
import type { AksPool, PoolDraft } from '../../lib/clouds/azure/aks/port.ts';
import type {
  PoolAction,
  PoolDesired,
  PoolNode,
  PoolObserved,
} from '../../lib/clouds/azure/aks/steps/pool-model.ts';
import type { PoolPlan } from '../../lib/clouds/azure/aks/steps/pool-plan.ts';

export const NOON_MS = Date.UTC(2026, 10, 20, 12);
export const NOON = '2026-11-20T12:00:00.000Z';

export const draft: PoolDraft = {
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
export const desired: PoolDesired = {
  id: 'u1',
  pool: 'web',
  draft,
  drain: { timeoutMs: 600_000, onBlocked: 'wait' },
  speed: 1,
  managedTags: ['slipway_pool'],
  drained: [],
  staying: ['webnew1'],
};
export const current: AksPool = {
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
export const old: AksPool = { ...current, name: 'webold1', etag: 'e9' };
export const quiet: PoolObserved = {
  present: true,
  moving: false,
  others: [],
  otherSystemPool: true,
  nodes: [],
  closed: [],
};
export const node = (name: string, agentPool: string, fields: Partial<PoolNode> = {}): PoolNode => ({
  name,
  machine: name,
  agentPool,
  registered: true,
  ready: true,
  unschedulable: false,
  createdAt: `2026-11-20T10:00:0${name.at(-1)}.000Z`,
  ...fields,
});
export const quota = { code: 'QuotaExceeded', message: 'X: no vCPU', source: 's' } as const;
export const movingPool = { provisioning: 'moving', state: 'Scaling' } as const;
const { draft: _gone, ...left } = desired;
/** The pool left the spec. */
export const leaving: PoolDesired = left;

/** Reason, action or wait, condition. */
export function short(plan: PoolPlan): readonly unknown[] {
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

function actionOf(action: PoolAction): string {
  switch (action.kind) {
    case 'create':
      return `create ${action.draft.name} ${action.draft.count}`;
    case 'update':
      return `update ${action.name} ${action.settings.count ?? 'auto'}`;
    case 'remove-node':
      return `remove ${action.node.name}${action.last ? ' and its pool' : ''}`;
    case 'drain':
      return `drain ${action.nodes.map((one) => one.name).join(' ')} cordon ${action.cordon.join(' ')}`;
    case 'open':
      return `open ${action.nodes.join(' ')}`;
    case 'delete':
      return `delete ${action.name}`;
  }
}
