/**
 * Schedules of timer triggers: NCRONTAB with six fields (seconds first) or five, always UTC. Day of month and day of
 * week must both match, as in NCrontab and unlike in cron. Time spans are refused: Flex Consumption has none.
 */
import { Cron } from 'croner';
import type { EpochMs } from '../../../lib/domain/time.ts';

export interface Schedule {
  /** The first occurrence strictly after `time`. */
  nextAfter(time: EpochMs): EpochMs;
}

/** Throws when the expression is not understood or never comes due. */
export function parseSchedule(expression: string): Schedule {
  const cron = new Cron(expression.trim(), {
    paused: true,
    mode: '5-or-6-parts',
    timezone: 'UTC',
    domAndDow: true,
    sloppyRanges: true,
  });
  return {
    nextAfter(time) {
      const next = cron.nextRun(new Date(time));
      if (next === null) throw new Error(`Schedule "${expression}" has no next occurrence`);
      return next.getTime();
    },
  };
}
