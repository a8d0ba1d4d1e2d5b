/**
 * Which nodes are bad, as Cluster API's MachineHealthCheck means it: not Ready, gone, or with a fault that only another
 * machine cures. Pressure is none of these: what fills a disk fills the next one as well. Pure.
 */
import { elapsedMs, type Instant } from '../../domain/time.ts';
import type { Because } from '../record.ts';
import { BAD_MS, MOST_BAD_SHARE } from '../timing.ts';
import { stayingOf } from './count.ts';
import type { Member, Situation } from './model.ts';

export interface BadNode {
  readonly member: Member;
  readonly because: Because;
  /** By our own clock. */
  readonly since: Instant;
}

/** Longest first. Machines that never became nodes are not among them: those have a time of their own. */
export function badNodesOf(at: Situation): readonly BadNode[] {
  return watchedOf(at)
    .flatMap((member) => badNode(member) ?? [])
    .toSorted((a, b) => a.since.localeCompare(b.since) || a.member.index - b.member.index);
}

function badNode(member: Member): BadNode | undefined {
  const { unreadyAt, fault } = member.slot;
  if (unreadyAt !== undefined) return { member, because: 'NodeNotReady', since: unreadyAt };
  return fault && { member, because: fault.condition, since: fault.at };
}

/** Has been a Ready node, and nobody asked us to leave it alone. */
function watchedOf(at: Situation): readonly Member[] {
  return stayingOf(at).filter(({ machine, node, slot }) => machine && slot.ready && !node?.leftAlone);
}

/** So many at once that machines are not the reason: a network, a zone, an image or what runs on them is. */
export function areTooMany(at: Situation, bad: readonly BadNode[]): boolean {
  return bad.length > Math.max(1, Math.floor(watchedOf(at).length * MOST_BAD_SHARE));
}

/** Until it has stayed bad for long enough; 0 or less: it has. */
export function untilDueMs(at: Situation, { since }: BadNode): number {
  return BAD_MS - elapsedMs(since, at.nowMs, at.desired.speed);
}
