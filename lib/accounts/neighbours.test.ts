/** Who else is there, as far as what clusters share is concerned. */
import { expect, test } from '@jest/globals';
import { anAwsCloud, anAwsSpec } from '../../test/builders/aws.ts';
import { aCluster } from '../../test/builders/cluster.ts';
import { someDeps } from '../../test/builders/deps.ts';
import { reserveName } from '../clusters/directory.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { asClusterId } from '../domain/ids.ts';
import { clusterAddress } from '../reconcile/event-log.ts';
import { hasNeighbours } from './neighbours.ts';

const shop = aCluster({ spec: anAwsSpec() });
const other = (fields: Partial<ClusterDocument> = {}): ClusterDocument =>
  aCluster({
    id: asClusterId('22222222-2222-4222-8222-222222222222'),
    name: 'blog',
    spec: anAwsSpec(),
    ...fields,
  });
const inRegion = (region: string) => anAwsSpec({ cloud: anAwsCloud({ region }) });
const ofAccount = (account: string) => anAwsSpec({ cloud: anAwsCloud({ account }) });

test.each<readonly [string, readonly ClusterDocument[], boolean]>([
  ['only itself', [shop], false],
  ['another one', [shop, other()], true],
  ['another one that goes, too', [shop, other({ deletedAt: '2026-11-20T12:00:00.000Z' })], false],
  ['another region', [shop, other({ spec: inRegion('eu-west-1') })], false],
  ['another account', [shop, other({ spec: ofAccount('aws-other') })], false],
  ['another project', [shop, other({ project: 'elsewhere' })], false],
])('%s', async (_title, clusters, expected) => {
  const deps = someDeps();
  for (const cluster of clusters) {
    await reserveName(deps, cluster);
    await deps.store.create(clusterAddress(cluster.id), cluster);
  }
  expect(await hasNeighbours(deps, shop)).toBe(expected);
});

test('a name that was reserved by a request which died is nobody', async () => {
  const deps = someDeps();
  await reserveName(deps, other());
  expect(await hasNeighbours(deps, shop)).toBe(false);
});
