/** The document store under the pass's deadline, for what steps write beside the cluster's own document. */
import type { DocumentStore } from '../store/port.ts';
import { admitWrite } from './admit-write.ts';
import type { CallGuard } from './port.ts';

/** Writes throw PassDeadlineError. */
export function guardedStore(store: DocumentStore, guard: CallGuard): DocumentStore {
  const admitted = <A extends readonly unknown[], T>(write: (...args: A) => Promise<T>) => {
    return async (...args: A): Promise<T> => {
      admitWrite(guard, 'Microsoft.DocumentDB', 'A document');
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
