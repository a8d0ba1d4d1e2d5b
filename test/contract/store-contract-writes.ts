/** The store's contract: reading, writing and deleting one document. */
import { expect, test } from '@jest/globals';
import { type DocumentStore, DocumentTooLargeError } from '../../lib/store/port.ts';
import { created, type Note, note, somewhere, textOf } from './store-notes.ts';

export function describeReading(store: () => DocumentStore): void {
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

export function describeWriting(store: () => DocumentStore): void {
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

export function describeDeleting(store: () => DocumentStore): void {
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
