/** Short content hash of a value: equal for equal content, whatever the order of keys. */
import { createHash } from 'node:crypto';
import { canonical } from '../domain/canonical.ts';

export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 16);
}
