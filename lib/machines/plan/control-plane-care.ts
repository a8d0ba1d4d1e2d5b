/** What the control plane needs at any size: targets behind the load balancer, and no dead member in etcd. Pure. */
import { act, blocked } from '../../domain/plan.ts';
import type { EtcdMember } from '../../kube/self-managed.ts';
import type { Leaving } from '../record.ts';
import { hiddenOf } from './count.ts';
import { mayRemoveDead, otherThan } from './etcd.ts';
import { isStuck } from './housekeeping.ts';
import type { Member, PoolPlan, Rule, Situation } from './model.ts';
import { memberName } from './nodes.ts';
import { addingNotes, replacingNotes } from './notes.ts';

/** Its own health check decides when a machine gets requests; it may be attached as soon as it runs. */
export const attachTargets: Rule = (at) => {
  const targets = at.observed.controlPlane?.targets;
  const machines = at.members
    .filter(
      (member) =>
        !leavingOf(at, member) &&
        !isOutcast(at, member) &&
        (targets?.get(member.id) ?? 'absent') === 'absent',
    )
    .flatMap(({ machine }) => (machine?.state === 'running' ? [machine] : []));
  if (machines.length === 0) return undefined;
  return act({ kind: 'attach', record: at.record, machines }, 'AttachingTarget', addingNotes(at));
};

export const leavingOf = (at: Situation, { index, attempt }: Member): Leaving | undefined =>
  at.record.leaving.find((one) => one.index === index && one.attempt === attempt);

/** It was a member of etcd and is none: removed by us in a pass that died, or by somebody else. */
export function isOutcast(at: Situation, member: Member): boolean {
  if (leavingOf(at, member)?.removedAt !== undefined) return true;
  const etcd = at.observed.controlPlane?.etcd;
  if (!etcd || !member.slot.ready) return false;
  return !etcd.some(({ name }) => name === memberName(member));
}

/** Clouds take ended machines out of their load balancers by themselves, most of the time. */
export const detachGone: Rule = (at) => {
  const targets = at.observed.controlPlane?.targets;
  const machines = at.observed.machines.filter(
    ({ pool, state, id }) => pool === at.desired.pool && state === 'gone' && isAttached(targets?.get(id)),
  );
  if (machines.length === 0) return undefined;
  return act({ kind: 'detach', record: at.record, machines }, 'DetachingTarget', replacingNotes(at));
};

export function isAttached(health: string | undefined): boolean {
  return health === 'healthy' || health === 'unhealthy' || health === 'starting';
}

/** The member of a machine that is gone counts against the majority for ever: it goes, once the rest can decide so. */
export const removeOrphanMember: Rule = (at) => {
  const etcd = at.observed.controlPlane?.etcd ?? [];
  const orphan = etcd.find((member) => isOrphan(at, member));
  return orphan && removeDead(at, etcd, orphan);
};

/** Whoever answers has a machine, whatever it is called. A member without a name has not started: it is the one that joins, if somebody joins. */
function isOrphan(at: Situation, member: EtcdMember): boolean {
  if (member.healthy || hiddenOf(at).length > 0) return false;
  const present = at.members.filter(({ machine }) => machine !== undefined);
  if (present.some((one) => memberName(one) === undefined)) return false;
  if (member.name === '') return !present.some(({ state }) => state === 'joining');
  return !present.some((one) => memberName(one) === member.name);
}

/** Before a machine that does not become Ready is ended, what it left in etcd goes. */
export const stuckMember: Rule = (at) => {
  const etcd = at.observed.controlPlane?.etcd ?? [];
  const stuck = at.members.find(isStuck);
  if (!stuck) return undefined;
  const own = etcd.find(({ name, started }) => name === memberName(stuck) || (name === '' && !started));
  return own && removeDead(at, etcd, own);
};

function removeDead(at: Situation, etcd: readonly EtcdMember[], dead: EtcdMember): PoolPlan {
  const via = otherThan(etcd, dead);
  const what = dead.name || dead.id;
  if (!via || !mayRemoveDead(etcd, dead)) {
    const message = `Member ${what} of etcd is dead, and the others are no healthy majority to remove it.`;
    return blocked('EtcdWithoutMajority', message, replacingNotes(at));
  }
  const action = { kind: 'remove-etcd-member', record: at.record, via: via.name, member: dead } as const;
  return act(action, 'RemovingEtcdMember', {
    ...replacingNotes(at),
    message: `Removing member ${what} of etcd, whose machine is gone.`,
  });
}
