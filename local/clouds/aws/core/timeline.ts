/**
 * What will happen at an instant: a NAT gateway that is deleted by then, a spot instance that is taken back. Nothing runs
 * by itself; whoever looks first brings the world to the present, and entries happen in the order of their instants.
 */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { DueHandler } from './operation.ts';
import type { World } from './world.ts';

interface Entry {
  readonly at: EpochMs;
  /** Which handler: `nat-deleted`. */
  readonly kind: string;
  readonly id: string;
}

const entriesOf = (world: World) => world.records.table<Entry>('timeline');
const keyOf = (kind: string, id: string): string => `${kind}/${id}`;

/** One entry per kind and id: a later one takes the place of the former. */
export function schedule(world: World, kind: string, id: string, at: EpochMs): void {
  entriesOf(world).put(keyOf(kind, id), { at, kind, id });
}

export function unschedule(world: World, kind: string, id: string): void {
  entriesOf(world).delete(keyOf(kind, id));
}

/** Handlers may schedule more, also in the past. */
export function bringToPresent(world: World, handlers: ReadonlyMap<string, DueHandler>): void {
  const entries = entriesOf(world);
  const now = world.clock.now();
  for (;;) {
    const due = earliest(entries.values(), now);
    if (!due) return;
    entries.delete(keyOf(due.kind, due.id));
    const handler = handlers.get(due.kind);
    if (!handler) throw new Error(`Nothing handles ${due.kind} on the timeline`);
    handler(world, due.id, due.at);
  }
}

function earliest(entries: readonly Entry[], now: EpochMs): Entry | undefined {
  let first: Entry | undefined;
  for (const entry of entries) if (entry.at <= now && (!first || entry.at < first.at)) first = entry;
  return first;
}
