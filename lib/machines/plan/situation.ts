/**
 * What is, from what was recorded and what was seen: each slot's machine, found by its tags, with the node that it
 * became. A machine that nobody recorded is adopted into its slot; one that is recorded and not listed is believed gone
 * only after the hidden window.
 */
import type { Capacity } from '../../domain/pool.ts';
import { type EpochMs, elapsedMs, toInstant } from '../../domain/time.ts';
import type { WorkloadNode } from '../../kube/port.ts';
import type { Machine } from '../port.ts';
import type { PoolRecord, Slot } from '../record.ts';
import { SLOW_RETRY_MS } from '../timing.ts';
import { withoutSaved } from './control-plane-save.ts';
import { endingOf, stayingOf } from './count.ts';
import { taintText } from './housekeeping.ts';
import type { Member, PoolDesired, PoolObserved, Situation } from './model.ts';
import { deadNodes, type NodeOf, nodeFinder } from './nodes.ts';
import { emptied, FRESH, isUp, kept, type SlotFacts } from './slots.ts';
import { isSpotBack } from './spot.ts';
import { outdatedOf } from './victims.ts';

/** `nowMs`: the pass's time; the look's own when nothing is decided. */
export function situationOf(
  desired: PoolDesired,
  observed: PoolObserved,
  nowMs: EpochMs = observed.atMs,
): Situation {
  const facts: SlotFacts = { desired, observed, nodeOf: nodeFinder(observed.nodes ?? []) };
  const own = Map.groupBy(ownMachines(facts), ({ index }) => index);
  const folded = indicesOf(desired.record, own).map((index) => foldSlot(index, own.get(index) ?? [], facts));
  const members = folded.flatMap(({ member }) => member ?? []);
  const slots = Object.fromEntries(folded.map(({ index, slot }) => [String(index), slot]));
  const present = new Set(members.map((member) => `${member.index}/${member.attempt}`));
  const at: Situation = {
    desired,
    observed,
    nowMs,
    size: desired.wish?.size ?? 0,
    record: {
      ...desired.record,
      slots,
      leaving: desired.record.leaving.filter(({ index, attempt }) => present.has(`${index}/${attempt}`)),
      drain: desired.drain,
      spotSince: spotSince(desired, observed, members),
      formerTaints: everTaints(desired),
    },
    members,
    twins: folded.flatMap(({ twins }) => twins),
    deadNodes: deadNodes(desired.pool, observed, members),
  };
  return { ...at, record: withoutFinished(at) };
}

/** What was remembered of a replacement or a removal that is over. */
function withoutFinished(at: Situation): PoolRecord {
  const replacing = outdatedOf(at).length > 0;
  const asked = elapsedMs(at.record.noRoomAt, at.nowMs, at.desired.speed) < SLOW_RETRY_MS;
  const removing = stayingOf(at).length > at.size || endingOf(at).length > 0;
  return {
    ...at.record,
    ...(replacing ? {} : { strategy: undefined }),
    ...(replacing || asked ? {} : { noRoomFor: undefined, noRoomAt: undefined }),
    ...(removing ? {} : { removeTotal: undefined }),
    ...withoutSaved(at),
  };
}

/** Forgotten as soon as the price is too high again, or nothing is left to bring back. */
function spotSince(
  { wish, record }: PoolDesired,
  observed: PoolObserved,
  members: readonly Member[],
): string | undefined {
  if (wish?.spot?.fallback !== 'on-demand') return undefined;
  const away = members.some((member) => member.capacity === 'on-demand');
  return away && isSpotBack({ observed }, wish) ? (record.spotSince ?? toInstant(observed.atMs)) : undefined;
}

/** More kinds of taints than anybody gives a pool in its life. */
const MAX_FORMER_TAINTS = 50;

function everTaints({ record, wish }: PoolDesired): string[] {
  const wanted = wish?.taints.map(taintText) ?? [];
  return [...new Set([...record.formerTaints, ...wanted])].slice(-MAX_FORMER_TAINTS);
}

