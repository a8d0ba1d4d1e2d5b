/**
 * Puts questions to a cloud side by side under one timeout. An answer that comes too late is still kept for the next
 * request; failures are not.
 */
import type { Result } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports.ts';
import { MINUTE_MS } from '../../domain/time.ts';

/** Answers are kept this long per account. Our choice: docs/limits.md. */
const KEPT_MS = 5 * MINUTE_MS;
/** Answers kept per process; the oldest give way. */
const MAX_KEPT = 2_000;

interface Kept {
  readonly at: number;
  readonly answer: Promise<Result<unknown>>;
}

export interface AnswerCache {
  /** `key` names account and question completely. */
  ask<T>(key: string, question: () => Promise<Result<T>>): Promise<Result<T>>;
}

export function createAnswerCache(clock: Clock): AnswerCache {
  const kept = new Map<string, Kept>();
  return {
    ask<T>(key: string, question: () => Promise<Result<T>>): Promise<Result<T>> {
      const known = kept.get(key);
      // The key is unique to the question, hence to the type of its answer.
      if (known && clock.now() - known.at < KEPT_MS) return known.answer as Promise<Result<T>>;
      const answer = question();
      kept.delete(key);
      kept.set(key, { at: clock.now(), answer });
      const oldest = kept.size > MAX_KEPT ? kept.keys().next().value : undefined;
      if (oldest !== undefined) kept.delete(oldest);
      const drop = () => kept.get(key)?.answer === answer && kept.delete(key);
      answer.then((result) => result.ok || drop(), drop);
      return answer;
    },
  };
}

/** `undefined` when there is no answer within `timeoutMs` (wall milliseconds) or the answer is a failure. */
export async function within<T>(
  timeoutMs: number,
  answer: Promise<Result<T>>,
): Promise<{ value: T } | undefined> {
  const timer = Promise.withResolvers<undefined>();
  const handle = setTimeout(() => timer.resolve(undefined), timeoutMs);
  try {
    const first = await Promise.race([answer, timer.promise]);
    return first?.ok ? { value: first.value } : undefined;
  } finally {
    clearTimeout(handle);
  }
}
