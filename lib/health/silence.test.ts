import { describe, expect, test } from '@jest/globals';
import { type Seen, type Told, unheard } from './seen.ts';
import { answerTo, type Listening, rankOf, stepOf } from './silence.ts';

const MINUTE = 60_000;
const NOW: Listening = {
  observedMs: 5_000 * MINUTE,
  calmMs: 0,
  isMassSilence: false,
  shortestMs: 4 * MINUTE,
};

/** Silent for so many minutes. */
function aSilence(told: Told, minutes: number, fields: Partial<Seen> = {}): Seen {
  return { ...unheard(NOW.observedMs - minutes * MINUTE), atMs: 1, told, ...fields };
}

function wordOf(seen: Seen, listening: Partial<Listening> = {}): string {
  const step = stepOf(seen, { ...NOW, ...listening });
  return step.kind === 'tell' ? step.verdict : step.kind;
}

describe('[A68] what a silence asks for', () => {
  test.each<[string, Seen, string]>([
    ['new, never heard, 14 min', aSilence('none', 14, { atMs: 0 }), 'rest'],
    ['new, never heard, 15 min', aSilence('none', 15, { atMs: 0 }), 'never'],
    ['new, heard', aSilence('none', 0), 'heard'],
    ['never heard, and still not', aSilence('never', 600, { atMs: 0 }), 'rest'],
    ['never heard, and now', aSilence('never', 0), 'heard'],
    ['heard, 3 min', aSilence('heard', 3), 'rest'],
    ['heard, 4 min', aSilence('heard', 4), 'ask'],
    ['heard, patient', aSilence('heard', 9, { patienceMs: 9.5 * MINUTE }), 'rest'],
    ['heard, out of patience', aSilence('heard', 10, { patienceMs: 10 * MINUTE }), 'ask'],
    ['missing, one beat', aSilence('missing', 0, { good: 1 }), 'rest'],
    ['missing, one beat some time ago', aSilence('missing', 8, { good: 1 }), 'rest'],
    ['missing, two beats', aSilence('missing', 0, { good: 2 }), 'heard'],
    ['missing', aSilence('missing', 12), 'ask'],
    ['missing, patient', aSilence('missing', 12, { patienceMs: 15 * MINUTE }), 'rest'],
    ['missing, a day', aSilence('missing', 24 * 60), 'ask'],
    ['missing, longer than any threshold', aSilence('missing', 24 * 60 + 1), 'rest'],
    ['decided, and not known to be told', aSilence('heard', 0, { pending: true }), 'heard'],
    ['decided to be missing, two beats since', aSilence('missing', 0, { pending: true, good: 2 }), 'heard'],
  ])('%s', (_what, seen, expected) => {
    expect(wordOf(seen)).toBe(expected);
  });

  test.each<[string, Seen, Partial<Listening>, string]>([
    ['lasts', aSilence('mass', 30), { isMassSilence: true }, 'rest'],
    ['lasts, one beat', aSilence('mass', 0, { good: 1 }), { isMassSilence: true }, 'rest'],
    ['lasts, two beats', aSilence('mass', 0, { good: 2 }), { isMassSilence: true }, 'heard'],
    ['ended 3 min ago', aSilence('mass', 30), { calmMs: NOW.observedMs - 3 * MINUTE }, 'rest'],
    ['ended 4 min ago', aSilence('mass', 30), { calmMs: NOW.observedMs - 4 * MINUTE }, 'ask'],
  ])('part of a mass silence that %s', (_what, seen, listening, expected) => {
    expect(wordOf(seen, listening)).toBe(expected);
  });
});

describe('[A68] what its threshold says', () => {
  const calm = { calmMs: NOW.observedMs - MINUTE };
  test.each<[string, Seen, Partial<Listening>, ReturnType<typeof answerTo>]>([
    ['just short of it', aSilence('heard', 9.99), {}, { patienceMs: 10 * MINUTE }],
    ['reached', aSilence('heard', 10), {}, { verdict: 'missing' }],
    ['reached by many', aSilence('heard', 10), { isMassSilence: true }, { verdict: 'mass' }],
    ['far from it', aSilence('heard', 4), {}, { patienceMs: 9 * MINUTE }],
    ['reached, but many were silent until now', aSilence('heard', 30), calm, { patienceMs: 6 * MINUTE }],
    ['known to be missing', aSilence('missing', 10), {}, { patienceMs: 15 * MINUTE }],
    ['known to be missing, now short of it', aSilence('missing', 9.99), {}, { verdict: 'heard' }],
    ['known to be missing before many were', aSilence('missing', 30), calm, { patienceMs: 35 * MINUTE }],
  ])('%s', (_what, seen, listening, expected) => {
    expect(answerTo(seen, { ...NOW, ...listening }, 10 * MINUTE)).toEqual(expected);
  });
});

test('good news comes first, then the longest silence, and thresholds of who is missing last', () => {
  const seen = [
    aSilence('missing', 20),
    aSilence('heard', 5),
    aSilence('none', 16, { atMs: 0 }),
    aSilence('heard', 6),
    aSilence('missing', 30, { pending: true, good: 1 }),
    aSilence('missing', 0, { good: 2 }),
  ];
  const ranked = seen.toSorted((a, b) => rankOf(a, stepOf(a, NOW)) - rankOf(b, stepOf(b, NOW)));
  expect(ranked.map((one) => seen.indexOf(one))).toEqual([5, 4, 2, 3, 1, 0]);
});
