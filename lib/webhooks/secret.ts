/**
 * The secret of a webhook, and what is signed with it: Standard Webhooks 1.0, so that receivers find a library for it
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md). Secrets live in the
 * secret store and pass through here; nothing else may hold one.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { Secret } from '../domain/secret.ts';

const PREFIX = 'whsec_';
const MADE_BYTES = 32;
/** Of the key behind the prefix, as the specification has it. */
const KEY_BYTES = { min: 24, max: 64 };
/** Characters of a secret without the prefix; as many as the least key has bytes. Our choice. */
const MIN_TEXT = 24;

export function makeSecret(): Secret {
  return new Secret(`${PREFIX}${randomBytes(MADE_BYTES).toString('base64')}`);
}

/** `whsec_` and 24 to 64 bytes in base64, or a text of at least 24 characters. */
export function isStrongSecret(given: string): boolean {
  if (!given.startsWith(PREFIX)) return given.length >= MIN_TEXT;
  const encoded = given.slice(PREFIX.length);
  const key = Buffer.from(encoded, 'base64');
  return key.toString('base64') === encoded && key.length >= KEY_BYTES.min && key.length <= KEY_BYTES.max;
}

interface Signed {
  /** `webhook-id` */
  readonly id: string;
  /** `webhook-timestamp`, seconds since 1970. */
  readonly timestamp: number;
  readonly body: string;
}

/** `webhook-signature`: `v1,` and the keyed hash in base64. */
export function signatureOf(secret: Secret, { id, timestamp, body }: Signed): string {
  const mac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  return `v1,${mac}`;
}

function keyOf(secret: Secret): Buffer {
  const text = secret.reveal();
  return text.startsWith(PREFIX)
    ? Buffer.from(text.slice(PREFIX.length), 'base64')
    : Buffer.from(text, 'utf8');
}
