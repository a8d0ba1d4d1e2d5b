/**
 * One container: its documents in memory by partition, its log sequence number, its rules for what may be written.
 * Every change goes through `write` and `remove`, which journal it; whether a change is allowed to happen (etags,
 * existing ids) is decided in operations.ts.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import type { EpochMs } from '../../lib/domain/time.ts';
import { CONTAINER, type ContainerDefinition, DOCUMENT, MAX_BYTES } from './definitions.ts';
import { badRequest, CosmosError, conflict, tooLarge } from './errors.ts';
import { type Item, itemResourceId, resourceId, sizeOf, withoutSystemProperties } from './items.ts';
import type { ContainerRow, ItemRow, Journal, Place } from './journal.ts';
import { isBelow, partitionOf, type Scope, valueAt } from './partition-key.ts';
import { canonical } from './query/values.ts';

type Partition = ReadonlyMap<string, Item>;

export interface Surroundings {
  readonly journal: Journal;
  readonly now: () => EpochMs;
}

/** Between two looks at every document of a container for what has expired. */
const WRITES_PER_PURGE = 1_000;

const TTL = z.object({ ttl: z.union([z.literal(-1), z.int().positive()]).optional() });

export class Container {
  readonly rid: string;
  readonly place: Place;
  readonly ts: number;
  #definition: ContainerDefinition;
  #lsn: number;
  #sequence = 0;
  #writes = 0;
  #partitions = new Map<string, Map<string, Item>>();
  readonly #around: Surroundings;

  constructor(row: ContainerRow, around: Surroundings) {
    this.place = { db: row.db, container: row.id };
    this.rid = resourceId(`${row.db}/${row.id}`, 8);
    this.ts = row.ts;
    this.#definition = CONTAINER.parse(JSON.parse(row.definition));
    this.#lsn = row.lsn;
    this.#around = around;
    for (const stored of around.journal.items(this.place)) this.#load(stored);
    this.#purge();
  }

  get definition(): ContainerDefinition {
    return this.#definition;
  }

  get lsn(): number {
    return this.#lsn;
  }

