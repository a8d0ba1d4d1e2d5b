/** Function keys. Without configured keys every level is open, as with the Core Tools on a developer's machine. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AuthLevel } from './route-table.ts';

export interface FunctionKeys {
  readonly function: string;
  /** Opens every level, as the master key does. */
  readonly admin: string;
}

export function isAllowed(
  level: AuthLevel,
  request: IncomingMessage,
  url: URL,
  keys: FunctionKeys | undefined,
): boolean {
  if (level === 'anonymous' || keys === undefined) return true;
  const header = request.headers['x-functions-key'];
  const given = typeof header === 'string' ? header : (url.searchParams.get('code') ?? '');
  return isSame(given, keys.admin) || (level === 'function' && isSame(given, keys.function));
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
