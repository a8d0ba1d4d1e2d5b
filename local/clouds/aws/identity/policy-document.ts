/**
 * Policy documents as IAM parses them: single values become lists. What IAM refuses to store is refused here, so that a
 * policy that does not parse is a MalformedPolicyDocument and never a policy that silently grants nothing.
 */
import { z } from 'zod';
import { bareOperator, OPERATORS } from './conditions.ts';

const listed = z
  .union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number(), z.boolean()]))])
  .transform((value) => (Array.isArray(value) ? value : [value]).map(String));

const Statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny']),
    Principal: z.union([z.literal('*'), z.record(z.string(), listed)]).optional(),
    Action: listed.optional(),
    NotAction: listed.optional(),
    Resource: listed.optional(),
    NotResource: listed.optional(),
    Condition: z.record(z.string(), z.record(z.string(), listed)).optional(),
  })
  .refine((s) => (s.Action === undefined) !== (s.NotAction === undefined), {
    message: 'Policy statement must contain actions.',
  })
  .refine((s) => Object.keys(s.Condition ?? {}).every((name) => OPERATORS.has(bareOperator(name))), {
    message: 'Invalid Condition type.',
  });

const Document = z.strictObject({
  Version: z.enum(['2012-10-17', '2008-10-17']).optional(),
  Id: z.string().optional(),
  Statement: z.union([Statement.transform((one) => [one]), z.array(Statement).min(1)]),
});

export type PolicyStatement = z.output<typeof Statement>;

export type ParsedPolicy =
  | { readonly ok: true; readonly statements: readonly PolicyStatement[] }
  | { readonly ok: false; readonly message: string };

/** `kind`: policies of identities name resources; trust and queue policies name principals. */
export function parsePolicy(text: string, kind: 'identity' | 'resource' | 'trust'): ParsedPolicy {
  const document = Document.safeParse(asJson(text));
  if (!document.success)
    return { ok: false, message: document.error.issues[0]?.message ?? 'Syntax errors in policy.' };
  const problem = document.data.Statement.map((statement) => shapeProblem(statement, kind)).find(Boolean);
  if (problem !== undefined) return { ok: false, message: problem };
  return { ok: true, statements: document.data.Statement };
}

function shapeProblem(
  statement: PolicyStatement,
  kind: 'identity' | 'resource' | 'trust',
): string | undefined {
  const hasResource = statement.Resource !== undefined || statement.NotResource !== undefined;
  if (kind === 'identity' && !hasResource) return 'Policy statement must contain resources.';
  if (kind === 'identity' && statement.Principal !== undefined)
    return 'Policy document should not specify a principal.';
  if (kind === 'trust' && hasResource) return 'Has prohibited field Resource';
  if (kind !== 'identity' && statement.Principal === undefined) return 'Missing required field Principal';
  return undefined;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Refused by the schema, as everything that is no document.
    return undefined;
  }
}
