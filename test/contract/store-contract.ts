/**
 * What every adapter of the store port must keep: one suite, run on memory and over the wire against the local server.
 * Each test works in partitions of its own, so one store serves the whole suite.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Address,
  type ContainerName,
  type DocumentStore,
  DocumentTooLargeError,
  type Filter,
  type Query,
  type StoredDocument,
} from '../../lib/store/port.ts';

export interface StoreUnderTest {
  readonly store: DocumentStore;
  /** Moves the store's clock on. */
  advance(ms: number): void;
}

interface Note extends StoredDocument {
  readonly text?: string;
  readonly count?: number;
  readonly done?: boolean;
  readonly spec?: { readonly cloud: { readonly type: string } };
  readonly nested?: { readonly list: readonly number[] };
}

export function describeStore(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the store's contract`, () => {
    let subject: StoreUnderTest;
    beforeAll(async () => {
      subject = await makeStore();
    });
    const store = () => subject.store;
    describeReading(store);
    describeWriting(store);
    describeDeleting(store);
    describeBatches(store);
    describeQueries(store);
    describePages(store);
    describeExpiry(
      () => subject.store,
      (ms) => subject.advance(ms),
    );
  });
}

let partitions = 0;
const somewhere = (container: ContainerName = 'clusters'): Address => ({
  container,
  partition: `p${++partitions}`,
});
const note = (id: string, more: Partial<Note> = {}): Note => ({ id, type: 'note', ...more });

async function created(store: DocumentStore, at: Address, document: StoredDocument): Promise<string> {
  const outcome = await store.create(at, document);
  if (outcome.kind !== 'written') throw new Error(`create: ${outcome.kind}`);
  return outcome.etag;
}

async function textOf(store: DocumentStore, at: Address, id: string): Promise<string | undefined> {
  return (await store.read<Note>(at, id))?.document.text;
}

function describeReading(store: () => DocumentStore): void {
  test('reads back exactly what was written', async () => {
    const at = somewhere();
    const document = note('a', { text: 'ü ✓ "quoted"', nested: { list: [1, 2] }, done: false, count: 0 });
    const etag = await created(store(), at, document);
    expect(await store().read(at, 'a')).toEqual({ document, etag });
  });

  test('a document that is not there reads as undefined', async () => {
    expect(await store().read(somewhere(), 'a')).toBeUndefined();
  });

  test('the same id lives apart in another partition and in another container', async () => {
    const at = somewhere();
    await created(store(), at, note('a', { text: 'first' }));
    await created(store(), somewhere(), note('a'));
    expect(await store().read({ ...at, container: 'audit' }, 'a')).toBeUndefined();
    expect(await textOf(store(), at, 'a')).toBe('first');
  });

  test('what a caller does to a document later does not reach the store', async () => {
    const at = somewhere();
    const list = [1];
    await created(store(), at, note('a', { nested: { list } }));
    list.push(2);
    (await store().read<Note & { nested: { list: number[] } }>(at, 'a'))?.document.nested.list.push(3);
    expect((await store().read<Note>(at, 'a'))?.document.nested).toEqual({ list: [1] });
  });

  test('answers a ping', async () => {
    expect(await store().ping()).toBe(true);
  });
}

