/**
 * The verdict of policies on one action, as IAM documents its logic: an explicit deny wins, then any allow, else no.
 * The same function gates calls, answers SimulatePrincipalPolicy and decides what an instance's role may read.
 */
import { fitsWildcard, holds, type RequestContext } from './conditions.ts';
import type { PolicyStatement } from './policy-document.ts';

export type Verdict = 'allowed' | 'explicitDeny' | 'implicitDeny';

export interface Question {
  /** `ec2:RunInstances` */
  readonly action: string;
  /** ARN, or `*` for what has none. */
  readonly resource: string;
  readonly context: RequestContext;
}

export function evaluate(statements: readonly PolicyStatement[], question: Question): Verdict {
  const applying = statements.filter((statement) => applies(statement, question));
  if (applying.some(({ Effect }) => Effect === 'Deny')) return 'explicitDeny';
  return applying.length > 0 ? 'allowed' : 'implicitDeny';
}

function applies(statement: PolicyStatement, { action, resource, context }: Question): boolean {
  return (
    namesAction(statement, action) &&
    namesResource(statement, resource) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, key, wanted, context)),
    )
  );
}

function namesAction({ Action, NotAction }: PolicyStatement, action: string): boolean {
  const fits = (patterns: readonly string[]) =>
    patterns.some((pattern) => fitsWildcard(action.toLowerCase(), pattern.toLowerCase()));
  return Action ? fits(Action) : !fits(NotAction ?? []);
}

/** Resource policies may leave the resource out: it is the one that they are on. */
function namesResource({ Resource, NotResource }: PolicyStatement, resource: string): boolean {
  const fits = (patterns: readonly string[]) => patterns.some((pattern) => fitsWildcard(resource, pattern));
  if (Resource) return fits(Resource);
  return NotResource ? !fits(NotResource) : true;
}
