/** The routes below a container's `docs`: one document, a query, the change feed, a batch. */

import { BATCH, runBatch, runBulk } from './batch.ts';
import { isChangeFeed, readChanges } from './change-feed.ts';
import type { Container } from './container.ts';
import { DOCUMENT } from './definitions.ts';
import { badRequest, CosmosError } from './errors.ts';
import { bodyOf, flag, isQuery, type Reply, type Request } from './messages.ts';
import { type Operation, type Outcome, operate } from './operations.ts';
import { type Scope, scopeOf } from './partition-key.ts';
import { PATCH } from './patch.ts';
import { isQueryPlan, queryItems, queryPlan } from './queries.ts';

/** `id` is absent for the collection itself. */
export function routeDocuments(container: Container, request: Request, id: string | undefined): Reply {
  const reply = id === undefined ? onAll(container, request) : onOne(container, request, id);
  const session = { 'x-ms-session-token': `0:-1#${container.lsn}`, lsn: String(container.lsn) };
  return { ...reply, headers: { ...session, ...reply.headers } };
}

function onAll(container: Container, request: Request): Reply {
  const scope = scopeFor(container, request);
  if (isQueryPlan(request)) return queryPlan(request);
  if (isChangeFeed(request)) return readChanges(container, request, scope);
  if (request.method === 'GET' || isQuery(request)) return queryItems(container, request, scope);
  if (flag(request, 'x-ms-cosmos-is-batch-request')) return batch(container, request, scope);
  return replyTo(request, operate(container, creation(request, scope)));
}

function onOne(container: Container, request: Request, id: string): Reply {
  const scope = scopeFor(container, request);
  if (!scope || scope.prefix) throw badRequest('The partition key of the document is missing.');
  return replyTo(request, operate(container, operationOn(request, scope.partition, id)));
}

function scopeFor({ definition }: Container, request: Request): Scope | undefined {
  return scopeOf(request.headers['x-ms-documentdb-partitionkey'], definition.partitionKey.paths.length);
}

function creation(request: Request, scope: Scope | undefined): Operation {
  const document = bodyOf(request, DOCUMENT);
  const partition = scope && { partition: scope.partition };
  if (!flag(request, 'x-ms-documentdb-is-upsert')) return { kind: 'create', document, ...partition };
  return { kind: 'upsert', document, ...partition, ...preconditions(request) };
}

function operationOn(request: Request, partition: string, id: string): Operation {
  const ifNoneMatch = request.headers['if-none-match'];
  switch (request.method) {
    case 'GET':
      return { kind: 'read', partition, id, ...(ifNoneMatch !== undefined && { ifNoneMatch }) };
    case 'PUT':
      return {
        kind: 'replace',
        partition,
        id,
        document: bodyOf(request, DOCUMENT),
        ...preconditions(request),
      };
    case 'PATCH':
      return { kind: 'patch', partition, id, patch: bodyOf(request, PATCH), ...preconditions(request) };
    case 'DELETE':
      return { kind: 'delete', partition, id, ...preconditions(request) };
    default:
      throw new CosmosError(405, `${request.method} is not allowed on a document.`);
  }
}

function preconditions({ headers }: Request): { readonly ifMatch?: string } {
  const ifMatch = headers['if-match'];
  return ifMatch === undefined ? {} : { ifMatch };
}

function batch(container: Container, request: Request, scope: Scope | undefined): Reply {
  const operations = bodyOf(request, BATCH);
  const atomic = flag(request, 'x-ms-cosmos-batch-atomic');
  if (atomic && !scope) throw badRequest('A transactional batch needs a partition key.');
  const { status, results, charge } =
    atomic && scope ? runBatch(container, scope.partition, operations) : runBulk(container, operations);
  const body = isMinimal(request) ? results.map(({ resourceBody, ...rest }) => rest) : results;
  return { status, body, charge };
}

function replyTo(request: Request, { status, charge, etag, body }: Outcome): Reply {
  return {
    status,
    charge,
    ...(body && !isMinimal(request) && { body }),
    ...(etag !== undefined && { headers: { etag } }),
  };
}

/** The client has what it wrote and does not want it back. */
function isMinimal({ method, headers }: Request): boolean {
  return headers.prefer === 'return=minimal' && method !== 'GET';
}
