import { describe, expect, test } from '@jest/globals';
import { type InstanceState, type Lived, stateAt } from './instance-life.ts';

const HOUR = 3_600_000;
const ending = { startsAt: 1000, endsAt: 1500, code: '', message: '', transition: '' };
const living: Lived = { launchedAt: 0, runsAt: 100 };
const ended: Lived = { ...living, ending };

describe('stateAt', () => {
  test.each<[string, Lived, number, InstanceState | undefined]>([
    ['starts', living, 99, 'pending'],
    ['runs', living, 100, 'running'],
    ['runs on while its end lies ahead', ended, 999, 'running'],
    ['shuts down', ended, 1000, 'shutting-down'],
    ['is over', ended, 1500, 'terminated'],
    ['is listed for an hour', ended, 1499 + HOUR, 'terminated'],
    ['is forgotten', ended, 1500 + HOUR, undefined],
    ['ends before it ran', { ...ended, runsAt: 5000 }, 1200, 'shutting-down'],
  ])('%s', (_name, lived, now, state) => {
    expect(stateAt(lived, now)).toBe(state);
  });
});
