/** Protocol rule 6: what is overdue is sent again, and nothing is written. */
import { expect, test } from '@jest/globals';
import { aCluster } from '../../test/builders/cluster.ts';
import { someDeps } from '../../test/builders/deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { passDeps } from './engine.ts';
import { clusterAddress } from './event-log.ts';
import { sweepOverdue } from './sweep.ts';

const OPTIONS = { periodMs: 30_000, graceMs: 15_000 };

async function swept(...clusters: readonly Partial<ClusterDocument>[]) {
  const base = someDeps();
  const said: unknown[] = [];
  const logger = { ...base.logger, info: (message: string, keys?: object) => said.push([message, keys]) };
  for (const [index, fields] of clusters.entries()) {
    const cluster = aCluster({ id: `c${index}` as ClusterDocument['id'], wake: 7, ...fields });
    await base.store.create(clusterAddress(cluster.id), cluster);
  }
  const sent = await sweepOverdue(passDeps({ ...base, logger }), OPTIONS);
  return { sent, queue: base.queue, said };
}

test('what is overdue beyond the grace is sent, oldest first, and dies after two periods', async () => {
  const { sent, queue, said } = await swept(
    { nextAttemptAt: '2026-11-20T11:59:44.999Z' },
    { nextAttemptAt: '2026-11-20T11:59:45.000Z' },
    { nextAttemptAt: '2026-11-20T12:30:00.000Z' },
    { nextAttemptAt: '2026-11-20T11:00:00.000Z' },
    { nextAttemptAt: null },
  );
  expect(sent).toBe(2);
  expect(queue.sent).toEqual([
    { message: { clusterId: 'c3', reason: 'overdue', wake: 7 }, options: { timeToLiveMs: 60_000 } },
    { message: { clusterId: 'c0', reason: 'overdue', wake: 7 }, options: { timeToLiveMs: 60_000 } },
  ]);
  expect(said).toEqual([['Nudged overdue clusters', { count: 2 }]]);
});

test('a quiet sweep says nothing', async () => {
  const { sent, said } = await swept({ nextAttemptAt: '2026-11-20T12:30:00.000Z' });
  expect([sent, said]).toEqual([0, []]);
});
