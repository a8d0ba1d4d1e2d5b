/**
 * The document store, as narrow as the loop needs it. Adapters: cosmos.ts and the in-memory one of the tests; one
 * contract suite runs on both (test/contract/store-contract.ts).
 *
 * Every document carries `id` (unique in its partition) and `type`. Outcomes that a caller must handle are values;
 * what is left (throttled beyond patience, unreachable, timeout) throws StoreUnavailableError.
 */

/** The containers and the property that is their partition key: docs/architecture.md has the picture. */
export const CONTAINERS = {
  /** `cluster` documents with all that belongs to them; partition = cluster uid. */
  clusters: { partitionKey: 'partition' },
  /** Summaries, names, accounts, profiles, members; partition = project. */
  directory: { partitionKey: 'partition' },
  /** Who did what; partition = project; expires. */
  audit: { partitionKey: 'partition' },
  /** Answers of POST by key; partition = project; expires after 24 h. */
  idempotency: { partitionKey: 'partition' },
  /** Who is alive; partition = shard: lib/agents/port.ts. */
  liveness: { partitionKey: 'partition' },
  /** Samples of what clusters use; partition = cluster uid; expires. */
  usage: { partitionKey: 'partition' },
} as const;

export type ContainerName = keyof typeof CONTAINERS;

/** What may be stored. `partition` and etag are kept outside the document by the port. */
export interface StoredDocument {
  readonly id: string;
  readonly type: string;
  /** Seconds until the document disappears. */
  readonly ttl?: number;
}

export interface Stored<T> {
  readonly document: T;
  /** Opaque; changes with every write. */
  readonly etag: string;
}

export interface Address {
  readonly container: ContainerName;
  readonly partition: string;
}

export type WriteOutcome =
  | { readonly kind: 'written'; readonly etag: string }
  /** The etag did not match, or a create met an existing id. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'absent' };

export type BatchOperation =
  | { readonly op: 'create'; readonly document: StoredDocument }
  | { readonly op: 'replace'; readonly document: StoredDocument; readonly etag: string }
  | { readonly op: 'upsert'; readonly document: StoredDocument }
  | { readonly op: 'delete'; readonly id: string; readonly etag?: string };

export type BatchOutcome =
  /** One etag per operation, in order; `undefined` for deletes. */
  | { readonly kind: 'written'; readonly etags: readonly (string | undefined)[] }
  /** Nothing was written; `index` is the operation that failed. */
  | { readonly kind: 'stale'; readonly index: number }
  | { readonly kind: 'absent'; readonly index: number };

export type Comparison = '=' | '<' | '<=' | '>' | '>=' | 'startsWith';

export interface Filter {
  /** Dotted path inside the document: `spec.cloud.type`. */
  readonly field: string;
  readonly is: Comparison;
  readonly value: string | number | boolean;
}

export interface Query {
  readonly container: ContainerName;
  /** Absent: across all partitions; only sweeps may do that. */
  readonly partition?: string;
  readonly where: readonly Filter[];
  readonly orderBy?: { readonly field: string; readonly direction: 'asc' | 'desc' };
  /** 1..1000 documents a page. */
  readonly limit: number;
  /** Of an earlier page of the same query; another one throws ContinuationInvalidError or gives a page of no meaning. */
  readonly continuation?: string;
}

export interface Page<T> {
  readonly items: readonly Stored<T>[];
  /** Opaque; absent on the last page. */
  readonly continuation?: string;
}

export interface DocumentStore {
  read<T extends StoredDocument>(at: Address, id: string): Promise<Stored<T> | undefined>;
  /** `stale` when the id exists. */
  create(at: Address, document: StoredDocument): Promise<WriteOutcome>;
  /** Replace with If-Match; never creates. */
  replace(at: Address, document: StoredDocument, etag: string): Promise<WriteOutcome>;
  /** For documents without a second writer: caches, summaries, audit. */
  upsert(at: Address, document: StoredDocument): Promise<{ readonly etag: string }>;
  /** `stale` when an etag is given and does not match. */
  delete(at: Address, id: string, etag?: string): Promise<{ readonly kind: 'deleted' | 'stale' | 'absent' }>;
  /** All or nothing, at most 100 operations, one partition. */
  batch(at: Address, operations: readonly BatchOperation[]): Promise<BatchOutcome>;
  query<T extends StoredDocument>(query: Query): Promise<Page<T>>;
  /** True when the store answers; for readiness probes. */
  ping(): Promise<boolean>;
}

/** The store did not answer in time or refused for load. The write may have happened: read before believing either. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** A continuation that no query gave: continuations go through callers' hands, so this is theirs to answer for. */
export class ContinuationInvalidError extends Error {
  override readonly name = 'ContinuationInvalidError';
}

/** A document above the store's 2 MB, or a batch above 2 MB in all. Documents are bounded by design, so this is a bug. */
export class DocumentTooLargeError extends Error {
  override readonly name = 'DocumentTooLargeError';
}
