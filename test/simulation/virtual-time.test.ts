import { expect, test } from '@jest/globals';
import { diceOf } from './dice.ts';
import { Scheduler } from './scheduler.ts';
import { underVirtualTime } from './virtual-time.ts';

test('timers and the clock are the scheduler, and real ones come back', async () => {
  const scheduler = new Scheduler(1_000, diceOf(1));
  const [realNow, realTimer] = [Date.now, setTimeout];
  const heard: string[] = [];
  await underVirtualTime(scheduler, async () => {
    setTimeout((word: string) => heard.push(`${word} at ${Date.now()}`), 3_600_000, 'an hour');
    clearTimeout(setTimeout(() => heard.push('cleared'), 10));
    AbortSignal.timeout(1).addEventListener('abort', () => heard.push('timed out'));
    await scheduler.runUntil(10_000_000, () => undefined);
  });
  expect(heard).toEqual(['an hour at 3601000']);
  expect([Date.now, setTimeout]).toEqual([realNow, realTimer]);
});
