/** Pages of lists. Tokens are opaque, belong to one question and end after a while. */
import { createHash } from 'node:crypto';
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { Call } from './call.ts';
import { AwsFault, invalidValue } from './fault.ts';

const TOKEN_LIFE_MS = 60 * 60_000;

interface Token {
  readonly offset: number;
  readonly question: string;
  readonly issuedAt: EpochMs;
}

export interface PageRequest {
  /** Absent: everything at once. */
  readonly size?: number | undefined;
  readonly token?: string | undefined;
  /** What else was asked: a token of another question is refused. */
  readonly question?: unknown;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Absent: it was the last page. */
  readonly nextToken?: string;
}

/** The next part of a list that is always in the same order. */
export function pageOf<T>(call: Call, all: readonly T[], { size, token, question }: PageRequest): Page<T> {
  const asked = questionOf(call, question);
  const offset = token === undefined || token === '' ? 0 : offsetOf(token, asked, call.nowMs);
  const items = all.slice(offset, size === undefined ? undefined : offset + size);
  const next = offset + items.length;
  if (next >= all.length) return { items };
  return { items, nextToken: encoded({ offset: next, question: asked, issuedAt: call.nowMs }) };
}

/** MaxResults of EC2: between 5 and `most`. */
export function checkMaxResults(size: number | undefined, most = 1000): void {
  if (size === undefined || (size >= 5 && size <= most)) return;
  throw invalidValue(String(size), 'maxResults', `Expecting a value between 5 and ${most}.`);
}

const questionOf = (call: Call, question: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify([call.account, call.region, call.service, call.operation, question ?? null]))
    .digest('hex')
    .slice(0, 16);

const encoded = (token: Token): string => Buffer.from(JSON.stringify(token)).toString('base64');

function offsetOf(text: string, question: string, now: EpochMs): number {
  const token = decoded(text);
  if (!token || token.question !== question)
    throw new AwsFault('InvalidParameterValue', 'Unable to parse pagination token');
  if (now - token.issuedAt > TOKEN_LIFE_MS)
    throw new AwsFault('InvalidParameterValue', 'The pagination token has expired');
  return token.offset;
}

function decoded(text: string): Token | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
    return isToken(value) ? value : undefined;
  } catch {
    // Not one of ours: refused as such.
    return undefined;
  }
}

function isToken(value: unknown): value is Token {
  return (
    typeof value === 'object' &&
    value !== null &&
    'offset' in value &&
    typeof value.offset === 'number' &&
    'question' in value &&
    typeof value.question === 'string' &&
    'issuedAt' in value &&
    typeof value.issuedAt === 'number'
  );
}
