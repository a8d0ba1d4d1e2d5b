/** The end of a cluster: nothing is seen, a quiet time passes, and what it leaves is a tombstone. */
import { expect, test } from '@jest/globals';
import type { OwnedResource } from '../../lib/clouds/port.ts';
import { readEntry, reserveName } from '../../lib/clusters/directory.ts';
import { fail } from '../../lib/domain/errors.ts';
import { done, wait } from '../../lib/domain/plan.ts';
import { clusterAddress } from '../../lib/reconcile/event-log.ts';
import { tombstoneAddress, tombstoneOf } from '../../lib/reconcile/tombstones.ts';
import { aCluster } from '../builders/cluster.ts';
import { refusal, ScriptedCloud } from '../fakes/scripted-cloud.ts';
import { runNext, type Story, tell } from './pass-fixture.ts';

const NOON = '2026-11-20T12:00:00.000Z';
const deleting = aCluster({ deletedAt: NOON, observedGeneration: 1 });
const twin: OwnedResource = { kind: 'disk', id: '/twin', name: 'twin', clusterUid: deleting.id };
const gone = () => new ScriptedCloud({ name: 'cluster', plans: [done('ClusterGone')] });

async function left(story: Story) {
  const { store } = story.deps;
  const page = await store.query({ ...clusterAddress(deleting.id), where: [], limit: 100 });
  return {
    documents: page.items.length,
    entry: (await readEntry(story.deps, 'default', 'shop')) !== undefined,
    tombstone: (await store.read(tombstoneAddress(deleting.id), deleting.id))?.document,
  };
}

test('it goes a quiet time after the deletion, with its events and its name', async () => {
  const cloud = new ScriptedCloud({
    name: 'cluster',
    plans: [wait(60_000, 'Deleting'), done('ClusterGone')],
  });
  const story = await tell(cloud, deleting);
  await reserveName(story.deps, deleting);
  await story.next();
  expect(story.deps.time.nowMs).toBe(Date.parse(NOON));
  // Nothing is seen any more, but something may still hide.
  const waiting = await story.next();
  expect(waiting.nextAttemptAt).toBe('2026-11-20T12:03:00.000Z');
  expect(await left(story)).toMatchObject({ entry: true, tombstone: undefined });

  await runNext(story.deps);
  expect(await left(story)).toEqual({ documents: 0, entry: false, tombstone: tombstoneOf(deleting) });
  expect(story.deps.queue.published.map(({ body }) => body)).toContainEqual(
    expect.objectContaining({ type: 'slipway.cluster.deleted', id: `${deleting.id}-deleted` }),
  );
  expect(story.deps.queue.pending).toEqual([]);
});

test('what still carries its tag keeps it', async () => {
  const cloud = gone();
  cloud.owned = [twin];
  const story = await tell(cloud, deleting);
  story.deps.time.nowMs += 600_000;
  const waiting = await story.next();
  expect(waiting.steps.leftovers?.message).toBe('Waiting for disk twin to disappear.');
  expect(waiting.nextAttemptAt).toBe('2026-11-20T12:11:00.000Z');
  cloud.owned = [];
  await runNext(story.deps);
  expect(await story.read()).toBeUndefined();
});

test('so does a list that fails, and a leftover that cannot be deleted', async () => {
  const refused = async () => fail(refusal('Unauthorized', 'Forbidden: no'));
  for (const cloud of [
    Object.assign(gone(), { listOwned: refused }),
    Object.assign(gone(), { owned: [twin], deleteOwned: refused }),
  ]) {
    const story = await tell(cloud, deleting);
    story.deps.time.nowMs += 600_000;
    const waiting = await story.next();
    expect(waiting.steps.leftovers).toMatchObject({ phase: 'failed', reason: 'Unauthorized' });
  }
});

test('a change from outside in the last moment keeps it for another look', async () => {
  const cloud = gone();
  const story = await tell(cloud, deleting);
  story.deps.time.nowMs += 600_000;
  const { store } = story.deps;
  let meanwhile = 0;
  const listOwned = async () => {
    const stored = await store.read<typeof deleting>(clusterAddress(deleting.id), deleting.id);
    if (stored && meanwhile++ === 0) {
      const changed: typeof deleting = { ...stored.document, revision: 9 };
      await store.replace(clusterAddress(deleting.id), changed, stored.etag);
    }
    return { ok: true, value: [] } as const;
  };
  Object.assign(cloud, { listOwned });
  await runNext(story.deps);
  expect([meanwhile, await story.read()]).toEqual([2, undefined]);
});

test('without its account nothing is believed gone', async () => {
  const cloud = new ScriptedCloud(
    { name: 'network', plans: [done('NetworkGone')] },
    { name: 'cluster', after: ['network'], plans: [done('ClusterGone')] },
  );
  const story = await tell(cloud, deleting);
  story.deps.secrets.values.clear();
  story.deps.time.nowMs += 600_000;
  const waiting = await story.next();
  expect(cloud.looks).toEqual([]);
  expect(waiting.lastFullLookAt).toBeUndefined();
  // The cluster goes first while deleting; the network waits for it.
  expect(Object.entries(waiting.steps).map(([name, { phase, reason }]) => [name, phase, reason])).toEqual([
    ['network', 'pending', 'WaitingForPredecessors'],
    ['cluster', 'failed', 'Unauthorized'],
  ]);
});
