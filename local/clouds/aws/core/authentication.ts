/** Who a request is from: a known access key, a fresh date, a signature that fits. In this order, as AWS checks. */
import type { SimRequest } from '../../kit/wire.ts';
import { findRegion } from '../catalogue/regions.ts';
import type { Service } from '../wire/services.ts';
import { isSignedWith, type Signature } from '../wire/signature.ts';
import type { Caller } from './call.ts';
import { findAccessKey } from './principals.ts';
import type { World } from './world.ts';

const MAX_SKEW_MS = 15 * 60_000;

/** Throws the service's refusal. */
export function authenticate(
  world: World,
  request: SimRequest,
  signature: Signature,
  { manner }: Service,
): Caller {
  const key = findAccessKey(world, signature.accessKeyId);
  // An account that has not opted in to a region is unknown there.
  if (!key || findRegion(signature.region)?.optIn !== 'opt-in-not-required') throw manner.unknownKey();
  checkDate(world, signature, manner);
  if (!isSignedWith(key.secret, request, signature))
    throw manner.badSignature(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.',
    );
  return key.caller;
}

function checkDate(world: World, { signedAt, day }: Signature, manner: Service['manner']): void {
  if (Number.isNaN(signedAt)) throw manner.badSignature('The request has no valid X-Amz-Date.');
  if (new Date(signedAt).toISOString().slice(0, 10).replaceAll('-', '') !== day)
    throw manner.badSignature(
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date.',
    );
  const skewMs = Math.abs(world.clock.wallNow() - signedAt);
  if (world.settings.checksDates && skewMs > MAX_SKEW_MS)
    throw manner.expired(`Signature expired: ${new Date(signedAt).toISOString()} is more than 15 min away.`);
}
