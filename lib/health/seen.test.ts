import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Beat } from '../agents/port.ts';
import { hear, packSeen, type Seen, TOLD, unheard, unpackSeen } from './seen.ts';

const TOGETHER = 240_000;
/** The observed clock is a thousand behind. */
const hearing = { nowMs: 1_000_000, observedAt: (atMs: number) => atMs - 1_000, togetherMs: TOGETHER };
const aBeat = (fields: Partial<Beat> = {}): Beat => ({
  seat: 1,
  atMs: 500_000,
  epoch: 1,
  process: 7,
  seq: 3,
  ...fields,
});
const heard = hear(unheard(100), aBeat(), hearing);

describe('a beat', () => {
  test('is remembered with what a replay of it would say', () => {
    expect(heard).toEqual({
      ...unheard(0),
      atMs: 500_000,
      observedMs: 499_000,
      process: 7,
      seq: 3,
      good: 1,
    });
  });

  test.each<[string, Partial<Beat>]>([
    ['the same one again', {}],
    ['the same one, received later', { atMs: 560_000 }],
    ['an earlier one, received later', { atMs: 560_000, seq: 2 }],
    ['one of another process, received before', { atMs: 499_999, process: 8 }],
    ['one of another process, received at the same time', { process: 8, seq: 9 }],
  ])('%s changes nothing', (_what, fields) => {
    expect(hear(heard, aBeat(fields), hearing)).toBe(heard);
  });

  test('of a process that starts to count anew is news', () => {
    const next = hear(heard, aBeat({ atMs: 560_000, process: 8, seq: 1 }), hearing);
    expect(next).toMatchObject({ atMs: 560_000, process: 8, seq: 1 });
  });

  test.each([
    ['together with the one before is good', TOGETHER, 2],
    ['after a hole is the first again', TOGETHER + 1, 1],
  ])('%s', (_what, afterMs, good) => {
    expect(hear(heard, aBeat({ atMs: 500_000 + afterMs, seq: 4 }), hearing).good).toBe(good);
  });

  test('of a cluster that is said to be heard of is not counted', () => {
    const told: Seen = { ...heard, told: 'heard', good: 0, patienceMs: 600_000 };
    const next = hear(told, aBeat({ atMs: 560_000, seq: 4 }), hearing);
    expect(next).toMatchObject({ good: 0, patienceMs: 0 });
  });

  test('of an instance whose clock is ahead counts as of now, and does not hide those that follow', () => {
    const ahead = hear(heard, aBeat({ atMs: 9_000_000, seq: 4 }), hearing);
    expect(ahead).toMatchObject({ atMs: 1_000_000, observedMs: 999_000 });
    const next = hear(ahead, aBeat({ atMs: 1_030_000, seq: 5 }), { ...hearing, nowMs: 1_060_000 });
    expect(next.atMs).toBe(1_030_000);
  });

  test('counts after our clock was put back, unless it is a replay', () => {
    const back = { ...hearing, nowMs: 400_000 };
    expect(hear(heard, aBeat({ atMs: 390_000, seq: 4 }), back)).toMatchObject({ atMs: 390_000, seq: 4 });
    expect(hear(heard, aBeat({ atMs: 390_000, seq: 3 }), back)).toBe(heard);
  });

  test('never turns the observed clock back', () => {
    const later = { ...heard, observedMs: 700_000 };
    expect(hear(later, aBeat({ atMs: 560_000, seq: 4 }), hearing).observedMs).toBe(700_000);
  });
});

describe('what is stored', () => {
  const ms = fc.integer({ min: 0, max: 2 ** 42 });
  const seen = fc.record<Seen>({
    atMs: ms,
    observedMs: ms,
    process: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    seq: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    told: fc.constantFrom(...TOLD),
    pending: fc.boolean(),
    good: fc.oneof(fc.constant(0), fc.nat()),
    patienceMs: fc.oneof(fc.constant(0), fc.nat()),
  });

  test('is what was packed, in its order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.nat(), seen), { selector: ([seat]) => seat }), (entries) => {
        const document = packSeen('beats-7', new Map(entries));
        expect([...unpackSeen(document)]).toEqual(entries);
        expect(document.lastBeatsId).toBe('beats-7');
      }),
    );
  });

  test('is below 20 bytes for a cluster that beats', () => {
    const entries = Array.from({ length: 2_000 }, (_, seat) => {
      const atMs = 1_800_000_000_000 + seat * 29;
      return [
        seat,
        { ...heard, told: 'heard', good: 0, atMs, observedMs: atMs - 10 ** 12, seq: 43_200 },
      ] as const;
    });
    expect(packSeen('', new Map(entries)).clusters.length).toBeLessThan(20 * 2_000);
  });
});
