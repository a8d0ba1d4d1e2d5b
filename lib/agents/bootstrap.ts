/**
 * Bootstrap tokens `<id>.<secret>`: what an agent shows once to get its first credential. The secret is derived from the
 * key and what the enrolment document says, so that a pass that died after it made one gives the cluster the very same,
 * and a copy of the database is good for nothing.
 */
import type { ClusterId } from '../domain/ids.ts';
import { Secret } from '../domain/secret.ts';
import { type EpochMs, HOUR_MS } from '../domain/time.ts';
import { isSame } from './credential.ts';
import type { EnrolmentDocument, TokenRecord } from './enrolment.ts';
import { type AgentKey, signatureOf } from './keys.ts';

/** Our choice, of the order that OCM advises for bootstrap credentials: docs/limits.md. */
const TOKEN_MS = HOUR_MS;
/** A token that nobody used is replaced at half of its time: looks at a settled cluster are as far apart. */
const REPLACED_MS = TOKEN_MS / 2;

const PURPOSE = 'bootstrap';
const SHAPE = /^([0-9a-f-]{36})\.([\w-]{43})$/;

export interface ShownToken {
  readonly id: string;
  readonly secret: string;
}

/** `undefined`: that is no token. */
export function readToken(text: string): ShownToken | undefined {
  const [, id, secret] = SHAPE.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

export function tokenText(key: AgentKey, cluster: ClusterId, token: TokenRecord): Secret {
  return new Secret(`${token.id}.${secretOf(key, cluster, token)}`);
}

/** It is the cluster's newest token, used or not. */
export function isToken(key: AgentKey, cluster: ClusterId, token: TokenRecord, shown: ShownToken): boolean {
  const isRight = isSame(shown.secret, secretOf(key, cluster, token));
  return isRight && shown.id === token.id;
}

/**
 * Nobody can enrol with what there is, and somebody has to: no agent ever did, its credential ran out, or it came again
 * with a token that is used up. Pure.
 */
export function needsToken(enrolment: EnrolmentDocument | undefined, nowMs: EpochMs): boolean {
  const { token, credentialUntilMs = 0, askedAgainAtMs } = enrolment ?? {};
  const isEnrolled = nowMs < credentialUntilMs && askedAgainAtMs === undefined;
  if (isEnrolled) return false;
  return token === undefined || token.used !== undefined || nowMs >= token.expiresAtMs - REPLACED_MS;
}

/** The enrolment with a token that is good for the next hour. */
export function withToken(enrolment: EnrolmentDocument, id: string, nowMs: EpochMs): EnrolmentDocument {
  const { askedAgainAtMs: _, ...rest } = enrolment;
  return { ...rest, token: { id, expiresAtMs: nowMs + TOKEN_MS } };
}

function secretOf(key: AgentKey, cluster: ClusterId, { id, expiresAtMs }: TokenRecord): string {
  return signatureOf(key, PURPOSE, [cluster, id, expiresAtMs]);
}
