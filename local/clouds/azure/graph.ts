/**
 * The corner of Microsoft Graph that account checks look at: groups, the organisation, the application and its service
 * principal. Every read needs the application permission that the real one needs.
 */
import type { SimRequest, SimResponse } from '../kit/wire.ts';
import type { Principal } from './state.ts';
import { type Claims, GRAPH_AUDIENCE } from './tokens.ts';
import type { World } from './world.ts';

/** Undefined when the address is none of Graph's. */
export function answerGraph(world: World, request: SimRequest, url: URL): SimResponse | undefined {
  const path = /^\/(?:v1\.0|beta)(\/.+)$/.exec(url.pathname)?.[1];
  if (path === undefined) return undefined;
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!token) return graphError(401, 'InvalidAuthenticationToken', 'Access token is empty.');
  const checked = world.tokens.check(token, world.clock.wallNow());
  if (!checked.ok) return graphError(401, 'InvalidAuthenticationToken', checked.why);
  if (checked.claims.aud !== GRAPH_AUDIENCE)
    return graphError(
      401,
      'InvalidAuthenticationToken',
      'Access token validation failure. Invalid audience.',
    );
  if (request.method !== 'GET') return graphError(405, 'Request_BadRequest', 'Only reads are served here.');
  return read(world, decodeURIComponent(path), checked.claims);
}

function read(world: World, path: string, claims: Claims): SimResponse {
  const group = /^\/groups\/([^/]+)$/.exec(path)?.[1];
  if (group !== undefined) return readGroup(world, group, claims);
  if (path === '/organization') return readOrganization(world, claims);
  const named = /^\/(applications|servicePrincipals)\(appId='([^']+)'\)$/.exec(path);
  if (named) return readApplication(world, named[1] ?? '', named[2] ?? '', claims);
  return graphError(400, 'BadRequest', `Resource not found for the segment '${path.split('/')[1] ?? ''}'.`);
}

/** Directory.Read.All covers what the narrower permissions do. */
const may = (claims: Claims, ...anyOf: readonly string[]): boolean =>
  (claims.roles ?? []).some((role) => anyOf.includes(role) || role === 'Directory.Read.All');

const denied = () =>
  graphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');

const missing = (id: string) =>
  graphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );

function readGroup(world: World, id: string, claims: Claims): SimResponse {
  if (!may(claims, 'Group.Read.All', 'GroupMember.Read.All')) return denied();
  const group = world.state.directoryGroups.get(id.toLowerCase());
  return group ? answer(200, group) : missing(id);
}

function readOrganization(world: World, claims: Claims): SimResponse {
  if (!may(claims, 'Organization.Read.All')) return denied();
  const name = world.state.subscriptions.values()[0]?.displayName ?? '';
  return answer(200, {
    value: [
      {
        id: claims.tid,
        displayName: name,
        verifiedDomains: [{ name: 'simulated.example', isDefault: true }],
      },
    ],
  });
}

function readApplication(world: World, kind: string, appId: string, claims: Claims): SimResponse {
  if (!may(claims, 'Application.Read.All')) return denied();
  const found = world.state.principals
    .values()
    .find(({ clientId }) => clientId?.toLowerCase() === appId.toLowerCase());
  if (!found) return missing(appId);
  return answer(200, kind === 'applications' ? application(found) : servicePrincipal(found));
}

const application = ({ clientId, displayName, secrets, objectId }: Principal) => ({
  id: objectId,
  appId: clientId,
  displayName,
  passwordCredentials: secrets.map(({ expiresAt }, index) => ({
    keyId: `secret-${index + 1}`,
    endDateTime: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
  })),
});

const servicePrincipal = ({ clientId, displayName, objectId }: Principal) => ({
  id: objectId,
  appId: clientId,
  displayName,
  accountEnabled: true,
  servicePrincipalType: 'Application',
});

const graphError = (status: number, code: string, message: string) =>
  answer(status, { error: { code, message } });

function answer(status: number, body: unknown): SimResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
