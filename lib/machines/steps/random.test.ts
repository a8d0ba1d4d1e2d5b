/**
 * Pools under random edits, lost answers, dying passes and machines, full zones and dear spot prices. Whatever happens:
 * no second machine for a slot, no second init, etcd keeps its majority as far as it is ours to keep, and in the end
 * everything is as wished.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { controlPlane, workers, ZONES } from '../../../test/builders/machine-pools.ts';
import { MachineWorld } from '../../../test/fakes/machine-world.ts';
import { diceOf } from '../../../test/simulation/dice.ts';
import type { PoolSpec } from '../../domain/pool.ts';

const TYPES = ['m5.large', 'm5.xlarge', 'c5.large'] as const;
const MARKETS: readonly Partial<PoolSpec>[] = [
  {},
  { capacity: 'spot', spot: { maxBidPercent: 50, fallback: 'none' } },
  { capacity: 'spot', spot: { maxBidPercent: 50, fallback: 'on-demand' } },
];

interface Wish {
  readonly size: number;
  readonly type: number;
  /** Bits of the zones. */
  readonly zones: number;
  readonly market: number;
}

type Event =
  | { readonly kind: 'edit'; readonly wish: Wish }
  | { readonly kind: 'control-plane'; readonly type: number; readonly grow: boolean }
  | { readonly kind: 'kill'; readonly who: number }
  | { readonly kind: 'interrupt'; readonly who: number }
  /** Its kubelet says nothing until it is calm again. */
  | { readonly kind: 'silence'; readonly who: number }
  | { readonly kind: 'prices'; readonly usd: readonly number[] }
  | { readonly kind: 'room'; readonly zones: number }
  | { readonly kind: 'budgets'; readonly who: number }
  | { readonly kind: 'passes'; readonly count: number };

const small = fc.integer({ min: 0, max: 2 });
const bits = fc.integer({ min: 1, max: 7 });
const wish = fc.record({ size: fc.integer({ min: 0, max: 5 }), type: small, zones: bits, market: small });
const usd = fc.integer({ min: 2, max: 8 }).map((cents) => cents / 100);

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('edit' as const), wish }),
  fc.record({ kind: fc.constant('control-plane' as const), type: small, grow: fc.boolean() }),
  fc.record({ kind: fc.constant('kill' as const), who: fc.nat() }),
  fc.record({ kind: fc.constant('interrupt' as const), who: fc.nat() }),
  fc.record({ kind: fc.constant('silence' as const), who: fc.nat() }),
  fc.record({ kind: fc.constant('prices' as const), usd: fc.array(usd, { minLength: 3, maxLength: 3 }) }),
  fc.record({ kind: fc.constant('room' as const), zones: bits }),
  fc.record({ kind: fc.constant('budgets' as const), who: fc.nat() }),
  fc.record({ kind: fc.constant('passes' as const), count: fc.integer({ min: 1, max: 25 }) }),
);

const zonesOf = (set: number): readonly string[] => ZONES.filter((_zone, index) => (set >> index) & 1);

function poolOf({ size, type, zones, market }: Wish): PoolSpec {
  return workers({
    size,
    instanceType: TYPES[type] ?? 'm5.large',
    zones: zonesOf(zones),
    ...MARKETS[market],
  });
}

function setPrices(world: MachineWorld, prices: readonly number[]): void {
  const spot = ZONES.map((zone, index) => ({ zone, usd: prices[index] ?? 0.02 }));
  world.machines.market = { onDemandUsd: 0.1, spot };
}

function harass(world: MachineWorld, seed: number): void {
  const dice = diceOf(seed);
  world.fate = () => (dice.hits(0.1) ? 'lost' : dice.hits(0.1) ? 'refused' : 'fine');
  world.crashes = () => mayCrash(seed) && dice.hits(0.1);
  world.machines.hidden = () => (dice.hits(0.3) ? dice.between(0, 55_000) : 0);
  world.isBroken = ({ id }) => (Number(id.slice(2)) + seed) % 9 === 0;
}

/** What a pass that died had put in place is found again only if it is still wanted; tokens end by themselves. */
const mayCrash = (seed: number): boolean => seed % 2 === 1;

function calm(world: MachineWorld): void {
  world.fate = () => 'fine';
  world.crashes = () => false;
  world.isBroken = () => false;
  world.isSilent = () => false;
  world.machines.hidden = () => 0;
  world.machines.room.clear();
  for (const { nodeName } of world.machines.living) world.cluster.block(nodeName);
  setPrices(world, []);
}

function happen(world: MachineWorld, what: Exclude<Event, { kind: 'passes' }>): void {
  const [cp = controlPlane(), w = workers()] = world.pools;
  const nth = <T>(all: readonly T[], index: number): T | undefined => all[index % Math.max(1, all.length)];
  switch (what.kind) {
    case 'edit':
      world.pools = [cp, poolOf(what.wish)];
      return;
    case 'control-plane': {
      const size = what.grow ? Math.min(5, cp.size + 2) : cp.size;
      world.pools = [{ ...cp, size, instanceType: TYPES[what.type] ?? 'm5.large' }, w];
      return;
    }
    case 'kill': {
      const victim = nth(world.killable(), what.who);
      if (victim) world.machines.kill(victim.id);
      return;
    }
    case 'interrupt': {
      const spot = world.machines.living.filter(({ order }) => order.capacity === 'spot');
      const victim = nth(spot, what.who);
      if (victim) world.interrupt(victim.id);
      return;
    }
    case 'silence': {
      const silent = nth(world.machines.living, what.who);
      const isSilent = world.isSilent;
      world.isSilent = (machine) => machine.id === silent?.id || isSilent(machine);
      return;
    }
    case 'prices':
      setPrices(world, what.usd);
      return;
    case 'room':
      for (const zone of zonesOf(what.zones)) world.machines.room.set(`${zone}/on-demand`, 1);
      return;
    case 'budgets': {
      const blocked = nth(world.machines.livingOf('w'), what.who);
      if (blocked) world.cluster.block(blocked.nodeName, 'shop/web');
    }
  }
}

async function play(world: MachineWorld, events: readonly Event[]): Promise<void> {
  for (const what of events) {
    if (what.kind !== 'passes') happen(world, what);
    else for (let count = 0; count < what.count; count += 1) await world.pass();
  }
}

function expectConverged(world: MachineWorld): void {
  const [cp = controlPlane(), w = workers()] = world.pools;
  for (const pool of [cp, w]) {
    const machines = world.machines.livingOf(pool.name);
    expect(machines).toHaveLength(pool.size);
    for (const { order, nodeName } of machines) {
      expect(order.template).toEqual({ instanceType: pool.instanceType });
      expect(pool.zones).toContain(order.zone);
      expect(order.capacity).toBe(pool.capacity ?? 'on-demand');
      expect(world.cluster.node(nodeName)).toMatchObject({ ready: true, unschedulable: false });
    }
  }
  expect(world.cluster.voters).toHaveLength(cp.size);
  expect(world.violations).toEqual([]);
}

describe('whatever happens', () => {
  test('the wish is reached, and nothing that must not be ever was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 16 }), fc.nat(), wish, async (events, seed, last) => {
        const world = new MachineWorld([controlPlane(), workers()]);
        setPrices(world, []);
        await world.settle();
        harass(world, seed);
        await play(world, events);
        calm(world);
        happen(world, { kind: 'edit', wish: last });
        await world.pass(true);
        await world.settle();
        expectConverged(world);
        if (!mayCrash(seed)) expect(world.boots).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
