/**
 * Pools under random edits, lost answers, dying passes and dying machines. Whatever happens: no second machine for a
 * slot, no second init, etcd keeps its majority as far as it is ours to keep, and in the end everything is as wished.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { controlPlane, workers, ZONES } from '../../../test/builders/machine-pools.ts';
import { MachineWorld } from '../../../test/fakes/machine-world.ts';
import { diceOf } from '../../../test/simulation/dice.ts';
import type { PoolSpec } from '../../domain/pool.ts';

const TYPES = ['m5.large', 'm5.xlarge', 'c5.large'] as const;

interface Wish {
  readonly size: number;
  readonly type: number;
  /** Bits of the zones. */
  readonly zones: number;
}

type Event =
  | { readonly kind: 'edit'; readonly wish: Wish }
  | { readonly kind: 'control-plane'; readonly type: number; readonly grow: boolean }
  | { readonly kind: 'kill'; readonly who: number }
  | { readonly kind: 'passes'; readonly count: number };

const wish = fc.record({
  size: fc.integer({ min: 0, max: 5 }),
  type: fc.integer({ min: 0, max: 2 }),
  zones: fc.integer({ min: 1, max: 7 }),
});

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('edit' as const), wish }),
  fc.record({
    kind: fc.constant('control-plane' as const),
    type: fc.integer({ min: 0, max: 2 }),
    grow: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('kill' as const), who: fc.nat() }),
  fc.record({ kind: fc.constant('passes' as const), count: fc.integer({ min: 1, max: 12 }) }),
);

const zonesOf = (bits: number): readonly string[] => ZONES.filter((_zone, index) => (bits >> index) & 1);

function poolOf({ size, type, zones }: Wish): PoolSpec {
  return workers({ size, instanceType: TYPES[type] ?? 'm5.large', zones: [...zonesOf(zones)] });
}

function harass(world: MachineWorld, seed: number): void {
  const dice = diceOf(seed);
  world.fate = () => (dice.hits(0.1) ? 'lost' : dice.hits(0.1) ? 'refused' : 'fine');
  world.crashes = () => mayCrash(seed) && dice.hits(0.1);
  world.machines.hidden = () => (dice.hits(0.3) ? dice.between(0, 55_000) : 0);
}

/** What a pass that died had put in place is found again only if it is still wanted; tokens end by themselves. */
const mayCrash = (seed: number): boolean => seed % 2 === 1;

function calm(world: MachineWorld): void {
  world.fate = () => 'fine';
  world.crashes = () => false;
  world.machines.hidden = () => 0;
}

async function happen(world: MachineWorld, what: Event): Promise<void> {
  const [cp = controlPlane(), w = workers()] = world.pools;
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
      const victims = world.killable();
      const victim = victims[what.who % Math.max(1, victims.length)];
      if (victim) world.machines.kill(victim.id);
      return;
    }
    case 'passes':
      for (let count = 0; count < what.count; count += 1) await world.pass();
  }
}

function expectConverged(world: MachineWorld): void {
  const [cp = controlPlane(), w = workers()] = world.pools;
  for (const pool of [cp, w]) {
    const machines = world.machines.livingOf(pool.name);
    expect(machines).toHaveLength(pool.size);
    for (const { order } of machines) {
      expect(order.template).toEqual({ instanceType: pool.instanceType });
      expect(pool.zones).toContain(order.zone);
    }
  }
  expect(world.cluster.voters).toHaveLength(cp.size);
  expect(world.violations).toEqual([]);
}

describe('whatever happens', () => {
  test('the wish is reached, and nothing that must not be ever was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 14 }), fc.nat(), wish, async (events, seed, last) => {
        const world = new MachineWorld([controlPlane(), workers()]);
        await world.settle();
        harass(world, seed);
        for (const what of events) await happen(world, what);
        calm(world);
        await happen(world, { kind: 'edit', wish: last });
        await world.pass(true);
        await world.settle();
        expectConverged(world);
        if (!mayCrash(seed)) expect(world.boots).toEqual([]);
      }),
      { numRuns: Number(process.env.RUNS ?? 60) },
    );
  });
});
