/**
 * One timer trigger: fires at its times, one run at a time, and once at start when a time was missed while the host was
 * down (`isPastDue`). As on Azure the status of schedules below a minute is not kept, so those are never past due, and a
 * failed run is not repeated before its next time.
 */
import { z } from 'zod';
import { type EpochMs, MINUTE_MS, toEpochMs, toInstant } from '../../../lib/domain/time.ts';
import type { Invocation } from '../core/app.ts';
import type { LoadedFunction } from '../core/registry.ts';
import type { Invoke } from '../run-invocation.ts';
import { type AppSettings, substituteSettings } from '../settings.ts';
import { parseSchedule, type Schedule } from './schedule.ts';
import type { TimerStatus, TimerStatuses } from './status-file.ts';

const TimerTrigger = z.looseObject({
  schedule: z.string().min(1),
  runOnStartup: z.boolean().default(false),
  useMonitor: z.boolean().default(true),
});

export interface Timer {
  readonly fn: LoadedFunction;
  readonly schedule: Schedule;
  readonly runOnStartup: boolean;
  /** Its status outlives the process. */
  readonly monitored: boolean;
}

export interface TimerContext {
  readonly statuses: TimerStatuses;
  readonly invoke: Invoke;
}

export interface RunningTimer {
  /** Fires no more; a run under way goes on. */
  stop(): void;
}

/** setTimeout takes no longer delay than this (2^31 - 1 ms); longer waits are taken in pieces. */
const LONGEST_DELAY_MS = 2_147_483_647;

/** `last` of a timer that has not run yet. */
const NEVER = toInstant(0);

/** Throws when the schedule is not understood. `instead`: in place of the function's own. */
export function readTimer(fn: LoadedFunction, settings: AppSettings, instead?: string): Timer {
  const { schedule: expression, runOnStartup, useMonitor } = TimerTrigger.parse(fn.trigger.binding);
  const schedule = parseSchedule(substituteSettings(instead ?? expression, settings));
  return { fn, schedule, runOnStartup, monitored: useMonitor && isMinuteOrLonger(schedule, Date.now()) };
}

export function startTimer(timer: Timer, context: TimerContext): RunningTimer {
  const { schedule } = timer;
  let timeout: NodeJS.Timeout | undefined;
  let stopped = false;

  const fire = async (isPastDue: boolean) => {
    await fireOnce(timer, isPastDue, context);
    if (!stopped) arm(schedule.nextAfter(Date.now()));
  };
  const arm = (due: EpochMs) => {
    const wait = due - Date.now();
    if (wait <= 0) void fire(false);
    else timeout = setTimeout(arm, Math.min(wait, LONGEST_DELAY_MS), due);
  };

  const missed = timer.monitored && hasMissedItsTime(timer, context.statuses);
  if (missed || timer.runOnStartup) void fire(missed);
  else arm(schedule.nextAfter(Date.now()));
  return {
    stop() {
      stopped = true;
      clearTimeout(timeout);
    },
  };
}

function isMinuteOrLonger(schedule: Schedule, now: EpochMs): boolean {
  const first = schedule.nextAfter(now);
  return schedule.nextAfter(first) - first >= MINUTE_MS;
}

/**
 * By the schedule as it is now, not as it was when the status was written. A first start has missed nothing; it leaves
 * a status, so that the next start knows since when this timer exists.
 */
function hasMissedItsTime({ fn: { name }, schedule }: Timer, statuses: TimerStatuses): boolean {
  const now = Date.now();
  const status = statuses.get(name);
  if (status !== undefined) return schedule.nextAfter(toEpochMs(status.lastUpdated)) < now;
  const next = toInstant(schedule.nextAfter(now));
  statuses.set(name, { last: NEVER, next, lastUpdated: toInstant(now) });
  return false;
}

async function fireOnce(timer: Timer, isPastDue: boolean, { statuses, invoke }: TimerContext): Promise<void> {
  const { fn, schedule, monitored } = timer;
  const startedAt = Date.now();
  const status: TimerStatus = {
    last: toInstant(startedAt),
    next: toInstant(schedule.nextAfter(startedAt)),
    lastUpdated: toInstant(startedAt),
  };
  const shown = monitored ? { ...status, last: statuses.get(fn.name)?.last ?? NEVER } : undefined;
  try {
    await invoke(fn, timerInvocation(fn, isPastDue, shown));
  } catch {
    // Logged where every failed invocation is; the next time comes as planned.
  }
  if (monitored) statuses.set(fn.name, status);
}

/** PascalCase, as the .NET host writes it; the library camel-cases it. A timer without monitor has no status. */
function timerInvocation(
  fn: LoadedFunction,
  isPastDue: boolean,
  status: TimerStatus | undefined,
): Invocation {
  const json = JSON.stringify({
    Schedule: { AdjustForDST: true },
    ScheduleStatus: status ? { Last: status.last, Next: status.next, LastUpdated: status.lastUpdated } : null,
    IsPastDue: isPastDue,
  });
  return { inputData: [{ name: fn.trigger.bindingName, data: { json } }] };
}
