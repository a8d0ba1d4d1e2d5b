/**
 * The writes of one act, side by side. What was made is kept even when a part was refused: the next look finds the rest
 * missing and meets the refusal again. Only after a lost answer the whole act counts as failed, so that its intent
 * stays open (protocol rule 8).
 */
import { fail, ok, type Result } from '../../../domain/errors.ts';

/** Waits for all, even when one throws: a request that is under way must not outlive the pass unseen. */
export async function together<T>(writes: readonly Promise<Result<T>>[]): Promise<Result<readonly T[]>> {
  const settled = await Promise.allSettled(writes);
  const answers = settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
  const errors = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
  const made = answers.flatMap((answer) => (answer.ok ? [answer.value] : []));
  const worst = errors.find((error) => error.outcomeUnknown) ?? errors[0];
  if (worst && (worst.outcomeUnknown || made.length === 0)) return fail(worst);
  return ok(made);
}
