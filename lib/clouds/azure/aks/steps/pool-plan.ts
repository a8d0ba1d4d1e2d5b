/**
 * What to do about one pool of the spec, given what was seen of it. Pure. Every decision is made from what is there,
 * never from what was planned before, so an edit in the middle of a rollout only changes what comes next.
 */
import { act, blocked, done, type Plan, type PlanNotes, wait } from '../../../../domain/plan.ts';
import type { Autoscale } from '../../../../domain/pool.ts';
import { type EpochMs, elapsedMs, SECOND_MS } from '../../../../domain/time.ts';
import { mergeTags, tagsSettled } from '../../tags.ts';
import { openingMessage } from '../closed-nodes.ts';
import type { AksPool, PoolDraft, PoolSettings } from '../port.ts';
import { isRepairDue, words } from '../repair.ts';
import { nextLook, SCHEDULE } from '../timing.ts';
import {
  type PoolAction,
  type PoolDesired,
  type PoolObserved,
  readyOf,
  sameAutoscale,
} from './pool-model.ts';
import { planRemoval } from './remove-plan.ts';
import { planReplacement } from './replace-plan.ts';

export type PoolPlan = Plan<PoolAction>;

const OTHER_POOL_LOOK_MS = 30 * SECOND_MS;

export function planPool(desired: PoolDesired, observed: PoolObserved, nowMs: EpochMs): PoolPlan {
  if (!observed.present) return wait(OTHER_POOL_LOOK_MS, 'WaitingForCluster');
  if (observed.closed.length > 0) {
    return act({ kind: 'open', nodes: observed.closed }, 'OpeningNodes', {
      message: openingMessage(observed.closed),
    });
  }
  const plan = planAtRest(desired, observed, nowMs);
  return observed.moving && plan.next !== 'done' ? planMoving(desired, observed, plan, nowMs) : plan;
}

function planAtRest(desired: PoolDesired, observed: PoolObserved, nowMs: EpochMs): PoolPlan {
  const { draft } = desired;
  const { current, others } = observed;
  if (!draft) return planRemoval(desired, observed);
  if (current?.provisioning === 'broken') return planRepair(desired, draft, current, nowMs);
  if (others.length > 0) return planReplacement(desired, draft, observed);
  if (current) return planInPlace(desired, draft, current, observed);
  return act({ kind: 'create', draft }, 'AddingPool', {
    condition: 'AddingWorkerNode',
    message: `Adding pool ${desired.pool}.`,
    progress: { done: 0, total: draft.count },
  });
}

/** AKS takes one operation at a time: whatever is to be done, it waits, and people see how far the nodes are. */
function planMoving(desired: PoolDesired, observed: PoolObserved, plan: PoolPlan, nowMs: EpochMs): PoolPlan {
  const schedule = desired.operation === undefined ? SCHEDULE.updatePool : SCHEDULE[desired.operation];
  const forMs =
    desired.operation === undefined
      ? schedule.everyMs
      : nextLook(schedule, elapsedMs(desired.operationAt, nowMs, desired.speed));
  const { condition, progress } = plan;
  const own = [observed.current, ...observed.others].find((pool) => pool?.provisioning === 'moving');
  return wait(forMs, own ? 'PoolUpdating' : 'ClusterBusy', {
    ...(condition === undefined ? {} : { condition }),
    ...(progress === undefined ? {} : { progress }),
    message: own
      ? `AKS pool ${own.name} is ${own.state}.`
      : 'AKS is busy with another change of the cluster.',
  });
}

function planRepair(desired: PoolDesired, draft: PoolDraft, current: AksPool, nowMs: EpochMs): PoolPlan {
  const { failure } = current;
  if (!failure)
    return blocked('Unknown', `AKS pool ${current.name} is ${current.state}; Azure gives no reason.`);
  if (!isRepairDue(desired.shown, failure, nowMs)) return blocked(failure.code, words(failure));
  return update(current, settingsFor(desired, draft, current), 'RepairingPool', {
    event: `Asked Azure to repair pool ${desired.pool}`,
    message: `Trying pool ${desired.pool} again after: ${failure.message}`,
  });
}

