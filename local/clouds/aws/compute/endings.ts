/** How instances end: because somebody asked, because a spot instance is outbid, because a host broke. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { ErrorFault } from '../../kit/faults.ts';
import { peek, put } from '../core/shelf.ts';
import type { World } from '../core/world.ts';
import { tellInterruption, tellRebalance } from './announcements.ts';
import { type Ending, holdsCapacity } from './instance-life.ts';
import { SPOT_REQUEST } from './kinds.ts';
import type { Instance } from './model.ts';
import { movePrices, presentSpotUsd } from './spot-market.ts';
import { amend, instanceRecord, livingInstances } from './store.ts';
import { scheduleTurns } from './turns.ts';

/** docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
const WARNING_MS = 120_000;

/** `transition`: what describes call the reason; empty for what nobody asked for. */
type Why = Pick<Ending, 'code' | 'message'> & { readonly transition?: string };

/** From `startsAt` on; an ending that begins earlier stands. */
export function end(world: World, { id }: Instance, startsAt: EpochMs, why: Why, stoppingMs?: number): void {
  const former = instanceRecord(world, id)?.ending;
  if (former && former.startsAt <= startsAt) return;
  const draw = world.chance.milliseconds(`stopping/${id}`, world.settings.timings.instanceStopping);
  const ending = { transition: '', ...why, startsAt, endsAt: startsAt + (stoppingMs ?? draw) };
  const ended = amend(world, id, (instance) => ({ ...instance, ending }));
  if (ended) scheduleTurns(world, ended);
}

export function terminate(world: World, instance: Instance, now: EpochMs): void {
  const when = new Date(now).toISOString().slice(0, 19).replace('T', ' ');
  end(world, instance, now, {
    code: 'Client.UserInitiatedShutdown',
    message: 'Client.UserInitiatedShutdown: User initiated shutdown',
    transition: `User initiated (${when} GMT)`,
  });
}

/** Accepted, and then it does not work out: it ends instead of running. */
export function endEarly(world: World, instance: Instance, { code, message }: ErrorFault): void {
  const full = code.includes('.') ? code : `Server.${code}`;
  end(world, instance, instance.runsAt, { code: full, message: `${full}: ${message ?? 'Launch failed'}` }, 0);
}

/** The warning goes out at once, the instance two minutes later. */
export function interrupt(world: World, instance: Instance, now: EpochMs): void {
  if (instance.ending) return;
  tellRebalance(world, instance, now);
  tellInterruption(world, instance, now);
  const request = instance.spot && peek(world, SPOT_REQUEST, instance.spot.requestId);
  if (request) put(world, SPOT_REQUEST, { ...request, status: 'marked-for-termination', statusAt: now });
  end(world, instance, now + WARNING_MS, {
    code: 'Server.SpotInstanceTermination',
    message: 'Server.SpotInstanceTermination: Spot instance termination',
  });
}

/** Nobody asked for it: a spot instance is taken back, any other is gone at once. False: no such instance lives. */
export function lose(world: World, id: string): boolean {
  const now = world.clock.now();
  const instance = instanceRecord(world, id);
  if (!instance || !holdsCapacity(instance, now)) return false;
  if (instance.spot) interrupt(world, instance, now);
  else
    end(
      world,
      instance,
      now,
      { code: 'Server.InternalError', message: 'Server.InternalError: The host of the instance failed' },
      0,
    );
  return true;
}

/** Spot prices may have moved: whoever bid less now is taken back. */
export function priceSpot(world: World): void {
  const now = world.clock.now();
  for (const market of movePrices(world, now)) {
    const price = presentSpotUsd(world, market);
    for (const instance of livingInstances(world)) {
      const { instanceType, zone, spot } = instance;
      if (!spot || instanceType !== market.instanceType || zone !== market.zone) continue;
      if (price > spot.maxUsd) interrupt(world, instance, now);
    }
  }
}
