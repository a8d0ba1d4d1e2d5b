/** The API server of one simulated cluster: who asks, what for, and the answer. Refusals become Status objects here. */
import { authorize, type Credentials } from './authorize.ts';
import { evict } from './budgets.ts';
import type { Cluster } from './cluster.ts';
import { servedResources } from './custom-resources.ts';
import { discover } from './discovery.ts';
import { summarize } from './metrics/kubelet-summary.ts';
import { measure } from './metrics/metrics-server.ts';
import { podLog } from './pod-log.ts';
import { getList, getOne, type Named, withStatus } from './reads.ts';
import { remove } from './removal.ts';
import {
  type ApiAnswer,
  type ApiRequest,
  type AuthorizedRequest,
  parseTarget,
  type Target,
} from './request.ts';
import { methodNotAllowed, noSuchPath, StatusError } from './status-error.ts';
import { create, patch, replace } from './writes.ts';

/** The metrics API, and what kubelets are asked through the API server. */
const REPORTED = /^\/apis\/metrics\.k8s\.io\/|^\/api\/v1\/nodes\/[^/]+\/proxy\//;

export interface Serving {
  readonly credentials: Credentials;
  /** Brings the cluster up to date; discovery has no need of it. */
  readonly prepare: () => void;
}

export function answer(cluster: Cluster, { credentials, prepare }: Serving, request: ApiRequest): ApiAnswer {
  return refusable(() => {
    const asker = authorize(cluster, credentials, request);
    return route(cluster, prepare, { ...request, asker });
  });
}

/** A refusal is an answer like any other. */
export function refusable<T>(work: () => T): T | ApiAnswer {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof StatusError)) throw thrown;
    const { retryAfterSeconds } = thrown.details;
    return {
      status: thrown.status,
      body: thrown.toBody(),
      ...(retryAfterSeconds === undefined ? {} : { headers: { 'retry-after': String(retryAfterSeconds) } }),
    };
  }
}

function route(cluster: Cluster, prepare: () => void, request: AuthorizedRequest): ApiAnswer {
  const discovered = discover(request.path, cluster);
  if (discovered !== undefined) {
    if (request.method !== 'GET') throw methodNotAllowed();
    return { status: 200, body: discovered };
  }
  const reported = report(cluster, prepare, request);
  if (reported !== undefined) return { status: 200, body: reported };
  const target = parseTarget(request.path, servedResources(cluster));
  if (target === undefined) throw noSuchPath();
  prepare();
  const { name } = target;
  if (target.subresource !== undefined) return subresource(cluster, target, request);
  return name === undefined
    ? collection(cluster, target, request)
    : one(cluster, { ...target, name }, request);
}

/** What others than the API server itself say; `undefined`: it is its own to answer. */
function report(cluster: Cluster, prepare: () => void, request: AuthorizedRequest): object | undefined {
  if (request.method !== 'GET' || !REPORTED.test(request.path)) return undefined;
  prepare();
  return measure(cluster, request) ?? summarize(cluster, request.path);
}

function collection(cluster: Cluster, target: Target, request: AuthorizedRequest): ApiAnswer {
  switch (request.method) {
    case 'GET':
      return getList(cluster, target, request.query);
    case 'POST':
      return { status: 201, body: withStatus(cluster, target.resource, create(cluster, target, request)) };
    default:
      throw methodNotAllowed();
  }
}

function one(cluster: Cluster, at: Named, request: AuthorizedRequest): ApiAnswer {
  switch (request.method) {
    case 'GET':
      return { status: 200, body: getOne(cluster, at) };
    case 'PUT':
      return { status: 200, body: withStatus(cluster, at.resource, replace(cluster, at, request)) };
    case 'PATCH':
      return { status: 200, body: withStatus(cluster, at.resource, patch(cluster, at, request)) };
    case 'DELETE':
      return { status: 200, body: remove(cluster, at, request) };
    default:
      throw methodNotAllowed();
  }
}

function subresource(cluster: Cluster, { name, ...target }: Target, request: AuthorizedRequest): ApiAnswer {
  const isPod = target.resource.plural === 'pods' && target.resource.group === '';
  if (isPod && target.subresource === 'log' && name !== undefined && request.method === 'GET') {
    return { status: 200, body: podLog(cluster, getOne(cluster, { ...target, name }), request.query) };
  }
  if (!isPod || target.subresource !== 'eviction' || name === undefined) throw noSuchPath();
  if (request.method !== 'POST') throw methodNotAllowed();
  evict(cluster, getOne(cluster, { ...target, name }));
  return {
    status: 201,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 },
  };
}
