import { beforeEach, expect, test } from '@jest/globals';
import { reserveName } from '../../lib/clusters/directory.ts';
import { fail, ok } from '../../lib/domain/errors.ts';
import type { MachinePrices } from '../../lib/domain/prices.ts';
import { passDeps } from '../../lib/reconcile/engine.ts';
import { clusterAddress } from '../../lib/reconcile/event-log.ts';
import { trackSpotPrices } from '../../lib/spot/track.ts';
import { anAccount, storeAccount } from '../../test/builders/account.ts';
import { aControlPlane, anAwsPool, anAwsSpec } from '../../test/builders/aws.ts';
import { aCluster } from '../../test/builders/cluster.ts';
import { send, type TestApiDeps } from '../../test/builders/http.ts';
import { aReadyProject, viewer } from '../../test/builders/project.ts';
import { getPoolSpot } from './get-pool-spot.ts';

const PRICES: MachinePrices = {
  onDemandUsd: 0.115,
  spot: [
    { zone: 'eu-central-1b', usd: 0.07 },
    { zone: 'eu-central-1a', usd: 0.0402 },
    { zone: 'eu-central-1f', usd: 0.01 },
  ],
};
const spot = { capacity: 'spot', spot: { maxBidPercent: 50, fallback: 'none' } } as const;
const pools = [aControlPlane(), anAwsPool({ name: 'batch', ...spot }), anAwsPool()];
let deps: TestApiDeps;
let seen: readonly string[][];

beforeEach(async () => {
  deps = await aReadyProject();
  seen = [];
  await storeAccount(deps, anAccount({ name: 'aws-demo', accountType: 'aws' }));
  const cluster = aCluster({ spec: anAwsSpec({ pools }) });
  await reserveName(deps, cluster);
  await deps.store.create(clusterAddress(cluster.id), cluster);
  deps.probe.market = {
    prices: async (_access, _region, _guard, types) => {
      seen = [...seen, [...types]];
      return ok(new Map(types.map((type) => [type, PRICES])));
    },
  };
});

const read = (pool: string) =>
  send(deps, getPoolSpot, { ...viewer, params: { project: 'default', cluster: aCluster().name, pool } });

test('[A251, A252] the price of each zone of the pool, and the most that is paid, rounded down', async () => {
  expect(await read('batch')).toMatchObject({
    status: 200,
    body: {
      maxBidPercent: 50,
      onDemandUsd: 0.115,
      limitUsd: 0.0575,
      zones: [
        { zone: 'eu-central-1a', usd: 0.0402, percentOfOnDemand: 35, withinBid: true },
        { zone: 'eu-central-1b', usd: 0.07, withinBid: false },
      ],
    },
  });
});

test('[A252] the timer follows spot types only, and its last price shows while AWS is silent', async () => {
  await trackSpotPrices(passDeps(deps));
  expect(seen).toEqual([['m5.large']]);
  deps.probe.market = {
    prices: async () => fail({ code: 'Unavailable', message: 'no', source: 'test' }),
  };
  expect(await read('batch')).toMatchObject({
    status: 200,
    body: { limitUsd: 0.0575, observedAt: '2026-11-20T12:00:00.000Z' },
  });
});

test('[A249] a pool on demand has no spot prices', async () => {
  expect(await read('worker')).toMatchObject({ status: 404, body: { code: 'SPOT_NOT_FOUND' } });
});
