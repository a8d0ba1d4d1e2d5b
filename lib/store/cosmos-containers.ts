/**
 * How our containers are set up: the keys, what is indexed, what expires. The deployment template says the same for
 * the cloud; `ensureContainers` is for local mode, where nothing else creates them.
 */
import type { ContainerDefinition, CosmosClient, Database, IndexingPolicy } from '@azure/cosmos';
import { CONTAINERS, type ContainerName } from './port.ts';

/**
 * The properties that queries filter or sort by, apart from `id`, which the service always indexes. Every other path
 * is excluded, because each indexed property of a document makes every write of it dearer. A query that sorts by a
 * path that is missing here fails.
 */
export const INDEXED = {
  clusters: ['type', 'nextAttemptAt'],
  directory: [
    'type',
    'profile.cloudType',
    'summary.state',
    'summary.health',
    'summary.cloud.type',
    'summary.cloud.account',
  ],
  audit: [],
  idempotency: [],
  liveness: [],
  usage: [],
} as const satisfies Record<ContainerName, readonly string[]>;

export function containerDefinition(name: ContainerName): ContainerDefinition {
  return {
    id: name,
    partitionKey: { paths: [`/${CONTAINERS[name].partitionKey}`] },
    // -1: documents with a ttl of their own expire, all others stay.
    defaultTtl: -1,
    indexingPolicy: indexingOf(name),
  };
}

/** Safe to repeat; leaves containers that exist as they are. */
export async function ensureContainers(client: CosmosClient, databaseName: string): Promise<Database> {
  const { database } = await client.databases.createIfNotExists({ id: databaseName });
  for (const name of containerNames()) await database.containers.createIfNotExists(containerDefinition(name));
  return database;
}

function indexingOf(name: ContainerName): IndexingPolicy {
  const fields: readonly string[] = [CONTAINERS[name].partitionKey, ...INDEXED[name]];
  return {
    indexingMode: 'consistent',
    automatic: true,
    includedPaths: fields.map((field) => ({ path: `/${field.replaceAll('.', '/')}/?` })),
    excludedPaths: [{ path: '/*' }],
  };
}

function containerNames(): readonly ContainerName[] {
  return ['clusters', 'directory', 'audit', 'idempotency', 'liveness', 'usage'];
}