function describeWriting(store: () => DocumentStore): void {
  test('a create that meets an existing id is stale and changes nothing', async () => {
    const at = somewhere();
    await created(store(), at, note('a', { text: 'first' }));
    expect(await store().create(at, note('a', { text: 'second' }))).toEqual({ kind: 'stale' });
    expect(await textOf(store(), at, 'a')).toBe('first');
  });

  test('a replace with the current etag is written under a new etag', async () => {
    const at = somewhere();
    const etag = await created(store(), at, note('a'));
    const outcome = await store().replace(at, note('a', { text: 'new' }), etag);
    const after = await store().read<Note>(at, 'a');
    expect(after?.document.text).toBe('new');
    expect(outcome).toEqual({ kind: 'written', etag: after?.etag });
    expect(after?.etag).not.toBe(etag);
  });

  test('a replace drops the properties that it does not carry', async () => {
    const at = somewhere();
    const etag = await created(store(), at, note('a', { text: 'old', count: 1 }));
    await store().replace(at, note('a', { count: 2 }), etag);
    expect((await store().read(at, 'a'))?.document).toEqual({ id: 'a', type: 'note', count: 2 });
  });

  test('a replace with an old etag is stale and changes nothing', async () => {
    const at = somewhere();
    const etag = await created(store(), at, note('a'));
    await store().replace(at, note('a', { text: 'winner' }), etag);
    expect(await store().replace(at, note('a', { text: 'loser' }), etag)).toEqual({ kind: 'stale' });
    expect(await textOf(store(), at, 'a')).toBe('winner');
  });

  test('a replace of what is not there is absent and creates nothing', async () => {
    const at = somewhere();
    expect(await store().replace(at, note('a'), '"1"')).toEqual({ kind: 'absent' });
    expect(await store().read(at, 'a')).toBeUndefined();
  });

  test('of 20 replaces with the same etag exactly one is written', async () => {
    const at = somewhere();
    const etag = await created(store(), at, note('a'));
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, count) => store().replace(at, note('a', { count }), etag)),
    );
    expect(outcomes.filter(({ kind }) => kind === 'written')).toHaveLength(1);
    expect(outcomes.filter(({ kind }) => kind === 'stale')).toHaveLength(19);
  });

  test('an upsert creates, then overwrites without asking', async () => {
    const at = somewhere();
    const first = await store().upsert(at, note('a', { text: 'first' }));
    const second = await store().upsert(at, note('a', { text: 'second' }));
    expect(second.etag).not.toBe(first.etag);
    expect(await store().read<Note>(at, 'a')).toEqual({
      document: note('a', { text: 'second' }),
      etag: second.etag,
    });
  });

  test('a document above 2 MB is refused with an error of its own', async () => {
    const at = somewhere();
    const large = note('a', { text: 'x'.repeat(2 * 1024 * 1024) });
    await expect(store().create(at, large)).rejects.toBeInstanceOf(DocumentTooLargeError);
    expect(await store().read(at, 'a')).toBeUndefined();
  });
}

function describeDeleting(store: () => DocumentStore): void {
  test('deletes once; the second time it is absent', async () => {
    const at = somewhere();
    await created(store(), at, note('a'));
    expect(await store().delete(at, 'a')).toEqual({ kind: 'deleted' });
    expect(await store().delete(at, 'a')).toEqual({ kind: 'absent' });
    expect(await store().read(at, 'a')).toBeUndefined();
  });

  test('a delete with an old etag is stale and leaves the document', async () => {
    const at = somewhere();
    const etag = await created(store(), at, note('a'));
    const { etag: current } = await store().upsert(at, note('a', { text: 'new' }));
    expect(await store().delete(at, 'a', etag)).toEqual({ kind: 'stale' });
    expect(await textOf(store(), at, 'a')).toBe('new');
    expect(await store().delete(at, 'a', current)).toEqual({ kind: 'deleted' });
  });

  test('an id can be created again after its delete, under another etag', async () => {
    const at = somewhere();
    const etag = await created(store(), at, note('a'));
    await store().delete(at, 'a');
    expect(await created(store(), at, note('a'))).not.toBe(etag);
  });
}

