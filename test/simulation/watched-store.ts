/** Sees every write of a cluster document: what must only ever grow, grows, and no secret is in any of them. */
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import type { Address, BatchOperation, DocumentStore, StoredDocument } from '../../lib/store/port.ts';
import { InvariantError } from './invariant-error.ts';

export interface WatchedStore extends DocumentStore {
  /** The last written version of every cluster that exists. */
  readonly clusters: ReadonlyMap<string, ClusterDocument>;
  /** Throws the first thing that was ever written and must not be, even by a process that has died since. */
  check(): void;
}

export function watchedStore(store: DocumentStore, canaries: readonly string[]): WatchedStore {
  const clusters = new Map<string, ClusterDocument>();
  const violations: InvariantError[] = [];
  const wrote = (document: StoredDocument) => {
    violations.push(...leakedSecrets(document, canaries));
    if (!isCluster(document)) return;
    violations.push(...shrunk(clusters.get(document.id), document));
    clusters.set(document.id, document);
  };
  return {
    clusters,
    check() {
      if (violations[0]) throw violations[0];
    },
    read: (at, id) => store.read(at, id),
    query: (query) => store.query(query),
    ping: () => store.ping(),
    async create(at, document) {
      const outcome = await store.create(at, document);
      if (outcome.kind === 'written') wrote(document);
      return outcome;
    },
    async replace(at, document, etag) {
      const outcome = await store.replace(at, document, etag);
      if (outcome.kind === 'written') wrote(document);
      return outcome;
    },
    async upsert(at, document) {
      const outcome = await store.upsert(at, document);
      wrote(document);
      return outcome;
    },
    async delete(at, id, etag) {
      const outcome = await store.delete(at, id, etag);
      if (at.container === 'clusters' && outcome.kind === 'deleted') clusters.delete(id);
      return outcome;
    },
    async batch(at: Address, operations: readonly BatchOperation[]) {
      const outcome = await store.batch(at, operations);
      if (outcome.kind === 'written')
        for (const one of operations) if (one.op !== 'delete') wrote(one.document);
      return outcome;
    },
  };
}

function isCluster(document: StoredDocument): document is ClusterDocument {
  return document.type === 'cluster';
}

const GROWING = ['generation', 'observedGeneration', 'wake', 'revision', 'eventSequence'] as const;

function* shrunk(before: ClusterDocument | undefined, after: ClusterDocument): Generator<InvariantError> {
  if (after.observedGeneration > after.generation) {
    yield new InvariantError(`${after.name}: observed a generation from the future`);
  }
  if (!before) return;
  for (const field of GROWING) {
    if (after[field] < before[field]) {
      yield new InvariantError(`${after.name}: ${field} went from ${before[field]} to ${after[field]}`);
    }
  }
  if (before.deletedAt !== undefined && after.deletedAt === undefined) {
    yield new InvariantError(`${after.name}: a deletion was taken back`);
  }
  for (const condition of after.conditions) {
    const former = before.conditions.find((one) => one.type === condition.type);
    if (former && condition.lastTransitionAt < former.lastTransitionAt) {
      yield new InvariantError(`${after.name}: ${condition.type} changed before it last changed`);
    }
  }
}

function* leakedSecrets(document: StoredDocument, canaries: readonly string[]): Generator<InvariantError> {
  const text = JSON.stringify(document);
  if (canaries.some((canary) => text.includes(canary)))
    yield new InvariantError(`A secret was stored in ${document.type} ${document.id}`);
}
