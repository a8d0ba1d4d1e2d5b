/** Which slots get a machine now, where and how it is bought. Pure. */
import { act, blocked, type PlanNotes, wait } from '../../domain/plan.ts';
import type { SpotPrice } from '../../domain/prices.ts';
import type { BootKind } from '../bootstrap/port.ts';
import type { Slot } from '../record.ts';
import { DRAIN_LOOK_MS, LAUNCHES_PER_ACT, PRICE_LOOK_MS } from '../timing.ts';
import { freeSlots, isResting, stayingOf } from './count.ts';
import type { LaunchOrder, PoolPlan, PoolWish, Situation } from './model.ts';
import { isInterrupted } from './outdated.ts';
import { type SpotChoice, spotChoice } from './spot.ts';
import type { Outdated } from './victims.ts';
import { countsOf, emptiest, openZones, plusOne } from './zones.ts';

export interface Launch {
  readonly count: number;
  readonly kind: BootKind;
  /** Goes once the new one is Ready: its zone counts as free. */
  readonly replaced?: Outdated;
  readonly quickTries?: number;
  readonly reason: string;
  readonly notes: PlanNotes;
}

/** `undefined`: nothing can be launched now, because the slots have failed too often. */
export function planLaunch(at: Situation, launch: Launch): PoolPlan | undefined {
  const { wish } = at.desired;
  if (!wish) return undefined;
  const choice = choiceFor(at, wish);
  if (choice.kind === 'wait') {
    const { reason, message } = choice;
    return wait(isAtRest(at) ? PRICE_LOOK_MS : DRAIN_LOOK_MS, reason, { ...launch.notes, message });
  }
  const orders = ordersFor(at, wish, choice, launch);
  if (orders.length === 0) return undefined;
  const { replaced } = launch;
  const why = replaced === undefined ? {} : { replaces: replaced.because };
  const action = { kind: 'add-machines', record: at.record, orders, ...why } as const;
  return act(action, launch.reason, launch.notes);
}

/** Nothing else of the pool moves: its price is all that is waited for. */
function isAtRest(at: Situation): boolean {
  return at.members.every((member) => member.state !== 'joining' && !isInterrupted(member));
}

function choiceFor(at: Situation, wish: PoolWish): SpotChoice {
  return wish.capacity === 'spot' ? spotChoice(at, wish) : { kind: 'on-demand' };
}

type Purchase = Exclude<SpotChoice, { kind: 'wait' }>;

function ordersFor(at: Situation, wish: PoolWish, choice: Purchase, launch: Launch): readonly LaunchOrder[] {
  const orders: LaunchOrder[] = [];
  const staying = stayingOf(at).filter((member) => member.id !== launch.replaced?.member.id);
  let counts = countsOf(staying);
  for (const index of freeSlots(at, Math.min(launch.count, LAUNCHES_PER_ACT))) {
    const slot = at.record.slots[String(index)];
    if (isResting(at, slot, launch.quickTries)) continue;
    const order = orderFor(at, wish, choice, { index, slot, counts, kind: launch.kind });
    if (order) {
      orders.push(order);
      counts = plusOne(counts, order.zone);
    }
  }
  return orders;
}

interface Place {
  readonly index: number;
  readonly slot: Slot | undefined;
  readonly counts: ReadonlyMap<string, number>;
  readonly kind: BootKind;
}

function orderFor(at: Situation, wish: PoolWish, choice: Purchase, place: Place): LaunchOrder | undefined {
  const offered = choice.kind === 'spot' ? choice.zones.map(({ zone }) => zone) : wish.zones;
  const { zones, exhausted } = openZones(at, place.slot, offered);
  const zone = emptiest(zones, place.counts, choice.kind === 'spot' ? priceIn(choice.zones) : undefined);
  if (zone === undefined) return undefined;
  return {
    pool: at.desired.pool,
    index: place.index,
    attempt: (place.slot?.attempt ?? 0) + 1,
    kind: place.kind,
    zone,
    capacity: choice.kind,
    ...(choice.kind === 'spot' ? { maxPriceUsd: choice.maxPriceUsd } : {}),
    otherZones: exhausted ? 0 : zones.length - 1,
  };
}

function priceIn(prices: readonly SpotPrice[]): (zone: string) => number {
  return (zone) => prices.find((price) => price.zone === zone)?.usd ?? Number.POSITIVE_INFINITY;
}

/** Machines of this pool failed too often in a row: a person has to look, and rare tries go on. */
export function keepsFailing(at: Situation, notes: PlanNotes): PoolPlan {
  const message =
    `Machines of pool ${at.desired.pool} keep failing before they are Ready nodes; ` +
    'their last console lines are in the events. The next try follows in half an hour, or after a change of the pool.';
  return blocked('NodesKeepFailing', message, notes);
}
