/** Key pairs that the account has: `default`, in every region. Its private half does not exist. */
import { createHash } from 'node:crypto';
import { findRegion } from './regions.ts';

export interface KeyPair {
  readonly id: string;
  readonly name: string;
  readonly fingerprint: string;
  /** `2025-01-01T00:00:00.000Z` */
  readonly createdAt: string;
}

const NAMES = ['default'] as const;
const CREATED_AT = '2025-01-01T00:00:00.000Z';

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

export function keyPairsIn(region: string): readonly KeyPair[] {
  if (!findRegion(region)) return [];
  return NAMES.map((name) => ({
    id: `key-${digestOf(`${region}/${name}`).toString('hex').slice(0, 17)}`,
    name,
    // Ed25519 keys are shown with the base64 of their SHA-256.
    fingerprint: digestOf(name).toString('base64'),
    createdAt: CREATED_AT,
  }));
}

export const findKeyPair = (region: string, name: string): KeyPair | undefined =>
  keyPairsIn(region).find((pair) => pair.name === name);
