import { describe, expect, test } from '@jest/globals';
import { aCluster, aSpec } from '../../test/builders/cluster.ts';
import { someDeps } from '../../test/builders/deps.ts';
import { asClusterId } from '../domain/ids.ts';
import { readEntry, removeEntry, reserveName, summarise } from './directory.ts';

const other = asClusterId('22222222-2222-4222-8222-222222222222');

describe('the directory entry of a cluster', () => {
  test('[A12] a reserved name cannot be reserved again', async () => {
    const deps = someDeps();
    expect((await reserveName(deps, aCluster())).kind).toBe('written');
    expect(await reserveName(deps, aCluster({ id: other }))).toEqual({ kind: 'stale' });
  });

  test('summarise follows the document and writes only what differs', async () => {
    const deps = someDeps();
    await reserveName(deps, aCluster());
    const later = aCluster({ revision: 2, observedGeneration: 1, kubernetesVersion: '1.33.2' });
    await summarise(deps, later);
    const first = await readEntry(deps, 'default', 'shop');
    expect(first?.document.summary).toMatchObject({ state: 'Provisioning' });
    expect(first?.document.summary).not.toHaveProperty('kubernetesVersion');
    await summarise(deps, { ...later, revision: 3 });
    expect((await readEntry(deps, 'default', 'shop'))?.etag).toBe(first?.etag);
  });

  test('an older document never overwrites a newer summary', async () => {
    const deps = someDeps();
    await reserveName(deps, aCluster({ revision: 5, spec: aSpec({ description: 'new' }) }));
    await summarise(deps, aCluster({ revision: 4, spec: aSpec({ description: 'old' }) }));
    expect((await readEntry(deps, 'default', 'shop'))?.document.summary.description).toBe('new');
  });

  test("another uid's entry and a missing one are left alone", async () => {
    const deps = someDeps();
    await summarise(deps, aCluster());
    expect(await readEntry(deps, 'default', 'shop')).toBeUndefined();
    await reserveName(deps, aCluster({ id: other }));
    await summarise(deps, aCluster({ revision: 9 }));
    await removeEntry(deps, aCluster());
    expect((await readEntry(deps, 'default', 'shop'))?.document.summary.uid).toBe(other);
  });

  test('removing the entry frees the name', async () => {
    const deps = someDeps();
    await reserveName(deps, aCluster());
    await removeEntry(deps, aCluster());
    expect((await reserveName(deps, aCluster({ id: other }))).kind).toBe('written');
  });
});
