import { expect, test } from '@jest/globals';
import { aCluster } from '../../test/builders/cluster.ts';
import { someDeps } from '../../test/builders/deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
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
