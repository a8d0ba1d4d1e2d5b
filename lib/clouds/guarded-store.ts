/**
 * The document store under the pass's deadline (protocol rule 7), for what steps write beside the cluster's own document: a
 * pass that was frozen must not bring back what the end of a deletion took away.
 */
import type { DocumentStore } from '../store/port.ts';
import { type CallGuard, PassDeadlineError } from './port.ts';

/** Writes throw PassDeadlineError. The store is ours, so the account's call budget has no say. */
export function guardedStore(store: DocumentStore, guard: CallGuard): DocumentStore {
  const admitted = <A extends readonly unknown[], T>(write: (...args: A) => Promise<T>) => {
    return async (...args: A): Promise<T> => {
      const refusal = guard.admit({ verb: 'write', family: 'Microsoft.DocumentDB' });
      if (refusal?.why === 'deadline')
        throw new PassDeadlineError("A document came after the pass's deadline");
      return write(...args);
    };
  };
  return {
    read: (at, id) => store.read(at, id),
    query: (query) => store.query(query),
    ping: () => store.ping(),
    create: admitted((at, document) => store.create(at, document)),
    replace: admitted((at, document, etag) => store.replace(at, document, etag)),
    upsert: admitted((at, document) => store.upsert(at, document)),
    delete: admitted((at, id, etag) => store.delete(at, id, etag)),
    batch: admitted((at, operations) => store.batch(at, operations)),
  };
}
