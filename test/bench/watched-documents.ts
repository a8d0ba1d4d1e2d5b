/** Cluster documents as they are committed: when each first was what was asked for, and when the last one went. */
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import { isConverged } from '../../lib/domain/cluster-state.ts';
import type { DocumentStore } from '../../lib/store/port.ts';

export interface WatchedDocuments {
  /** The last committed version of every cluster. */
  readonly documents: ReadonlyMap<string, ClusterDocument>;
  /** Milliseconds; absent while it is not as asked for. */
  readonly convergedAt: ReadonlyMap<string, number>;
  /** When the last cluster document disappeared. */
  goneAt(): number;
  watch(store: DocumentStore): DocumentStore;
}

export function watchedDocuments(now: () => number): WatchedDocuments {
  const documents = new Map<string, ClusterDocument>();
  const convergedAt = new Map<string, number>();
  let goneAt = 0;
  const saw = (document: { readonly type: string; readonly id: string }) => {
    if (!isCluster(document)) return;
    documents.set(document.id, document);
    if (!isConverged(document)) convergedAt.delete(document.id);
    else if (!convergedAt.has(document.id)) convergedAt.set(document.id, now());
  };
  const gone = (id: string) => {
    if (!documents.delete(id)) return;
    convergedAt.delete(id);
    goneAt = now();
  };
  return {
    documents,
    convergedAt,
    goneAt: () => goneAt,
    watch: (store) => watched(store, { saw, gone }),
  };
}

interface Eyes {
  saw(document: { readonly type: string; readonly id: string }): void;
  gone(id: string): void;
}

function watched(store: DocumentStore, { saw, gone }: Eyes): DocumentStore {
  return {
    read: (at, id) => store.read(at, id),
    query: (query) => store.query(query),
    ping: () => store.ping(),
    replace: (at, document, etag) => store.replace(at, document, etag),
    upsert: (at, document) => store.upsert(at, document),
    async create(at, document) {
      const outcome = await store.create(at, document);
      if (outcome.kind === 'written') saw(document);
      return outcome;
    },
    delete: async (at, id, etag) => {
      const outcome = await store.delete(at, id, etag);
      if (outcome.kind === 'deleted') gone(id);
      return outcome;
    },
    batch: async (at, operations) => {
      const outcome = await store.batch(at, operations);
      if (outcome.kind !== 'written') return outcome;
      for (const one of operations) {
        if (one.op === 'delete') gone(one.id);
        else saw(one.document);
      }
      return outcome;
    },
  };
}

function isCluster(document: { readonly type: string; readonly id: string }): document is ClusterDocument {
  return document.type === 'cluster';
}
