/**
 * Join tokens are derived, not stored: the same try at the same machine has the same token, so that a launch that is
 * repeated after a lost answer sends the very same user data. Who does not know the cluster's key learns nothing of one
 * token from another.
 */
import { createHmac } from 'node:crypto';
import { Secret } from '../../domain/secret.ts';
import type { MachineKey } from '../port.ts';

export interface DerivedToken {
  readonly id: string;
  readonly secret: Secret;
}

/** https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/: `[a-z0-9]{6}.[a-z0-9]{16}` */
const ID_LENGTH = 6;
const LENGTH = 22;
const RADIX = 36;

/** `joinKey`: 32 bytes, base64. */
export function joinTokenOf(joinKey: string, { pool, index, attempt }: MachineKey): DerivedToken {
  const digest = createHmac('sha256', Buffer.from(joinKey, 'base64'))
    .update([pool, index, attempt].join('\0'))
    .digest('hex');
  // 256 bits over 36^22, which is below 2^114: what the remainder favours is beyond measure.
  const text = (BigInt(`0x${digest}`) % BigInt(RADIX) ** BigInt(LENGTH))
    .toString(RADIX)
    .padStart(LENGTH, '0');
  return { id: text.slice(0, ID_LENGTH), secret: new Secret(text.slice(ID_LENGTH)) };
}
