import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Invoke } from '../run-invocation.ts';
import { aFunction } from '../testing/a-function.ts';
import type { TimerStatus } from './status-file.ts';
import { readTimer, startTimer } from './timer.ts';

const NOON = '2026-01-01T12:00:00.000Z';

function aTimer(trigger: Record<string, unknown>, known: Record<string, TimerStatus> = {}) {
  const statuses = new Map(Object.entries(known));
  const runs: { readonly at: string; readonly data: unknown }[] = [];
  let running: PromiseWithResolvers<void> | undefined;
  const invoke: Invoke = async (_fn, { inputData }) => {
    runs.push({ at: new Date().toISOString(), data: JSON.parse(inputData[0]?.data.json ?? 'null') });
    await running?.promise;
    return {};
  };
  const timer = readTimer(aFunction('t', { type: 'timerTrigger', ...trigger }), {});
  const { stop } = startTimer(timer, {
    statuses: { get: (n) => statuses.get(n), set: (n, s) => statuses.set(n, s) },
    invoke,
  });
  return {
    runs,
    statuses,
    stop,
    /** Runs take time from now on, until the returned function is called. */
    block() {
      const blocker = Promise.withResolvers<void>();
      running = blocker;
      return () => {
        running = undefined;
        blocker.resolve();
      };
    },
  };
}

const statusOf = (lastUpdated: string): TimerStatus => ({
  last: lastUpdated,
  next: lastUpdated,
  lastUpdated,
});

describe('timer trigger', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: Date.parse(NOON) });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('a schedule that the host was given counts instead of its own', () => {
    const fn = aFunction('t', { type: 'timerTrigger', schedule: '0 0 0 1 1 *' });
    const next = readTimer(fn, {}, '*/20 * * * * *').schedule.nextAfter(Date.parse(NOON));
    expect(new Date(next).toISOString()).toBe('2026-01-01T12:00:20.000Z');
  });

  test('fires at each of its times', async () => {
    const { runs, stop } = aTimer({ schedule: '*/20 * * * * *' });
    await jest.advanceTimersByTimeAsync(60_000);
    stop();

    expect(runs.map(({ at }) => at)).toEqual([
      '2026-01-01T12:00:20.000Z',
      '2026-01-01T12:00:40.000Z',
      '2026-01-01T12:01:00.000Z',
    ]);
    // Below a minute there is no monitor, hence no status.
    expect(runs[0]?.data).toEqual({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: null,
      IsPastDue: false,
    });
  });

  test('never overlaps: times that pass during a run are skipped', async () => {
    const { runs, stop, block } = aTimer({ schedule: '*/10 * * * * *' });
    const finish = block();
    await jest.advanceTimersByTimeAsync(35_000);
    expect(runs).toHaveLength(1);

    finish();
    await jest.advanceTimersByTimeAsync(5_000);
    stop();

    expect(runs.map(({ at }) => at)).toEqual(['2026-01-01T12:00:10.000Z', '2026-01-01T12:00:40.000Z']);
  });

  test('makes up for a missed time once, as past due, and keeps its status', async () => {
    const { runs, statuses, stop } = aTimer(
      { schedule: '0 */5 * * * *' },
      { t: statusOf('2026-01-01T11:40:00.000Z') },
    );
    await jest.advanceTimersByTimeAsync(0);
    stop();

    expect(runs.map(({ data }) => data)).toEqual([
      {
        Schedule: { AdjustForDST: true },
        ScheduleStatus: {
          Last: '2026-01-01T11:40:00.000Z',
          Next: '2026-01-01T12:05:00.000Z',
          LastUpdated: NOON,
        },
        IsPastDue: true,
      },
    ]);
    expect(statuses.get('t')).toEqual({ last: NOON, next: '2026-01-01T12:05:00.000Z', lastUpdated: NOON });
  });

  test.each([
    ['it has run in time', { t: statusOf('2026-01-01T11:57:00.000Z') }, '0 */5 * * * *'],
    ['it is new', {}, '0 */5 * * * *'],
    [
      'its status would be kept for a minute or more only',
      { t: statusOf('2026-01-01T11:00:00.000Z') },
      '*/30 * * * * *',
    ],
  ])('has missed nothing when %s', async (_what, known, schedule) => {
    const { runs, stop } = aTimer({ schedule }, known);
    await jest.advanceTimersByTimeAsync(1_000);
    stop();

    expect(runs).toEqual([]);
  });

  test('leaves a status at its first start, so that the next start knows since when it exists', () => {
    const { statuses, stop } = aTimer({ schedule: '0 0 * * * *' });
    stop();
    expect(statuses.get('t')).toEqual({
      last: '1970-01-01T00:00:00.000Z',
      next: '2026-01-01T13:00:00.000Z',
      lastUpdated: NOON,
    });
  });

  test('runs at start when asked to, not as past due', async () => {
    const { runs, stop } = aTimer({ schedule: '0 0 0 1 1 *', runOnStartup: true });
    await jest.advanceTimersByTimeAsync(0);
    stop();
    expect(runs).toEqual([{ at: NOON, data: expect.objectContaining({ IsPastDue: false }) }]);
  });

  test('waits for more than setTimeout can', async () => {
    const { runs, stop } = aTimer({ schedule: '0 0 0 1 6 *' });
    await jest.advanceTimersByTimeAsync(160 * 86_400_000);
    stop();
    expect(runs.map(({ at }) => at)).toEqual(['2026-06-01T00:00:00.000Z']);
  });

  test('fires no more once stopped', async () => {
    const { runs, stop } = aTimer({ schedule: '* * * * * *' });
    stop();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(runs).toEqual([]);
  });
});
