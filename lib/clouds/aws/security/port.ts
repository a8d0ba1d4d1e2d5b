/** Security groups and their ingress rules as our steps see them. Deleting what is absent succeeds. */
import type { Tags } from '../../../domain/cluster.ts';
import type { Result } from '../../../domain/errors.ts';

export interface GroupSeen {
  readonly id: string;
  readonly name: string;
  readonly tags: Tags;
}

/** What is let in. Ports are inclusive. */
export interface Rule {
  readonly protocol: 'tcp' | 'udp';
  readonly from: number;
  readonly to: number;
  /** An IPv4 range, or the id of a security group. */
  readonly source: string;
}

/** For protocols that we never ask for: `-1`, `icmp`. */
export interface RuleSeen extends Omit<Rule, 'protocol'> {
  /** `sgr-0123456789abcdef0` */
  readonly id: string;
  readonly groupId: string;
  readonly protocol: string;
  /** Made by us: other people's rules are left alone as long as the group lives. */
  readonly ours: boolean;
}

/** A network interface that is a member of a group, which keeps the group from being deleted. */
export interface MemberSeen {
  readonly id: string;
  readonly description: string;
  /** Made by AWS for a load balancer: it goes some time after it. */
  readonly requesterManaged: boolean;
  readonly tags: Tags;
}

export interface GroupDraft {
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  readonly tags: Tags;
}

export interface SecurityPort {
  /** By their names, in one VPC when it is given. */
  groups(names: readonly string[], vpcId?: string): Promise<Result<readonly GroupSeen[]>>;
  ingress(groupIds: readonly string[]): Promise<Result<readonly RuleSeen[]>>;
  members(groupIds: readonly string[]): Promise<Result<readonly MemberSeen[]>>;
  /** `Conflict` when the name is taken, or the VPC not visible yet. */
  create(draft: GroupDraft): Promise<Result<string>>;
  /** All rules in one request. */
  authorize(groupId: string, rules: readonly Rule[]): Promise<Result<void>>;
  revoke(groupId: string, ruleIds: readonly string[]): Promise<Result<void>>;
  /** `DependencyInUse` while something is a member of it or refers to it. */
  remove(groupId: string): Promise<Result<void>>;
}
