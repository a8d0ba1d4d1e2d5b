/**
 * `/local/...`: what only local mode has. Tokens without a tenant, what exists in the simulated clouds, and the faults
 * that people put on them. Served beside the function app, on the same port; it never reaches production.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Issuer } from '../auth/issuer.ts';
import type { ExtraRoutes } from '../functions-host/index.ts';
import { answerJson, LocalProblem, readJson } from './exchange.ts';

/** One thing that exists in a simulated cloud. */
export interface InventoryItem {
  readonly cloud: string;
  readonly region: string;
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly state: string;
  readonly shared?: boolean;
}

/** Faults of one simulated cloud; `add` throws LocalProblem for a fault that it does not know. */
export interface FaultDesk {
  add(fault: Readonly<Record<string, unknown>>): { readonly id: string };
  list(): readonly Readonly<Record<string, unknown>>[];
  /** False: there is no such fault. */
  remove(id: string): boolean;
  clear(): void;
}

export interface LocalParts {
  readonly issuer: Issuer;
  inventory(): readonly InventoryItem[];
  endpoints(): Readonly<Record<string, string>>;
  /** By cloud: `azure`. */
  readonly faults: ReadonlyMap<string, FaultDesk>;
  /** `undefined`: no simulated cluster of that uid. */
  clusterFaults(uid: string): Omit<FaultDesk, 'remove'> | undefined;
}

const TokenRequest = z.strictObject({
  subject: z.string().min(1).max(200),
  roles: z.array(z.enum(['viewer', 'editor', 'admin'])).default([]),
  projects: z.array(z.string().min(1)).default([]),
});
const FaultRequest = z.looseObject({ cloud: z.string() });
const ClusterFaultRequest = z.looseObject({ kind: z.string() });

interface LocalCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly parts: LocalParts;
  /** What the route's path captured. */
  readonly captured: readonly string[];
}

interface LocalRoute {
  readonly method: string;
  readonly path: RegExp;
  answer(call: LocalCall): Promise<void> | void;
}

const ROUTES: readonly LocalRoute[] = [
  { method: 'POST', path: /^\/local\/token$/, answer: issueToken },
  {
    method: 'GET',
    path: /^\/local\/jwks\.json$/,
    answer: ({ response, parts }) => answerJson(response, 200, parts.issuer.jwks()),
  },
  {
    method: 'GET',
    path: /^\/local\/clouds$/,
    answer: ({ response, parts }) => answerJson(response, 200, { items: parts.inventory() }),
  },
  {
    method: 'GET',
    path: /^\/local\/endpoints$/,
    answer: ({ response, parts }) => answerJson(response, 200, parts.endpoints()),
  },
  { method: 'POST', path: /^\/local\/clouds\/faults$/, answer: addFault },
  { method: 'GET', path: /^\/local\/clouds\/faults$/, answer: listFaults },
  { method: 'DELETE', path: /^\/local\/clouds\/faults(?:\/([^/]+))?$/, answer: removeFaults },
  { method: 'POST', path: /^\/local\/clusters\/([^/]+)\/faults$/, answer: addClusterFault },
  { method: 'GET', path: /^\/local\/clusters\/([^/]+)\/faults$/, answer: listClusterFaults },
  { method: 'DELETE', path: /^\/local\/clusters\/([^/]+)\/faults$/, answer: clearClusterFaults },
];

export function localRoutes(parts: LocalParts): ExtraRoutes {
  return async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://local').pathname;
    if (path !== '/local' && !path.startsWith('/local/')) return false;
    try {
      await dispatch({ request, response, parts }, path);
    } catch (error) {
      const problem =
        error instanceof LocalProblem ? error : new LocalProblem(500, 'INTERNAL', 'See the log.');
      if (!(error instanceof LocalProblem)) console.error(error);
      answerJson(response, problem.status, problem.body(path), 'application/problem+json');
    }
    return true;
  };
}

function dispatch(call: Omit<LocalCall, 'captured'>, path: string): Promise<void> | void {
  const known = ROUTES.filter((route) => route.path.test(path));
  if (known.length === 0) throw new LocalProblem(404, 'NOT_FOUND', `There is no ${path}.`);
  const route = known.find((one) => one.method === call.request.method);
  if (!route)
    throw new LocalProblem(405, 'METHOD_NOT_ALLOWED', `Use ${known.map((one) => one.method).join(' or ')}.`);
  const captured = (route.path.exec(path) ?? []).slice(1).map((part) => decodeURIComponent(part ?? ''));
  return route.answer({ ...call, captured });
}

async function issueToken({ request, response, parts }: LocalCall): Promise<void> {
  const wanted = await readJson(request, TokenRequest);
  answerJson(response, 200, { access_token: await parts.issuer.issue(wanted), token_type: 'Bearer' });
}

async function addFault({ request, response, parts }: LocalCall): Promise<void> {
  const { cloud, ...fault } = await readJson(request, FaultRequest);
  const desk = parts.faults.get(cloud);
  if (!desk)
    throw new LocalProblem(422, 'CLOUD_UNKNOWN', `Simulated clouds: ${[...parts.faults.keys()].join(', ')}.`);
  answerJson(response, 201, desk.add(fault));
}

function listFaults({ response, parts }: LocalCall): void {
  const items = [...parts.faults].flatMap(([cloud, desk]) =>
    desk.list().map((fault) => ({ cloud, ...fault })),
  );
  answerJson(response, 200, { items });
}

function removeFaults({ response, parts, captured: [id = ''] }: LocalCall): void {
  const desks = [...parts.faults.values()];
  if (id === '') for (const desk of desks) desk.clear();
  else if (!desks.some((desk) => desk.remove(id)))
    throw new LocalProblem(404, 'NOT_FOUND', `There is no fault ${id}.`);
  response.writeHead(204).end();
}

async function addClusterFault(call: LocalCall): Promise<void> {
  const fault = await readJson(call.request, ClusterFaultRequest);
  answerJson(call.response, 201, clusterDesk(call).add(fault));
}

function listClusterFaults(call: LocalCall): void {
  answerJson(call.response, 200, { items: clusterDesk(call).list() });
}

function clearClusterFaults(call: LocalCall): void {
  clusterDesk(call).clear();
  call.response.writeHead(204).end();
}

function clusterDesk({ parts, captured: [uid = ''] }: LocalCall) {
  const desk = parts.clusterFaults(uid);
  if (!desk) throw new LocalProblem(404, 'NOT_FOUND', `There is no simulated cluster of uid ${uid}.`);
  return desk;
}
