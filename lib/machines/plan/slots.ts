/** How a slot's record goes on once its machine was looked for: still there, Ready at last, or gone. Pure. */
import { elapsedMs, toInstant } from '../../domain/time.ts';
import type { WorkloadNode } from '../../kube/port.ts';
import type { Machine } from '../port.ts';
import { type Because, FAULTS, isRemedy, owing, type Slot } from '../record.ts';
import { REMEDIES_FORGOTTEN_MS } from '../timing.ts';
import type { PoolDesired, PoolObserved } from './model.ts';
import type { NodeOf } from './nodes.ts';

export interface SlotFacts {
  readonly desired: PoolDesired;
  readonly observed: PoolObserved;
  readonly nodeOf: NodeOf;
}

export const FRESH: Slot = { attempt: 0 };

/** `machine` is the slot's own; another one than the recorded is adopted. */
export function kept(former: Slot, machine: Machine, node: WorkloadNode | undefined, facts: SlotFacts): Slot {
  const { desired, observed } = facts;
  const now = toInstant(observed.atMs);
  const own = former.id === machine.id ? former : adopted(former, now);
  const {
    conflictAt: _found,
    askedAt: _seen,
    ...slot
  } = { ...own, attempt: machine.attempt, id: machine.id };
  if (observed.nodes === undefined) return slot;
  if (!isUp(node, facts)) return slot.ready ? notReady(slot, now) : slot;
  const { failures: _f, failedAt: _a, full: _z, unreadyAt: _u, fault: _o, ...up } = slot;
  const well: Slot = { ...up, ...faultOf(own, node, now) };
  const young = elapsedMs(slot.launchedAt, observed.atMs, desired.speed) < desired.hiddenMs;
  return young ? { ...well, ready: true } : { ...withoutHiding(well), ready: true };
}

/** What it says of itself counts no more: most likely nobody there says anything. */
function notReady({ fault: _, ...slot }: Slot, now: string): Slot {
  return { ...slot, unreadyAt: slot.unreadyAt ?? now };
}

/** The first look that sees it starts its time, by our own clock. */
function faultOf(former: Slot, node: WorkloadNode | undefined, now: string): Pick<Slot, 'fault'> {
  const condition = FAULTS.find((fault) =>
    node?.conditions.some(({ type, status }) => type === fault && status === 'True'),
  );
  if (condition === undefined) return {};
  const at = former.fault?.condition === condition ? former.fault.at : now;
  return { fault: { condition, at } };
}

/** A control-plane node counts once etcd counts on it; what still learns can be lost without harm. */
export function isUp(node: WorkloadNode | undefined, { desired, observed }: SlotFacts): boolean {
  if (!node?.ready) return false;
  if (desired.role === 'worker') return true;
  const members = observed.controlPlane?.etcd ?? [];
  return members.some(({ name, started, learner }) => name === node.name && started && !learner);
}

function adopted(former: Slot, now: string): Slot {
  const { joined: _j, ready: _r, unreadyAt: _u, fault: _f, ...slot } = withoutHiding(former);
  return { ...slot, launchedAt: now };
}

/** A machine that was listed after its hidden window is never looked for again under these. */
function withoutHiding({ launchedAt: _l, zone: _z, revision: _r, capacity: _c, ...slot }: Slot): Slot {
  return slot;
}

/** What clouds say when a machine's end is about room or price, not about the machine. */
const CLOUDS_DOING = /capacity|spot/i;

/** The machine is gone, or there never was one: what matters for the next one is kept. `spent`: tokens used so far. */
export function emptied(index: number, former: Slot, listed: readonly Machine[], facts: SlotFacts): Slot {
  const spent = Math.max(former.attempt, ...listed.map((machine) => machine.attempt));
  const conflict = conflictOf(former, spent, facts);
  return {
    attempt: conflict === 'over' ? spent + 1 : spent,
    ...(former.id === undefined ? remembered(former) : ending(index, former, listed, facts)),
    ...owing(former, ...spentInVain(former, listed), ...(conflict === 'over' ? [spent + 1] : [])),
    ...(spent === former.attempt && former.askedAt ? { askedAt: former.askedAt } : {}),
    ...(conflict === 'open' && former.conflictAt !== undefined ? { conflictAt: former.conflictAt } : {}),
  };
}

/** Also machines that nobody recorded: the answer to their launch was lost, and they were gone before anybody looked. */
function spentInVain(former: Slot, listed: readonly Machine[]): readonly number[] {
  const recorded = former.id === undefined || former.joined ? [] : [former.attempt];
  const unrecorded = listed.map(({ attempt }) => attempt).filter((attempt) => attempt > former.attempt);
  return [...recorded, ...unrecorded];
}

/** After the hidden window nothing of that token can be seen any more: it is spent. */
function conflictOf(former: Slot, spent: number, { desired, observed }: SlotFacts): 'none' | 'open' | 'over' {
  if (former.conflictAt === undefined || spent > former.attempt) return 'none';
  const age = elapsedMs(former.conflictAt, observed.atMs, desired.speed);
  return age < desired.hiddenMs ? 'open' : 'over';
}

function remembered(former: Slot): Partial<Slot> {
  const { failures, failedAt, failedRevision, full, remedies, replacedBecause } = former;
  return {
    ...(failures === undefined ? {} : { failures }),
    ...(failedAt === undefined ? {} : { failedAt }),
    ...(failedRevision === undefined ? {} : { failedRevision }),
    ...(full === undefined ? {} : { full }),
    ...(remedies === undefined ? {} : { remedies }),
    ...(replacedBecause === undefined ? {} : { replacedBecause }),
  };
}

/** A machine that ended before it was ever Ready failed, unless we ended it on purpose or the cloud took it back. */
function ending(index: number, former: Slot, listed: readonly Machine[], facts: SlotFacts): Partial<Slot> {
  const { desired, observed } = facts;
  const ended = listed.find((machine) => machine.id === former.id);
  const words = ended?.endedBecause ?? '';
  const leaving = desired.record.leaving.find((one) => one.index === index && one.attempt === former.attempt);
  const now = toInstant(observed.atMs);
  const replacedBecause = leaving?.because ?? 'Gone';
  if (former.ready || leaving) return { replacedBecause, ...remediesAfter(former, replacedBecause, facts) };
  if (CLOUDS_DOING.test(words)) {
    const zones = /capacity/i.test(words) && ended ? [ended.zone] : [];
    const full = { zones: [...new Set([...(former.full?.zones ?? []), ...zones])], at: now };
    return { ...remembered(former), ...(zones.length === 0 ? {} : { full }), replacedBecause };
  }
  const revision = ended?.revision ?? former.revision;
  return {
    ...remembered(former),
    failures: (former.failures ?? 0) + 1,
    failedAt: now,
    ...(revision === undefined ? {} : { failedRevision: revision }),
    replacedBecause: 'NeverJoined',
  };
}

/** A machine that went for another reason ends the row. */
function remediesAfter(
  { remedies }: Slot,
  because: Because,
  { desired, observed }: SlotFacts,
): Pick<Slot, 'remedies'> {
  if (!isRemedy(because)) return {};
  const sinceMs = elapsedMs(remedies?.at, observed.atMs, desired.speed);
  const before = sinceMs < REMEDIES_FORGOTTEN_MS ? (remedies?.count ?? 0) : 0;
  return { remedies: { count: before + 1, at: toInstant(observed.atMs) } };
}
