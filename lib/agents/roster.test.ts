import { expect, test } from '@jest/globals';
import { someDeps } from '../../test/builders/deps.ts';
import { asClusterId } from '../domain/ids.ts';
import { SECOND_MS } from '../domain/time.ts';
import type { DocumentStore } from '../store/port.ts';
import { readEnrolment, shardOf } from './enrolment.ts';
import {
  changeRosterEntry,
  parseRevision,
  putRosterEntry,
  raiseOperations,
  readRoster,
  removeRosterEntry,
} from './roster.ts';

const CLUSTER = asClusterId('11111111-2222-4333-8444-555555555555');
const OTHER = asClusterId('99999999-2222-4333-8444-555555555555');
const member = (generation: number, cluster = CLUSTER) => ({
  cluster,
  name: 'shop',
  project: 'default',
  generation,
});
const shard = shardOf(CLUSTER, 4);

test('a cluster gets onto the roster of its shard, before any agent enrolled', async () => {
  const deps = someDeps();
  await putRosterEntry(deps, member(1));
  const roster = await readRoster(deps, shard);
  expect(Object.fromEntries(roster)).toEqual({
    [CLUSTER]: {
      name: 'shop',
      project: 'default',
      epoch: 0,
      revision: '1.0',
      since: '2026-11-20T12:00:00.000Z',
      seat: 0,
    },
  });
});

test('a newer generation raises the revision and keeps the rest; an older one changes nothing', async () => {
  const deps = someDeps();
  await putRosterEntry(deps, member(1));
  await raiseOperations(deps, CLUSTER);
  deps.time.nowMs += 60 * SECOND_MS;
  await putRosterEntry(deps, member(3));
  await putRosterEntry(deps, member(2));
  const entry = (await readRoster(deps, shard)).get(CLUSTER);
  expect(entry).toMatchObject({ revision: '3.1', since: '2026-11-20T12:00:00.000Z' });
});

test('it stays in its shard when the number of shards is changed', async () => {
  const deps = someDeps();
  await putRosterEntry(deps, member(1));
  const { config } = deps;
  const wider = { ...deps, config: { ...config, agents: { ...config.agents, shards: 997 } } };
  expect(shardOf(CLUSTER, 997)).not.toBe(shard);
  await putRosterEntry(wider, member(2));
  expect((await readRoster(deps, shard)).get(CLUSTER)?.revision).toBe('2.0');
  expect((await readEnrolment(deps, CLUSTER))?.document.shard).toBe(shard);
});

test('a cluster that leaves takes nothing of others along', async () => {
  const deps = someDeps({ agents: { ...someDeps().config.agents, shards: 1 } });
  await putRosterEntry(deps, member(1));
  await putRosterEntry(deps, member(1, OTHER));
  await removeRosterEntry(deps, CLUSTER);
  await removeRosterEntry(deps, CLUSTER);
  expect([...(await readRoster(deps, 0)).keys()]).toEqual([OTHER]);
});

test('every cluster has a seat of its own, which it keeps, and which nobody gets after it', async () => {
  const deps = someDeps({ agents: { ...someDeps().config.agents, shards: 1 } });
  const third = asClusterId('77777777-2222-4333-8444-555555555555');
  await putRosterEntry(deps, member(1));
  await putRosterEntry(deps, member(1, OTHER));
  await putRosterEntry(deps, member(2, OTHER));
  await removeRosterEntry(deps, CLUSTER);
  await removeRosterEntry(deps, OTHER);
  await putRosterEntry(deps, member(1, third));
  await putRosterEntry(deps, member(1, OTHER));
  const roster = await readRoster(deps, 0, 0);
  expect([...roster].map(([cluster, { seat }]) => [cluster, seat])).toEqual([
    [third, 2],
    [OTHER, 3],
  ]);
});

test('a cluster without agent has no operations to raise and no entry to lose', async () => {
  const deps = someDeps();
  await raiseOperations(deps, CLUSTER);
  await removeRosterEntry(deps, CLUSTER);
  expect((await readRoster(deps, shard)).size).toBe(0);
  await putRosterEntry(deps, member(1));
  await removeRosterEntry(deps, CLUSTER);
  await raiseOperations(deps, CLUSTER);
  expect((await readRoster(deps, shard, 0)).size).toBe(0);
});

