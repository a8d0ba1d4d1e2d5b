import { expect, test } from '@jest/globals';
import { MemoryStore } from '../../test/fakes/memory-store.ts';
import { guardedStore } from './guarded-store.ts';
import { type CallRefusal, PassDeadlineError } from './port.ts';

const AT = { container: 'clusters', partition: 'p' } as const;
const DOCUMENT = { id: 'a', type: 'note' };

function aStore(refusal: () => CallRefusal | undefined) {
  const store = new MemoryStore({ now: () => 0, monotonic: () => 0 });
  return { store, guarded: guardedStore(store, { admit: refusal, settled: () => {} }) };
}

test('every write before the deadline is a write', async () => {
  const { guarded } = aStore(() => undefined);
  expect((await guarded.create(AT, DOCUMENT)).kind).toBe('written');
  const { etag } = await guarded.upsert(AT, DOCUMENT);
  expect((await guarded.replace(AT, DOCUMENT, etag)).kind).toBe('written');
  expect((await guarded.batch(AT, [{ op: 'upsert', document: DOCUMENT }])).kind).toBe('written');
  expect((await guarded.query({ ...AT, where: [], limit: 10 })).items).toHaveLength(1);
  expect((await guarded.delete(AT, 'a')).kind).toBe('deleted');
  expect(await guarded.ping()).toBe(true);
});

test('none after it is; reads go on', async () => {
  const { store, guarded } = aStore(() => ({ why: 'deadline' }));
  const { etag } = await store.upsert(AT, DOCUMENT);
  const writes = [
    () => guarded.create(AT, { ...DOCUMENT, id: 'b' }),
    () => guarded.upsert(AT, { ...DOCUMENT, type: 'changed' }),
    () => guarded.replace(AT, { ...DOCUMENT, type: 'changed' }, etag),
    () => guarded.batch(AT, [{ op: 'delete', id: 'a' }]),
    () => guarded.delete(AT, 'a'),
  ];
  for (const write of writes) await expect(write()).rejects.toThrow(PassDeadlineError);
  expect(await guarded.read(AT, 'a')).toEqual({ document: DOCUMENT, etag });
  expect(await guarded.read(AT, 'b')).toBeUndefined();
});

test('the budget of an account is not the store’s', async () => {
  const { guarded } = aStore(() => ({ why: 'budget', retryAfterMs: 1000 }));
  expect((await guarded.create(AT, DOCUMENT)).kind).toBe('written');
});
