/**
 * The sign-in endpoints of Entra ID that a service principal with a client secret needs, and the metadata that
 * @azure/identity reads before it asks. Errors carry the AADSTS numbers that people search for.
 */
import type { SimRequest, SimResponse } from '../kit/wire.ts';
import type { Principal } from './state.ts';
import { GRAPH_AUDIENCE, MANAGEMENT_AUDIENCE, TOKEN_LIFETIME_S } from './tokens.ts';
import type { World } from './world.ts';

/** The application that AKS clusters with Entra integration accept tokens for. */
export const AKS_SERVER_AUDIENCE = '6dae42f8-4368-4678-94ff-3960e28e3630';

const AUDIENCES: Readonly<Record<string, string>> = {
  'https://management.azure.com': MANAGEMENT_AUDIENCE,
  'https://management.core.windows.net': MANAGEMENT_AUDIENCE,
  'https://graph.microsoft.com': GRAPH_AUDIENCE,
  [AKS_SERVER_AUDIENCE]: AKS_SERVER_AUDIENCE,
};

/** Undefined when the address is none of ours. */
export function answerSignIn(
  world: World,
  request: SimRequest,
  url: URL,
  origin: string,
): SimResponse | undefined {
  const path = url.pathname.toLowerCase();
  if (path === '/common/discovery/instance') return json(200, discovery(origin));
  const [, tenant, rest] = /^\/([^/]+)\/(.+)$/.exec(path) ?? [];
  if (!tenant) return undefined;
  if (rest === 'v2.0/.well-known/openid-configuration')
    return isTenant(world, tenant) ? json(200, metadata(origin, tenant)) : refused(world, noTenant(tenant));
  if (rest === 'oauth2/v2.0/token' && request.method === 'POST') {
    const outcome = signIn(world, tenant, new URLSearchParams(request.body));
    return 'aadsts' in outcome ? refused(world, outcome) : json(200, outcome);
  }
  return undefined;
}

interface Refusal {
  readonly status: number;
  readonly error: string;
  readonly aadsts: number;
  readonly says: string;
}

interface TokenAnswer {
  readonly token_type: 'Bearer';
  readonly expires_in: number;
  readonly ext_expires_in: number;
  readonly access_token: string;
}

function signIn(world: World, tenant: string, form: URLSearchParams): TokenAnswer | Refusal {
  if (!isTenant(world, tenant)) return noTenant(tenant);
  if (form.get('grant_type') !== 'client_credentials')
    return {
      status: 400,
      error: 'unsupported_grant_type',
      aadsts: 70003,
      says: `The app requested an unsupported grant type '${form.get('grant_type') ?? ''}'.`,
    };
  const clientId = form.get('client_id') ?? '';
  const principal = world.state.principals
    .values()
    .find((known) => known.clientId?.toLowerCase() === clientId.toLowerCase() && known.tenantId === tenant);
  if (!principal)
    return {
      status: 400,
      error: 'unauthorized_client',
      aadsts: 700016,
      says: `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`,
    };
  const wrong = checkSecret(world, principal, form.get('client_secret') ?? '');
  if (wrong) return wrong;
  const resource = (form.get('scope') ?? '').replace(/\/\.default$/, '').replace(/\/$/, '');
  const audience = AUDIENCES[resource];
  if (!audience)
    return {
      status: 400,
      error: 'invalid_resource',
      aadsts: 500011,
      says: `The resource principal named ${resource} was not found in the tenant named ${tenant}.`,
    };
  return {
    token_type: 'Bearer',
    expires_in: TOKEN_LIFETIME_S,
    ext_expires_in: TOKEN_LIFETIME_S,
    access_token: world.tokens.issue(principal, audience, world.clock.wallNow()),
  };
}

function checkSecret(world: World, principal: Principal, given: string): Refusal | undefined {
  const secret = principal.secrets.find(({ value }) => value === given);
  if (!secret)
    return {
      status: 401,
      error: 'invalid_client',
      aadsts: 7000215,
      says: `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${principal.clientId}'.`,
    };
  if (secret.expiresAt !== undefined && secret.expiresAt <= world.clock.wallNow())
    return {
      status: 401,
      error: 'invalid_client',
      aadsts: 7000222,
      says: `The provided client secret keys for app '${principal.clientId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret.`,
    };
  return undefined;
}

const isTenant = (world: World, tenant: string): boolean =>
  world.state.subscriptions.values().some(({ tenantId }) => tenantId === tenant);

const noTenant = (tenant: string): Refusal => ({
  status: 400,
  error: 'invalid_request',
  aadsts: 90002,
  says: `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`,
});

function refused(world: World, { status, error, aadsts, says }: Refusal): SimResponse {
  const at = new Date(world.clock.wallNow()).toISOString();
  const trace = world.chance.uuid(`sign-in/${at}/${aadsts}`);
  return json(status, {
    error,
    error_description: `AADSTS${aadsts}: ${says} Trace ID: ${trace} Correlation ID: ${trace} Timestamp: ${at}`,
    error_codes: [aadsts],
    timestamp: at,
    trace_id: trace,
    correlation_id: trace,
    error_uri: `https://login.microsoftonline.com/error?code=${aadsts}`,
  });
}

const metadata = (origin: string, tenant: string) => ({
  token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
  authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
  end_session_endpoint: `${origin}/${tenant}/oauth2/v2.0/logout`,
  jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
  issuer: `${origin}/${tenant}/v2.0`,
  token_endpoint_auth_methods_supported: ['client_secret_post'],
  response_types_supported: ['code', 'id_token'],
  subject_types_supported: ['pairwise'],
  id_token_signing_alg_values_supported: ['RS256'],
  scopes_supported: ['openid'],
  tenant_region_scope: 'EU',
});

const discovery = (origin: string) => ({
  tenant_discovery_endpoint: `${origin}/common/v2.0/.well-known/openid-configuration`,
  'api-version': '1.1',
  metadata: [
    {
      preferred_network: 'login.microsoftonline.com',
      preferred_cache: 'login.windows.net',
      aliases: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
    },
  ],
});

function json(status: number, body: unknown): SimResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}
