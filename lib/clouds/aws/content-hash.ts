/** Twelve hex digits that stand for a value: equal for equal content, whatever the order of its keys. */
import { createHash } from 'node:crypto';
import { canonical } from '../../domain/canonical.ts';

const LENGTH = 12;

export function contentHash(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, LENGTH);
}
