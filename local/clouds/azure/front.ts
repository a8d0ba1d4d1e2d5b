/**
 * The front of Azure Resource Manager: what happens to every request before and after a resource provider sees it.
 * In this order: authentication, api-version, route, subscription, permission, resource group, registration, throttling,
 * injected faults. It owns the headers that every answer carries.
 */
import type { SimAnswer, SimRequest, SimResponse } from '../kit/wire.ts';
import { authenticate } from './authentication.ts';
import { isAllowed } from './authorization.ts';
import { ArmError, badRequest, conflict, resourceGroupNotFound, statusOfCode, throttled } from './errors.ts';
import { groupId, keyOf } from './ids.ts';
import { routerOf } from './router.ts';
import type { LimitName } from './settings.ts';
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
    const base = identifiers(world, requests);
    try {
      const caller = authenticate(world, raw.headers.authorization);
      trace.caller = caller.displayName;
      const apiVersion = apiVersionOf(url);
      const found = find(raw.method, url.pathname);
      if (found === 'unknown') throw unknownAddress(url.pathname);
      if (found === 'other-method') throw methodNotAllowed(raw.method);
      const { route, params } = found;
      trace.operation = route.operation;
      const request = requestOf(raw, url, { origin, now, caller, apiVersion, route, params });
      admit(world, request, route, params);
      const remaining = throttle(world, request, route, params);
      return answerOf(world, request, route, params, { ...base, ...remaining });
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
  if (!/^\d{4}-\d{2}-\d{2}(-preview|-privatepreview|-alpha|-beta)?$/.test(apiVersion))
    throw badRequest('InvalidApiVersionParameter', `The api-version '${apiVersion}' is invalid.`);
  return apiVersion;
}

