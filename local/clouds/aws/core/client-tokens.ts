/**
 * Client tokens: the same token with the same parameters gives what the first call made, also when that is gone by now;
 * with other parameters it is refused. docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
 */
import { createHash } from 'node:crypto';
import type { EpochMs } from '../../../../lib/domain/time.ts';
import { type Call, placeKey } from './call.ts';
import { AwsFault } from './fault.ts';
import type { World } from './world.ts';

interface Spent {
  readonly fingerprint: string;
  readonly made: readonly string[];
  readonly at: EpochMs;
}

const MAX_LENGTH = 64;

/** Ids of what `make` made, or had made when the token was first used. Without a token it is made anew. */
export function onceForToken(
  world: World,
  call: Call,
  token: string | undefined,
  make: () => readonly string[],
): readonly string[] {
  if (token === undefined) return make();
  if (token.length > MAX_LENGTH) throw new AwsFault('InvalidClientToken', 'The client token is too long.');
  const table = world.records.table<Spent>('client-tokens');
  const key = `${placeKey(call)}/${call.service}/${call.operation}/${token}`;
  const fingerprint = fingerprintOf(call.params);
  const spent = table.get(key);
  if (spent && spent.fingerprint !== fingerprint)
    throw new AwsFault(
      'IdempotentParameterMismatch',
      'The client token that you provided is the same as one that was used in an earlier request with other parameters.',
    );
  if (spent) return spent.made;
  const made = make();
  table.put(key, { fingerprint, made, at: call.nowMs });
  return made;
}

const fingerprintOf = (params: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(params)))
    .digest('hex');

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
