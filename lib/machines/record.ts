/**
 * What a pool's step remembers between passes, as its outputs: which attempt of each slot is spent and by which machine,
 * and who is on the way out. Bounded by the largest size that the pool ever had. What can be seen is not remembered.
 */
import { z } from 'zod';
import type { JsonObject } from '../domain/cluster.ts';

/** Why a machine goes. People read it in events; the next machine of the slot remembers it. */
const BECAUSE = [
  'Outdated',
  'ZoneRemoved',
  'CapacityChanged',
  'BackToSpot',
  'Rebalance',
  'Maintenance',
  'Interrupted',
  'TooMany',
  'PoolRemoved',
  'NeverJoined',
  'NotInEtcd',
  'Gone',
  'NodeNotReady',
  'KernelDeadlock',
  'ReadonlyFilesystem',
] as const;
export type Because = (typeof BECAUSE)[number];

/** Conditions of node-problem-detector that no node gets rid of by itself. */
export const FAULTS = ['KernelDeadlock', 'ReadonlyFilesystem'] as const satisfies readonly Because[];

/** Whether a machine goes because its node stayed bad. */
export function isRemedy(because: Because): boolean {
  return because === 'NodeNotReady' || FAULTS.some((fault) => fault === because);
}

/** One slot. Everything below `attempt` is about the machine of that attempt. */
const Slot = z.object({
  /** The last attempt whose client token is spent: 0 before the first machine. */
  attempt: z.number().int().nonnegative(),
  /** Its machine, until that is known to be gone. */
  id: z.string().exactOptional(),
  /** By our own clock. */
  launchedAt: z.string().exactOptional(),
  /** What is needed while the machine hides from lists; dropped later. */
  zone: z.string().exactOptional(),
  revision: z.string().exactOptional(),
  capacity: z.enum(['on-demand', 'spot']).exactOptional(),
  /** It registered as a node, and what it needed for that is taken back. */
  joined: z.literal(true).exactOptional(),
  /** It has been Ready. */
  ready: z.literal(true).exactOptional(),
  /** Since when it is not Ready any more. */
  unreadyAt: z.string().exactOptional(),
  /** The worst that its node reports of itself while it is Ready, and since when we know. */
  fault: z.object({ condition: z.enum(FAULTS), at: z.string() }).exactOptional(),
  /** Machines in a row that were replaced because their node stayed bad, and when the last one was gone. */
  remedies: z.object({ count: z.number().int(), at: z.string() }).exactOptional(),
  /** Machines in a row that never became Ready. */
  failures: z.number().int().exactOptional(),
  failedAt: z.string().exactOptional(),
  /** What they were launched as: after an edit they say nothing any more. */
  failedRevision: z.string().exactOptional(),
  /** Zones that had no room for this slot, and when that was said. */
  full: z.object({ zones: z.array(z.string()), at: z.string() }).exactOptional(),
  /** The cloud knows the next attempt's token with other parameters: its machine exists and hides, or existed. */
  conflictAt: z.string().exactOptional(),
  /** The attempt after that one was asked for, and no machine was seen yet. */
  askedAt: z.string().exactOptional(),
  /** Attempts that never joined and whose token and files are still in place. */
  owes: z.array(z.number().int()).exactOptional(),
  /** Why the machine before it had to go. */
  replacedBecause: z.enum(BECAUSE).exactOptional(),
});
export type Slot = z.output<typeof Slot>;

/** The attempts are spent without a node: what was put in place for them has to be taken back. */
export function owing({ owes = [] }: Slot, ...attempts: readonly number[]): Pick<Slot, 'owes'> {
  const all = [...new Set([...owes, ...attempts])];
  return all.length === 0 ? {} : { owes: all };
}

/** A machine on its way out, by slot. */
const Leaving = z.object({
  index: z.number().int(),
  attempt: z.number().int(),
  because: z.enum(BECAUSE),
  since: z.string(),
  /** `namespace/name` of the PodDisruptionBudgets that hold it. */
  budgets: z.array(z.string()),
  podsGoneAt: z.string().exactOptional(),
  /** Its volumes are gone, too, or were waited for long enough. */
  emptyAt: z.string().exactOptional(),
  /** Control plane: it is no member of etcd any more and can never stay. */
  removedAt: z.string().exactOptional(),
  /** When it was last asked to drain. */
  lookedAt: z.string().exactOptional(),
});
export type Leaving = z.output<typeof Leaving>;

const PoolRecord = z.object({
  slots: z.record(z.string(), Slot).default({}),
  leaving: z.array(Leaving).default([]),
  /** How the replacement under way is done (A247). */
  strategy: z.enum(['surge', 'delete-first']).optional(),
  /** The wish for which the cloud had no room for one machine more. */
  noRoomFor: z.string().optional(),
  noRoomAt: z.string().optional(),
  /** Machines that were too many when their removal began. */
  removeTotal: z.number().int().optional(),
  /** Since when spot prices are low enough to leave on-demand. */
  spotSince: z.string().optional(),
  extendedAt: z.string().optional(),
  /** Control plane: etcd was saved for the growth from one member to two that is under way. */
  etcdSavedAt: z.string().optional(),
  /** Of a pool whose spec may be gone one day. */
  drain: z.object({ timeoutMs: z.number(), onBlocked: z.enum(['wait', 'skip', 'force']) }).optional(),
  /** Taints that we once set, as `key=value:effect`: those that nobody wants any more are taken away. */
  formerTaints: z.array(z.string()).default([]),
});
export type PoolRecord = z.output<typeof PoolRecord>;

/** Throws for outputs that no version of this file wrote: attempts that are forgotten would be used twice. */
export function parseRecord(outputs: JsonObject): PoolRecord {
  // Within a pass what was taken back is still there as `null`.
  return PoolRecord.parse(Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== null)));
}

/** Names every field, so that what the record no longer has is taken back. */
export function outputsOf(record: PoolRecord): JsonObject {
  return {
    slots: record.slots,
    leaving: record.leaving,
    strategy: record.strategy ?? null,
    noRoomFor: record.noRoomFor ?? null,
    noRoomAt: record.noRoomAt ?? null,
    removeTotal: record.removeTotal ?? null,
    spotSince: record.spotSince ?? null,
    extendedAt: record.extendedAt ?? null,
    etcdSavedAt: record.etcdSavedAt ?? null,
    drain: record.drain ?? null,
    formerTaints: record.formerTaints,
  };
}
