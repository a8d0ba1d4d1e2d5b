/** A local Cosmos DB account with one database and one container, and the vendor's client without any retries. */
import { type Container, type ContainerRequest, CosmosClient, type Database } from '@azure/cosmos';
import { type CosmosOptions, type CosmosServer, startCosmos } from '../../local/cosmos/index.ts';

export interface CosmosFixture {
  readonly server: CosmosServer;
  readonly database: Database;
  /** Partition key `/cid`. */
  readonly container: Container;
  createContainer(definition: ContainerRequest): Promise<Container>;
}

export function clientOf(server: Pick<CosmosServer, 'endpoint' | 'key'>): CosmosClient {
  return new CosmosClient({
    endpoint: server.endpoint,
    key: server.key,
    connectionPolicy: {
      requestTimeout: 5_000,
      retryOptions: { maxRetryAttemptCount: 0 },
      enableEndpointDiscovery: false,
    },
  });
}

export async function startFixture(options: CosmosOptions = {}): Promise<CosmosFixture> {
  const server = await startCosmos(options);
  const { database } = await clientOf(server).databases.createIfNotExists({ id: 'd' });
  const createContainer = async (definition: ContainerRequest) =>
    (await database.containers.createIfNotExists(definition)).container;
  const container = await createContainer({ id: 'c', partitionKey: '/cid' });
  return { server, database, container, createContainer };
}

/** The status of an answer, thrown or not. */
export async function statusOf(
  answer: Promise<{ readonly statusCode?: number | string; readonly code?: number }>,
): Promise<unknown> {
  try {
    const { statusCode, code } = await answer;
    return statusCode ?? code;
  } catch (error) {
    return typeof error === 'object' && error && 'code' in error ? error.code : error;
  }
}

export const ifMatch = (condition: string) => ({ accessCondition: { type: 'IfMatch', condition } });