  redefine(definition: ContainerDefinition): void {
    this.#definition = definition;
    const { db, container } = this.place;
    const row = { db, id: container, definition: JSON.stringify(definition), ts: this.ts, lsn: this.#lsn };
    this.#around.journal.putContainer(row);
  }

  partitionOf(document: JsonObject): string {
    return partitionOf(document, this.#definition.partitionKey.paths);
  }

  find(partition: string, id: string): Item | undefined {
    const item = this.#partitions.get(partition)?.get(id);
    return item && this.#isLive(item) ? item : undefined;
  }

  /** All of the scope that have not expired; each partition in the order of its writes. */
  *items(scope?: Scope): Iterable<Item> {
    for (const items of this.#within(scope)) {
      for (const item of [...items.values()]) {
        if (this.#isLive(item)) yield item;
        else this.#forget(item);
      }
    }
  }

  /** Stores `document` as a new item, or as the next version of `previous`. */
  write(partition: string, document: JsonObject, previous?: Item): Item {
    const id = this.#checked(partition, document);
    this.#writes += 1;
    if (this.#writes % WRITES_PER_PURGE === 0) this.#purge();
    const now = this.#around.now();
    const sequence = previous?.sequence ?? ++this.#sequence;
    const etag = `"${randomUUID()}"`;
    const bytes = sizeOf(document);
    if (bytes > MAX_BYTES) throw tooLarge(bytes);
    const body = { ...document, ...this.#systemProperties(sequence, etag, now) };
    const expiresAt = this.#expiry(document, now);
    const item: Item = { id, partition, sequence, lsn: ++this.#lsn, etag, body, bytes, expiresAt };
    this.#around.journal.putItem(this.place, item);
    this.#keep(item);
    return item;
  }

  remove(item: Item): void {
    this.#around.journal.removeItem(this.place, item, ++this.#lsn);
    this.#drop(item);
  }

  /** Everything that `work` changes in the partition, or nothing of it. */
  atomically<T>(partition: string, work: () => T): T {
    const before = { items: new Map(this.#partitions.get(partition)), lsn: this.#lsn };
    try {
      return this.#around.journal.transaction(work);
    } catch (error) {
      this.#partitions.set(partition, before.items);
      this.#lsn = before.lsn;
      throw error;
    }
  }

  #load(row: ItemRow): void {
    const body = DOCUMENT.parse(JSON.parse(row.body));
    const { partition, id, sequence, lsn } = row;
    const bytes = sizeOf(withoutSystemProperties(body));
    const expiresAt = row.expires_at ?? Number.POSITIVE_INFINITY;
    this.#keep({ id, partition, sequence, lsn, etag: String(body._etag), body, bytes, expiresAt });
    this.#lsn = Math.max(this.#lsn, lsn);
    this.#sequence = Math.max(this.#sequence, sequence);
  }

  /** Put in anew even if it is there, so that a partition stays in the order of its writes. */
  #keep(item: Item): void {
    const items = this.#partitions.get(item.partition) ?? new Map<string, Item>();
    this.#partitions.set(item.partition, items);
    items.delete(item.id);
    items.set(item.id, item);
  }

  #isLive(item: Item): boolean {
    return item.expiresAt > this.#around.now();
  }

  /** Most partitions are never listed again once their documents have expired. */
  #purge(): void {
    for (const items of this.#partitions.values()) {
      for (const item of [...items.values()]) if (!this.#isLive(item)) this.#forget(item);
    }
  }

  #forget(item: Item): void {
    this.#around.journal.removeItem(this.place, item, this.#lsn);
    this.#drop(item);
  }

  #drop({ partition, id }: Item): void {
    const items = this.#partitions.get(partition);
    items?.delete(id);
    if (items?.size === 0) this.#partitions.delete(partition);
  }

  *#within(scope: Scope | undefined): Iterable<Partition> {
    if (!scope) yield* this.#partitions.values();
    else if (!scope.prefix) yield this.#partitions.get(scope.partition) ?? new Map();
    else {
      for (const [partition, items] of this.#partitions) if (isBelow(partition, scope.partition)) yield items;
    }
  }

  #checked(partition: string, document: JsonObject): string {
    const { id } = document;
    if (typeof id !== 'string' || id === '' || id.length > 1023 || /[/\\?#]/.test(id)) {
      throw badRequest("The required property 'id' is missing or invalid.");
    }
    if (!TTL.safeParse(document).success) throw badRequest("The value of 'ttl' is neither -1 nor positive.");
    if (this.partitionOf(document) !== partition) {
      const message = "PartitionKey extracted from document doesn't match the one specified in the header.";
      throw new CosmosError(400, message, { 'x-ms-substatus': '1001' });
    }
    this.#refuseDuplicateKeys(partition, id, document);
    return id;
  }

  #refuseDuplicateKeys(partition: string, id: string, document: JsonObject): void {
    for (const { paths } of this.#definition.uniqueKeyPolicy?.uniqueKeys ?? []) {
      const keyOf = (body: JsonObject) => canonical(paths.map((path) => valueAt(body, path) ?? null));
      const key = keyOf(document);
      for (const other of this.items({ partition, prefix: false })) {
        if (other.id !== id && keyOf(other.body) === key)
          throw conflict('Unique index constraint violation.');
      }
    }
  }

  #systemProperties(sequence: number, etag: string, now: EpochMs): JsonObject {
    const _rid = itemResourceId(this.rid, sequence);
    const _self = `dbs/${resourceId(this.place.db, 4)}/colls/${this.rid}/docs/${_rid}/`;
    return { _rid, _self, _etag: etag, _attachments: 'attachments/', _ts: Math.floor(now / 1000) };
  }

  #expiry(document: JsonObject, now: EpochMs): EpochMs {
    const { defaultTtl } = this.#definition;
    if (defaultTtl === undefined) return Number.POSITIVE_INFINITY;
    const ttl = TTL.parse(document).ttl ?? defaultTtl;
    return ttl > 0 ? now + ttl * 1000 : Number.POSITIVE_INFINITY;
  }
}