function describeBatches(store: () => DocumentStore): void {
  test('a batch writes all of its operations and returns their etags in order', async () => {
    const at = somewhere();
    const etag = await created(store(), at, note('replaced'));
    await created(store(), at, note('deleted'));
    const outcome = await store().batch(at, [
      { op: 'create', document: note('created', { text: 'c' }) },
      { op: 'replace', document: note('replaced', { text: 'r' }), etag },
      { op: 'delete', id: 'deleted' },
      { op: 'upsert', document: note('upserted', { text: 'u' }) },
    ]);
    const etagOf = async (id: string) => (await store().read(at, id))?.etag;
    expect(outcome).toEqual({
      kind: 'written',
      etags: [await etagOf('created'), await etagOf('replaced'), undefined, await etagOf('upserted')],
    });
    expect(await textOf(store(), at, 'replaced')).toBe('r');
    expect(await store().read(at, 'deleted')).toBeUndefined();
  });

  test('a batch with a stale replace writes nothing and names the operation', async () => {
    const at = somewhere();
    const etag = await created(store(), at, note('a'));
    await store().upsert(at, note('a', { text: 'newer' }));
    const outcome = await store().batch(at, [
      { op: 'create', document: note('b') },
      { op: 'delete', id: 'a' },
      { op: 'create', document: note('a', { text: 'again' }) },
      { op: 'replace', document: note('a', { text: 'mine' }), etag },
    ]);
    expect(outcome).toEqual({ kind: 'stale', index: 3 });
    expect(await store().read(at, 'b')).toBeUndefined();
    expect(await textOf(store(), at, 'a')).toBe('newer');
  });

  test('a batch with a create of an existing id is stale', async () => {
    const at = somewhere();
    await created(store(), at, note('a'));
    const outcome = await store().batch(at, [
      { op: 'upsert', document: note('b') },
      { op: 'create', document: note('a') },
    ]);
    expect(outcome).toEqual({ kind: 'stale', index: 1 });
    expect(await store().read(at, 'b')).toBeUndefined();
  });

  test('a batch that replaces or deletes what is not there is absent', async () => {
    const at = somewhere();
    const create = { op: 'create', document: note('a') } as const;
    const replace = { op: 'replace', document: note('b'), etag: '"1"' } as const;
    expect(await store().batch(at, [create, replace])).toEqual({ kind: 'absent', index: 1 });
    expect(await store().batch(at, [create, { op: 'delete', id: 'b' }])).toEqual({
      kind: 'absent',
      index: 1,
    });
    expect(await store().read(at, 'a')).toBeUndefined();
  });

  test('a batch holds 100 operations, not 101, and may be empty', async () => {
    const at = somewhere();
    const operations = Array.from({ length: 101 }, (_, n) => ({
      op: 'create' as const,
      document: note(`n${n}`),
    }));
    await expect(store().batch(at, operations)).rejects.toBeInstanceOf(RangeError);
    expect((await store().batch(at, operations.slice(0, 100))).kind).toBe('written');
    expect(await store().batch(at, [])).toEqual({ kind: 'written', etags: [] });
  });
}

async function found(store: DocumentStore, at: Address, ...where: Filter[]): Promise<readonly string[]> {
  const page = await store.query({ ...at, where, limit: 100 });
  return page.items.map(({ document }) => document.id).sort();
}

