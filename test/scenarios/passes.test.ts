/** What surrounds the steps of a pass: lost races, the directory, and endings that commit nothing. */
import { expect, test } from '@jest/globals';
import { readEntry, reserveName } from '../../lib/clusters/directory.ts';
import { act, done, wait } from '../../lib/domain/plan.ts';
import { runPass } from '../../lib/reconcile/pass.ts';
import { StoreUnavailableError } from '../../lib/store/port.ts';
import { aCluster } from '../builders/cluster.ts';
import { ScriptedCloud } from '../fakes/scripted-cloud.ts';
import { runNext, tell } from './pass-fixture.ts';

const message = { clusterId: aCluster().id, reason: 'test', wake: 1 };
const ready = () => new ScriptedCloud({ name: 'cluster', plans: [done('Ready')] });

test('a cluster that is gone needs no pass', async () => {
  const { deps } = await tell(ready());
  expect(await runPass(deps, { message: { ...message, clusterId: 'nobody' }, deliveryCount: 0 })).toBe(
    'complete',
  );
});

test('who loses every race gives the message back', async () => {
  const cloud = ready();
  const { deps } = await tell(cloud);
  const store = Object.assign(deps.store, { batch: async () => ({ kind: 'stale', index: 0 }) as const });
  expect(await runPass({ ...deps, store }, { message, deliveryCount: 0 })).toBe('abandon');
  expect(cloud.looks).toEqual(['cluster', 'cluster', 'cluster']);
});

test('the directory follows the pass, and a redelivery repairs what a dead pass left', async () => {
  const story = await tell(ready());
  const { deps } = story;
  const state = async () => (await readEntry(deps, 'default', 'shop'))?.document.summary.state;
  await reserveName(deps, aCluster());
  expect(await state()).toBe('Pending');
  await runNext(deps);
  expect(await state()).toBe('Running');

  const entry = await readEntry(deps, 'default', 'shop');
  if (!entry) throw new Error('no entry');
  const { summary } = entry.document;
  const outdated = { ...entry.document, summary: { ...summary, state: 'Pending' }, revision: 1 };
  await deps.store.replace({ container: 'directory', partition: 'default' }, outdated, entry.etag);
  await runPass(deps, { message, deliveryCount: 1 });
  expect(await state()).toBe('Running');
});

test('a pass that changes nothing which a list shows leaves the directory alone', async () => {
  const story = await tell(new ScriptedCloud({ name: 'cluster', plans: [wait(60_000, 'Creating')] }));
  await reserveName(story.deps, aCluster());
  await story.next();
  const before = (await readEntry(story.deps, 'default', 'shop'))?.etag;
  await story.next();
  expect((await readEntry(story.deps, 'default', 'shop'))?.etag).toBe(before);
});

test('a claim that the store does not confirm ends the pass: nothing is created on a maybe', async () => {
  const cloud = new ScriptedCloud({ name: 'vm', plans: [act('run', 'Creating', { claim: 'vm0' })] });
  const story = await tell(cloud);
  const { deps } = story;
  const replace = () => Promise.reject(new StoreUnavailableError('no answer'));
  const store = Object.assign(deps.store, { replace });
  expect(await runPass({ ...deps, store }, { message, deliveryCount: 0 })).toBe('abandon');
  expect((await story.read())?.steps).toEqual({});
});

test('a bug is thrown, so that the message is counted and dead-lettered in the end', async () => {
  const cloud = Object.assign(ready(), {
    steps() {
      throw new TypeError('a bug');
    },
  });
  const { deps } = await tell(cloud);
  await expect(runPass(deps, { message, deliveryCount: 0 })).rejects.toThrow(TypeError);
});
