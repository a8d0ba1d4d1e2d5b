/**
 * The same path for a cluster on EC2, whose machines boot and join by themselves: network, control plane of three in
 * three zones, workers, spot machines, other machines, and back to nothing, with the process killed on the way, after machines were started.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LocalStack } from './local-stack.ts';

const CLUSTERS = '/projects/default/clusters';
const MARKET = `${CLUSTERS}/market`;
const ZONES = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'];
/** Some twenty minutes of cloud time, on a machine that has other things to do. */
const LONG_MS = 90_000;

let stack: LocalStack;

beforeAll(async () => {
  stack = await LocalStack.start();
}, 90_000);
afterAll(() => stack?.stop(), 20_000);

function aMarket(): Record<string, unknown> {
  return {
    name: 'market',
    tags: { department: 'finance' },
    profile: { name: 'aws-base', version: '1.0.0' },
    cloud: {
      type: 'aws',
      account: 'aws-demo',
      region: 'eu-central-1',
      sshKeyPair: 'default',
      placement: { mode: 'dynamic' },
    },
    pools: [
      { name: 'control-plane', role: 'control-plane', size: 3, instanceType: 'm5.large', zones: ZONES },
      { name: 'worker', role: 'worker', size: 3, instanceType: 'm5.large', zones: ZONES },
    ],
  };
}

const aBatch = (maxBidPercent: number) => ({
  name: 'batch',
  role: 'worker',
  size: 2,
  instanceType: 'm5.large',
  zones: ['eu-central-1a'],
  capacity: 'spot',
  spot: { maxBidPercent, fallback: 'none' },
});

interface Node {
  readonly pool: string;
  readonly zone: string;
  readonly instanceType: string;
}

async function nodes(): Promise<readonly string[]> {
  const items = ((await stack.call('GET', `${MARKET}/nodes`)).body.items ?? []) as Node[];
  return items.map(({ pool, zone, instanceType }) => `${pool} ${zone} ${instanceType}`).sort();
}

async function running(kind: string): Promise<number> {
  const items = await stack.inventory();
  return items.filter((item) => item.kind.endsWith(kind) && item.state !== 'terminated').length;
}

const spread = (pool: string, instanceType: string) => ZONES.map((zone) => `${pool} ${zone} ${instanceType}`);

test('[A200, A208, A84] create survives kill -9, spreads over the zones and makes everything once', async () => {
  expect((await stack.call('POST', CLUSTERS, aMarket())).status).toBe(202);
  await stack.until('the first machine starts', async () => (await running('Instance')) > 1 || undefined);
  await stack.kill();
  await stack.restart();

  const market = await stack.converged('market', LONG_MS);
  expect(market).toMatchObject({ status: { state: 'Running', kubernetesVersion: '1.33.2' } });
  expect(await nodes()).toEqual([...spread('control-plane', 'm5.large'), ...spread('worker', 'm5.large')]);
}, 180_000);

test('[A253] a pool of spot machines waits for its price', async () => {
  const dear = {
    cloud: 'aws',
    fault: 'spot-price',
    instanceType: 'm5.large',
    zone: 'eu-central-1a',
    percent: 95,
  };
  expect((await stack.raw('POST', '/local/clouds/faults', dear)).status).toBe(201);
  expect((await stack.call('POST', `${MARKET}/pools`, aBatch(60))).status).toBe(202);
  await stack.until('the pool waits for its price', async () => {
    const { body } = await stack.call('GET', `${MARKET}/status`);
    return JSON.stringify(body.conditions).includes('WaitingForSpotPrice') || undefined;
  });
  await stack.raw('DELETE', '/local/clouds/faults');
  await stack.converged('market', LONG_MS);
  expect((await nodes()).filter((node) => node.startsWith('batch'))).toHaveLength(2);
}, 120_000);

test('[A243, A244, A247] another instance type replaces node by node, and a removed pool leaves nothing', async () => {
  expect((await stack.call('PATCH', `${MARKET}/pools/worker`, { instanceType: 'm5.xlarge' })).status).toBe(
    202,
  );
  expect((await stack.call('DELETE', `${MARKET}/pools/batch?confirm=batch`)).status).toBe(202);
  await stack.converged('market', LONG_MS);
  expect(await nodes()).toEqual([...spread('control-plane', 'm5.large'), ...spread('worker', 'm5.xlarge')]);
}, 120_000);

test('[A92] a quota that is too small fails in words, and heals by itself once it is raised', async () => {
  const fault = { cloud: 'aws', fault: 'quota', name: 'L-1216C47A', limit: 20 };
  expect((await stack.raw('POST', '/local/clouds/faults', fault)).status).toBe(201);
  expect((await stack.call('PATCH', `${MARKET}/pools/worker`, { size: 5 })).status).toBe(202);
  const failed = await stack.failed('market');
  expect(failed).toMatchObject({ reason: 'QuotaExceeded', message: expect.stringMatching(/vCPU/i) });

  await stack.raw('DELETE', '/local/clouds/faults');
  await stack.converged('market', LONG_MS);
  expect(await nodes()).toHaveLength(8);
}, 120_000);

test('[A227] delete leaves nothing, and the name is free again', async () => {
  expect((await stack.call('DELETE', MARKET)).status).toBe(428);
  expect((await stack.call('DELETE', `${MARKET}?confirm=market`)).status).toBe(202);
  const gone = async () => (await stack.call('GET', MARKET)).status === 404 || undefined;
  await stack.until('the cluster is gone', gone, LONG_MS);
  expect(await stack.inventory()).toEqual([]);
  expect((await stack.call('POST', `${CLUSTERS}/validate`, aMarket())).body).toMatchObject({ valid: true });
}, 180_000);

test('no secret and no error is in the log', () => {
  expect(stack.output).not.toContain('simulated+secret+access+key');
  expect(stack.output).not.toMatch(/"level":"error"|\[error\]/);
});
