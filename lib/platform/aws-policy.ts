/**
 * The policy of an AWS account as documents that IAM takes (A217 to A221). It is too long for an inline policy of a user,
 * so it comes as managed policies, split between statements where one would be too long. Limits without white space:
 * docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
import { POLICY_STATEMENTS, type PolicyStatement } from '../clouds/aws/permissions.ts';

export const INLINE_LIMIT = 2_048;
const MANAGED_LIMIT = 6_144;

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

export interface ManagedPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
  /** Characters that are no white space: what IAM counts. */
  readonly characters: number;
}

/** `limit`: characters of one document. */
export function managedPolicies(limit: number = MANAGED_LIMIT): readonly ManagedPolicy[] {
  const parts: PolicyStatement[][] = [];
  for (const statement of POLICY_STATEMENTS) {
    const last = parts.at(-1);
    if (last && countOf(documentOf([...last, statement])) <= limit) last.push(statement);
    else parts.push([statement]);
  }
  return parts.map((statements, index) => {
    const document = documentOf(statements);
    return {
      name: parts.length === 1 ? 'slipway' : `slipway-${index + 1}`,
      document,
      characters: countOf(document),
    };
  });
}

/** Characters of the whole policy as one document. */
export function inlineCharacters(): number {
  return countOf(documentOf(POLICY_STATEMENTS));
}

function documentOf(Statement: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}

const countOf = (document: PolicyDocument): number => JSON.stringify(document).replaceAll(/\s/g, '').length;
