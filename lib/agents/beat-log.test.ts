import { beforeEach, expect, test } from '@jest/globals';
import { someDeps, type TestDeps } from '../../test/builders/deps.ts';
import { VirtualTimers } from '../../test/fakes/virtual-timers.ts';
import { asClusterId } from '../domain/ids.ts';
import { type DocumentStore, StoreUnavailableError } from '../store/port.ts';
import { beatLog, readBeats } from './beat-log.ts';
import type { Beat, BeatLog } from './port.ts';

const MINUTE = 60_000;
let deps: TestDeps;
let timers: VirtualTimers;
let log: BeatLog;
beforeEach(() => {
  deps = someDeps();
  timers = new VirtualTimers(deps.time);
  log = aLog(deps.store);
});

function aLog(store: DocumentStore): BeatLog {
  return beatLog({ ...deps, store, timers, windowMs: 2_000 });
}

function aBeat(cluster: string, seq = 1): Beat {
  return { cluster: asClusterId(cluster), atMs: deps.time.nowMs, epoch: 1, instance: 'a', seq };
}

function settled(promise: Promise<void>): Promise<string> {
  const states = [promise.then(() => 'stored'), Promise.resolve('waiting')];
  return new Promise((resolve) => setImmediate(() => resolve(Promise.race(states))));
}

const written = () => deps.store.requestUnits().by['liveness.create']?.count ?? 0;
const clusters = (beats: readonly Beat[]) => beats.map(({ cluster }) => cluster);

test('[A66] all beats of a window are one write a shard, and acknowledged when it is done', async () => {
  const first = log.record(0, aBeat('one'));
  timers.advance(1_500);
  const more = [log.record(0, aBeat('two')), log.record(3, aBeat('three'))];
  expect(await settled(first)).toBe('waiting');
  expect(written()).toBe(0);
  timers.advance(500);
  await Promise.all([first, ...more]);
  expect(written()).toBe(2);
  expect((await readBeats(deps.store, 0, '')).beats).toEqual([
    { ...aBeat('one'), atMs: deps.time.nowMs - 2_000 },
    { ...aBeat('two'), atMs: deps.time.nowMs - 500 },
  ]);
  expect(clusters((await readBeats(deps.store, 3, '')).beats)).toEqual(['three']);
});

test('a beat after the window opens the next one', async () => {
  const first = log.record(0, aBeat('one'));
  timers.advance(2_000);
  await first;
  const second = log.record(0, aBeat('two'));
  timers.advance(1_999);
  expect(await settled(second)).toBe('waiting');
  timers.advance(1);
  await second;
  expect(written()).toBe(2);
});

test('a crowd does not wait for the window, nor make a document too large', async () => {
  const crowd = Array.from({ length: 2_000 }, (_, index) => log.record(0, aBeat(`cluster ${index}`)));
  await Promise.all(crowd);
  expect(written()).toBe(1);
  const late = log.record(0, aBeat('late'));
  timers.advance(2_000);
  await late;
  expect(written()).toBe(2);
});

test('a store that does not answer fails every beat of the window, and none after it', async () => {
  let isDown = true;
  const shaky: DocumentStore = {
    ...bound(deps.store),
    create: async (at, document) => {
      if (isDown) throw new StoreUnavailableError('down');
      return deps.store.create(at, document);
    },
  };
  log = aLog(shaky);
  const lost = Promise.allSettled([log.record(0, aBeat('one')), log.record(1, aBeat('two'))]);
  timers.advance(2_000);
  expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isDown = false;
  const kept = log.record(0, aBeat('one', 2));
  timers.advance(2_000);
  await kept;
  expect((await readBeats(deps.store, 0, '')).beats).toMatchObject([{ cluster: 'one', seq: 2 }]);
});

test('reading goes on where it ended, and a little before: ids of instances interleave', async () => {
  await told(log, 'old');
  timers.advance(MINUTE);
  await told(log, 'new');
  const read = await readBeats(deps.store, 0, '');
  expect(clusters(read.beats)).toEqual(['old', 'new']);
  timers.advance(MINUTE);
  await told(aLog(deps.store), 'newest');
  const next = await readBeats(deps.store, 0, read.lastId);
  expect(clusters(next.beats)).toEqual(['new', 'newest']);
  expect(next.lastId > read.lastId).toBe(true);
  expect((await readBeats(deps.store, 0, next.lastId)).lastId).toBe(next.lastId);
});

test('an instance whose write sorts before what was read is not overlooked', async () => {
  const [early, late] = [aLog(deps.store), aLog(deps.store)];
  await told(late, 'read');
  const { lastId } = await readBeats(deps.store, 0, '');
  deps.time.nowMs -= 5_000;
  await told(early, 'slow clock');
  expect(clusters((await readBeats(deps.store, 0, lastId)).beats)).toContain('slow clock');
});

test('more documents than a page are all read', async () => {
  for (let index = 0; index < 120; index += 1) await told(log, `cluster ${index}`);
  expect((await readBeats(deps.store, 0, '')).beats).toHaveLength(120);
});

test('beats expire, and other documents of the shard are none', async () => {
  await deps.store.upsert({ container: 'liveness', partition: 'shard-0' }, { id: 'roster', type: 'roster' });
  await deps.store.upsert({ container: 'liveness', partition: 'shard-0' }, { id: 'seen', type: 'seen' });
  await told(log, 'one');
  expect((await readBeats(deps.store, 0, '')).beats).toHaveLength(1);
  timers.advance(30 * MINUTE);
  expect(await readBeats(deps.store, 0, '')).toEqual({ beats: [], lastId: '' });
});

async function told(to: BeatLog, cluster: string): Promise<void> {
  const stored = to.record(0, aBeat(cluster));
  timers.advance(2_000);
  await stored;
}

function bound(store: DocumentStore): DocumentStore {
  return {
    read: store.read.bind(store),
    create: store.create.bind(store),
    replace: store.replace.bind(store),
    upsert: store.upsert.bind(store),
    delete: store.delete.bind(store),
    batch: store.batch.bind(store),
    query: store.query.bind(store),
    ping: store.ping.bind(store),
  };
}
