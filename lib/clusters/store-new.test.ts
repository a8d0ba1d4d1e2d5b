import { expect, test } from '@jest/globals';
import { aCluster } from '../../test/builders/cluster.ts';
import { someDeps } from '../../test/builders/deps.ts';
import { asClusterId } from '../domain/ids.ts';
import { readEvents } from '../reconcile/event-log.ts';
import { readEntry, reserveName } from './directory.ts';
import { findCluster } from './read.ts';
import { storeNew } from './store-new.ts';

const other = asClusterId('22222222-2222-4222-8222-222222222222');

test('[A50] the document is written before the hint is sent', async () => {
  const deps = someDeps();
  expect(await storeNew(deps, aCluster())).toBe('stored');
  expect(await findCluster(deps, 'default', 'shop')).toEqual(aCluster({ eventSequence: 1 }));
  expect(deps.queue.sent.map(({ message }) => message)).toEqual([
    { clusterId: aCluster().id, reason: 'created', wake: 1 },
  ]);
});

test('[A93] the first event is there with the document', async () => {
  const deps = someDeps();
  await storeNew(deps, aCluster());
  const stored = aCluster({ eventSequence: 1 });
  expect(await readEvents(deps.store, stored, { limit: 10 })).toMatchObject([
    { id: '0000000001', reason: 'ClusterRequested', task: 'api', count: 1 },
  ]);
});

test('a broker that is away costs a sweep period, not the request', async () => {
  const deps = someDeps();
  deps.queue.setAvailable(false);
  expect(await storeNew(deps, aCluster())).toBe('stored');
  expect((await findCluster(deps, 'default', 'shop'))?.nextAttemptAt).toBe('2026-11-20T12:00:00.000Z');
});

test('[A12] the second of two clusters of one name is refused', async () => {
  const deps = someDeps();
  await storeNew(deps, aCluster());
  deps.time.nowMs += 3_600_000;
  expect(await storeNew(deps, aCluster({ id: other }))).toBe('name-taken');
});

test('a name that a dead request reserved is free again after a minute, not before', async () => {
  const deps = someDeps();
  await reserveName(deps, aCluster());
  deps.time.nowMs += 60_000;
  expect(await storeNew(deps, aCluster({ id: other }))).toBe('name-taken');
  deps.time.nowMs += 1;
  expect(await storeNew(deps, aCluster({ id: other }))).toBe('stored');
  expect((await readEntry(deps, 'default', 'shop'))?.document.summary.uid).toBe(other);
});

test('a request that was held up gives the name back and writes nothing', async () => {
  const deps = someDeps();
  const elapsed = [0, 30_001];
  const clock = { now: deps.clock.now, monotonic: () => elapsed.shift() ?? 0 };
  expect(await storeNew({ ...deps, clock }, aCluster())).toBe('too-slow');
  expect(await readEntry(deps, 'default', 'shop')).toBeUndefined();
  expect(deps.queue.sent).toEqual([]);
});
