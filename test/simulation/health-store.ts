/**
 * A store for one simulated fleet: keeps documents as they are, because nobody changes one, and so spends no time on
 * text. Only what the health sweep and its reports ask of a store; can be told to die before one of the next calls.
 */
import type {
  Address,
  BatchOperation,
  BatchOutcome,
  DocumentStore,
  Filter,
  Page,
  Query,
  Stored,
  StoredDocument,
  WriteOutcome,
} from '../../lib/store/port.ts';
import { InvariantError } from './invariant-error.ts';

export class CrashError extends Error {
  override readonly name = 'CrashError';
}

type Partition = Map<string, Stored<StoredDocument>>;

export class HealthStore implements DocumentStore {
  /** By container, then by partition. */
  readonly #containers = new Map<string, Map<string, Partition>>();
  #writes = 0;
  #callsLeft = Number.POSITIVE_INFINITY;

  /** The process dies before the call after so many. */
  dieAfter(calls: number): void {
    this.#callsLeft = calls;
  }

  async read<T extends StoredDocument>(at: Address, id: string): Promise<Stored<T> | undefined> {
    return this.peek<T>(at, id);
  }

  /** As the world sees it: never dies. */
  peek<T extends StoredDocument>(at: Address, id: string): Stored<T> | undefined {
    const stored = this.#partition(at).get(id);
    // The caller names the type, as it does of every store.
    return stored as Stored<T> | undefined;
  }

  async create(at: Address, document: StoredDocument): Promise<WriteOutcome> {
    return this.#write(at, { op: 'create', document });
  }

  async replace(at: Address, document: StoredDocument, etag: string): Promise<WriteOutcome> {
    return this.#write(at, { op: 'replace', document, etag });
  }

  async upsert(at: Address, document: StoredDocument): Promise<{ readonly etag: string }> {
    this.#live();
    return { etag: this.#put(at, document) };
  }

  async delete(at: Address, id: string): Promise<{ readonly kind: 'deleted' | 'absent' }> {
    this.#live();
    return { kind: this.#partition(at).delete(id) ? 'deleted' : 'absent' };
  }

  async batch(at: Address, operations: readonly BatchOperation[]): Promise<BatchOutcome> {
    this.#live();
    const index = operations.findIndex((operation) => this.#refusal(at, operation) !== undefined);
    if (index >= 0) return { kind: 'stale', index };
    return {
      kind: 'written',
      etags: operations.map((one) => (one.op === 'delete' ? undefined : this.#put(at, one.document))),
    };
  }

  async query<T extends StoredDocument>({ where, limit, ...at }: Query): Promise<Page<T>> {
    this.#live();
    const { container, partition = '' } = at;
    const held = this.#partition({ container, partition });
    const ids = [...held.keys()].filter((id) => where.every((filter) => isIn(id, filter))).sort();
    const items = ids.slice(0, limit).map((id) => held.get(id) as Stored<T>);
    if (ids.length > limit && at.orderBy === undefined) throw new InvariantError('more than a page');
    return { items };
  }

  async ping(): Promise<boolean> {
    return true;
  }

  /** What has expired. */
  forget(at: Address, isOld: (id: string) => boolean): void {
    const held = this.#partition(at);
    for (const id of held.keys()) if (isOld(id)) held.delete(id);
  }

  async #write(at: Address, operation: Exclude<BatchOperation, { op: 'delete' }>): Promise<WriteOutcome> {
    this.#live();
    const kind = this.#refusal(at, operation);
    return kind ? { kind } : { kind: 'written', etag: this.#put(at, operation.document) };
  }

  #refusal(at: Address, operation: BatchOperation): 'stale' | 'absent' | undefined {
    if (operation.op === 'delete' || operation.op === 'upsert') return undefined;
    const current = this.#partition(at).get(operation.document.id);
    if (operation.op === 'create') return current ? 'stale' : undefined;
    if (!current) return 'absent';
    return current.etag === operation.etag ? undefined : 'stale';
  }

  #put(at: Address, document: StoredDocument): string {
    const etag = String(++this.#writes);
    this.#partition(at).set(document.id, { document, etag });
    return etag;
  }

  #live(): void {
    this.#callsLeft -= 1;
    if (this.#callsLeft >= 0) return;
    this.#callsLeft = Number.POSITIVE_INFINITY;
    throw new CrashError('died');
  }

  #partition({ container, partition }: Address): Partition {
    const partitions = this.#containers.get(container);
    const known = partitions?.get(partition);
    if (known !== undefined) return known;
    const fresh: Partition = new Map();
    this.#containers.set(container, (partitions ?? new Map<string, Partition>()).set(partition, fresh));
    return fresh;
  }
}

function isIn(id: string, { field, is, value }: Filter): boolean {
  const text = String(value);
  if (field !== 'id') throw new InvariantError(`a query by ${field}`);
  switch (is) {
    case '=':
      return id === text;
    case '<':
      return id < text;
    case '<=':
      return id <= text;
    case '>':
      return id > text;
    case '>=':
      return id >= text;
    case 'startsWith':
      return id.startsWith(text);
  }
}
