/**
 * When a schedule fires: five cron fields in a time zone. Daylight saving is croner's: a time that a zone leaves out in
 * spring fires when the clock jumps over it, one that it has twice in autumn fires the first time; what fires every so
 * many minutes or hours fires in each of them.
 */
import { Cron } from 'croner';
import type { EpochMs } from '../domain/time.ts';

export interface CronTime {
  /** Five fields. */
  readonly cron: string;
  /** IANA name; UTC when absent. */
  readonly timezone?: string;
}

const MAX_LENGTH = 100;
/** `Europe/Berlin`, `UTC`, `America/Argentina/Salta`, `Etc/GMT+5`; an offset is no zone: it knows no daylight saving. */
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/;

/** Five fields only: nicknames and seconds are croner's own. */
export function isCron(text: unknown): text is string {
  return typeof text === 'string' && text.length <= MAX_LENGTH && parse({ cron: text }) !== undefined;
}

export function isTimezone(text: unknown): text is string {
  if (typeof text !== 'string' || !ZONE_NAME.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    // RangeError: no zone that this runtime's database knows.
    return false;
  }
}

/** The first time after `afterMs`; `undefined`: never. */
export function nextFire(time: CronTime, afterMs: EpochMs): EpochMs | undefined {
  return parse(time)?.nextRun(new Date(afterMs))?.getTime();
}

/** The last time after `afterMs` and up to `untilMs`: of what was missed, only that one is made up for. */
export function latestFire(time: CronTime, afterMs: EpochMs, untilMs: EpochMs): EpochMs | undefined {
  // A run in the very millisecond of the reference is not among those before it.
  const [latest] = parse(time)?.previousRuns(1, new Date(untilMs + 1)) ?? [];
  return latest !== undefined && latest.getTime() > afterMs ? latest.getTime() : undefined;
}

function parse({ cron, timezone = 'UTC' }: CronTime): Cron | undefined {
  if (cron.trim().split(/\s+/).length !== 5) return undefined;
  try {
    return new Cron(cron, { mode: '5-part', timezone, paused: true });
  } catch {
    // croner throws plain Errors, TypeErrors and RangeErrors for a bad pattern, and nothing for other reasons.
    return undefined;
  }
}
