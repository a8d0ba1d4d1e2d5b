/**
 * What the schedules of a cluster start now. A time is dealt with once: started, or left out while the one before is
 * still under way. Of the times that nobody looked at, only the last is made up for; those from before the cluster was
 * up, or before the schedule was set, are nobody's. Pure.
 */
import type { OperationSpec } from '../domain/agent.ts';
import { type EpochMs, toEpochMs, toInstant } from '../domain/time.ts';
import { latestFire, nextFire } from './cron.ts';
import { operationId, type ScheduleState, type Slot, slotOf } from './document.ts';
import type { Schedule } from './schedule.ts';

export interface Situation {
  readonly nowMs: EpochMs;
  readonly schedules: readonly Schedule[];
  readonly states: Readonly<Record<string, ScheduleState>>;
  /** What is under way. */
  readonly busy: ReadonlySet<Slot>;
  /** When the spec was last changed: what a new schedule begins from. */
  readonly changedAtMs: EpochMs;
  /** Absent: the cluster is not up yet. */
  readonly upSinceMs?: EpochMs;
}

export interface Due {
  readonly id: string;
  readonly schedule: string;
  readonly spec: OperationSpec;
  readonly dueMs: EpochMs;
}

export interface SchedulePlan {
  readonly starts: readonly Due[];
  readonly skips: readonly Due[];
  /** Of the schedules that there are; those that were taken away are forgotten. */
  readonly states: Readonly<Record<string, ScheduleState>>;
}

export function planSchedules(situation: Situation): SchedulePlan {
  const looked = situation.schedules.map((schedule) => look(schedule, situation));
  const due = looked.flatMap(({ due: found }) => (found ? [found] : []));
  const isBusy = ({ spec }: Due) => situation.busy.has(slotOf(spec));
  return {
    starts: due.filter((found) => !isBusy(found)),
    skips: due.filter(isBusy),
    states: Object.fromEntries(looked.map(({ name, state }) => [name, state])),
  };
}

interface Looked {
  readonly name: string;
  readonly state: ScheduleState;
  readonly due?: Due;
}

function look(schedule: Schedule, situation: Situation): Looked {
  const { name } = schedule;
  const { nowMs, busy } = situation;
  const before = stateBefore(schedule, situation);
  // Nothing can be due before the time that was worked out: most looks end here.
  if (before.nextRunAt !== undefined && nowMs < toEpochMs(before.nextRunAt)) return { name, state: before };
  const dueMs = latestFire(schedule, sinceMs(before, situation), nowMs);
  const nextMs = nextFire(schedule, nowMs);
  const { nextRunAt: _, ...kept } = before;
  const state: ScheduleState = {
    ...kept,
    doneUntil: toInstant(nowMs),
    ...(nextMs === undefined ? {} : { nextRunAt: toInstant(nextMs) }),
  };
  if (dueMs === undefined) return { name, state };
  const due = dueOf(schedule, dueMs);
  const dueAt = toInstant(dueMs);
  return busy.has(slotOf(schedule.spec))
    ? { name, due, state: { ...state, skippedAt: dueAt } }
    : { name, due, state: { ...state, last: { operation: due.id, dueAt, at: toInstant(nowMs) } } };
}

/** Another time is another schedule, which begins when it was set; what it last did is still worth showing. */
function stateBefore(schedule: Schedule, { states, changedAtMs }: Situation): ScheduleState {
  const signature = `${schedule.cron}|${schedule.timezone ?? 'UTC'}`;
  const known = states[schedule.name];
  if (known?.signature === signature) return known;
  return {
    signature,
    doneUntil: toInstant(changedAtMs),
    ...(known?.last === undefined ? {} : { last: known.last }),
    ...(known?.skippedAt === undefined ? {} : { skippedAt: known.skippedAt }),
  };
}

/** What is not up yet has nothing to be patched or backed up. */
function sinceMs({ doneUntil }: ScheduleState, { upSinceMs, nowMs }: Situation): EpochMs {
  return Math.max(toEpochMs(doneUntil), upSinceMs ?? nowMs);
}

/** Named by the time that it is for, so that the same time never starts two. */
function dueOf({ name, spec, suffix }: Schedule, dueMs: EpochMs): Due {
  return { id: operationId(spec.kind, dueMs, suffix), schedule: name, spec, dueMs };
}
