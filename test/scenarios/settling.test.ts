import { expect, test } from '@jest/globals';
import { stateOf } from '../../lib/domain/cluster-state.ts';
import { act, done, wait } from '../../lib/domain/plan.ts';
import { QueueUnavailableError } from '../../lib/queue/port.ts';
import { changeCluster } from '../../lib/reconcile/change.ts';
import { runPass } from '../../lib/reconcile/pass.ts';
import { sweepOverdue } from '../../lib/reconcile/sweep.ts';
import { aCluster } from '../builders/cluster.ts';
import { refusal, ScriptedCloud } from '../fakes/scripted-cloud.ts';
import { runNext, tell } from './pass-fixture.ts';

test('a settled cluster is looked at once a quiet time after the change, then only every half hour', async () => {
  const cloud = new ScriptedCloud({ name: 'cluster', plans: [done('Ready')] });
  const story = await tell(cloud);

  expect((await story.next()).nextAttemptAt).toBe('2026-11-20T12:03:00.000Z');
  expect((await story.next()).nextAttemptAt).toBe('2026-11-20T12:33:00.000Z');
  await story.next();
  expect(cloud.looks).toEqual(['cluster', 'cluster', 'cluster']);
});

test('a cluster that never settles has its half-hourly look at everything, too', async () => {
  const cloud = new ScriptedCloud(
    { name: 'kubeconfig', plans: [done('Ready')] },
    { name: 'nodes', after: ['kubeconfig'], plans: [wait(10 * 60_000, 'Unreachable')] },
  );
  const story = await tell(cloud);

  for (let pass = 0; pass < 5; pass += 1) await story.next();
  const looksAt = (name: string) => cloud.looks.filter((look) => look === name).length;
  expect([looksAt('kubeconfig'), looksAt('nodes')]).toEqual([2, 5]);
});

test('settled steps are not observed again while others work, and the last look needs no pass of its own', async () => {
  const cloud = new ScriptedCloud(
    { name: 'network', plans: [done('Ready')] },
    { name: 'cluster', after: ['network'], plans: [wait(200_000, 'Creating'), done('Ready')] },
  );
  const story = await tell(cloud);

  await story.next();
  const running = await story.next();
  expect(cloud.looks).toEqual(['network', 'cluster', 'cluster', 'network', 'cluster']);
  expect(stateOf(running)).toBe('Running');
  expect(running.nextAttemptAt).toBe('2026-11-20T12:33:20.000Z');
});

test('a change wakes the cluster at once; the message that waited dies on arrival', async () => {
  const cloud = new ScriptedCloud({ name: 'cluster', plans: [refusal('QuotaExceeded', 'limit 10')] });
  const story = await tell(cloud);
  const before = await story.next();
  story.deps.time.nowMs += 1_000;
  await changeCluster(story.deps, {
    id: before.id,
    reason: 'test',
    decide: (document) => ({ kind: 'change', document, specChanged: true, events: [] }),
  });

  const after = await story.next();
  expect(after.observedGeneration).toBe(2);
  await story.next();
  expect(cloud.looks).toEqual(['cluster', 'cluster']);
});

test('an overdue cluster is sent again; its live chain is not doubled', async () => {
  const story = await tell(
    new ScriptedCloud({ name: 'cluster', plans: [done('Ready')] }),
    aCluster({ wake: 7 }),
  );
  const delivery = story.deps.queue.take(story.deps.time.nowMs);
  delivery?.complete();
  story.deps.time.nowMs += 60_000;

  expect(await sweepOverdue(story.deps, { periodMs: 30_000, graceMs: 15_000 })).toBe(1);
  expect(await sweepOverdue(story.deps, { periodMs: 30_000, graceMs: 15_000 })).toBe(1);
  await story.next();
  await runNext(story.deps);
  expect(story.deps.queue.pending.map((message) => message.body.wake)).toEqual([8]);
});

test('[A227] a deletion ends only when nothing carries our tag any more, and names what keeps it', async () => {
  const deleted = aCluster({ deletedAt: '2026-11-20T12:00:00.000Z' });
  const cloud = new ScriptedCloud({ name: 'cluster', plans: [act('delete', 'NotNeeded'), done('Gone')] });
  cloud.owned = [{ kind: 'Disk', id: 'd1', name: 'd1', clusterUid: deleted.id }];
  const story = await tell(cloud, deleted);

  await story.next();
  expect(await story.condition('DeletingInfrastructure')).toBe('Active NotNeeded');
  const waiting = await story.next();
  expect(waiting.conditions).toEqual([
    expect.objectContaining({ reason: 'ResourcesRemain', message: 'Waiting for Disk d1 to disappear.' }),
  ]);

  cloud.owned = [];
  story.deps.time.nowMs = Date.UTC(2026, 10, 20, 12, 2);
  await story.next();
  expect(await story.read()).toBeDefined();
  await runNext(story.deps);
  expect(await story.read()).toBeUndefined();
  expect(story.deps.queue.published.map((message) => (message.body as { type: string }).type)).toContain(
    'slipway.cluster.deleted',
  );
});

