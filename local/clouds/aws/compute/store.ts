/** Instances as they are, also those that nobody sees any more: client tokens still answer with them. */
import { placeKey } from '../core/call.ts';
import { put } from '../core/shelf.ts';
import type { World } from '../core/world.ts';
import { stateAt } from './instance-life.ts';
import { INSTANCE } from './kinds.ts';
import type { Instance } from './model.ts';

const tableOf = (world: World) => world.records.table<Instance>(INSTANCE.type, placeKey);

export const instanceRecord = (world: World, id: string): Instance | undefined => tableOf(world).get(id);

/** Of all accounts and regions. */
const everyInstance = (world: World): readonly Instance[] => tableOf(world).values();

/** Pending or running, of all accounts and regions. */
export function livingInstances(world: World): readonly Instance[] {
  const now = world.clock.now();
  return everyInstance(world).filter((instance) => {
    const state = stateAt(instance, now);
    return state === 'pending' || state === 'running';
  });
}

/** Reads the record anew: callers may hold an older one. */
export function amend(
  world: World,
  id: string,
  change: (instance: Instance) => Instance,
): Instance | undefined {
  const known = instanceRecord(world, id);
  if (!known) return undefined;
  const changed = change(known);
  put(world, INSTANCE, changed);
  return changed;
}
