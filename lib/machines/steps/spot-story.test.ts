import { describe, expect, test } from '@jest/globals';
import { controlPlane, workers, ZONES } from '../../../test/builders/machine-pools.ts';
import { MachineWorld } from '../../../test/fakes/machine-world.ts';
import type { PoolSpec, SpotOptions } from '../../domain/pool.ts';

const [A, B, C] = ZONES;
const MINUTES = 60_000;

function spotPool(fallback: SpotOptions['fallback'] = 'none', fields: Partial<PoolSpec> = {}): PoolSpec {
  return workers({ capacity: 'spot', spot: { maxBidPercent: 50, fallback }, ...fields });
}

/** On-demand costs 0.10, so the bid is 0.05. */
function setPrices(world: MachineWorld, a: number, b: number, c: number): void {
  const spot = [a, b, c].map((usd, index) => ({ zone: ZONES[index] ?? '', usd }));
  world.machines.market = { onDemandUsd: 0.1, spot };
}

async function clusterWith(
  pool: PoolSpec,
  ...prices: readonly [number, number, number]
): Promise<MachineWorld> {
  const world = new MachineWorld([controlPlane()]);
  await world.settle();
  world.events.length = 0;
  setPrices(world, ...prices);
  world.pools = [controlPlane(), pool];
  return world;
}

async function passFor(world: MachineWorld, ms: number): Promise<void> {
  const until = world.nowMs + ms;
  while (world.nowMs < until) await world.pass();
}

const boughtAs = (world: MachineWorld): readonly string[] =>
  world.machines
    .livingOf('w')
    .map(({ order }) => `${order.capacity} ${order.zone} ${order.maxPriceUsd ?? ''}`.trim())
    .sort();

describe('buying spot machines', () => {
  test('[A253] only where the price is within the bid, with the bid as limit', async () => {
    const world = await clusterWith(spotPool(), 0.04, 0.06, 0.05);
    await world.settle();
    expect(boughtAs(world)).toEqual([`spot ${A} 0.0500`, `spot ${A} 0.0500`, `spot ${C} 0.0500`]);
  });

  test('[A253] waits for the price, without failing, and says what it waits for', async () => {
    const world = await clusterWith(spotPool(), 0.0612, 0.06, 0.07);
    await passFor(world, 20 * MINUTES);
    expect(world.machines.livingOf('w')).toEqual([]);
    expect(world.steps['machines/pool:w']).toMatchObject({
      phase: 'active',
      reason: 'WaitingForSpotPrice',
      message:
        `The spot price of m5.large is 0.0612 in ${A}, 0.0600 in ${B}, 0.0700 in ${C}; ` +
        'the limit is 0.0500 USD an hour.',
      attempts: 0,
    });
    setPrices(world, 0.07, 0.03, 0.07);
    await passFor(world, 6 * MINUTES);
    expect(boughtAs(world)).toEqual([`spot ${B} 0.0500`, `spot ${B} 0.0500`, `spot ${B} 0.0500`]);
  });

  test('does not bid on a price that nobody knows', async () => {
    const world = await clusterWith(spotPool('on-demand'), 0.01, 0.01, 0.01);
    world.machines.market = { spot: [] };
    await passFor(world, 10 * MINUTES);
    expect(world.steps['machines/pool:w']).toMatchObject({ phase: 'active', reason: 'WaitingForPriceList' });
    expect(world.machines.livingOf('w')).toEqual([]);
  });

  test('goes to the next cheap zone when one has no room', async () => {
    const world = await clusterWith(spotPool('none', { size: 1 }), 0.04, 0.06, 0.05);
    world.machines.room.set(`${A}/spot`, 0);
    await world.settle();
    expect(world.events[0]).toBe(`No room for spot m5.large in ${A}; trying another zone for pool w`);
    expect(boughtAs(world)).toEqual([`spot ${C} 0.0500`]);
  });
});

