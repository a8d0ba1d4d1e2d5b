/**
 * The front of Azure Resource Manager: what happens to every request before and after a resource provider sees it.
 * In this order: authentication, api-version, route, subscription, permission, resource group, registration, throttling,
 * injected faults. It owns the headers that every answer carries.
 */
import type { SimAnswer, SimRequest, SimResponse } from '../kit/wire.ts';
import { admit } from './admission.ts';
import { authenticate } from './authentication.ts';
import { ArmError, badRequest } from './errors.ts';
import { carryOut } from './injection.ts';
import { type RouteMatch, routerOf } from './router.ts';
import { throttle } from './throttling.ts';
import type { ArmReply, ArmRequest, Route, World } from './world.ts';

/** What the request log wants to know about a request that may not have got far. */
export interface Trace {
  operation: string;
  caller?: string;
}

export type ArmFront = (request: SimRequest, url: URL, origin: string, trace: Trace) => SimAnswer;

/** `undo` takes back what a refused request had changed so far. */
export function armFront(world: World, routes: readonly Route[], undo: () => void): ArmFront {
  const find = routerOf(routes);
  let requests = 0;
  return (raw, url, origin, trace) => {
    const now = world.clock.now();
    requests += 1;
    let base = identifiers(world, requests);
    try {
      const caller = authenticate(world, raw.headers.authorization);
      trace.caller = caller.displayName;
      const apiVersion = apiVersionOf(url);
      const found = find(raw.method, url.pathname);
      if (found === 'unknown') throw unknownAddress(url.pathname);
      if (found === 'other-method') throw methodNotAllowed(raw.method);
      trace.operation = found.route.operation;
      const request = requestOf(raw, url, { origin, now, caller, apiVersion }, found);
      admit(world, request, found);
      base = { ...base, ...throttle(world, request, found) };
      const answer = carryOut(world, request, found);
      return answer === 'cut' ? answer : respond(answer, base);
    } catch (error) {
      if (!(error instanceof ArmError)) throw error;
      undo();
      return refusal(error, base);
    }
  };
}

function apiVersionOf(url: URL): string {
  const apiVersion = url.searchParams.get('api-version');
  if (!apiVersion)
    throw badRequest(
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  const day = /^(\d{4}-\d{2}-\d{2})(?:-preview|-privatepreview|-alpha|-beta)?$/.exec(apiVersion)?.[1];
  // Older than Resource Manager itself: no provider ever had it.
  if (day === undefined || Number.isNaN(Date.parse(day)) || day < '2014-01-01')
    throw badRequest('InvalidApiVersionParameter', `The api-version '${apiVersion}' is invalid.`);
  return apiVersion;
}

type Established = Pick<ArmRequest, 'origin' | 'now' | 'caller' | 'apiVersion'>;

function requestOf(raw: SimRequest, url: URL, established: Established, match: RouteMatch): ArmRequest {
  const { route, params } = match;
  return {
    ...established,
    method: raw.method,
    path: url.pathname,
    query: url.searchParams,
    headers: raw.headers,
    operation: route.operation,
    param(name) {
      const value = params[name];
      if (value === undefined) throw new Error(`${route.path} has no parameter ${name}`);
      return value;
    },
    body: () => parseBody(raw.body),
  };
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(
      'InvalidRequestContent',
      'The request content was invalid and could not be deserialized: not JSON.',
    );
  }
}

function identifiers(world: World, number: number): Record<string, string> {
  const id = world.chance.uuid(`request/${world.clock.now()}/${number}`);
  return {
    'x-ms-request-id': id,
    'x-ms-correlation-request-id': id,
    'x-ms-routing-request-id': `SIMULATED:${new Date(world.clock.now()).toISOString()}:${id}`,
    'cache-control': 'no-cache',
  };
}

function respond({ status, headers, body }: ArmReply, base: Readonly<Record<string, string>>): SimResponse {
  const type: Record<string, string> =
    body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
  return {
    status,
    headers: { ...base, ...type, ...headers },
    body: body === undefined ? '' : JSON.stringify(body),
  };
}

function refusal(error: ArmError, base: Readonly<Record<string, string>>): SimResponse {
  return respond(
    {
      status: error.status,
      body: error.body(),
      headers: { ...error.options.headers, 'x-ms-failure-cause': 'gateway' },
    },
    base,
  );
}

function unknownAddress(path: string): ArmError {
  const provider = /\/providers\/([^/]+)\/([^/]+)/i.exec(path);
  if (!provider) return new ArmError(404, 'NotFound', `No HTTP resource was found that matches '${path}'.`);
  const [, namespace, type] = provider;
  return new ArmError(
    404,
    'InvalidResourceType',
    `The resource type '${type}' could not be found in the namespace '${namespace}'.`,
  );
}

const methodNotAllowed = (method: string) =>
  new ArmError(405, 'MethodNotAllowed', `The requested resource does not support http method '${method}'.`);
