import { describe, expect, test } from '@jest/globals';
import type { Clock } from '../../lib/domain/ports.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { describeStore } from './store-contract.ts';

function aStore() {
  let now = Date.parse('2026-11-20T18:35:00.000Z');
  const clock: Clock = { now: () => now, monotonic: () => now };
  const advance = (ms: number) => {
    now += ms;
  };
  return { store: new MemoryStore(clock), advance };
}

describeStore('the store in memory', async () => aStore());

describe('the store in memory counts request units', () => {
  const at = { container: 'clusters', partition: 'p' } as const;
  const document = { id: 'a', type: 'note' };

  test('per container and operation, and in all', async () => {
    const { store } = aStore();
    await store.create(at, document);
    const stored = await store.read(at, 'a');
    await store.replace(at, document, stored?.etag ?? '');
    await store.replace(at, document, 'old');
    await store.delete({ ...at, container: 'audit' }, 'a');
    expect(store.requestUnits()).toEqual({
      count: 5,
      requestUnits: 18,
      by: {
        'clusters.create': { count: 1, requestUnits: 5 },
        'clusters.read': { count: 1, requestUnits: 1 },
        'clusters.replace': { count: 2, requestUnits: 11 },
        'audit.delete': { count: 1, requestUnits: 1 },
      },
    });
  });

  test('from zero after a reset', async () => {
    const { store } = aStore();
    await store.upsert(at, document);
    store.resetRequestUnits();
    await store.query({ ...at, where: [{ field: 'id', is: '=', value: 'nothing' }], limit: 1 });
    expect(store.requestUnits()).toEqual({
      count: 1,
      requestUnits: 2.8,
      by: { 'clusters.query': { count: 1, requestUnits: 2.8 } },
    });
  });
});
