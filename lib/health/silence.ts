/** What a silence, or its end, means for one cluster. Pure. */
import { MINUTE_MS } from '../domain/time.ts';
import type { Seen } from './seen.ts';
import { LONGEST_MS } from './threshold-settings.ts';

/** So long may a cluster take until its agent is first heard of, observed milliseconds: images come slowly. Our choice. */
export const FIRST_BEAT_GRACE_MS = 15 * MINUTE_MS;
/** One beat may be the last breath. */
const GOOD_BEATS = 2;
/** Thresholds of who is silent are looked at again after so long a silence more: people change them. Our choice. */
const ASK_AGAIN_MS = 5 * MINUTE_MS;

export interface Listening {
  /** The observed clock. */
  readonly observedMs: number;
  /** Where it stood when the last mass silence ended: those who are still silent have their whole time again. */
  readonly calmMs: number;
  readonly isMassSilence: boolean;
  /** Less is no silence: threshold of the impatient, milliseconds. */
  readonly shortestMs: number;
}

export type Step =
  | { readonly kind: 'rest' }
  | { readonly kind: 'tell'; readonly verdict: 'heard' | 'never' | 'missing' | 'mass' }
  /** Silent long enough that its own threshold has to be looked at. */
  | { readonly kind: 'ask' };

const REST: Step = { kind: 'rest' };
const HEARD: Step = { kind: 'tell', verdict: 'heard' };
const ASK: Step = { kind: 'ask' };

export function stepOf(seen: Seen, listening: Listening): Step {
  const step = wanted(seen, listening);
  if (step.kind !== 'rest' || !seen.pending || seen.told === 'none') return step;
  return { kind: 'tell', verdict: seen.told };
}

/**
 * Less comes first, when a sweep cannot do everything: good news, then the longest silence, and last who is known to be
 * missing, because only the threshold may have changed.
 */
export function rankOf({ told, observedMs }: Seen, step: Step): number {
  if (step.kind === 'tell' && step.verdict === 'heard') return Number.NEGATIVE_INFINITY;
  return step.kind === 'ask' && told === 'missing' ? Number.POSITIVE_INFINITY : observedMs;
}

function wanted(seen: Seen, listening: Listening): Step {
  switch (seen.told) {
    case 'none':
      if (seen.atMs > 0) return HEARD;
      return listening.observedMs - seen.observedMs >= FIRST_BEAT_GRACE_MS
        ? { kind: 'tell', verdict: 'never' }
        : REST;
    case 'never':
      return seen.atMs > 0 ? HEARD : REST;
    case 'heard':
      return isDue(seen, listening) ? ASK : REST;
    case 'mass':
      if (seen.good >= GOOD_BEATS) return HEARD;
      return !listening.isMassSilence && isDue(seen, listening) ? ASK : REST;
    case 'missing':
      if (seen.good >= GOOD_BEATS) return HEARD;
      // Its threshold may have become longer, though none is longer than this. Not by a single beat, which proves little.
      return seen.good === 0 && isDue(seen, listening) && silenceOf(seen, listening) <= LONGEST_MS
        ? ASK
        : REST;
  }
}

function isDue(seen: Seen, listening: Listening): boolean {
  return silenceOf(seen, listening) >= Math.max(listening.shortestMs, seen.patienceMs);
}

/** Milliseconds on the observed clock. The end of a mass silence is no sign of life of who was missing all along. */
function silenceOf({ observedMs, told }: Seen, listening: Listening): number {
  return listening.observedMs - (told === 'missing' ? observedMs : Math.max(observedMs, listening.calmMs));
}

/** What follows from the cluster's own threshold; otherwise how long to be patient before it is looked at again. */
export function answerTo(
  seen: Seen,
  listening: Listening,
  unhealthyAfterMs: number,
): { readonly verdict: 'heard' | 'missing' | 'mass' } | { readonly patienceMs: number } {
  const silenceMs = silenceOf(seen, listening);
  const isMissing = silenceMs >= unhealthyAfterMs;
  const askAgainMs = silenceMs + ASK_AGAIN_MS;
  if (seen.told === 'missing') return isMissing ? { patienceMs: askAgainMs } : { verdict: 'heard' };
  if (isMissing) return { verdict: listening.isMassSilence ? 'mass' : 'missing' };
  return { patienceMs: Math.min(unhealthyAfterMs, askAgainMs) };
}