function describeQueries(store: () => DocumentStore): void {
  const at = somewhere('directory');
  beforeAll(async () => {
    await created(store(), at, note('a', { text: 'apple', count: 1, spec: { cloud: { type: 'aks' } } }));
    await created(store(), at, note('b', { text: 'apricot', count: 2, done: true }));
    await created(store(), at, note('c', { text: 'banana', count: 3, done: false }));
    await created(store(), at, { id: 'd', type: 'other' });
    await created(store(), somewhere('directory'), note('e', { text: 'apple', count: 2 }));
  });

  const cases: readonly { readonly filter: Filter; readonly ids: readonly string[] }[] = [
    { filter: { field: 'text', is: '=', value: 'apple' }, ids: ['a'] },
    { filter: { field: 'count', is: '<', value: 2 }, ids: ['a'] },
    { filter: { field: 'count', is: '<=', value: 2 }, ids: ['a', 'b'] },
    { filter: { field: 'count', is: '>', value: 2 }, ids: ['c'] },
    { filter: { field: 'count', is: '>=', value: 2 }, ids: ['b', 'c'] },
    { filter: { field: 'text', is: 'startsWith', value: 'ap' }, ids: ['a', 'b'] },
    { filter: { field: 'done', is: '=', value: false }, ids: ['c'] },
    { filter: { field: 'spec.cloud.type', is: '=', value: 'aks' }, ids: ['a'] },
    { filter: { field: 'count', is: '>', value: '1' }, ids: [] },
    { filter: { field: 'type', is: '=', value: 'other' }, ids: ['d'] },
    { filter: { field: 'text', is: '=', value: "' OR true --" }, ids: [] },
  ];
  test.each(cases)('$filter.field $filter.is $filter.value', async ({ filter, ids }) => {
    expect(await found(store(), at, filter)).toEqual(ids);
  });

  test('all filters must hold; none means everything of the partition', async () => {
    const apricot: Filter = { field: 'text', is: 'startsWith', value: 'ap' };
    expect(await found(store(), at, apricot, { field: 'count', is: '=', value: 2 })).toEqual(['b']);
    expect(await found(store(), at)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('items come with the etag that a replace needs', async () => {
    const page = await store().query<Note>({
      ...at,
      where: [{ field: 'id', is: '=', value: 'a' }],
      limit: 1,
    });
    expect(page.items).toEqual([await store().read(at, 'a')]);
  });

  test('a limit outside 1..1000 is a bug and throws', async () => {
    await expect(store().query({ ...at, where: [], limit: 0 })).rejects.toBeInstanceOf(RangeError);
    await expect(store().query({ ...at, where: [], limit: 1001 })).rejects.toBeInstanceOf(RangeError);
  });
}

async function pages(store: DocumentStore, query: Query): Promise<readonly (readonly string[])[]> {
  const seen: (readonly string[])[] = [];
  let continuation: string | undefined;
  do {
    const page = await store.query({ ...query, ...(continuation !== undefined && { continuation }) });
    seen.push(page.items.map(({ document }) => document.id));
    continuation = page.continuation;
  } while (continuation !== undefined);
  return seen;
}

function describePages(store: () => DocumentStore): void {
  const at = somewhere('directory');
  const group = { field: 'text', is: '=', value: 'pages' } as const;
  beforeAll(async () => {
    for (const [index, count] of [3, 1, 4, 2, 2].entries()) {
      await created(store(), at, note(`n${index}`, { text: group.value, count }));
    }
    const elsewhere = somewhere('directory');
    await created(store(), elsewhere, note('n5', { text: group.value, count: 0 }));
  });

  test('an ordered query is cut into pages, up and down, ties included', async () => {
    const query = { ...at, where: [group], limit: 2 };
    const up = await pages(store(), { ...query, orderBy: { field: 'count', direction: 'asc' } });
    const down = await pages(store(), { ...query, orderBy: { field: 'count', direction: 'desc' } });
    expect(up.flat().filter((id) => id !== 'n3' && id !== 'n4')).toEqual(['n1', 'n0', 'n2']);
    expect(up.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(new Set(up[1]?.concat(up[0] ?? []))).toEqual(new Set(['n0', 'n1', 'n3', 'n4']));
    expect(down.flat().filter((id) => id !== 'n3' && id !== 'n4')).toEqual(['n2', 'n0', 'n1']);
  });

  test('a query without order shows each document once', async () => {
    const seen = (await pages(store(), { ...at, where: [group], limit: 2 })).flat();
    expect([...seen].sort()).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
  });

  test('a query without a partition looks across all of them, in pages too', async () => {
    const query: Query = { container: 'directory', where: [group], limit: 4 };
    const seen = (await pages(store(), query)).flat();
    expect([...seen].sort()).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5']);
    const ordered = await pages(store(), { ...query, orderBy: { field: 'count', direction: 'asc' } });
    expect(ordered.flat().slice(0, 2)).toEqual(['n5', 'n1']);
    expect(ordered.flat()).toHaveLength(6);
  });

  test('a document deleted between two pages does not push another off the next page', async () => {
    const here = somewhere('directory');
    for (const id of ['a', 'b', 'c', 'd']) await created(store(), here, note(id, { text: id }));
    const query: Query = { ...here, where: [], orderBy: { field: 'text', direction: 'asc' }, limit: 2 };
    const first = await store().query(query);
    await store().delete(here, 'a');
    const second = await store().query({ ...query, continuation: first.continuation ?? 'missing' });
    expect(second.items.map(({ document }) => document.id)).toEqual(['c', 'd']);
  });
}

function describeExpiry(store: () => DocumentStore, advance: (ms: number) => void): void {
  test('a document with a ttl disappears after it; one without stays', async () => {
    const at = somewhere('idempotency');
    await created(store(), at, note('brief', { ttl: 10 }));
    await created(store(), at, note('lasting'));
    advance(9_000);
    expect(await found(store(), at)).toEqual(['brief', 'lasting']);
    advance(2_000);
    expect(await store().read(at, 'brief')).toBeUndefined();
    expect(await found(store(), at)).toEqual(['lasting']);
    expect((await store().create(at, note('brief'))).kind).toBe('written');
  });

  test('a write starts the ttl anew', async () => {
    const at = somewhere('idempotency');
    await created(store(), at, note('a', { ttl: 10 }));
    advance(8_000);
    await store().upsert(at, note('a', { ttl: 10 }));
    advance(8_000);
    expect((await store().read(at, 'a'))?.document.id).toBe('a');
  });
}
