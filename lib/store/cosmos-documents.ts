/** Our documents as Cosmos DB stores them, and batches in its words. */
import {
  BulkOperationType,
  type ItemDefinition,
  type OperationInput,
  type OperationResponse,
  type Resource,
} from '@azure/cosmos';
import { refusalOf } from './cosmos-errors.ts';
import {
  type Address,
  type BatchOperation,
  type BatchOutcome,
  type Stored,
  type StoredDocument,
  StoreUnavailableError,
} from './port.ts';

/** The body of a write: the document with its partition key. */
export function bodyOf({ partition }: Address, document: StoredDocument) {
  return Object.fromEntries(Object.entries({ ...document, partition }));
}

/** The document without what the service and `bodyOf` added. */
export function storedOf<T extends StoredDocument>(resource: ItemDefinition & Partial<Resource>): Stored<T> {
  const { _rid, _self, _etag, _ts, _attachments, partition, ...document } = resource;
  // What is stored was a T when it was written; versions are the business of `schemaVersion`, not of the store.
  return { document: document as unknown as T, etag: _etag ?? '' };
}

export function batchInputOf(at: Address, operation: BatchOperation): OperationInput {
  switch (operation.op) {
    case 'create':
      return { operationType: BulkOperationType.Create, resourceBody: bodyOf(at, operation.document) };
    case 'upsert':
      return { operationType: BulkOperationType.Upsert, resourceBody: bodyOf(at, operation.document) };
    case 'replace':
      return {
        operationType: BulkOperationType.Replace,
        id: operation.document.id,
        resourceBody: bodyOf(at, operation.document),
        ifMatch: operation.etag,
      };
    case 'delete': {
      // The client's type does not know of it, the service does: «Transactional batch operations».
      const ifMatch = operation.etag === undefined ? {} : { ifMatch: operation.etag };
      return { operationType: BulkOperationType.Delete, id: operation.id, ...ifMatch };
    }
  }
}

/** 424 marks the operations that were given up because of another one. */
const FAILED_DEPENDENCY = 424;

export function batchOutcomeOf(results: readonly OperationResponse[]): BatchOutcome {
  const index = results.findIndex(({ statusCode }) => statusCode >= 400 && statusCode !== FAILED_DEPENDENCY);
  const failed = results[index];
  if (!failed) return { kind: 'written', etags: results.map(etagOf) };
  const kind = refusalOf({ code: failed.statusCode });
  if (kind) return { kind, index };
  throw new StoreUnavailableError(`batch: operation ${index} answered ${failed.statusCode}`);
}

function etagOf({ statusCode, eTag }: OperationResponse): string | undefined {
  return statusCode === 204 ? undefined : eTag;
}
