/** A command's refusal as a problem. The services know nothing of HTTP; the one table between the two is here. */
import type { Refusal } from '../domain/refusal.ts';
import { staleGeneration, unconfirmed } from './preconditions.ts';
import { notFound, type Problem, problem, refusal as problemOf } from './problem.ts';

export function refused(refusal: Refusal): Problem {
  switch (refusal.kind) {
    case 'not-found':
      return notFound(refusal.what);
    case 'invalid':
      return invalid(refusal.findings);
    case 'stale':
      return staleGeneration(refusal.generation);
    case 'unconfirmed':
      return unconfirmed(refusal.expected);
    case 'contended':
      return problem(409, 'CONTENDED', `Others keep changing ${refusal.what}; send the request again.`, {
        headers: { 'retry-after': '1' },
      });
  }
}

function invalid(findings: Extract<Refusal, { kind: 'invalid' }>['findings']): Problem {
  const found = problemOf(findings);
  if (!found) throw new Error('A command was refused as invalid without an error among its findings');
  return found;
}
