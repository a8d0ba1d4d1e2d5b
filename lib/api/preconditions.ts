/** The two questions that routes ask before any rule: is this the version you saw (412), and do you mean it (428)? */
import { type Problem, problem } from './problem.ts';

/** If-Match names another generation than the object has. */
export function staleGeneration(
  ifMatchGeneration: number | undefined,
  generation: number,
): Problem | undefined {
  if (ifMatchGeneration === undefined || ifMatchGeneration === generation) return undefined;
  return problem(
    412,
    'GENERATION_STALE',
    `It changed since you read it: it is at generation ${generation} now.`,
  );
}

/** `?confirm=` has to repeat the name of what will be deleted. */
export function unconfirmed(confirm: string | undefined, name: string): Problem | undefined {
  if (confirm === name) return undefined;
  return problem(428, 'CONFIRMATION_REQUIRED', `Repeat the name to confirm: ?confirm=${name}`);
}