function planInPlace(
  desired: PoolDesired,
  draft: PoolDraft,
  current: AksPool,
  observed: PoolObserved,
): PoolPlan {
  const changes = changesOf(desired, draft, current);
  if (changes.length === 0) return settling(current, observed) ?? done('PoolReady');
  if (draft.mode === 'User' && current.mode === 'System' && !observed.otherSystemPool) {
    return wait(OTHER_POOL_LOOK_MS, 'WaitingForSystemPool', {
      message: `Pool ${desired.pool} stays System until another system pool has a Ready node.`,
    });
  }
  const settings = settingsFor(desired, draft, current);
  const target = settings.count;
  if (target !== undefined && target !== current.count) {
    const adding = target > current.count;
    const ready = readyOf(observed, current.name);
    return update(current, settings, adding ? 'ScalingUp' : 'ScalingDown', {
      condition: adding ? 'AddingWorkerNode' : 'RemovingNode',
      event: `Scaled pool ${desired.pool} from ${current.count} to ${target}`,
      message: `Scaling pool ${desired.pool} to ${target}.`,
      progress: adding
        ? { done: Math.min(ready, target), total: target }
        : { done: Math.max(0, current.count - ready), total: current.count - target },
    });
  }
  return update(current, settings, 'UpdatingPool', {
    event: `Changed ${changes.join(', ')} of pool ${desired.pool}`,
    message: `Changing ${changes.join(', ')} of pool ${desired.pool}.`,
  });
}

/** A pool that is as wanted on paper is still waited for while AKS makes or removes its machines (A237). */
function settling(current: AksPool, observed: PoolObserved): PoolPlan | undefined {
  if (current.provisioning !== 'moving') return undefined;
  const ready = readyOf(observed, current.name);
  if (ready > current.count)
    return wait(SCHEDULE.updatePool.everyMs, 'PoolUpdating', { condition: 'RemovingNode' });
  return wait(SCHEDULE.updatePool.everyMs, 'PoolUpdating', {
    condition: 'AddingWorkerNode',
    progress: { done: ready, total: current.count },
  });
}

interface UpdateNotes extends PlanNotes {
  readonly event: string;
}

function update(current: AksPool, settings: PoolSettings, reason: string, notes: UpdateNotes): PoolPlan {
  const { event, ...shown } = notes;
  return act({ kind: 'update', name: current.name, etag: current.etag, settings, event }, reason, shown);
}

/** The settings to send: the autoscaler's own count is kept while it runs and is within what is asked for. */
export function settingsFor(desired: PoolDesired, draft: PoolDraft, current: AksPool): PoolSettings {
  return {
    mode: draft.mode,
    ...(draft.autoscale === undefined ? { count: draft.count } : scalingWithin(draft.autoscale, current)),
    labels: draft.labels,
    taints: draft.taints,
    tags: mergeTags(current.tags, { want: draft.tags, managed: desired.managedTags }),
  };
}

/** AKS refuses a range that the count is outside of, and moves no node to fit it. */
function scalingWithin(autoscale: Autoscale, { count }: AksPool): Pick<PoolSettings, 'autoscale' | 'count'> {
  const nearest = Math.min(autoscale.max, Math.max(autoscale.min, count));
  return { autoscale, ...(nearest === count ? {} : { count: nearest }) };
}

function changesOf(desired: PoolDesired, draft: PoolDraft, current: AksPool): readonly string[] {
  const differences: readonly (readonly [string, boolean])[] = [
    ['size', draft.autoscale === undefined && draft.count !== current.count],
    ['autoscaling', !sameAutoscale(draft.autoscale, current.autoscale)],
    ['mode', draft.mode !== current.mode],
    ['labels', !sameEntries(draft.labels, current.labels)],
    ['taints', draft.taints.join() !== current.taints.toSorted().join()],
    ['tags', !tagsSettled(current.tags, { want: draft.tags, managed: desired.managedTags })],
  ];
  return differences.filter(([, differs]) => differs).map(([what]) => what);
}

function sameEntries(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}
