/** Protocol rule 7: what comes after a pass's deadline does not happen, and costs nothing but a delivery. */
import { expect, test } from '@jest/globals';
import { type OwnedResource, PassDeadlineError } from '../../lib/clouds/port.ts';
import { createRegistry } from '../../lib/clouds/registry.ts';
import { ok } from '../../lib/domain/errors.ts';
import { done } from '../../lib/domain/plan.ts';
import { collectOrphans } from '../../lib/reconcile/collect-orphans.ts';
import { passDeps } from '../../lib/reconcile/engine.ts';
import { tombstoneAddress } from '../../lib/reconcile/tombstones.ts';
import { storeAccount } from '../builders/account.ts';
import { aCluster } from '../builders/cluster.ts';
import { someDeps } from '../builders/deps.ts';
import { FakeAccountProbe } from '../fakes/fake-account-probe.ts';
import { ScriptedCloud } from '../fakes/scripted-cloud.ts';
import { runNext, tell } from './pass-fixture.ts';

const orphan = (name: string): OwnedResource => ({
  kind: 'Microsoft.ContainerService/managedClusters',
  id: `/${name}`,
  name,
  clusterUid: 'c-gone',
});

async function tooLate(): Promise<never> {
  throw new PassDeadlineError('A write came after the deadline');
}

test('a leftover that would be deleted too late gives the message back and commits nothing', async () => {
  const script = new ScriptedCloud({ name: 'cluster', plans: [done('ClusterGone')] });
  const cloud = Object.assign(script, { deleteOwned: tooLate });
  cloud.owned = [orphan('twin')];
  const cluster = aCluster({ deletedAt: '2026-11-20T11:00:00.000Z' });
  const story = await tell(cloud, cluster);
  await runNext(story.deps);
  expect(await story.read()).toEqual(cluster);
  expect(story.deps.queue.pending.map(({ deliveryCount }) => deliveryCount)).toEqual([1]);
});

test('the collector stops at its deadline and reports what it did', async () => {
  const found = [orphan('first'), orphan('second'), orphan('third')];
  let deletions = 0;
  const probe = Object.assign(new FakeAccountProbe(), {
    listTagged: async () => ok(found),
    deleteTagged: async () => (++deletions > 1 ? tooLate() : ok(undefined)),
  });
  const base = someDeps();
  await storeAccount(base);
  await base.store.upsert(tombstoneAddress('c-gone'), { id: 'c-gone', type: 'tombstone' });
  const deps = passDeps({ ...base, clouds: createRegistry([], [probe]) });
  expect(await collectOrphans(deps)).toEqual({ deleted: [orphan('first')], foreign: 0 });
});
