/**
 * One look at one cluster because a reminder is due: what took too long is ended, what its schedules have for now is
 * begun, what was left untold is told, and the next reminder is left. Twice is once: every part is decided on what is
 * stored, and written with it or not at all.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ClusterDocument } from '../domain/cluster.ts';
import type { ClusterId } from '../domain/ids.ts';
import { type EpochMs, HOUR_MS, type Instant, toEpochMs, toInstant } from '../domain/time.ts';
import { changeOperations, type Decided, isUntold, type OperationsDeps, tellAll } from './change.ts';
import { type OperationsDocument, operationId, type Slot, slotOf } from './document.ts';
import { type Draft, withTransition } from './draft.ts';
import { scheduleSkipped } from './events.ts';
import { endOverdue } from './overdue.ts';
import { type Due, planSchedules, type SchedulePlan } from './plan-schedules.ts';
import { readOperation } from './read.ts';
import { remind } from './reminders.ts';
import { schedulesOf } from './schedule.ts';
import { begin } from './transitions.ts';

/** A boot is taken up within minutes; an older one is a repeat that says nothing new. Our choice. */
const BOOT_MS = 24 * HOUR_MS;

export interface Look {
  readonly cluster: ClusterId;
  /** When the cluster was up for the first time; only in the reminder that says so. */
  readonly upSince?: Instant;
}

interface Looked {
  readonly nextMs?: EpochMs;
  /** Somebody died before everybody was told. */
  readonly untold?: ClusterDocument;
}

/** Throws StoreUnavailableError. */
export async function lookAt(deps: OperationsDeps, look: Look): Promise<void> {
  const looked = await changeOperations<Looked>(deps, look.cluster, (operations, cluster) =>
    // While it is being deleted nothing begins any more, and what is stored goes with it.
    cluster.deletedAt === undefined ? decide(deps, operations, cluster, look) : { result: {} },
  );
  if (looked?.untold) await tellAll(deps, looked.untold);
  if (looked?.nextMs !== undefined) await remind(deps, look.cluster, looked.nextMs);
}

async function decide(
  deps: OperationsDeps,
  before: OperationsDocument,
  cluster: ClusterDocument,
  look: Look,
): Promise<Decided<Looked>> {
  const nowMs = deps.clock.now();
  let draft: Draft = { operations: before, writes: [], events: [] };
  draft = await endOverdue(deps, draft, cluster.id, nowMs);
  const boot = bootPatch(cluster, look, nowMs);
  if (boot) draft = await startOne(deps, draft, cluster.id, boot, nowMs);
  const plan = planSchedules({
    nowMs,
    schedules: schedulesOf(cluster.spec.schedules),
    states: before.schedules,
    busy: busySlots(draft.operations),
    changedAtMs: toEpochMs(cluster.changedAt),
    ...(cluster.provisionedAt === undefined ? {} : { upSinceMs: toEpochMs(cluster.provisionedAt) }),
  });
  draft = await carryOut(deps, draft, cluster.id, plan, nowMs);
  const nextMs = nextOf(draft.operations);
  const result: Looked = {
    ...(nextMs === undefined ? {} : { nextMs }),
    ...(isUntold(before) ? { untold: cluster } : {}),
  };
  return isDeepStrictEqual(draft.operations, before) ? { result } : { result, ...draft };
}

async function carryOut(
  deps: OperationsDeps,
  draft: Draft,
  cluster: ClusterId,
  { starts, skips, states }: SchedulePlan,
  nowMs: EpochMs,
): Promise<Draft> {
  let next: Draft = { ...draft, operations: { ...draft.operations, schedules: states } };
  for (const due of starts) next = await startOne(deps, next, cluster, due, nowMs);
  const skipped = skips.map(({ schedule, spec, dueMs }) => scheduleSkipped(schedule, spec, toInstant(dueMs)));
  return { ...next, events: [...next.events, ...skipped] };
}

/** What has an operation of that name already was begun by an earlier look. */
async function startOne(
  deps: OperationsDeps,
  draft: Draft,
  cluster: ClusterId,
  { id, spec, schedule }: Due,
  nowMs: EpochMs,
): Promise<Draft> {
  if (busySlots(draft.operations).has(slotOf(spec))) return draft;
  if (await readOperation(deps, cluster, id)) return draft;
  return withTransition(draft, begin(draft.operations, { id, spec, schedule, nowMs }));
}

/** A97: patching may also be asked for as soon as the cluster is up for the first time. */
function bootPatch({ spec }: ClusterDocument, { upSince }: Look, nowMs: EpochMs): Due | undefined {
  const patching = spec.schedules?.osPatching;
  if (upSince === undefined || !patching?.onBoot) return undefined;
  const dueMs = toEpochMs(upSince);
  if (nowMs - dueMs > BOOT_MS) return undefined;
  const patch = { kind: 'patch', rebootIfRequired: patching.rebootIfRequired ?? false } as const;
  return { id: operationId('patch', dueMs, 'boot'), schedule: 'osPatching', spec: patch, dueMs };
}

function busySlots({ active }: OperationsDocument): ReadonlySet<Slot> {
  return new Set(active.filter(({ over }) => !over).map(({ spec }) => slotOf(spec)));
}

function nextOf({ active, schedules }: OperationsDocument): EpochMs | undefined {
  const times = [
    ...active.map(({ deadlineAt }) => deadlineAt),
    ...Object.values(schedules).flatMap(({ nextRunAt }) => (nextRunAt === undefined ? [] : [nextRunAt])),
  ].sort();
  return times[0] === undefined ? undefined : toEpochMs(times[0]);
}
