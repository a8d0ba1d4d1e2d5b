/**
 * Who may ask: principals with their access keys and policies. The same statements gate calls, answer
 * SimulatePrincipalPolicy and decide what the role of an instance may read.
 */

import { evaluate, type Question, type Verdict } from '../identity/evaluate-policy.ts';
import type { PolicyStatement } from '../identity/policy-document.ts';
import { type ParsedPolicy, parsePolicy } from '../identity/policy-document.ts';
import type { Caller } from './call.ts';
import type { World } from './world.ts';

export interface Principal {
  readonly arn: string;
  readonly account: string;
  readonly userId: string;
  /** Policy documents by name. */
  readonly policies: Readonly<Record<string, string>>;
  /** No policy applies to the root user. */
  readonly isRoot?: boolean;
}

interface AccessKey {
  readonly id: string;
  readonly secret: string;
  readonly principalArn: string;
  readonly isActive: boolean;
}

const principalsOf = (world: World) => world.records.table<Principal>('principals');
const accessKeysOf = (world: World) => world.records.table<AccessKey>('access-keys');

export const findPrincipal = (world: World, arn: string): Principal | undefined =>
  principalsOf(world).get(arn);

/** Adds the principal, or replaces it. */
export function putPrincipal(world: World, principal: Principal): void {
  principalsOf(world).put(principal.arn, principal);
}

export function putAccessKey(world: World, key: AccessKey): void {
  accessKeysOf(world).put(key.id, key);
}

/** Undefined: there is no such key, or it is inactive. */
export function findAccessKey(
  world: World,
  id: string,
): (AccessKey & { readonly caller: Caller }) | undefined {
  const key = accessKeysOf(world).get(id);
  const principal = key?.isActive ? principalsOf(world).get(key.principalArn) : undefined;
  if (!key || !principal) return undefined;
  const { account, arn, userId } = principal;
  return { ...key, caller: { accessKeyId: id, account, arn, userId } };
}

/** What the principal's policies say; unknown principals may nothing. */
export function verdictOf(world: World, principalArn: string, question: Question): Verdict {
  const principal = findPrincipal(world, principalArn);
  if (!principal) return 'implicitDeny';
  if (principal.isRoot) return 'allowed';
  return evaluate(Object.values(principal.policies).flatMap(statementsOf), question);
}

const parsed = new Map<string, ParsedPolicy>();

/** Policies are read once: the same few texts gate every call. */
function statementsOf(document: string): readonly PolicyStatement[] {
  const known = parsed.get(document) ?? parsePolicy(document, 'identity');
  parsed.set(document, known);
  return known.ok ? known.statements : [];
}
