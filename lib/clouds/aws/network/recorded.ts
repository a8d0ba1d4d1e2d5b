/** What steps remember of what they made, and when they got to know it: what is recorded may hide for a while. */
import type { ClusterView, JsonObject, StepName } from '../../../domain/cluster.ts';
import { type EpochMs, type Instant, toInstant } from '../../../domain/time.ts';
import { type ByZone, byZoneOf, textOf, textsOf } from './outputs.ts';
import { mayHide } from './timing.ts';

export interface Present {
  readonly nowMs: EpochMs;
  /** Cloud milliseconds per wall millisecond. */
  readonly speed: number;
}

/** `since`: when the last of the ids was recorded. */
export interface Recorded {
  readonly ids: ByZone;
  readonly since?: Instant;
}

/** `name`: of the output that holds the ids. */
export function recordedIds(view: Pick<ClusterView, 'outputs'>, step: StepName, name: string): Recorded {
  const outputs = view.outputs(step);
  const since = textOf(outputs.since);
  return { ids: byZoneOf(outputs[name]), ...(since === undefined ? {} : { since }) };
}

/** Outputs for ids that were seen; nothing when they are the recorded ones. */
export function newlySeen(name: string, recorded: Recorded, ids: ByZone, atMs: EpochMs): JsonObject {
  const fresh = Object.entries(ids).filter(([key, id]) => recorded.ids[key] !== id);
  return fresh.length === 0 ? {} : { [name]: { ...recorded.ids, ...ids }, since: toInstant(atMs) };
}

/** What was asked to go, and when: EC2 may list it for a while longer. */
export interface Asked {
  readonly ids: readonly string[];
  readonly at?: Instant;
}

export function askedOf(view: Pick<ClusterView, 'outputs'>, step: StepName): Asked {
  const outputs = view.outputs(step);
  const at = textOf(outputs.removedAt);
  return { ids: textsOf(outputs.removed), ...(at === undefined ? {} : { at }) };
}

export function asked(before: Asked, ids: readonly string[], nowMs: EpochMs): JsonObject {
  return { removed: [...new Set([...before.ids, ...ids])], removedAt: toInstant(nowMs) };
}

/** Those that were not asked to go, or so long ago that it was in vain. */
export function toRemove<T extends { readonly id: string }>(
  seen: readonly T[],
  { ids, at: since }: Asked,
  at: Present,
): readonly T[] {
  const lingers = mayHide(since, at.nowMs, at.speed);
  return seen.filter(({ id }) => !(lingers && ids.includes(id)));
}

/** Whether one that was recorded and never asked to go is not seen although it may exist. */
export function isHiding(
  recorded: Recorded,
  seen: readonly { readonly id: string }[],
  gone: Asked,
  at: Present,
): boolean {
  return Object.keys(recorded.ids).some((key) => hides(key, recorded, seen, gone, at));
}

/** The same of one of them, by its key. */
export function hides(
  key: string,
  { ids, since }: Recorded,
  seen: readonly { readonly id: string }[],
  gone: Asked,
  at: Present,
): boolean {
  const id = ids[key];
  const isUnseen = id !== undefined && !gone.ids.includes(id) && !seen.some((one) => one.id === id);
  return isUnseen && mayHide(since, at.nowMs, at.speed);
}

/** `eu-central-1a and eu-central-1b`, for messages: the same things in the same order. */
export function listed(names: readonly string[]): string {
  const sorted = [...new Set(names)].sort();
  const last = sorted.pop() ?? '';
  return sorted.length === 0 ? last : `${sorted.join(', ')} and ${last}`;
}

/** The resource to keep when a lost create has a twin: the recorded one, else one that is in use, else the lowest id. */
export function keptOf<T extends { readonly id: string }>(
  candidates: readonly T[],
  recorded: string | undefined,
  isInUse: (candidate: T) => boolean,
): T | undefined {
  const sorted = [...candidates].sort((a, b) => (a.id < b.id ? -1 : 1));
  return sorted.find(({ id }) => id === recorded) ?? sorted.find(isInUse) ?? sorted[0];
}
