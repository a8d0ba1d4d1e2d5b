/**
 * The document store in memory, for tests and simulations of thousands of clusters. Keeps what the port promises: the
 * contract suite runs on it as it does on Cosmos DB. Documents are kept as JSON text, so nothing is shared with the
 * caller and what cannot be stored does not survive. Time comes from the clock it is given; nothing runs on its own.
 */
import type { Clock } from '../../lib/domain/ports.ts';
import type { EpochMs } from '../../lib/domain/time.ts';
import {
  type Address,
  type BatchOperation,
  type BatchOutcome,
  type ContainerName,
  type DocumentStore,
  DocumentTooLargeError,
  type Page,
  type Query,
  type Stored,
  type StoredDocument,
  type WriteOutcome,
} from '../../lib/store/port.ts';
import {
  deleteCharge,
  insertCharge,
  MISS_CHARGE,
  queryCharge,
  readCharge,
  replaceCharge,
} from '../../lib/store/request-units.ts';
import { pageOf } from './memory-query.ts';
import { RequestUnitMeter, type RequestUnitTotals } from './request-unit-meter.ts';

/** Cosmos DB's limits: size of an item and of a batch, and operations of a batch. */
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_OPERATIONS = 100;

interface Entry {
  readonly sequence: number;
  readonly text: string;
  /** A private copy of what `text` says, for filters. */
  readonly document: unknown;
  readonly etag: string;
  readonly expiresAt: EpochMs;
}

type Partition = Map<string, Entry>;
type Deletion = Extract<BatchOperation, { op: 'delete' }>;
type Write = Exclude<BatchOperation, Deletion>;
type DeleteOutcome = { readonly kind: 'deleted' | 'stale' | 'absent' };

export class MemoryStore implements DocumentStore {
  readonly #clock: Clock;
  readonly #containers = new Map<ContainerName, Map<string, Partition>>();
  readonly #meter = new RequestUnitMeter();
  #writes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What has been charged since the start or the last reset. */
  requestUnits(): RequestUnitTotals {
    return this.#meter.totals();
  }

  resetRequestUnits(): void {
    this.#meter.reset();
  }

  async read<T extends StoredDocument>(at: Address, id: string): Promise<Stored<T> | undefined> {
    const entry = this.#live(this.#partition(at).get(id));
    this.#meter.charge(at.container, 'read', entry ? readCharge(sizeOf(entry)) : MISS_CHARGE);
    return entry && { document: JSON.parse(entry.text), etag: entry.etag };
  }

  async create(at: Address, document: StoredDocument): Promise<WriteOutcome> {
    return this.#write(at, this.#partition(at), { op: 'create', document });
  }

  async replace(at: Address, document: StoredDocument, etag: string): Promise<WriteOutcome> {
    return this.#write(at, this.#partition(at), { op: 'replace', document, etag });
  }

  async upsert(at: Address, document: StoredDocument): Promise<{ readonly etag: string }> {
    return { etag: this.#put(at, this.#partition(at), 'upsert', document) };
  }

  async delete(at: Address, id: string, etag?: string): Promise<DeleteOutcome> {
    return this.#delete(at, this.#partition(at), { op: 'delete', id, ...(etag !== undefined && { etag }) });
  }

  async batch(at: Address, operations: readonly BatchOperation[]): Promise<BatchOutcome> {
    if (operations.length > MAX_OPERATIONS)
      throw new RangeError(`${operations.length} operations in a batch`);
    refuseAboveLimit(JSON.stringify(operations));
    const staged: Partition = new Map(this.#partition(at));
    const etags: (string | undefined)[] = [];
    for (const [index, operation] of operations.entries()) {
      const outcome =
        operation.op === 'delete' ? this.#delete(at, staged, operation) : this.#write(at, staged, operation);
      if (outcome.kind === 'stale' || outcome.kind === 'absent') return { kind: outcome.kind, index };
      etags.push(outcome.kind === 'written' ? outcome.etag : undefined);
    }
    this.#container(at.container).set(at.partition, staged);
    return { kind: 'written', etags };
  }

  async query<T extends StoredDocument>(query: Query): Promise<Page<T>> {
    const { items, continuation } = pageOf(this.#candidates(query), query);
    const bytes = items.reduce((sum, entry) => sum + sizeOf(entry), 0);
    this.#meter.charge(query.container, 'query', queryCharge(bytes));
    return {
      items: items.map(({ text, etag }) => ({ document: JSON.parse(text), etag })),
      ...(continuation !== undefined && { continuation }),
    };
  }

  async ping(): Promise<boolean> {
    return true;
  }

  #write(at: Address, partition: Partition, write: Write): WriteOutcome {
    const refusal = refusalOf(write, this.#live(partition.get(write.document.id)));
    if (!refusal) return { kind: 'written', etag: this.#put(at, partition, write.op, write.document) };
    this.#meter.charge(at.container, write.op, MISS_CHARGE);
    return { kind: refusal };
  }

  #delete(at: Address, partition: Partition, deletion: Deletion): DeleteOutcome {
    const current = this.#live(partition.get(deletion.id));
    const refusal = refusalOf(deletion, current);
    const charge = current && !refusal ? deleteCharge(sizeOf(current)) : MISS_CHARGE;
    this.#meter.charge(at.container, 'delete', charge);
    if (refusal) return { kind: refusal };
    partition.delete(deletion.id);
    return { kind: 'deleted' };
  }

  #put(at: Address, partition: Partition, operation: Write['op'], document: StoredDocument): string {
    const text = refuseAboveLimit(JSON.stringify(document));
    const current = this.#live(partition.get(document.id));
    const etag = `"${++this.#writes}"`;
    const expiresAt = document.ttl === undefined ? Infinity : this.#clock.now() + document.ttl * 1000;
    const sequence = current?.sequence ?? this.#writes;
    partition.set(document.id, { sequence, text, document: JSON.parse(text), etag, expiresAt });
    const charge = current ? replaceCharge : insertCharge;
    this.#meter.charge(at.container, operation, charge(Buffer.byteLength(text)));
    return etag;
  }

  #live(entry: Entry | undefined): Entry | undefined {
    return entry && entry.expiresAt > this.#clock.now() ? entry : undefined;
  }

  *#candidates(query: Query): Iterable<Entry> {
    const partitions = this.#container(query.container);
    const wanted = query.partition === undefined ? partitions.values() : [partitions.get(query.partition)];
    for (const partition of wanted) {
      for (const [id, entry] of partition ?? []) {
        if (this.#live(entry)) yield entry;
        else partition?.delete(id);
      }
    }
  }

  #container(name: ContainerName): Map<string, Partition> {
    const container = this.#containers.get(name) ?? new Map<string, Partition>();
    this.#containers.set(name, container);
    return container;
  }

  #partition(at: Address): Partition {
    const container = this.#container(at.container);
    const partition = container.get(at.partition) ?? new Map<string, Entry>();
    container.set(at.partition, partition);
    return partition;
  }
}

function refusalOf(operation: BatchOperation, current: Entry | undefined): 'stale' | 'absent' | undefined {
  switch (operation.op) {
    case 'create':
      return current ? 'stale' : undefined;
    case 'upsert':
      return undefined;
    case 'replace':
    case 'delete':
      if (!current) return 'absent';
      return operation.etag === undefined || operation.etag === current.etag ? undefined : 'stale';
  }
}

function refuseAboveLimit(text: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) throw new DocumentTooLargeError(`${bytes} bytes; the limit is ${MAX_BYTES}`);
  return text;
}

function sizeOf(entry: Entry): number {
  return Buffer.byteLength(entry.text);
}
