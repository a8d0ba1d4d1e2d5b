/** The two questions that come before any rule: is this the version you saw (412), and do you mean it (428)? */
import { type Problem, problem } from './problem.ts';

/** If-Match names another generation than the object has. */
export function unlessGeneration(
  ifMatchGeneration: number | undefined,
  generation: number,
): Problem | undefined {
  if (ifMatchGeneration === undefined || ifMatchGeneration === generation) return undefined;
  return staleGeneration(generation);
}

/** `?confirm=` has to repeat the name of what will be deleted. */
export function unlessConfirmed(confirm: string | undefined, name: string): Problem | undefined {
  return confirm === name ? undefined : unconfirmed(name);
}

export function staleGeneration(generation: number): Problem {
  return problem(
    412,
    'GENERATION_STALE',
    `It changed since you read it: it is at generation ${generation} now.`,
  );
}

export function unconfirmed(name: string): Problem {
  return problem(
    428,
    'CONFIRMATION_REQUIRED',
    `Repeat the name to confirm: ?confirm=${encodeURIComponent(name)}`,
  );
}
