/** Who a request comes from: the bearer token, checked as Resource Manager checks it. */
import { ArmError } from './errors.ts';
import type { Principal } from './state.ts';
import { MANAGEMENT_AUDIENCE } from './tokens.ts';
import type { World } from './world.ts';

/** Throws 401 with the challenge that tells a client where to get a token. */
export function authenticate(world: World, authorization: string | undefined): Principal {
  if (!authorization)
    throw unauthorized(
      world,
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
    );
  const token = /^Bearer (.+)$/i.exec(authorization)?.[1];
  if (!token)
    throw unauthorized(
      world,
      'AuthenticationFailedInvalidHeader',
      "Authentication failed. The 'Authorization' header is provided in an invalid format.",
    );
  const checked = world.tokens.check(token, world.clock.wallNow());
  if (!checked.ok) {
    const code = checked.why.includes('expiry') ? 'ExpiredAuthenticationToken' : 'InvalidAuthenticationToken';
    throw unauthorized(world, code, checked.why);
  }
  const { aud, tid, oid } = checked.claims;
  if (aud !== MANAGEMENT_AUDIENCE)
    throw unauthorized(
      world,
      'InvalidAuthenticationTokenAudience',
      `The access token has been obtained for wrong audience or resource '${aud}'. It should exactly match with one of the allowed audiences '${MANAGEMENT_AUDIENCE}'.`,
    );
  const principal = world.state.principals.get(oid);
  if (!principal || !world.state.subscriptions.values().some(({ tenantId }) => tenantId === tid))
    throw unauthorized(
      world,
      'InvalidAuthenticationTokenTenant',
      `The access token is from the wrong issuer 'https://sts.windows.net/${tid}/'.`,
    );
  return principal;
}

function unauthorized(world: World, code: string, message: string): ArmError {
  const tenant = world.state.subscriptions.values()[0]?.tenantId ?? 'common';
  return new ArmError(401, code, message, {
    headers: {
      'www-authenticate': `Bearer authorization_uri="https://login.microsoftonline.com/${tenant}", error="invalid_token", error_description="${message.replaceAll('"', "'")}"`,
    },
  });
}