test('[A89] a change of one step takes nothing back from what others have settled', async () => {
  const cloud = new ScriptedCloud(
    {
      name: 'pool',
      condition: 'AddingWorkerNode',
      plans: [done('Ready'), done('Ready'), wait(60_000, 'ScalingUp')],
    },
    {
      name: 'network',
      condition: 'InstallingNetwork',
      after: ['pool'],
      ignoresGeneration: true,
      plans: [done('Ready')],
    },
  );
  const story = await tell(cloud);
  await story.next();
  const before = await story.next();
  await changeCluster(story.deps, {
    id: before.id,
    reason: 'test',
    decide: (document) => ({ kind: 'change', document, specChanged: true, events: [] }),
  });

  await story.next();
  expect(await story.condition('AddingWorkerNode')).toBe('Active ScalingUp');
  expect(await story.condition('InstallingNetwork')).toBe('Succeeded Ready');
});

test('work that is done again is news again', async () => {
  const scaled = act('scale', 'ScalingUp');
  const cloud = new ScriptedCloud({
    name: 'pool',
    plans: [scaled, done('Ready'), done('Ready'), scaled, done('Ready')],
  });
  const story = await tell(cloud);

  for (let pass = 0; pass < 5; pass += 1) await story.next();
  const acted = (await story.events()).filter((event) => event.includes('Acted on pool'));
  expect(acted).toEqual([
    'Normal ScalingUp x1 (transient): Acted on pool',
    'Normal ScalingUp x1 (transient): Acted on pool',
  ]);
});

test('an act that is complete at once is looked at again in its pass, and what follows goes on', async () => {
  const cloud = new ScriptedCloud(
    {
      name: 'kubeconfig',
      plans: [act('fetch', 'Fetching'), done('Stored')],
      acts: [{ ok: true, value: { event: 'Stored it', lookAfterMs: 0, outputs: { at: 'here' } } }],
    },
    { name: 'nodes', after: ['kubeconfig'], plans: [done('Ready')] },
  );
  const story = await tell(cloud, aCluster({ changedAt: '2026-11-20T11:00:00.000Z' }));

  const running = await story.next();
  expect(stateOf(running)).toBe('Running');
  expect(running.steps.kubeconfig).toMatchObject({ phase: 'done', outputs: { at: 'here' } });
  expect((await story.events())[0]).toBe('Normal Fetching x1 (transient): Stored it');
  // The second round is the one look a quiet time after the change.
  expect(cloud.looks).toEqual(['kubeconfig', 'kubeconfig', 'nodes', 'kubeconfig', 'nodes']);
});

test('it is looked at again only once: an act that is never seen to be complete waits for the next pass', async () => {
  const cloud = new ScriptedCloud({
    name: 'kubeconfig',
    plans: [act('fetch', 'Fetching')],
    acts: [{ ok: true, value: { event: 'Stored it', lookAfterMs: 0 } }],
  });
  const story = await tell(cloud);

  await story.next();
  expect(cloud.looks).toEqual(['kubeconfig', 'kubeconfig']);
});

test('[A14] looking again at what is done does not change when it was done', async () => {
  const story = await tell(
    new ScriptedCloud({ name: 'cluster', plans: [wait(60_000, 'Creating'), done('Ready')] }),
  );
  await story.next();
  const ready = (await story.next()).steps.cluster;
  const later = (await story.next()).steps.cluster;

  expect(ready).toMatchObject({ startedAt: '2026-11-20T12:00:00.000Z', endedAt: '2026-11-20T12:01:00.000Z' });
  expect(later).toMatchObject({ startedAt: ready?.startedAt, endedAt: ready?.endedAt });
});

test('others hear of every condition change, of the finished operation and of the end, with ids that repeat', async () => {
  const cloud = new ScriptedCloud({ name: 'cluster', plans: [wait(60_000, 'Creating'), done('Ready')] });
  const story = await tell(cloud);
  await story.next();
  await story.next();
  await story.next();

  const told = story.deps.queue.published.map(
    ({ body }) => body as { id: string; type: string; data: object },
  );
  expect(told.map(({ type, data }) => [type, data])).toEqual([
    [
      'slipway.condition.changed',
      expect.objectContaining({ condition: 'CreatingInfrastructure', status: 'Active' }),
    ],
    [
      'slipway.condition.changed',
      expect.objectContaining({ condition: 'CreatingInfrastructure', status: 'Succeeded' }),
    ],
    ['slipway.operation.finished', { cluster: 'shop', generation: 1 }],
  ]);
  expect(new Set(told.map(({ id }) => id)).size).toBe(3);
});

test('what a pass that died after its commit left untold is told, although the cluster was changed since', async () => {
  const cloud = new ScriptedCloud({ name: 'cluster', plans: [done('Ready')] });
  const story = await tell(cloud);
  const { queue, time } = story.deps;
  const delivery = queue.take(time.nowMs);
  if (!delivery) throw new Error('No message could be taken');
  queue.setAvailable(false);
  await expect(runPass(story.deps, delivery)).rejects.toThrow(QueueUnavailableError);
  queue.setAvailable(true);
  await changeCluster(story.deps, {
    id: aCluster().id,
    reason: 'test',
    decide: (document) => ({ kind: 'change', document, specChanged: true, events: [] }),
  });
  delivery.abandon();

  expect(queue.published).toEqual([]);
  await runNext(story.deps);
  expect(queue.published.map(({ body }) => body)).toMatchObject([
    { type: 'slipway.condition.changed', data: { status: 'Succeeded', generation: 1 } },
    { type: 'slipway.operation.finished', data: { generation: 1 } },
  ]);
});
