/** The store's contract: batches, and documents that expire. */
import { expect, test } from '@jest/globals';
import type { DocumentStore } from '../../lib/store/port.ts';
import { created, found, note, somewhere, textOf } from './store-notes.ts';

export function describeBatches(store: () => DocumentStore): void {
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

export function describeExpiry(store: () => DocumentStore, advance: (ms: number) => void): void {
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
