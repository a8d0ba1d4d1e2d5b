/** From path and method to what answers: the account, databases, containers, and what lies below a container. */
import type { Catalog, Database } from './catalog.ts';
import { CONTAINER, DATABASE } from './definitions.ts';
import { routeDocuments } from './documents.ts';
import { CosmosError, notFound } from './errors.ts';
import { bodyOf, feed, isQuery, type Reply, type Request } from './messages.ts';
import { isQueryPlan, queryResources } from './queries.ts';
import { accountResource, containerResource, databaseResource, rangeResource } from './resources.ts';

/** `dbs/{database}/colls/{container}/{kind}/{id}`, as far as the path goes. Throws CosmosError. */
export function route(catalog: Catalog, request: Request): Reply {
  const [root, databaseId, colls] = request.segments;
  if (root === undefined) return { status: 200, body: accountResource(request.headers.host ?? '') };
  // Throughput is the account's here, so no container has an offer of its own.
  if (root === 'offers') return feed('Offers', []);
  if (root !== 'dbs') throw notFound(root);
  if (databaseId === undefined) return onDatabases(catalog, request);
  const database = catalog.database(databaseId);
  if (colls === undefined) return onDatabase(catalog, request, database);
  if (colls !== 'colls') throw notFound(colls);
  return belowDatabase(request, database);
}

/** Documents are what faults and throughput are about; the plan of a query costs nothing. */
export function isDataRequest(request: Request): boolean {
  return request.segments[4] === 'docs' && !isQueryPlan(request);
}

function belowDatabase(request: Request, database: Database): Reply {
  const [, , , containerId, kind, id] = request.segments;
  if (containerId === undefined) return onContainers(request, database);
  const container = database.container(containerId);
  switch (kind) {
    case undefined:
      return onContainer(request, database, containerId);
    case 'pkranges':
      return feed('PartitionKeyRanges', [rangeResource(database, container)]);
    case 'docs':
      return routeDocuments(container, request, id);
    default:
      throw notFound(kind);
  }
}

function onDatabases(catalog: Catalog, request: Request): Reply {
  if (request.method === 'GET' || isQuery(request)) {
    return queryResources('Databases', request, catalog.databases().map(databaseResource));
  }
  allow(request, 'POST');
  const database = catalog.create(bodyOf(request, DATABASE).id);
  return { status: 201, body: databaseResource(database) };
}

function onDatabase(catalog: Catalog, request: Request, database: Database): Reply {
  allow(request, 'GET', 'DELETE');
  if (request.method === 'GET') return { status: 200, body: databaseResource(database) };
  catalog.remove(database);
  return { status: 204 };
}

function onContainers(request: Request, database: Database): Reply {
  if (request.method === 'GET' || isQuery(request)) {
    const resources = database.containers().map((container) => containerResource(database, container));
    return queryResources('DocumentCollections', request, resources);
  }
  allow(request, 'POST');
  const container = database.create(bodyOf(request, CONTAINER));
  return { status: 201, body: containerResource(database, container) };
}

function onContainer(request: Request, database: Database, id: string): Reply {
  allow(request, 'GET', 'PUT', 'DELETE');
  const container = database.container(id);
  if (request.method === 'DELETE') {
    database.remove(container);
    return { status: 204 };
  }
  if (request.method === 'PUT') container.redefine(bodyOf(request, CONTAINER));
  const headers = { 'x-ms-session-token': `0:-1#${container.lsn}` };
  return { status: 200, body: containerResource(database, container), headers };
}

function allow({ method }: Request, ...methods: readonly string[]): void {
  if (!methods.includes(method)) throw new CosmosError(405, `${method} is not allowed here.`);
}