const ownMachines = ({ desired, observed }: SlotFacts): readonly Machine[] =>
  observed.machines.filter((machine) => machine.pool === desired.pool);

interface Folded {
  readonly index: number;
  readonly slot: Slot;
  readonly member?: Member;
  readonly twins: readonly Machine[];
}

function indicesOf(record: PoolRecord, machines: ReadonlyMap<number, unknown>): readonly number[] {
  const indices = [...Object.keys(record.slots).map(Number), ...machines.keys()];
  return [...new Set(indices)].sort((a, b) => a - b);
}

function foldSlot(index: number, listed: readonly Machine[], facts: SlotFacts): Folded {
  const former = facts.desired.record.slots[String(index)] ?? FRESH;
  const spent = Math.max(former.attempt, ...listed.map((machine) => machine.attempt));
  const present = listed.filter((machine) => machine.state !== 'gone');
  const chosen = choose(present, former, facts.nodeOf);
  if (chosen) {
    const node = facts.nodeOf(chosen);
    const slot = kept(former, { ...chosen, attempt: spent }, node, facts);
    const twins = present.filter((other) => other !== chosen && other.state !== 'leaving');
    const member = memberOf(facts, { slot, machine: chosen, node, index });
    return { index, slot, member, twins: former.id === chosen.id ? twins : [] };
  }
  const hidden = hiddenMember(index, former, listed, facts);
  if (hidden) return { index, slot: former, member: hidden, twins: [] };
  return { index, slot: emptied(index, former, listed, facts), twins: [] };
}

/** The recorded one, else the one that is a Ready node, else the latest. */
function choose(present: readonly Machine[], former: Slot, nodeOf: NodeOf): Machine | undefined {
  const latest = present.toSorted((a, b) => b.attempt - a.attempt);
  return (
    latest.find((machine) => machine.id === former.id) ??
    latest.find((machine) => nodeOf(machine)?.ready === true) ??
    latest[0]
  );
}

interface Seen {
  readonly index: number;
  readonly slot: Slot;
  readonly machine: Machine;
  readonly node: WorkloadNode | undefined;
}

function memberOf(facts: SlotFacts, { index, slot, machine, node }: Seen): Member {
  const { desired, observed } = facts;
  const notice = desired.notices[machine.id];
  return {
    pool: desired.pool,
    index,
    attempt: machine.attempt,
    id: machine.id,
    zone: machine.zone,
    revision: machine.revision,
    capacity: machine.capacity,
    state: stateOf(machine, slot, isUp(node, facts)),
    slot,
    machine,
    ...(node === undefined ? {} : { node }),
    ...(notice === undefined ? {} : { notice }),
    ageMs: elapsedMs(slot.launchedAt, observed.atMs, desired.speed),
  };
}

function stateOf(machine: Machine, slot: Slot, up: boolean): Member['state'] {
  if (machine.state === 'leaving') return 'leaving';
  if (up && machine.state !== 'stopped') return 'ready';
  return slot.ready ? 'unready' : 'joining';
}

const NO_CAPACITY: Capacity = 'on-demand';

/** Launched or seen a moment ago: lists lag behind. */
function hiddenMember(
  index: number,
  slot: Slot,
  listed: readonly Machine[],
  { desired, observed }: SlotFacts,
): Member | undefined {
  if (slot.id === undefined || listed.some((machine) => machine.id === slot.id)) return undefined;
  const ageMs = elapsedMs(slot.launchedAt, observed.atMs, desired.speed);
  if (ageMs >= desired.hiddenMs) return undefined;
  return {
    pool: desired.pool,
    index,
    attempt: slot.attempt,
    id: slot.id,
    zone: slot.zone ?? '',
    revision: slot.revision ?? '',
    capacity: slot.capacity ?? NO_CAPACITY,
    state: 'joining',
    slot,
    ageMs,
  };
}
