import { beforeEach, expect, test } from '@jest/globals';
import { someDeps, type TestDeps } from '../../test/builders/deps.ts';
import { VirtualTimers } from '../../test/fakes/virtual-timers.ts';
import { type DocumentStore, StoreUnavailableError } from '../store/port.ts';
import { beatLog, processOf, readBeats } from './beat-log.ts';
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

const from = (afterId: string) => ({ afterId, nowMs: deps.time.nowMs });

function aLog(store: DocumentStore): BeatLog {
  return beatLog({ ...deps, store, timers, windowMs: 2_000 });
}

function aBeat(seat: number, seq = 1): Beat {
  return { seat, atMs: deps.time.nowMs, epoch: 1, process: processOf('a'), seq };
}

function settled(promise: Promise<void>): Promise<string> {
  const states = [promise.then(() => 'stored'), Promise.resolve('waiting')];
  return new Promise((resolve) => setImmediate(() => resolve(Promise.race(states))));
}

const written = () => deps.store.requestUnits().by['liveness.create']?.count ?? 0;
const seats = (beats: readonly Beat[]) => beats.map(({ seat }) => seat);

test('[A66] all beats of a window are one write a shard, and acknowledged when it is done', async () => {
  const first = log.record(0, aBeat(1));
  timers.advance(1_500);
  const more = [log.record(0, aBeat(2)), log.record(3, aBeat(3))];
  expect(await settled(first)).toBe('waiting');
  expect(written()).toBe(0);
  timers.advance(500);
  await Promise.all([first, ...more]);
  expect(written()).toBe(2);
  expect((await readBeats(deps.store, 0, from(''))).beats).toEqual([
    { ...aBeat(1), atMs: deps.time.nowMs - 2_000 },
    { ...aBeat(2), atMs: deps.time.nowMs - 500 },
  ]);
  expect(seats((await readBeats(deps.store, 3, from(''))).beats)).toEqual([3]);
});

test('a beat after the window opens the next one', async () => {
  const first = log.record(0, aBeat(1));
  timers.advance(2_000);
  await first;
  const second = log.record(0, aBeat(2));
  timers.advance(1_999);
  expect(await settled(second)).toBe('waiting');
  timers.advance(1);
  await second;
  expect(written()).toBe(2);
});

test('a crowd does not wait for the window, nor make a document too large', async () => {
  const crowd = Array.from({ length: 2_000 }, (_, index) => log.record(0, aBeat(index)));
  await Promise.all(crowd);
  expect(written()).toBe(1);
  const late = log.record(0, aBeat(9_000));
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
  const lost = Promise.allSettled([log.record(0, aBeat(1)), log.record(1, aBeat(2))]);
  timers.advance(2_000);
  expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isDown = false;
  const kept = log.record(0, aBeat(1, 2));
  timers.advance(2_000);
  await kept;
  expect((await readBeats(deps.store, 0, from(''))).beats).toMatchObject([{ seat: 1, seq: 2 }]);
});

test('a beat that cannot be written fails its window, and not the process', async () => {
  const beats = [log.record(0, aBeat(1)), log.record(0, aBeat(Number.NaN)), log.record(1, aBeat(2))];
  timers.advance(2_000);
  const results = await Promise.allSettled(beats);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
});

test('reading goes on where it ended, and a little before: ids of instances interleave', async () => {
  await told(log, 10);
  timers.advance(MINUTE);
  await told(log, 11);
  const read = await readBeats(deps.store, 0, from(''));
  expect(seats(read.beats)).toEqual([10, 11]);
  timers.advance(MINUTE);
  await told(aLog(deps.store), 12);
  const next = await readBeats(deps.store, 0, from(read.lastId));
  expect(seats(next.beats)).toEqual([11, 12]);
  expect(next.lastId > read.lastId).toBe(true);
  expect((await readBeats(deps.store, 0, from(next.lastId))).lastId).toBe(next.lastId);
});

test('an instance whose write sorts before what was read is not overlooked', async () => {
  const [early, late] = [aLog(deps.store), aLog(deps.store)];
  await told(late, 13);
  const { lastId } = await readBeats(deps.store, 0, from(''));
  deps.time.nowMs -= 5_000;
  await told(early, 14);
  expect(seats((await readBeats(deps.store, 0, from(lastId))).beats)).toContain(14);
});

test('an instance whose clock is ahead does not hide what the others write', async () => {
  const [ahead, right] = [aLog(deps.store), aLog(deps.store)];
  deps.time.nowMs += 10 * MINUTE;
  await told(ahead, 15);
  deps.time.nowMs -= 10 * MINUTE;
  const read = await readBeats(deps.store, 0, from(''));
  expect(seats(read.beats)).toEqual([15]);
  timers.advance(MINUTE);
  await told(right, 16);
  const next = await readBeats(deps.store, 0, from(read.lastId));
  expect(seats(next.beats)).toContain(16);
  timers.advance(20 * MINUTE);
  expect(seats((await readBeats(deps.store, 0, from(next.lastId))).beats)).toEqual([16, 15]);
});

test('our own clock, put back, hides nothing either', async () => {
  await told(log, 17);
  const { lastId } = await readBeats(deps.store, 0, from(''));
  deps.time.nowMs -= 5 * MINUTE;
  await told(aLog(deps.store), 18);
  expect(seats((await readBeats(deps.store, 0, from(lastId))).beats)).toContain(18);
});

test('more documents than a page are all read', async () => {
  for (let index = 0; index < 120; index += 1) await told(log, index);
  expect((await readBeats(deps.store, 0, from(''))).beats).toHaveLength(120);
});

test('beats expire, and other documents of the shard are none', async () => {
  await deps.store.upsert({ container: 'liveness', partition: 'shard-0' }, { id: 'roster', type: 'roster' });
  await deps.store.upsert({ container: 'liveness', partition: 'shard-0' }, { id: 'seen', type: 'seen' });
  await told(log, 1);
  expect((await readBeats(deps.store, 0, from(''))).beats).toHaveLength(1);
  timers.advance(30 * MINUTE);
  expect(await readBeats(deps.store, 0, from(''))).toEqual({ beats: [], lastId: '' });
});

test('a beat keeps all that it says, however large its numbers are', async () => {
  const beat = { ...aBeat(1_999), epoch: 12, process: 2 ** 32 - 1, seq: Number.MAX_SAFE_INTEGER };
  const stored = log.record(0, beat);
  timers.advance(2_000);
  await stored;
  expect((await readBeats(deps.store, 0, from(''))).beats).toEqual([beat]);
});

test('processes of an agent have different names, and the same one always has the same', () => {
  const names = Array.from({ length: 1_000 }, (_, index) => processOf(`agent-${index}`));
  expect(new Set(names).size).toBe(1_000);
  expect(processOf('agent-7')).toBe(names[7]);
});

async function told(to: BeatLog, seat: number): Promise<void> {
  const stored = to.record(0, aBeat(seat));
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
