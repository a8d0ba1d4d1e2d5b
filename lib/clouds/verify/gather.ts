/**
 * Gathers the facts that the rules of a cloud judge: all questions at once, under one timeout. What the cloud does not
 * answer in time is named, and becomes a warning there.
 */
import type { Result } from '../../domain/errors.ts';
import { type AnswerCache, within } from './ask.ts';

export interface Asking<Question extends string> {
  readonly question: Question;
  /** What the answer depends on, beside the account. */
  readonly key: readonly string[];
  readonly ask: () => Promise<Result<unknown>>;
}

export interface Gathered<Facts> {
  /** A question that was answered with nothing has the fact `absent`. */
  readonly facts: Facts;
  readonly unanswered: readonly (keyof Facts & string)[];
}

export interface GatherOptions {
  readonly cache: AnswerCache;
  /** Stands for the account and its present secret. */
  readonly account: string;
  /** Wall milliseconds. */
  readonly timeoutMs: number;
}

/** Each question's answer has to have the type of the fact of the same name: whoever asks sees to that. */
export async function gather<Facts extends object>(
  { cache, account, timeoutMs }: GatherOptions,
  askings: readonly Asking<keyof Facts & string>[],
): Promise<Gathered<Facts>> {
  const answers = await Promise.all(
    askings.map(async ({ question, key, ask }) => {
      const full = [account, question, ...key].join('|');
      return { question, answer: await within(timeoutMs, cache.ask(full, ask)) };
    }),
  );
  const answered = answers.flatMap(({ question, answer }) =>
    answer === undefined ? [] : [[question, answer.value ?? 'absent'] as const],
  );
  return {
    facts: Object.fromEntries(answered) as Facts,
    unanswered: answers.filter(({ answer }) => answer === undefined).map(({ question }) => question),
  };
}
