import { expect, test } from '@jest/globals';
import { storeAccount } from '../../test/builders/account.ts';
import { aCluster } from '../../test/builders/cluster.ts';
import { someDeps } from '../../test/builders/deps.ts';
import type { OwnedResource } from '../clouds/port.ts';
import { ok } from '../domain/errors.ts';
import { collectOrphans } from './collect-orphans.ts';
import { passDeps } from './engine.ts';
import { clusterAddress } from './event-log.ts';
import { tombstoneAddress, tombstoneOf } from './tombstones.ts';

const resourceOf = (clusterUid: string): OwnedResource => ({
  kind: 'Microsoft.ContainerService/managedClusters',
  id: `/of/${clusterUid}`,
  name: clusterUid,
  clusterUid,
});

test('deletes what a tombstone proves, and nothing of the living or of strangers', async () => {
  const base = someDeps();
  const deps = { ...base, ...passDeps(base) };
  await storeAccount(base);
  const living = aCluster();
  const dead = aCluster({ id: '22222222-2222-4222-8222-222222222222' as typeof living.id });
  await base.store.create(clusterAddress(living.id), living);
  await base.store.upsert(tombstoneAddress(dead.id), tombstoneOf(dead));
  const deleted: string[] = [];
  const stranger = '33333333-3333-4333-8333-333333333333';
  Object.assign(base.probe, {
    listTagged: async () => ok([living.id, dead.id, stranger].map(resourceOf)),
    deleteTagged: async (_access: unknown, _guard: unknown, resource: OwnedResource) => {
      deleted.push(resource.clusterUid);
      return ok(undefined);
    },
  });

  const collected = await collectOrphans(deps);

  expect(deleted).toEqual([dead.id]);
  expect(collected).toEqual({ deleted: [resourceOf(dead.id)], foreign: 1 });
});