test('the roster is read once in five seconds, whoever asks; who wants it fresh gets it fresh', async () => {
  const deps = someDeps();
  const { reads, store } = counting(deps.store);
  const instance = { ...deps, store };
  await putRosterEntry(deps, member(1));
  await Promise.all([1, 2, 3].map(() => readRoster(instance, shard)));
  deps.time.nowMs += 4.9 * SECOND_MS;
  await putRosterEntry(deps, member(2));
  expect((await readRoster(instance, shard)).get(CLUSTER)?.revision).toBe('1.0');
  expect(reads()).toBe(1);
  expect((await readRoster(instance, shard, 0)).get(CLUSTER)?.revision).toBe('2.0');
  deps.time.nowMs += 5 * SECOND_MS;
  await readRoster(instance, shard);
  // The roster, its revision and the roster again, its revision.
  expect(reads()).toBe(4);
});

test('an instance believes its own change at once', async () => {
  const deps = someDeps();
  await putRosterEntry(deps, member(1));
  await readRoster(deps, shard);
  await putRosterEntry(deps, member(2));
  expect((await readRoster(deps, shard)).get(CLUSTER)?.revision).toBe('2.0');
});

test('a read that failed is not remembered', async () => {
  const deps = someDeps();
  await putRosterEntry(deps, member(1));
  const { store, failNext } = counting(deps.store);
  failNext();
  await expect(readRoster({ ...deps, store }, shard)).rejects.toThrow('no answer');
  expect((await readRoster({ ...deps, store }, shard)).size).toBe(1);
});

test('of many who change the roster at once nobody loses', async () => {
  const deps = someDeps();
  const uids = Array.from({ length: 40 }, (_, index) => asClusterId(`cluster-${index}`));
  const entry = { name: 'a', project: 'b', epoch: 0, revision: '1.0', since: '2026-11-20T12:00:00.000Z' };
  await Promise.all(uids.map((uid) => changeRosterEntry(deps, 0, uid, () => entry)));
  expect((await readRoster(deps, 0)).size).toBe(40);
});

test('clusters spread evenly over the shards', () => {
  const counts = [0, 0, 0, 0];
  for (let index = 0; index < 4000; index += 1) {
    const shard = shardOf(asClusterId(`uid-${index}`), 4);
    counts[shard] = (counts[shard] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
});

test.each([
  ['12.3', 12, 3],
  ['0.0', 0, 0],
  [undefined, 0, 0],
  ['', 0, 0],
  ['1', 0, 0],
  ['1.2.3', 0, 0],
  ['-1.2', 0, 0],
  ['9999999999999999.1', 0, 0],
])('the revision «%s» is generation %i, operations %i', (text, generation, operations) => {
  expect(parseRevision(text)).toEqual({ generation, operations });
});

function counting(inner: DocumentStore) {
  let reads = 0;
  let failing = false;
  const store: DocumentStore = {
    read(at, id) {
      reads += 1;
      if (failing) {
        failing = false;
        return Promise.reject(new Error('no answer'));
      }
      return inner.read(at, id);
    },
    create: (at, document) => inner.create(at, document),
    replace: (at, document, etag) => inner.replace(at, document, etag),
    upsert: (at, document) => inner.upsert(at, document),
    delete: (at, id, etag) => inner.delete(at, id, etag),
    batch: (at, operations) => inner.batch(at, operations),
    query: (query) => inner.query(query),
    ping: () => inner.ping(),
  };
  return {
    store,
    reads: () => reads,
    failNext: () => {
      failing = true;
    },
  };
}

test('as long as nothing changed, only its revision is read again', async () => {
  const deps = someDeps();
  await putRosterEntry(deps, member(1));
  for (let index = 0; index < 30; index += 1) {
    await changeRosterEntry(deps, shard, asClusterId(`${index}`), () => ({
      name: `cluster-${index}`.repeat(40),
      project: 'default',
      epoch: 1,
      revision: '1.0',
      since: '2026-11-20T12:00:00.000Z',
    }));
  }
  const before = await readRoster(deps, shard);
  deps.store.resetRequestUnits();
  expect(await readRoster(deps, shard, 0)).toBe(before);
  expect(deps.store.requestUnits()).toMatchObject({ count: 1, requestUnits: 1 });
  const elsewhere = { ...deps, store: counting(deps.store).store };
  await putRosterEntry(elsewhere, member(2));
  expect((await readRoster(deps, shard, 0)).get(CLUSTER)?.revision).toBe('2.0');
});
