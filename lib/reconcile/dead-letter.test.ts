import { expect, test } from '@jest/globals';
import { aCluster } from '../../test/builders/cluster.ts';
import { someDeps } from '../../test/builders/deps.ts';
import { readEntry, reserveName } from '../clusters/directory.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import type { Condition } from '../domain/conditions.ts';
import { buryMessage } from './dead-letter.ts';
import { passDeps } from './engine.ts';
import { clusterAddress } from './event-log.ts';
import { why } from './status.ts';

async function stored(cluster: ClusterDocument) {
  const base = someDeps();
  const deps = { ...base, ...passDeps(base) };
  await base.store.create(clusterAddress(cluster.id), cluster);
  const read = async () =>
    (await base.store.read<ClusterDocument>(clusterAddress(cluster.id), cluster.id))?.document;
  return { deps, queue: base.queue, read };
}

test('[A84, A85] a pass that died of a bug is a failed condition that is tried again', async () => {
  const cluster = aCluster({ wake: 4 });
  const { deps, queue, read } = await stored(cluster);

  await buryMessage(deps, { clusterId: cluster.id, reason: 'next look', wake: 4 });

  const after = await read();
  expect(after?.conditions).toEqual([
    expect.objectContaining({
      type: 'CreatingInfrastructure',
      status: 'Failed',
      reason: 'PassCrashed',
      attempts: 1,
    }),
  ]);
  expect(after).toMatchObject({ wake: 5, nextAttemptAt: '2026-11-20T12:02:00.000Z' });
  expect(queue.pending.map(({ body, dueAt }) => [body.wake, dueAt])).toEqual([
    [5, Date.UTC(2026, 10, 20, 12, 2)],
  ]);
  expect(after && why(after)).toContain('Slipway itself failed');
});

test('others hear of it once, and lists show it', async () => {
  const done: Condition = { ...reached, type: 'CreatingInfrastructure', title: 'Creating Infrastructure' };
  const cluster = aCluster({
    wake: 4,
    observedGeneration: 1,
    provisionedAt: reached.lastTransitionAt,
    conditions: [done],
  });
  const { deps, queue } = await stored(cluster);
  await reserveName(deps, cluster);
  for (const wake of [4, 5]) await buryMessage(deps, { clusterId: cluster.id, reason: 'next look', wake });
  expect(queue.published.map(({ body }) => body)).toMatchObject([
    {
      id: `${cluster.id}-5-CreatingInfrastructure`,
      type: 'slipway.condition.changed',
      data: { status: 'Failed', reason: 'PassCrashed' },
    },
  ]);
  expect((await readEntry(deps, 'default', 'shop'))?.document.summary.state).toBe('Updating');
});

test('a dead letter that something newer has replaced changes nothing', async () => {
  const cluster = aCluster({ wake: 9 });
  const { deps, queue, read } = await stored(cluster);

  await buryMessage(deps, { clusterId: cluster.id, reason: 'next look', wake: 4 });

  expect(await read()).toEqual(cluster);
  expect(queue.pending).toEqual([]);
});

test('while deleting, the deletion carries the failure', async () => {
  const cluster = aCluster({ wake: 4, deletedAt: '2026-11-20T11:59:00.000Z' });
  const { deps, read } = await stored(cluster);

  await buryMessage(deps, { clusterId: cluster.id, reason: 'next look', wake: 4 });

  expect((await read())?.conditions.map(({ type }) => type)).toEqual(['DeletingInfrastructure']);
});

const reached: Condition = {
  type: 'CheckingAccount',
  title: 'Checking Account',
  status: 'Succeeded',
  reason: 'AccountAccepted',
  message: '',
  attempts: 0,
  lastTransitionAt: '2026-11-20T11:00:00.000Z',
  observedGeneration: 1,
};

test('the milestone that was under way carries it, each crash waits longer, others stay', async () => {
  const underWay: Condition = {
    ...reached,
    type: 'AddingWorkerNode',
    title: 'Adding Worker Node',
    status: 'Active',
  };
  const cluster = aCluster({
    wake: 4,
    revision: 7,
    observedGeneration: 1,
    conditions: [reached, underWay],
    crash: { attempts: 1, at: '2026-11-20T11:00:00.000Z' },
  });
  const { deps, read } = await stored(cluster);

  await buryMessage(deps, { clusterId: cluster.id, reason: 'next look', wake: 4 });

  const first = await read();
  expect(first?.conditions).toMatchObject([
    reached,
    {
      type: 'AddingWorkerNode',
      status: 'Failed',
      attempts: 2,
      lastTransitionAt: '2026-11-20T12:00:00.000Z',
    },
  ]);
  expect(first?.conditions).toHaveLength(2);
  expect(first).toMatchObject({
    revision: 8,
    crash: { attempts: 2, at: '2026-11-20T12:00:00.000Z' },
    nextAttemptAt: '2026-11-20T12:03:00.000Z',
  });

  deps.time.nowMs += 180_000;
  await buryMessage(deps, { clusterId: cluster.id, reason: 'next look', wake: 5 });
  const second = await read();
  expect(second?.crash?.attempts).toBe(3);
  expect(second?.conditions[1]?.lastTransitionAt).toBe('2026-11-20T12:00:00.000Z');
  expect(Object.values(second?.folds ?? {}).map(({ count }) => count)).toEqual([2]);
});

test('a cluster that is gone needs nothing', async () => {
  const { deps, queue } = await stored(aCluster());
  await buryMessage(deps, { clusterId: 'nobody', reason: 'next look', wake: 4 });
  expect(queue.sent).toEqual([]);
});

test('who loses every race leaves the letter where it is', async () => {
  const cluster = aCluster({ wake: 4 });
  const { deps, queue } = await stored(cluster);
  let batches = 0;
  const batch = async () => {
    batches += 1;
    return { kind: 'stale', index: 0 } as const;
  };
  const racing = { ...deps, store: Object.assign(deps.store, { batch }) };
  await expect(buryMessage(racing, { clusterId: cluster.id, reason: 'x', wake: 4 })).rejects.toThrow(
    'kept changing',
  );
  expect([batches, queue.sent]).toEqual([5, []]);
});