describe('the price moves', () => {
  test('another bid is for machines to come: those that run stay', async () => {
    const world = await clusterWith(spotPool(), 0.01, 0.01, 0.01);
    await world.settle();
    const before = world.machines.livingOf('w').map(({ id }) => id);
    world.pools = [
      controlPlane(),
      spotPool('none', { size: 4, spot: { maxBidPercent: 30, fallback: 'none' } }),
    ];
    await world.settle();
    expect(world.machines.livingOf('w').map(({ id }) => id)).toEqual(expect.arrayContaining(before));
    expect(boughtAs(world)).toEqual([
      `spot ${A} 0.0300`,
      `spot ${A} 0.0500`,
      `spot ${B} 0.0500`,
      `spot ${C} 0.0500`,
    ]);
  });

  test('falls back to on-demand only when asked to, and returns one by one once the price stays low', async () => {
    const world = await clusterWith(spotPool('on-demand', { size: 2 }), 0.09, 0.09, 0.09);
    await world.settle();
    expect(boughtAs(world)).toEqual([`on-demand ${A}`, `on-demand ${B}`]);
    setPrices(world, 0.02, 0.02, 0.02);
    const seenMs = world.nowMs;
    await world.pass(true);
    expect(world.steps['machines/pool:w']).toMatchObject({ phase: 'active', reason: 'WaitingForSpotPrice' });
    expect(world.nowMs).toBe(seenMs + 10 * MINUTES);
    expect(boughtAs(world)).toEqual([`on-demand ${A}`, `on-demand ${B}`]);
    await world.settle();
    expect(boughtAs(world)).toEqual([`spot ${A} 0.0500`, `spot ${B} 0.0500`]);
    expect(world.violations).toEqual([]);
  });

  test('an oscillating price moves nobody', async () => {
    const world = await clusterWith(spotPool('on-demand', { size: 2 }), 0.09, 0.09, 0.09);
    await world.settle();
    const before = world.machines.all.length;
    for (let count = 0; count < 40; count += 1) {
      const usd = count % 2 === 0 ? 0.0499 : 0.051;
      setPrices(world, usd, usd, usd);
      await world.pass(true);
      world.nowMs += 3 * MINUTES;
    }
    expect(world.machines.all).toHaveLength(before);
  });

  test.each<[string, PoolSpec, PoolSpec]>([
    ['to spot', workers(), spotPool()],
    ['to on-demand', spotPool(), workers()],
  ])('[A245] a pool that changes %s is replaced one by one', async (_what, before, after) => {
    const world = await clusterWith(before, 0.02, 0.02, 0.02);
    await world.settle();
    world.pools = [controlPlane(), after];
    let least = Number.POSITIVE_INFINITY;
    for (let count = 0; count < 100; count += 1) {
      await world.pass();
      least = Math.min(least, await world.readyNodes('w'));
    }
    expect(least).toBe(3);
    expect(world.machines.livingOf('w').map(({ order }) => order.capacity)).toEqual(
      Array(3).fill(after.capacity ?? 'on-demand'),
    );
  });
});

describe('the cloud takes machines back', () => {
  test('an interruption: pods leave at once, budgets do not count, the successor is on its way', async () => {
    const world = await clusterWith(spotPool(), 0.02, 0.02, 0.02);
    await world.settle();
    const [taken] = world.machines.livingOf('w');
    world.cluster.block(taken?.nodeName ?? '', 'shop/web');
    world.events.length = 0;
    const warnedMs = world.nowMs;
    world.interrupt(taken?.id ?? '');
    await world.pass();
    expect(world.events).toEqual([
      `Asked the pods of node ${taken?.nodeName} to leave`,
      `Launched spot machine shop-w-3-1 of pool w in ${taken?.order.zone}`,
    ]);
    await world.settle();
    expect(taken?.endedMs ?? 0).toBeLessThan(warnedMs + 2 * MINUTES);
    expect(world.cluster.node(taken?.nodeName ?? '')).toBeUndefined();
    expect(world.machines.livingOf('w')).toHaveLength(3);
    expect(world.violations).toEqual([]);
  });

  test('a recommendation to rebalance is followed when there is something to replace the machine with', async () => {
    const world = await clusterWith(spotPool(), 0.02, 0.02, 0.02);
    await world.settle();
    const [risky] = world.machines.livingOf('w');
    const notice = { kind: 'rebalance', at: '2026-11-20T12:00:00.000Z', message: 'at risk' } as const;
    world.notices = { [risky?.id ?? '']: notice };
    setPrices(world, 0.09, 0.09, 0.09);
    await world.settle();
    expect(world.machines.livingOf('w').map(({ id }) => id)).toContain(risky?.id);
    setPrices(world, 0.02, 0.02, 0.02);
    await world.pass(true);
    await world.settle();
    expect(world.machines.livingOf('w').map(({ id }) => id)).not.toContain(risky?.id);
    expect(world.machines.livingOf('w')).toHaveLength(3);
  });
});