interface RequestParts extends Pick<ArmRequest, 'origin' | 'now' | 'caller' | 'apiVersion'> {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

function requestOf(raw: SimRequest, url: URL, { route, params, ...rest }: RequestParts): ArmRequest {
  return {
    ...rest,
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

type Params = Readonly<Record<string, string>>;

function admit(world: World, request: ArmRequest, route: Route, params: Params): void {
  const { subscription, group } = params;
  if (subscription !== undefined) checkSubscription(world, subscription, request.method);
  const action = route.action?.replace('{namespace}', params.namespace ?? '');
  if (action !== undefined) checkPermission(world, request, action);
  if (subscription === undefined) return;
  if (group !== undefined && !route.groupOptional) checkGroup(world, subscription, group, request.method);
  if (isWrite(request.method) && action) checkRegistration(world, subscription, action);
}

const isWrite = (method: string) => method === 'PUT' || method === 'PATCH' || method === 'POST';

function checkSubscription(world: World, id: string, method: string): void {
  const found = world.state.subscriptions.get(keyOf(id));
  if (!found) throw new ArmError(404, 'SubscriptionNotFound', `The subscription '${id}' could not be found.`);
  if (found.state === 'Disabled' && method !== 'GET' && method !== 'HEAD')
    throw conflict(
      'ReadOnlyDisabledSubscription',
      `The subscription '${id}' is disabled and therefore marked as read only. You cannot perform any write actions on this subscription until it is re-enabled.`,
    );
}

function checkPermission(world: World, { caller, path, now }: ArmRequest, action: string): void {
  if (isAllowed(world.state, caller.objectId, action, path, now)) return;
  throw new ArmError(
    403,
    'AuthorizationFailed',
    `The client '${caller.clientId}' with object id '${caller.objectId}' does not have authorization to perform action '${action}' over scope '${path}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}

function checkGroup(world: World, subscription: string, name: string, method: string): void {
  const group = world.state.groups.get(keyOf(groupId(subscription, name)));
  if (!group) throw resourceGroupNotFound(name);
  if (group.state === 'Deleting' && isWrite(method))
    throw conflict(
      'ResourceGroupBeingDeleted',
      `The resource group '${name}' is in deprovisioning state and cannot perform this operation.`,
    );
}

function checkRegistration(world: World, subscription: string, action: string): void {
  const namespace = action.split('/')[0] ?? '';
  const provider = world.state.providers.get(keyOf(`${subscription}/${namespace}`));
  if (!provider || action.endsWith('/register/action')) return;
  if (provider.registeredAt !== undefined && provider.registeredAt <= world.clock.now()) return;
  throw conflict(
    'MissingSubscriptionRegistration',
    `The subscription is not registered to use namespace '${namespace}'. See https://aka.ms/rps-not-found for how to register subscriptions.`,
    { details: [{ code: 'MissingSubscriptionRegistration', target: namespace, message: namespace }] },
  );
}

const BUCKET_OF_METHOD: Readonly<Record<string, LimitName>> = {
  GET: 'reads',
  HEAD: 'reads',
  DELETE: 'deletes',
};

/** Takes from the subscription's bucket and from the provider's own; gives the headers that tell what is left. */
function throttle(
  world: World,
  request: ArmRequest,
  route: Route,
  params: Params,
): Readonly<Record<string, string>> {
  const kind = BUCKET_OF_METHOD[request.method] ?? 'writes';
  const { caller, now } = request;
  const who = `${kind}/${caller.objectId}/${params.subscription ?? ''}`;
  const taken = world.buckets.take(who, world.settings.limits[kind], now);
  if (!taken.ok)
    throw throttled(
      'SubscriptionRequestsThrottled',
      `Number of '${kind}' requests for subscription '${params.subscription}' actor '${caller.objectId}' exceeded. Please try again after '${Math.ceil(taken.retryAfterMs / 1000)}' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information.`,
      taken.retryAfterMs,
    );
  if (route.limit) {
    const own = world.buckets.take(bucketKey(request, route.limit), world.settings.limits[route.limit], now);
    if (!own.ok) throw providerThrottled(request, own.retryAfterMs);
  }
  return { [`x-ms-ratelimit-remaining-subscription-${kind}`]: String(taken.remaining) };
}

/** Operation polls share one bucket per subscription; everything else has one per address. */
function bucketKey({ path }: ArmRequest, limit: LimitName): string {
  const scope = limit === 'getOperationStatus' ? path.split('/').slice(0, 3).join('/') : path;
  return `${limit}${scope.toLowerCase()}`;
}

const providerThrottled = ({ path }: ArmRequest, retryAfterMs: number) =>
  /microsoft\.containerservice/i.test(path)
    ? throttled(
        'Throttled',
        'The request is being throttled. Please check https://aka.ms/aks/throttling for more details.',
        retryAfterMs,
      )
    : throttled('TooManyRequests', 'The request is being throttled. Please try again later.', retryAfterMs);

function answerOf(
  world: World,
  request: ArmRequest,
  route: Route,
  params: Params,
  headers: Readonly<Record<string, string>>,
): SimAnswer {
  if (world.faults.list().length === 0) return respond(route.handle(world, request), headers);
  const region = regionOf(world, request, params);
  const waitMs = world.faults.throttledForMs(route.operation, region, request.now);
  if (waitMs !== undefined) throw providerThrottled(request, waitMs);
  const before = world.faults.takeError(route.operation, 'before', region);
  if (before) return injected(before.code, before.message, headers);
  const answer = respond(route.handle(world, request), headers);
  const after = world.faults.takeError(route.operation, 'after', region);
  return after ? injected(after.code, after.message, headers) : answer;
}

function injected(
  code: string,
  message: string | undefined,
  headers: Readonly<Record<string, string>>,
): SimAnswer {
  if (code === 'ConnectionReset') return 'cut';
  const status = statusOfCode(code);
  const body = { error: { code, message: message ?? `The request failed with ${code}.` } };
  return respond({ status, body, ...(status === 429 ? { headers: { 'retry-after': '10' } } : {}) }, headers);
}

/** Where a request is about: its address, the resource that it names, or the location in its body. */
function regionOf(world: World, request: ArmRequest, params: Params): string | undefined {
  if (params.location !== undefined) return params.location.toLowerCase();
  const key = keyOf(request.path.split('/').slice(0, 9).join('/'));
  const known = world.state.clusters.get(key) ?? world.state.resources.get(key);
  if (known) return known.location;
  if (!isWrite(request.method)) return undefined;
  const location = locationIn(request);
  return location?.toLowerCase().replaceAll(' ', '');
}

function locationIn(request: ArmRequest): string | undefined {
  try {
    const body = request.body();
    if (typeof body !== 'object' || body === null || !('location' in body)) return undefined;
    return typeof body.location === 'string' ? body.location : undefined;
  } catch (error) {
    // The handler refuses the body itself, in its own words.
    if (error instanceof ArmError) return undefined;
    throw error;
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
