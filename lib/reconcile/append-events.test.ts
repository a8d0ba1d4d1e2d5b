import { expect, test } from '@jest/globals';
import { aCluster } from '../../test/builders/cluster.ts';
import { someDeps } from '../../test/builders/deps.ts';
import { asClusterId } from '../domain/ids.ts';
import { StoreUnavailableError } from '../store/port.ts';
import { appendEvents } from './append-events.ts';
import { clusterAddress, type NewEvent, readEvents } from './event-log.ts';

const event: NewEvent = {
  severity: 'Warning',
  signal: 'persistent',
  task: 'agent',
  reason: 'ClockSkew',
  message: 'The clock is wrong.',
};

async function stored() {
  const deps = someDeps();
  const cluster = aCluster();
  await deps.store.create(clusterAddress(cluster.id), cluster);
  const document = async () => {
    const found = await deps.store.read<typeof cluster>(clusterAddress(cluster.id), cluster.id);
    return found?.document ?? cluster;
  };
  return { deps, cluster, document };
}

test('events are told, folded when they repeat, and wake nothing', async () => {
  const { deps, cluster, document } = await stored();
  await appendEvents(deps, cluster.id, [event]);
  await appendEvents(deps, cluster.id, [event]);
  const after = await document();
  expect(await readEvents(deps.store, after, { limit: 10 })).toMatchObject([
    { reason: 'ClockSkew', count: 2 },
  ]);
  expect(after).toMatchObject({ wake: cluster.wake, nextAttemptAt: cluster.nextAttemptAt });
  expect(deps.queue.sent).toEqual([]);
});

test('a race with a pass is run again, and in the end given up', async () => {
  const { deps, cluster, document } = await stored();
  const batch = deps.store.batch.bind(deps.store);
  let losses = 2;
  deps.store.batch = async (at, operations) =>
    losses-- > 0 ? { kind: 'stale', index: 0 } : batch(at, operations);
  await appendEvents(deps, cluster.id, [event]);
  expect(await readEvents(deps.store, await document(), { limit: 10 })).toHaveLength(1);
  losses = 10;
  await expect(appendEvents(deps, cluster.id, [event])).rejects.toBeInstanceOf(StoreUnavailableError);
});

test('a cluster that is gone has no events', async () => {
  const { deps } = await stored();
  deps.store.resetRequestUnits();
  await appendEvents(deps, asClusterId('00000000-0000-4000-8000-000000000000'), [event]);
  expect(Object.keys(deps.store.requestUnits().by)).toEqual(['clusters.read']);
});
