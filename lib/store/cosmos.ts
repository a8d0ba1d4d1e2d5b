/**
 * The document store on Azure Cosmos DB. Documents are stored with one more property, `partition`, and come back
 * without it and without the service's own. Refusals are values; a service that cannot answer is
 * StoreUnavailableError; anything else (no permission, no container, a query that does not parse) is a bug and thrown
 * as it came.
 */
import {
  type Container,
  CosmosClient,
  type CosmosClientOptions,
  type CosmosHeaders,
  type Database,
  type ItemDefinition,
} from '@azure/cosmos';
import { batchInputOf, batchOutcomeOf, bodyOf, storedOf } from './cosmos-documents.ts';
import { errorOf, failureOf, refusalOf } from './cosmos-errors.ts';
import { sqlOf } from './cosmos-query.ts';
import {
  type Address,
  type BatchOperation,
  type BatchOutcome,
  type ContainerName,
  ContinuationInvalidError,
  type DocumentStore,
  type Page,
  type Query,
  type Stored,
  type StoredDocument,
  type WriteOutcome,
} from './port.ts';

export type StoreOperationName =
  | 'read'
  | 'create'
  | 'replace'
  | 'upsert'
  | 'delete'
  | 'batch'
  | 'query'
  | 'ping';

export interface CosmosStoreOptions {
  /** The longest time for one call with the client's own retries, milliseconds; 5,000 when absent. */
  readonly timeoutMs?: number;
  /** Told what each call cost in request units, refused ones included. */
  readonly onCharge?: (requestUnits: number, operation: `${ContainerName}.${StoreOperationName}`) => void;
}

type Answered = { readonly headers: CosmosHeaders } | { readonly requestCharge: number };

const DEFAULT_TIMEOUT_MS = 5_000;
const MAX_OPERATIONS = 100;
/** Continuations travel as a header, and the client takes what fits in none for a broken connection. */
const FITS_A_HEADER = /^[\x20-\x7e]*$/;

/** A client that gives up soon: the loop has its own way of waiting, and a pass its own deadline. */
export function cosmosClient(
  account: Pick<CosmosClientOptions, 'endpoint' | 'key' | 'aadCredentials'>,
  requestTimeoutMs = DEFAULT_TIMEOUT_MS,
): CosmosClient {
  return new CosmosClient({
    ...account,
    connectionPolicy: {
      requestTimeout: requestTimeoutMs,
      retryOptions: { maxRetryAttemptCount: 2, maxWaitTimeInSeconds: 1 },
      // One region: there is no other endpoint to discover, and no timer to keep a process alive.
      enableEndpointDiscovery: false,
    },
  });
}

export class CosmosStore implements DocumentStore {
  readonly #database: Database;
  readonly #options: CosmosStoreOptions;

  constructor(database: Database, options: CosmosStoreOptions = {}) {
    this.#database = database;
    this.#options = options;
  }

  async read<T extends StoredDocument>(at: Address, id: string): Promise<Stored<T> | undefined> {
    const response = await this.#call(at.container, 'read', (container) =>
      container.item(id, at.partition).read<ItemDefinition>(this.#deadline()),
    );
    if (response.resource) return storedOf<T>(response.resource);
    const failure = { code: response.statusCode, substatus: response.substatus };
    if (refusalOf(failure) === 'absent') return undefined;
    // The client does not throw any 404 of a read, not even a missing container.
    throw errorOf(Object.assign(new Error(`404/${response.substatus}`), failure), `${at.container}.read`);
  }

  async create(at: Address, document: StoredDocument): Promise<WriteOutcome> {
    return this.#write(at.container, 'create', (container) =>
      container.items.create(bodyOf(at, document), this.#writeOptions()),
    );
  }

  async replace(at: Address, document: StoredDocument, etag: string): Promise<WriteOutcome> {
    return this.#write(at.container, 'replace', (container) =>
      container.item(document.id, at.partition).replace(bodyOf(at, document), this.#writeOptions(etag)),
    );
  }

  async upsert(at: Address, document: StoredDocument): Promise<{ readonly etag: string }> {
    const response = await this.#call(at.container, 'upsert', (container) =>
      container.items.upsert(bodyOf(at, document), this.#writeOptions()),
    );
    return { etag: response.etag };
  }

