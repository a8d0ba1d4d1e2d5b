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

/** A cluster that left the roster is forgotten. */
async function deal(deps: HealthDeps, ripening: Ripening, reminder: Reminder): Promise<void> {
  const { cluster, confirmedMs } = reminder;
  const seen = ripening.seenOf(cluster);
  if (seen !== undefined && confirmedMs !== undefined) await judgeRipe(deps, cluster, confirmedMs);
  else if (seen !== undefined) await remindOfHealth(deps, again(ripening, reminder, seen));
  await forgetReminder(deps, reminder);
}

/**
 * What the agent has not confirmed yet waits for its next beat. What it has waits for one sweep more: a beat is stored
 * side by side with the report that it carries, which may say that the trouble is over.
 */
function again({ nowMs, periodMs }: Ripening, reminder: Reminder, seen: Seen): Reminder {
  if (seen.atMs >= reminder.dueMs) return { ...reminder, atMs: nowMs + periodMs, confirmedMs: seen.atMs };
  return { ...reminder, atMs: nowMs + (seen.told === 'heard' ? periodMs : SILENT_RETRY_MS) };
}
