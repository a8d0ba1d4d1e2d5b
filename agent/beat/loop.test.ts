import { expect, test } from '@jest/globals';
import { beatLoop } from './loop.ts';

const QUIET = { debug() {}, info() {}, error() {} };

async function turns(alive: () => Promise<void>, count: number) {
  const ending = new AbortController();
  const warned: string[] = [];
  let beats = 0;
  await beatLoop({
    time: { now: () => 0, monotonic: () => 0, sleep: async () => {} },
    chance: { next: () => 0.5 },
    log: { ...QUIET, warn: (message) => void warned.push(message) },
    signal: ending.signal,
    alive,
    async beat() {
      beats += 1;
      if (beats === count) ending.abort();
      return { kind: 'failed', retryAfterMs: 0 };
    },
  });
  return { beats, warned };
}

test('every turn leaves a sign of life, also when beats fail', async () => {
  let signs = 0;
  const { beats } = await turns(async () => {
    signs += 1;
  }, 3);
  expect([beats, signs]).toEqual([3, 3]);
});

test('a sign of life that cannot be left keeps nobody from beating', async () => {
  const full = async () => Promise.reject(new Error('no space left'));
  expect(await turns(full, 2)).toEqual({
    beats: 2,
    warned: ['No sign of life could be left', 'No sign of life could be left'],
  });
});
