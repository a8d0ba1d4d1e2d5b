/**
 * How a control-plane node leaves, one thing at a time: hand over leadership, drain, leave the load balancer and etcd,
 * end the machine. After it left etcd it can never come back: it is ended even if the change was taken back. Pure.
 */
import { act, blocked, wait } from '../../domain/plan.ts';
import { elapsedMs } from '../../domain/time.ts';
import type { EtcdMember } from '../../kube/self-managed.ts';
import { isRemedy, type Leaving } from '../record.ts';
import { DETACH_TARGET_MS, END_LOOK_MS, JOIN_LOOK_MS, TARGET_LOOK_MS } from '../timing.ts';
import { isAttached, isOutcast, leavingOf } from './control-plane-care.ts';
import { notWhole } from './control-plane-health.ts';
import { endingOf, stayingOf } from './count.ts';
import { keepsMajority, otherThan } from './etcd.ts';
import type { Member, PoolPlan, Situation, Victim } from './model.ts';
import { memberName, nameOf } from './nodes.ts';
import { leavingNotes, leavingReason } from './notes.ts';
import { remedyOf } from './remedy.ts';
import { outdatedOf } from './victims.ts';

export function nextToLeave(at: Situation): Victim | undefined {
  const { drain } = at.desired;
  const victim = (member: Member, because: Victim['because']): Victim => {
    return { member, because, drain, hasty: false };
  };
  const outcast = stayingOf(at).find((member) => isOutcast(at, member));
  if (outcast) return victim(outcast, leavingOf(at, outcast)?.because ?? 'NotInEtcd');
  const remedy = remedyOf(at);
  if (remedy.kind === 'replace') return remedy.victim;
  if (stayingOf(at).length <= at.size) return undefined;
  const outdated = outdatedOf(at);
  const first = outdated[0];
  const next = first ? victim(first.member, first.because) : tooMany(at, victim);
  const begun = next !== undefined && leavingOf(at, next.member) !== undefined;
  return next && (begun || isSettled(at, next.member)) ? next : undefined;
}

/** The change was taken back when both were there already: the newest goes. */
function tooMany(
  at: Situation,
  victim: (member: Member, because: Victim['because']) => Victim,
): Victim | undefined {
  const newest = stayingOf(at).toSorted(
    (a, b) =>
      Number(a.state === 'ready') - Number(b.state === 'ready') ||
      Number(leavingOf(at, b) !== undefined) - Number(leavingOf(at, a) !== undefined) ||
      (b.machine?.launchedAt ?? '').localeCompare(a.machine?.launchedAt ?? '') ||
      b.index - a.index,
  )[0];
  return newest && victim(newest, 'TooMany');
}

function isSettled(at: Situation, next: Member): boolean {
  if (endingOf(at).length > 0) return false;
  const others = stayingOf(at).filter((member) => member.id !== next.id);
  return others.every((member) => member.state === 'ready');
}

export function leaveControlPlane(at: Situation, victim: Victim): PoolPlan {
  const notes = leavingNotes(at, [victim]);
  const etcd = at.observed.controlPlane?.etcd;
  if (!etcd) return wait(JOIN_LOOK_MS, 'WaitingForEtcd', notes);
  const own = etcd.find(({ name }) => name === memberName(victim.member));
  if (own) return leaveEtcd(at, victim, etcd, own);
  const leaving = leavingOf(at, victim.member);
  if (victim.member.node && !leaving?.emptyAt && !leaving?.removedAt) return drain(at, victim);
  return leaveCloud(at, victim, leaving);
}

function leaveEtcd(at: Situation, victim: Victim, etcd: readonly EtcdMember[], own: EtcdMember): PoolPlan {
  const notes = leavingNotes(at, [victim]);
  const other = otherThan(etcd, own);
  if (!other || !keepsMajority(etcd, own)) {
    const message = `Node ${nameOf(victim.member)} stays: without it etcd would have no healthy majority.`;
    return blocked('WouldBreakQuorum', message, notes);
  }
  const { record } = at;
  // Its kubelet carries the request: without one the others choose a leader when it is gone.
  if (own.leader && victim.member.state === 'ready')
    return act({ kind: 'move-leader', record, via: own.name, to: other }, 'MovingEtcdLeader', notes);
  if (leavingOf(at, victim.member)?.emptyAt === undefined) return drain(at, victim);
  const isFree = isRemedy(victim.because) || isSettled(at, victim.member);
  const trouble = isFree ? undefined : notWhole(at);
  if (trouble) return wait(TARGET_LOOK_MS, trouble.reason, { ...notes, message: trouble.message });
  const action = { kind: 'remove-etcd-member', record, via: other.name, member: own, victim } as const;
  return act(action, 'RemovingEtcdMember', {
    ...notes,
    message: `Taking node ${nameOf(victim.member)} out of etcd and the load balancer.`,
  });
}

function drain(at: Situation, victim: Victim): PoolPlan {
  const action = { kind: 'drain', record: at.record, victims: [victim] } as const;
  return act(action, leavingReason([victim]), leavingNotes(at, [victim]));
}

/** Requests that are under way may end; then the machine goes. */
function leaveCloud(at: Situation, victim: Victim, leaving: Leaving | undefined): PoolPlan {
  const notes = leavingNotes(at, [victim]);
  const { machine } = victim.member;
  const health = at.observed.controlPlane?.targets.get(victim.member.id);
  if (machine && isAttached(health)) {
    return act({ kind: 'detach', record: at.record, machines: [machine] }, 'DetachingTarget', notes);
  }
  const waited = elapsedMs(leaving?.removedAt, at.nowMs, at.desired.speed);
  if (health === 'leaving' && waited < DETACH_TARGET_MS) return wait(END_LOOK_MS, 'DetachingTarget', notes);
  const reason = isRemedy(victim.because) ? 'RemediatingNode' : 'ReplacingNode';
  return act({ kind: 'end', record: at.record, victim }, reason, notes);
}