  async delete(
    at: Address,
    id: string,
    etag?: string,
  ): Promise<{ readonly kind: 'deleted' | 'stale' | 'absent' }> {
    const outcome = await this.#write(at.container, 'delete', (container) =>
      container.item(id, at.partition).delete(this.#writeOptions(etag)),
    );
    return outcome.kind === 'written' ? { kind: 'deleted' } : outcome;
  }

  async batch(at: Address, operations: readonly BatchOperation[]): Promise<BatchOutcome> {
    if (operations.length > MAX_OPERATIONS)
      throw new RangeError(`${operations.length} operations in a batch`);
    if (operations.length === 0) return { kind: 'written', etags: [] };
    const inputs = operations.map((operation) => batchInputOf(at, operation));
    const response = await this.#call(at.container, 'batch', (container) =>
      container.items.batch(inputs, at.partition, {
        ...this.#deadline(),
        contentResponseOnWriteEnabled: false,
      }),
    );
    return batchOutcomeOf(response.result ?? []);
  }

  async query<T extends StoredDocument>(query: Query): Promise<Page<T>> {
    if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > 1000) {
      throw new RangeError(`limit is 1..1000, not ${query.limit}`);
    }
    const { partition, continuation } = query;
    if (continuation !== undefined && !FITS_A_HEADER.test(continuation))
      throw new ContinuationInvalidError('no header');
    const options = {
      ...this.#deadline(),
      maxItemCount: query.limit,
      // Without it the client has no continuation for sorted queries across partitions, and would drop the rest.
      ...(partition === undefined ? { enableQueryControl: true } : { partitionKey: partition }),
      ...(continuation !== undefined && { continuationToken: continuation }),
    };
    const iterator = this.#container(query.container).items.query<ItemDefinition>(sqlOf(query), options);
    const fetch = () => this.#page(query, () => iterator.fetchNext());
    let page = await fetch();
    // A partition range may have nothing to give although others have: the service answers an empty page.
    while (isEmpty(page.resources) && page.hasMoreResults) {
      page = await fetch();
    }
    return {
      items: (page.resources ?? []).map((resource) => storedOf<T>(resource)),
      ...(page.continuationToken && { continuation: page.continuationToken }),
    };
  }

  async ping(): Promise<boolean> {
    try {
      return (await this.read({ container: 'idempotency', partition: 'ping' }, 'ping')) === undefined;
    } catch {
      return false;
    }
  }

  /** The same query parses without a continuation, so what a 400 finds wrong with it is the continuation. */
  async #page<T extends Answered>({ container, continuation }: Query, fetch: () => Promise<T>): Promise<T> {
    try {
      return await this.#call(container, 'query', fetch);
    } catch (error) {
      if (continuation === undefined || failureOf(error).code !== 400) throw error;
      throw new ContinuationInvalidError('not of this query', { cause: error });
    }
  }

  async #write(
    container: ContainerName,
    operation: StoreOperationName,
    request: (container: Container) => Promise<{ readonly requestCharge: number; readonly etag: string }>,
  ): Promise<WriteOutcome> {
    try {
      const { etag } = await this.#call(container, operation, request);
      return { kind: 'written', etag };
    } catch (error) {
      const kind = refusalOf(failureOf(error));
      if (kind) return { kind };
      throw error;
    }
  }

  async #call<T extends Answered>(
    container: ContainerName,
    operation: StoreOperationName,
    request: (container: Container) => Promise<T>,
  ): Promise<T> {
    const charge = (requestUnits: number) =>
      this.#options.onCharge?.(requestUnits, `${container}.${operation}`);
    try {
      const response = await request(this.#container(container));
      charge('requestCharge' in response ? response.requestCharge : chargeOf(response.headers));
      return response;
    } catch (error) {
      charge(chargeOf(failureOf(error).headers));
      throw errorOf(error, `${container}.${operation}`);
    }
  }

  #container(name: ContainerName): Container {
    return this.#database.container(name);
  }

  #deadline(): { readonly abortSignal: AbortSignal } {
    return { abortSignal: AbortSignal.timeout(this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS) };
  }

  #writeOptions(etag?: string) {
    return {
      ...this.#deadline(),
      ...(etag !== undefined && { accessCondition: { type: 'IfMatch', condition: etag } }),
    };
  }
}

/** Zero when the answer never came. */
function chargeOf(headers: CosmosHeaders | undefined): number {
  const charge = Number(headers?.['x-ms-request-charge'] ?? 0);
  return Number.isFinite(charge) ? charge : 0;
}

function isEmpty(resources: readonly unknown[] | undefined): boolean {
  return resources === undefined || resources.length === 0;
}
