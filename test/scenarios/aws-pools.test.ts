/** Pools of workers on EC2: spot machines, drains, zones and labels, as their owners change them. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { PoolSpec } from '../../lib/domain/pool.ts';
import { anAwsPool, ZONES } from '../builders/aws.ts';
import { aBudget, aDeployment } from '../builders/simulated-cluster.ts';
import { type AwsWorld, aWorld, MINUTE_MS, ONE_ZONE, oneControlPlane, oneWorker } from './aws-fixture.ts';
import { counted, kindsOf, machinesOf } from './aws-looks.ts';

const [ZONE_A, ZONE_B] = ZONES;
const cheap = anAwsPool({
  name: 'cheap',
  size: 2,
  zones: [ZONE_A, ZONE_B],
  capacity: 'spot',
  spot: { maxBidPercent: 50, fallback: 'none' },
});

let world: AwsWorld;

beforeAll(async () => {
  world = await aWorld({ spec: { pools: [oneControlPlane, oneWorker] } });
  await world.converge();
});

async function become(...pools: readonly PoolSpec[]): Promise<void> {
  await world.pools(oneControlPlane, ...pools);
  await world.converge();
}

describe('spot machines', () => {
  const dear = (zone: string) =>
    ({ fault: 'spot-price', instanceType: 'm5.large', zone, percent: 90 }) as const;
  const zones = () => counted(machinesOf(world, 'cheap').map(({ zone }) => zone));

  test('[A250, A251, A253] are bought within the bid, in a zone that was added for them', async () => {
    await become(oneWorker, cheap);
    expect(zones()).toEqual({ [ZONE_A]: 1, [ZONE_B]: 1 });
    expect(kindsOf(world)).toMatchObject({ 'AWS::EC2::Subnet': 4, 'AWS::EC2::NatGateway': 2 });
    const bought = world.nodes().flatMap(({ labels }) => labels['slipway.io/capacity'] ?? []);
    expect(bought).toEqual(['spot', 'spot']);
  });

  test('are drained and replaced where the price is right when EC2 takes one back', async () => {
    world.aws.addFault(dear(ZONE_B));
    await world.run(5_000);
    expect(await world.hear()).toBeGreaterThan(0);
    await world.until('replaced', () => zones()[ZONE_B] === undefined && world.nodes().length === 4);
    await world.converge();
    expect(zones()).toEqual({ [ZONE_A]: 2 });
    const events = await world.events();
    const ended = /^NodeInterrupted: Ended machine of node \S+ \(Interrupted\)$/;
    expect(events.filter((event) => ended.test(event))).toHaveLength(1);
  });

  test('[A253] wait while every zone is too dear, and come when the price falls', async () => {
    world.aws.addFault(dear(ZONE_A));
    await world.until('taken back', () => machinesOf(world, 'cheap').length === 0);
    await world.run(10 * MINUTE_MS);
    const waiting = (await world.document()).conditions.find(({ type }) => type === 'AddingWorkerNode');
    expect(waiting).toMatchObject({
      status: 'Active',
      reason: 'WaitingForSpotPrice',
      message:
        'The spot price of m5.large is 0.1037 in eu-central-1a, 0.1037 in eu-central-1b; the limit is 0.0576 USD an hour.',
    });
    world.aws.clearFaults();
    await world.converge();
    expect(machinesOf(world, 'cheap')).toHaveLength(2);
  });
});

describe('[A244] a pool that is removed', () => {
  const pools = (['wait', 'skip', 'force'] as const).map((onBlocked) =>
    anAwsPool({ name: onBlocked, ...ONE_ZONE, size: 1, drain: { timeoutMs: 2 * MINUTE_MS, onBlocked } }),
  );

  /** One pod on each pool's node, and a budget that lets none of them go. */
  function guard(): void {
    for (const { name } of pools) {
      const { spec, ...deployment } = aDeployment(name, 1);
      const template = {
        ...spec.template,
        spec: { ...spec.template.spec, nodeSelector: { 'slipway.io/pool': name } },
      };
      world.kube('POST', '/apis/apps/v1/namespaces/default/deployments', {
        ...deployment,
        spec: { ...spec, template },
      });
      const budget = aBudget(name, name, { minAvailable: 1 });
      world.kube('POST', '/apis/policy/v1/namespaces/default/poddisruptionbudgets', budget);
    }
  }

  test('names what holds it, and ends as it was told: by waiting, by skipping, by force', async () => {
    await become(oneWorker, ...pools);
    guard();
    await world.run(MINUTE_MS);
    await world.pools(oneControlPlane, oneWorker);
    const held = async () => {
      const found = (await world.document()).conditions.find(({ type }) => type === 'RemovingNode');
      return found?.message ?? '';
    };
    await world.until('held', async () => (await held()).includes('PodDisruptionBudget default/'));
    expect(counted(machinesOf(world).map(({ pool }) => pool))).toMatchObject({ wait: 1, skip: 1, force: 1 });
    await world.run(4 * MINUTE_MS);
    expect(counted(machinesOf(world).map(({ pool }) => pool))).toEqual({
      '': 1,
      'control-plane': 1,
      wait: 1,
      workers: 1,
    });
    expect(await held()).toContain('default/wait');
    world.kube('DELETE', '/apis/policy/v1/namespaces/default/poddisruptionbudgets/wait');
    await world.converge();
    expect(machinesOf(world, 'wait')).toEqual([]);
    expect(world.nodes()).toHaveLength(2);
  });
});

describe('a pool that is changed', () => {
  test('[A235, A236, A242, A246] grows within a minute of the request', async () => {
    const askedAt = world.deps.time.nowMs;
    const launches = () => world.writes().filter((write) => write === 'RunInstances').length;
    const before = launches();
    await world.pools(oneControlPlane, { ...oneWorker, size: 2 });
    await world.until('launched', () => launches() > before);
    expect(world.deps.time.nowMs - askedAt).toBeLessThan(MINUTE_MS);
    await world.converge();
    expect(machinesOf(world, 'workers')).toHaveLength(2);
  });

  test('[A245, A247] is replaced one by one, and labels and taints change in place', async () => {
    const two = { ...oneWorker, size: 2, labels: { team: 'shop' } };
    await become(two);
    const before = machinesOf(world, 'workers').map(({ id }) => id);
    await become({
      ...two,
      labels: { team: 'billing' },
      taints: [{ key: 'only', value: 'billing', effect: 'NoSchedule' }],
    });
    expect(machinesOf(world, 'workers').map(({ id }) => id)).toEqual(before);
    const shapes = () =>
      world
        .nodes()
        .flatMap(({ labels, taints }) =>
          labels['slipway.io/pool'] === 'workers' ? [`${labels.team} ${taints.join()}`] : [],
        );
    expect(shapes()).toEqual(['billing only:NoSchedule', 'billing only:NoSchedule']);

    let most = 0;
    await world.pools(oneControlPlane, { ...two, instanceType: 'm5.xlarge' });
    await world.converge(() => {
      most = Math.max(most, machinesOf(world, 'workers').length);
    });
    expect(most).toBe(3);
    expect(counted(machinesOf(world, 'workers').map(({ instanceType }) => instanceType))).toEqual({
      'm5.xlarge': 2,
    });
    expect(shapes()).toEqual(['shop ', 'shop ']);
  });
});
