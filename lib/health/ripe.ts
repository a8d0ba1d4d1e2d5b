/** The part of a sweep that is about time alone: graces of node conditions that are over. */
import type { ClusterId } from '../domain/ids.ts';
import { type EpochMs, MINUTE_MS } from '../domain/time.ts';
import type { HealthDeps } from './change.ts';
import { dueReminders, forgetReminder, type Reminder, remindOfHealth } from './due.ts';
import { judgeRipe } from './judge.ts';
import type { Seen } from './seen.ts';

/** Of one sweep; the rest is left to the next. */
const MAX_REMINDERS = 200;
/** When a cluster that says nothing is looked at again: it cannot ripen before it speaks. */
const SILENT_RETRY_MS = 5 * MINUTE_MS;

export interface Ripening {
  readonly nowMs: EpochMs;
  /** Until the next sweep, milliseconds. */
  readonly periodMs: number;
  seenOf(cluster: ClusterId): Seen | undefined;
}

/** Number of reminders that were dealt with. */
export async function sweepReminders(deps: HealthDeps, ripening: Ripening): Promise<number> {
  const reminders = await dueReminders(deps, ripening.nowMs, MAX_REMINDERS);
  for (const reminder of reminders) await deal(deps, ripening, reminder);
  return reminders.length;
}

/** What the agent has not confirmed yet waits for its next beat. A cluster that left the roster is forgotten. */
async function deal(deps: HealthDeps, ripening: Ripening, reminder: Reminder): Promise<void> {
  const seen = ripening.seenOf(reminder.cluster);
  if (seen !== undefined && seen.atMs < reminder.atMs) {
    const waitMs = seen.told === 'heard' ? ripening.periodMs : SILENT_RETRY_MS;
    await remindOfHealth(deps, reminder.cluster, ripening.nowMs + waitMs);
  } else if (seen !== undefined) {
    await judgeRipe(deps, reminder.cluster, seen.atMs);
  }
  await forgetReminder(deps, reminder);
}
