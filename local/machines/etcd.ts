/**
 * Rules of etcd's membership: who counts for the quorum, who may be added, promoted or removed, and who leads. Pure:
 * who is alive is asked for. Source: https://github.com/etcd-io/etcd (server/etcdserver/server.go, membership)
 */
import type { EtcdCluster, EtcdMember } from './machine-records.ts';

/** Whether the member's process answers. */
export type IsAlive = (member: EtcdMember) => boolean;

export type Membership =
  | { readonly ok: true; readonly etcd: EtcdCluster }
  /** In etcd's own words. */
  | { readonly ok: false; readonly error: string };

const voters = ({ members }: EtcdCluster): readonly EtcdMember[] => members.filter(({ learner }) => !learner);
const majority = (count: number): number => Math.floor(count / 2) + 1;
const isStarted = ({ name }: EtcdMember): boolean => name !== '';

export function hasQuorum(etcd: EtcdCluster, isAlive: IsAlive): boolean {
  const voting = voters(etcd);
  return voting.length > 0 && voting.filter(isAlive).length >= majority(voting.length);
}

/** A dead leader is followed by the first living voter, in a new term. Without a quorum there is none. */
export function elected(etcd: EtcdCluster, isAlive: IsAlive): EtcdCluster {
  if (!hasQuorum(etcd, isAlive)) return etcd;
  const living = voters(etcd).filter(isAlive);
  const [next] = living;
  if (next === undefined || living.some(({ id }) => id === etcd.leader)) return etcd;
  return { ...etcd, leader: next.id, term: etcd.term + 1 };
}

/** etcd takes one learner at a time. */
export function withLearner(etcd: EtcdCluster, isAlive: IsAlive, learner: EtcdMember): Membership {
  if (!hasQuorum(etcd, isAlive)) return refused('etcdserver: request timed out');
  if (!voters(etcd).every((member) => isStarted(member) && isAlive(member))) {
    return refused('etcdserver: unhealthy cluster');
  }
  if (etcd.members.some((member) => member.learner)) {
    return refused('etcdserver: too many learner members in cluster');
  }
  if (etcd.members.some(({ address }) => address === learner.address)) {
    return refused('etcdserver: Peer URLs already exists');
  }
  return changed(etcd, [...etcd.members, { ...learner, learner: true }]);
}

export function started(etcd: EtcdCluster, id: string, name: string): EtcdCluster {
  return {
    ...etcd,
    members: etcd.members.map((member) => (member.id === id ? { ...member, name } : member)),
  };
}

export function promoted(etcd: EtcdCluster, isAlive: IsAlive, id: string): Membership {
  const member = etcd.members.find((candidate) => candidate.id === id);
  if (member === undefined) return refused('etcdserver: member not found');
  if (!hasQuorum(etcd, isAlive)) return refused('etcdserver: request timed out');
  if (!isStarted(member))
    return refused('etcdserver: can only promote a learner member which is in sync with leader');
  return changed(
    etcd,
    etcd.members.map((candidate) => (candidate.id === id ? { ...candidate, learner: false } : candidate)),
  );
}

/** Refused where the rest would have no quorum, with etcd's strict check (`--strict-reconfig-check`, its default). */
export function removed(etcd: EtcdCluster, isAlive: IsAlive, id: string): Membership {
  const member = etcd.members.find((candidate) => candidate.id === id);
  if (!hasQuorum(etcd, isAlive)) return refused('etcdserver: request timed out');
  if (member === undefined) return refused('etcdserver: member not found');
  const problem = member.learner ? undefined : reasonToKeep(etcd, isAlive, member);
  if (problem !== undefined) return refused(problem);
  const left = etcd.members.filter((candidate) => candidate.id !== id);
  return { ok: true, etcd: elected({ ...etcd, members: left }, isAlive) };
}

/** The two checks of `mayRemoveMember`: by what has ever started, then by what is connected now. */
function reasonToKeep(etcd: EtcdCluster, isAlive: IsAlive, member: EtcdMember): string | undefined {
  const rest = voters(etcd).filter(({ id }) => id !== member.id);
  const startedRest = rest.filter(isStarted).length;
  if (startedRest < majority(rest.length)) {
    return 'etcdserver: re-configuration failed due to not enough started members';
  }
  // A dead member is no part of the active quorum.
  if (!isAlive(member)) return undefined;
  const active = voters(etcd).filter(isAlive).length;
  return active - 1 < 1 + Math.floor(rest.length / 2) ? 'etcdserver: unhealthy cluster' : undefined;
}

export function movedLeader(etcd: EtcdCluster, isAlive: IsAlive, id: string): Membership {
  const target = etcd.members.find((candidate) => candidate.id === id);
  if (target === undefined || target.learner) return refused('etcdserver: bad leader transferee');
  if (!isAlive(target)) return refused('etcdserver: request timed out, leader transfer took too long');
  return { ok: true, etcd: { ...etcd, leader: id, term: etcd.term + 1 } };
}

const changed = (etcd: EtcdCluster, members: readonly EtcdMember[]): Membership => ({
  ok: true,
  etcd: { ...etcd, members },
});

const refused = (error: string): Membership => ({ ok: false, error });
