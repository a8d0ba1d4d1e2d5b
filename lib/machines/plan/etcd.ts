/**
 * What may be done to etcd without losing it. Raft needs a majority of voters for every change, its own membership
 * included: https://etcd.io/docs/latest/op-guide/runtime-configuration/. Pure.
 */
import type { EtcdMember } from '../../kube/self-managed.ts';

const majority = (voters: number): number => Math.floor(voters / 2) + 1;

const isVoter = (member: EtcdMember): boolean => !member.learner;

const isWell = (member: EtcdMember): boolean => member.started && member.healthy && !member.learner;

/** All members have started, vote and answer: only then may one be added. */
export function isWhole(members: readonly EtcdMember[]): boolean {
  return members.length > 0 && members.every(isWell);
}

/** A member that works goes only when all others are well: nothing may go wrong meanwhile. */
export function mayRemoveWorking(members: readonly EtcdMember[], leaving: EtcdMember): boolean {
  const others = members.filter((member) => member.id !== leaving.id);
  return others.length > 0 && isWhole(others);
}

/**
 * A member whose machine is to end goes when the members can decide it, and can still decide without it. One that works
 * although its machine never became a node has a vote in that, too.
 */
export function mayRemoveDead(members: readonly EtcdMember[], dead: EtcdMember): boolean {
  const others = members.filter((member) => member.id !== dead.id);
  return canDecide(members) && canDecide(others);
}

/** Whether a member whose node stays bad may go: it may work all the same. */
export function keepsMajority(members: readonly EtcdMember[], leaving: EtcdMember): boolean {
  return isWell(leaving) ? mayRemoveWorking(members, leaving) : mayRemoveDead(members, leaving);
}

function canDecide(members: readonly EtcdMember[]): boolean {
  return members.filter(isWell).length >= majority(members.filter(isVoter).length);
}

/** Through whom a member is removed, and who takes over from it: a voter that is well, the leader first. */
export function otherThan(members: readonly EtcdMember[], leaving: EtcdMember): EtcdMember | undefined {
  return members
    .filter((member) => member.id !== leaving.id && isWell(member))
    .toSorted((a, b) => Number(b.leader) - Number(a.leader) || a.name.localeCompare(b.name))
    .at(0);
}
