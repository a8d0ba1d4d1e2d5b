/** IPv4 ranges that are let in somewhere: who may reach the API server, or the bastion (A206). */
import { canonicalCidr } from '../../domain/cidr.ts';
import { type Finding, violation } from '../../domain/findings.ts';
import { type Read, read } from '../read.ts';

/**
 * A security group has room for 60 rules, a bastion with RDP takes two for each range. Our choice below that.
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
 */
const MAX_RANGES = 25;

/** `undefined`: none were named. A list that is named and empty would let nobody in, which is what absence says. */
export function readAllowedRanges(given: unknown, path: string): Read<readonly string[] | undefined> {
  if (given === undefined) return read(undefined);
  if (!Array.isArray(given)) return read(undefined, violation('TYPE_INVALID', path, 'Expected array.'));
  const items: readonly unknown[] = given;
  if (items.length === 0) return read(undefined, required(path));
  const ranges = items.filter((item): item is string => typeof item === 'string');
  const tooMany = `At most ${MAX_RANGES} ranges; these are ${items.length}.`;
  return read(
    [...new Set(ranges)],
    ...(items.length > MAX_RANGES ? [violation('CIDR_LIMIT', path, tooMany)] : []),
    ...items.flatMap((item, index) => rangeFindings(item, `${path}/${index}`)),
  );
}

function required(path: string): Finding {
  return violation(
    'CIDR_REQUIRED',
    path,
    'An empty list lets nobody in.',
    'Name a range, or leave the field out.',
  );
}

/** Clouds keep the canonical form; another one would look like drift for ever. */
export function rangeFindings(given: unknown, path: string): readonly Finding[] {
  const canonical = typeof given === 'string' ? canonicalCidr(given) : undefined;
  if (canonical === undefined) {
    return [violation('CIDR_INVALID', path, 'An IPv4 range is written «203.0.113.0/24».')];
  }
  if (canonical === given) return [];
  const message = `This range is written «${canonical}».`;
  return [violation('CIDR_INVALID', path, message, 'For a single address append /32.')];
}
