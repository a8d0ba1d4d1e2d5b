import { describe, expect, test } from '@jest/globals';
import { anAccount, storeAccount } from '../../test/builders/account.ts';
import { aCluster } from '../../test/builders/cluster.ts';
import { someDeps } from '../../test/builders/deps.ts';
import type { AccountAccess, OwnedResource } from '../clouds/port.ts';
import { createRegistry } from '../clouds/registry.ts';
import { fail, ok } from '../domain/errors.ts';
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

describe('accounts', () => {
  test('all of them are looked through, page by page', async () => {
    const base = someDeps();
    for (let index = 0; index < 101; index += 1) {
      await storeAccount(base, anAccount({ name: `a${index}`, id: `account:a${index}` }));
    }
    const listed: string[] = [];
    Object.assign(base.probe, {
      listTagged: async ({ account }: AccountAccess) => {
        listed.push(account.name);
        return ok([]);
      },
    });
    expect(await collectOrphans({ ...base, ...passDeps(base) })).toEqual({ deleted: [], foreign: 0 });
    expect(new Set(listed).size).toBe(101);
    expect(listed).toHaveLength(101);
  });

  test.each([
    ['whose secret is gone', true, false],
    ['of a cloud that is not built in', false, true],
  ])('one %s is passed over', async (_what, hasProbe, hasSecret) => {
    const base = someDeps();
    await storeAccount(base);
    if (!hasSecret) base.secrets.values.clear();
    Object.assign(base.probe, { listTagged: () => Promise.reject(new Error('was asked')) });
    const clouds = createRegistry([], hasProbe ? [base.probe] : []);
    expect(await collectOrphans(passDeps({ ...base, clouds }))).toEqual({ deleted: [], foreign: 0 });
  });

  test('what the cloud does not list or delete is left for the next time', async () => {
    const base = someDeps();
    const deps = { ...base, ...passDeps(base) };
    await storeAccount(base);
    const dead = aCluster();
    await base.store.upsert(tombstoneAddress(dead.id), tombstoneOf(dead));
    const refused = fail({ code: 'Unauthorized', message: 'no', source: 'test' });
    Object.assign(base.probe, { listTagged: async () => refused });
    expect(await collectOrphans(deps)).toEqual({ deleted: [], foreign: 0 });
    Object.assign(base.probe, {
      listTagged: async () => ok([resourceOf(dead.id)]),
      deleteTagged: async () => refused,
    });
    expect(await collectOrphans(deps)).toEqual({ deleted: [], foreign: 0 });
  });

  test('a bug is thrown', async () => {
    const base = someDeps();
    await storeAccount(base);
    const dead = aCluster();
    await base.store.upsert(tombstoneAddress(dead.id), tombstoneOf(dead));
    Object.assign(base.probe, {
      listTagged: async () => ok([resourceOf(dead.id)]),
      deleteTagged: () => Promise.reject(new TypeError('a bug')),
    });
    await expect(collectOrphans({ ...base, ...passDeps(base) })).rejects.toThrow(TypeError);
  });
});

test('a tombstone says who it was, for seven days', () => {
  expect(tombstoneOf(aCluster())).toEqual({
    id: '11111111-1111-4111-8111-111111111111',
    type: 'tombstone',
    ttl: 604_800,
    project: 'default',
    name: 'shop',
    account: 'azure-demo',
  });
});
