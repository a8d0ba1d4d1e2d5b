/**
 * One operation on one document, as a request makes it alone and a batch makes it among others. Decides what etags and
 * existing ids allow; throws CosmosError for what they do not.
 */
import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import {
  deleteCharge,
  insertCharge,
  MISS_CHARGE,
  readCharge,
  replaceCharge,
} from '../../lib/store/request-units.ts';
import type { Container } from './container.ts';
import { badRequest, CosmosError, conflict, notFound, preconditionFailed } from './errors.ts';
import { type Item, withoutSystemProperties } from './items.ts';
import { type Patch, patched } from './patch.ts';
import { parseCondition } from './query/parse-select.ts';
import { rowsOver } from './query/rows.ts';

/** `partition` is the key as JSON text; a write without one takes the key from its document. */
export type Operation =
  | { readonly kind: 'read'; readonly partition: string; readonly id: string; readonly ifNoneMatch?: string }
  | { readonly kind: 'create'; readonly partition?: string; readonly document: JsonObject }
  | {
      readonly kind: 'upsert';
      readonly partition?: string;
      readonly document: JsonObject;
      readonly ifMatch?: string;
    }
  | {
      readonly kind: 'replace';
      readonly partition: string;
      readonly id: string;
      readonly document: JsonObject;
      readonly ifMatch?: string;
    }
  | {
      readonly kind: 'patch';
      readonly partition: string;
      readonly id: string;
      readonly patch: Patch;
      readonly ifMatch?: string;
    }
  | { readonly kind: 'delete'; readonly partition: string; readonly id: string; readonly ifMatch?: string };

type Of<Kind extends Operation['kind']> = Extract<Operation, { kind: Kind }>;

export interface Outcome {
  readonly status: number;
  /** Request units. */
  readonly charge: number;
  readonly etag?: string;
  readonly body?: JsonObject;
}

export function operate(container: Container, operation: Operation): Outcome {
  switch (operation.kind) {
    case 'read':
      return read(container, operation);
    case 'create':
      return create(container, operation);
    case 'upsert':
      return upsert(container, operation);
    case 'replace':
      return replace(container, operation);
    case 'patch':
      return patch(container, operation);
    case 'delete':
      return remove(container, operation);
  }
}

function read(container: Container, { partition, id, ifNoneMatch }: Of<'read'>): Outcome {
  const item = existing(container, partition, id);
  if (ifNoneMatch === item.etag) return { status: 304, charge: MISS_CHARGE, etag: item.etag };
  return answer(200, item, readCharge(item.bytes));
}

function create(container: Container, operation: Of<'create'>): Outcome {
  const { document, partition, current } = target(container, operation);
  if (current) throw conflict('Entity with the specified id already exists in the system.');
  const item = container.write(partition, document);
  return answer(201, item, insertCharge(item.bytes));
}

function upsert(container: Container, operation: Of<'upsert'>): Outcome {
  const { document, partition, current } = target(container, operation);
  if (current) mustMatch(current, operation.ifMatch);
  const item = container.write(partition, document, current);
  return answer(current ? 200 : 201, item, (current ? replaceCharge : insertCharge)(item.bytes));
}

function replace(container: Container, operation: Of<'replace'>): Outcome {
  const current = existing(container, operation.partition, operation.id);
  mustMatch(current, operation.ifMatch);
  const document = withoutSystemProperties(operation.document);
  if (document.id !== current.id) throw badRequest('The id of the document is not that of the resource.');
  const item = container.write(operation.partition, document, current);
  return answer(200, item, replaceCharge(item.bytes));
}

function patch(container: Container, { partition, id, patch: asked, ifMatch }: Of<'patch'>): Outcome {
  const current = existing(container, partition, id);
  mustMatch(current, ifMatch);
  if (asked.condition !== undefined) mustSatisfy(current, asked.condition);
  const document = patched(withoutSystemProperties(current.body), asked.operations);
  const item = container.write(partition, document, current);
  return answer(200, item, replaceCharge(item.bytes));
}

function remove(container: Container, { partition, id, ifMatch }: Of<'delete'>): Outcome {
  const current = existing(container, partition, id);
  mustMatch(current, ifMatch);
  container.remove(current);
  return { status: 204, charge: deleteCharge(current.bytes) };
}

function target(container: Container, operation: Of<'create' | 'upsert'>) {
  const document = withoutSystemProperties({
    ...operation.document,
    id: operation.document.id ?? randomUUID(),
  });
  const partition = operation.partition ?? container.partitionOf(document);
  return { document, partition, current: container.find(partition, String(document.id)) };
}

function existing(container: Container, partition: string, id: string): Item {
  const item = container.find(partition, id);
  if (!item) throw notFound(id);
  return item;
}

function mustMatch(item: Item, ifMatch: string | undefined): void {
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== item.etag) throw preconditionFailed();
}

/** 1110: the condition of a patch, not an etag. */
function mustSatisfy(item: Item, condition: string): void {
  const rows = rowsOver(parseCondition(condition), {}, [{ document: item.body, origin: undefined }]);
  if (rows.length > 0) return;
  throw new CosmosError(412, 'The condition of the patch is not met.', { 'x-ms-substatus': '1110' });
}

function answer(status: number, item: Item, charge: number): Outcome {
  return { status, charge, etag: item.etag, body: item.body };
}
