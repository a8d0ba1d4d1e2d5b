/**
 * What to do about the load balancer, its target group and its listener. Pure. Its DNS name is in every certificate and
 * kubelet, so once it is recorded no other balancer can take its place: a balancer that vanished is for people to mend.
 */
import type { Tags } from '../../../domain/cluster.ts';
import { act, blocked, done, type Plan, wait } from '../../../domain/plan.ts';
import type { EpochMs, Instant } from '../../../domain/time.ts';
import {
  API_PORT,
  type Attributes,
  type BalancerDetails,
  type BalancerSeen,
  type TargetGroupSeen,
} from '../balancing/port.ts';
import { mayHide, SETTLING_LOOK_MS } from '../network/timing.ts';
import type { RecordedBalancer } from '../outputs.ts';
import { UID_TAG } from '../tags.ts';

export interface BalancerDesired {
  readonly uid: string;
  readonly deleting: boolean;
  readonly speed: number;
  readonly name: string;
  readonly targetGroup: string;
  readonly vpcId?: string;
  readonly groupId?: string;
  /** Public ones, one per zone. */
  readonly subnetIds: readonly string[];
  readonly tags: Tags;
  readonly recorded: RecordedBalancer;
  readonly since?: Instant;
}

export interface BalancerObserved {
  readonly balancer?: BalancerSeen;
  readonly targetGroup?: TargetGroupSeen;
  /** When both exist and are to stay. */
  readonly details?: BalancerDetails;
}

/** Everything that is missing, put right in one act: balancer and target group first, because the rest leans on them. */
export interface Completion {
  readonly kind: 'complete';
  readonly balancer: { readonly arn: string; readonly dnsName: string } | 'create';
  readonly targetGroup: string | 'create';
  readonly attributes: { readonly balancer: boolean; readonly targetGroup: boolean };
  readonly listener: boolean;
  /** Given to a balancer that lacks some. */
  readonly subnetIds?: readonly string[];
}

export type BalancerAction =
  | Completion
  | { readonly kind: 'delete-balancer'; readonly arn: string }
  | { readonly kind: 'delete-target-group'; readonly arn: string };

export const BALANCER_ATTRIBUTES: Attributes = { 'load_balancing.cross_zone.enabled': 'true' };
/**
 * Client addresses are not kept: a control-plane machine whose connection comes back to itself would drop it. Long
 * connections stay when a target is unhealthy for a moment.
 */
export const TARGET_ATTRIBUTES: Attributes = {
  'preserve_client_ip.enabled': 'false',
  'deregistration_delay.timeout_seconds': '60',
  'target_health_state.unhealthy.connection_termination.enabled': 'false',
};

export function planBalancer(
  desired: BalancerDesired,
  observed: BalancerObserved,
  nowMs: EpochMs,
): Plan<BalancerAction> {
  const { name, recorded } = desired;
  const { balancer, targetGroup } = observed;
  if (desired.deleting) return planRemoval(desired, observed);
  if ([balancer, targetGroup].some((seen) => seen !== undefined && !isOurs(desired, seen))) {
    return blocked(
      'LoadBalancerNotOurs',
      `Load balancer ${name} or its target group is not of this cluster. Rename or delete it.`,
    );
  }
  if (recorded.dnsName !== undefined && balancer?.dnsName !== recorded.dnsName) {
    const hides = balancer === undefined && mayHide(desired.since, nowMs, desired.speed);
    return hides ? wait(SETTLING_LOOK_MS, 'CreatingLoadBalancer') : gone(desired, recorded.dnsName);
  }
  if (balancer?.state === 'failed') return planFailed(desired, balancer);
  const completion = completionOf(desired, observed);
  if (!completion) return done('LoadBalancerReady');
  // What was completed a moment ago is not seen everywhere yet, and completing it again would say the same.
  if (mayHide(desired.since, nowMs, desired.speed)) return wait(SETTLING_LOOK_MS, 'CreatingLoadBalancer');
  return act(completion, 'CreatingLoadBalancer', { message: `Creating load balancer ${name}.` });
}

/** Tags may be seen later than what was made with them; what we recorded is ours anyway. */
export function isOurs(
  { uid, recorded }: Pick<BalancerDesired, 'uid' | 'recorded'>,
  { arn, tags }: Pick<BalancerSeen, 'arn' | 'tags'>,
): boolean {
  return tags[UID_TAG] === uid || arn === recorded.arn || arn === recorded.targetGroupArn;
}

function gone({ name }: BalancerDesired, dnsName: string): Plan<never> {
  return blocked(
    'LoadBalancerGone',
    `Load balancer ${name} with the address ${dnsName} does not exist any more. Machines and kubeconfigs know no other address, so the cluster cannot get a new one: delete the cluster and create it again.`,
  );
}

/** Without a recorded address nothing knows it yet. */
function planFailed({ name, recorded }: BalancerDesired, { arn }: BalancerSeen): Plan<BalancerAction> {
  if (recorded.dnsName === undefined) return act({ kind: 'delete-balancer', arn }, 'ReplacingLoadBalancer');
  return blocked('LoadBalancerFailed', `AWS says that load balancer ${name} has failed. Ask AWS Support.`);
}

function completionOf(
  { subnetIds }: BalancerDesired,
  { balancer, targetGroup, details }: BalancerObserved,
): Completion | undefined {
  const lacking = subnetIds.filter((id) => balancer !== undefined && !balancer.subnetIds.includes(id));
  const attributes = {
    balancer: !holds(details?.balancer, BALANCER_ATTRIBUTES),
    targetGroup: !holds(details?.targetGroup, TARGET_ATTRIBUTES),
  };
  const listener = !details?.ports.includes(API_PORT);
  const complete = balancer && targetGroup && !listener && !attributes.balancer && !attributes.targetGroup;
  if (complete && lacking.length === 0) return undefined;
  return {
    kind: 'complete',
    balancer: balancer === undefined ? 'create' : { arn: balancer.arn, dnsName: balancer.dnsName },
    targetGroup: targetGroup?.arn ?? 'create',
    attributes,
    listener,
    ...(balancer && lacking.length > 0 ? { subnetIds: [...balancer.subnetIds, ...lacking] } : {}),
  };
}

function holds(seen: Attributes | undefined, wanted: Attributes): boolean {
  return Object.entries(wanted).every(([key, value]) => seen?.[key] === value);
}

function planRemoval(
  desired: BalancerDesired,
  { balancer, targetGroup }: BalancerObserved,
): Plan<BalancerAction> {
  if (balancer && isOurs(desired, balancer)) {
    return act({ kind: 'delete-balancer', arn: balancer.arn }, 'DeletingLoadBalancer');
  }
  if (targetGroup && isOurs(desired, targetGroup)) {
    return act({ kind: 'delete-target-group', arn: targetGroup.arn }, 'DeletingLoadBalancer');
  }
  return done('LoadBalancerDeleted');
}
