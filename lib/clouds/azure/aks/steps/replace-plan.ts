/**
 * Size, disk and zones cannot change on an AKS pool: a pool of the new revision takes over node by node (A247). One
 * node more, wait until it is Ready, then drain and delete the oldest of the old ones; never two at a time, and the
 * last old node goes together with its pool.
 */
import { act, type Plan, type PlanNotes, wait } from '../../../../domain/plan.ts';
import { mergeTags } from '../../tags.ts';
import type { AksPool, PoolDraft, PoolSettings } from '../port.ts';
import { NODE_LOOK_MS } from '../timing.ts';
import {
  drainMessage,
  type PoolAction,
  type PoolDesired,
  type PoolNode,
  type PoolObserved,
  readyOf,
} from './pool-model.ts';

type Replacement = Plan<PoolAction>;

export function planReplacement(desired: PoolDesired, draft: PoolDraft, observed: PoolObserved): Replacement {
  const { current, others } = observed;
  const oldCount = others.reduce((sum, pool) => sum + pool.count, 0);
  const total = totalOf(desired, draft, oldCount);
  const notes: PlanNotes = {
    condition: 'ReplacingNode',
    progress: { done: Math.min(total, readyOf(observed, current?.name)), total },
  };
  if (!current) return create(desired, draft, total, notes);
  const autoscaled = others.find((pool) => pool.autoscale !== undefined);
  if (autoscaled) return holdStill(desired, autoscaled, notes);
  if (readyOf(observed, current.name) < current.count) {
    return wait(NODE_LOOK_MS, 'WaitingForNewNode', {
      ...notes,
      message: `Waiting until the new nodes of pool ${desired.pool} are Ready.`,
    });
  }
  const empty = others.find((pool) => pool.count === 0);
  if (empty)
    return act({ kind: 'delete', name: empty.name }, 'DeletingOldPool', { ...notes, ...says(desired) });
  if (current.count + oldCount <= total) return grow(desired, draft, current, notes);
  return removeOldest(desired, observed, notes);
}

/** The autoscaler owns the size: the replacement has as many nodes as it had left. */
function totalOf(desired: PoolDesired, draft: PoolDraft, oldCount: number): number {
  if (draft.autoscale === undefined) return draft.count;
  const had = desired.replaceTotal ?? oldCount;
  return Math.min(draft.autoscale.max, Math.max(draft.autoscale.min, had));
}

function create(desired: PoolDesired, draft: PoolDraft, total: number, notes: PlanNotes): Replacement {
  const { autoscale: _later, ...fixed } = draft;
  const first: PoolDraft = { ...fixed, count: Math.min(1, total) };
  return act({ kind: 'create', draft: first, replaceTotal: total }, 'AddingReplacement', {
    ...notes,
    ...says(desired),
  });
}

/** An autoscaler would undo each step. */
function holdStill(desired: PoolDesired, old: AksPool, notes: PlanNotes): Replacement {
  const { mode, labels, taints, tags, count } = old;
  return act(
    {
      kind: 'update',
      name: old.name,
      etag: old.etag,
      settings: { mode, labels, taints, tags, count },
      event: `Stopped autoscaling of the old nodes of pool ${desired.pool}`,
    },
    'HoldingOldPool',
    { ...notes, ...says(desired) },
  );
}

function grow(desired: PoolDesired, draft: PoolDraft, current: AksPool, notes: PlanNotes): Replacement {
  const settings: PoolSettings = {
    mode: draft.mode,
    labels: draft.labels,
    taints: draft.taints,
    count: current.count + 1,
    tags: mergeTags(current.tags, { want: draft.tags, managed: desired.managedTags }),
  };
  return act(
    {
      kind: 'update',
      name: current.name,
      etag: current.etag,
      settings,
      event: `Added a replacement node to pool ${desired.pool}`,
    },
    'AddingReplacement',
    { ...notes, ...says(desired) },
  );
}

function removeOldest(desired: PoolDesired, observed: PoolObserved, notes: PlanNotes): Replacement {
  const old = new Set(observed.others.map((pool) => pool.name));
  const leaving = observed.nodes.filter((node) => old.has(node.agentPool)).toSorted(byTurn(desired));
  const node = leaving[0];
  const hollow = observed.others.find((pool) => pool.provisioning === 'broken');
  if (!node && hollow) {
    return act({ kind: 'delete', name: hollow.name }, 'DeletingOldPool', { ...notes, ...says(desired) });
  }
  if (!node) {
    return wait(NODE_LOOK_MS, 'WaitingForMachines', {
      ...notes,
      message: 'Azure does not list the old machines yet.',
    });
  }
  const last = leaving.filter((other) => other.agentPool === node.agentPool).length === 1;
  return act({ kind: 'remove-node', node, last }, 'ReplacingNode', {
    ...notes,
    message: drainMessage(desired.draining, node.name),
  });
}

/** First who is half gone already, then machines that never became nodes, then the oldest. */
function byTurn(desired: PoolDesired): (a: PoolNode, b: PoolNode) => number {
  const rank = (node: PoolNode) => {
    if (node.name === desired.draining?.node) return 0;
    return node.registered ? 2 : 1;
  };
  return (a, b) =>
    rank(a) - rank(b) || a.createdAt.localeCompare(b.createdAt) || a.name.localeCompare(b.name);
}

function says(desired: PoolDesired): PlanNotes {
  return { message: `Replacing the nodes of pool ${desired.pool} one by one.` };
}
