/**
 * What happens when an instance passes from one state to the next: it is announced, and in the end what it held becomes
 * free. States themselves follow from the record; these are the effects that others see.
 */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { DueHandler } from '../core/operation.ts';
import { allOf, FORGET, must, put, retire } from '../core/shelf.ts';
import { schedule, unschedule } from '../core/timeline.ts';
import type { World } from '../core/world.ts';
import { interfacesOf, removeInterface } from '../network/interfaces.ts';
import { INTERFACE } from '../network/kinds.ts';
import { tellState } from './announcements.ts';
import { forgetConsole } from './console.ts';
import { type InstanceState, LISTED_AFTER_END_MS } from './instance-life.ts';
import { INSTANCE, SPOT_REQUEST, VOLUME } from './kinds.ts';
import type { Instance } from './model.ts';
import { amend, instanceRecord } from './store.ts';

/** Client tokens answer at least this long after the end: docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html */
const REMEMBERED_MS = 25 * 60 * 60_000;

const RUNS = 'instance-runs';
const SHUTS_DOWN = 'instance-shuts-down';
const TERMINATES = 'instance-terminates';
const LEAVES_LISTS = 'instance-leaves-lists';

/** Again whenever the record has another ending. */
export function scheduleTurns(world: World, { id, runsAt, ending }: Instance): void {
  if (!ending) {
    schedule(world, RUNS, id, runsAt);
    return;
  }
  if (runsAt >= ending.startsAt) unschedule(world, RUNS, id);
  else if (runsAt > world.clock.now()) schedule(world, RUNS, id, runsAt);
  schedule(world, SHUTS_DOWN, id, ending.startsAt);
  schedule(world, TERMINATES, id, ending.endsAt);
  schedule(world, LEAVES_LISTS, id, ending.endsAt + LISTED_AFTER_END_MS);
}

export const turns: Readonly<Record<string, DueHandler>> = {
  [RUNS]: (world, id, at) => tell(world, id, 'running', at),
  [SHUTS_DOWN](world, id, at) {
    tell(world, id, 'shutting-down', at);
    world.machines.gone(id);
  },
  [TERMINATES](world, id, at) {
    const instance = instanceRecord(world, id);
    if (!instance) return;
    tellState(world, instance, 'terminated', at);
    freeInterfaces(world, instance, at);
    freeVolumes(world, instance, at);
    closeRequest(world, instance, at);
  },
  [LEAVES_LISTS](world, id, at) {
    // Only client tokens still need it; what it was given is not kept for them.
    amend(world, id, ({ userData: _dropped, ...instance }) => ({ ...instance, deletedAt: at }));
    forgetConsole(world, id);
    schedule(world, FORGET, `${INSTANCE.type}/${id}`, at + REMEMBERED_MS);
  },
};

function tell(world: World, id: string, state: InstanceState, at: EpochMs): void {
  const instance = instanceRecord(world, id);
  if (instance) tellState(world, instance, state, at);
}

function freeInterfaces(world: World, instance: Instance, at: EpochMs): void {
  for (const one of interfacesOf(world, instance, instance.id)) {
    if (one.attachment?.deleteOnTermination) {
      removeInterface(world, one.id, at);
      continue;
    }
    const { attachment: _ended, publicIp: _given, ...free } = one;
    put(world, INTERFACE, free);
  }
}

function freeVolumes(world: World, instance: Instance, at: EpochMs): void {
  for (const volume of allOf(world, VOLUME, instance)) {
    if (volume.attachment?.instanceId !== instance.id) continue;
    const { attachment, ...free } = volume;
    if (attachment.deleteOnTermination) retire(world, VOLUME, volume, at);
    else put(world, VOLUME, free);
  }
}

function closeRequest(world: World, { spot, ending }: Instance, at: EpochMs): void {
  if (!spot) return;
  const request = must(world, SPOT_REQUEST, spot.requestId);
  const status =
    ending?.code === 'Server.SpotInstanceTermination'
      ? 'instance-terminated-by-price'
      : 'instance-terminated-by-user';
  put(world, SPOT_REQUEST, { ...request, state: 'closed', status, statusAt: at });
}
