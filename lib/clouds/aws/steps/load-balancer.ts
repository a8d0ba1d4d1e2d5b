/**
 * The network load balancer in front of the API servers, found by name (A208). Machines may be started as soon as its
 * DNS name is known; it becomes active while they boot.
 */
import type { ClusterView, LedgerEntry } from '../../../domain/cluster.ts';
import { ok, type Result } from '../../../domain/errors.ts';
import type { Acted, Step } from '../../../domain/plan.ts';
import { type EpochMs, toInstant } from '../../../domain/time.ts';
import { API_PORT, type BalancerSeen, type BalancingPort, type TargetGroupSeen } from '../balancing/port.ts';
import { balancerName, targetGroupName } from '../names.ts';
import type { NetworkOptions } from '../network/context.ts';
import { GATEWAY_STEP, SUBNETS_STEP, subnetsOf, textOf, vpcOf } from '../network/outputs.ts';
import { together } from '../network/together.ts';
import { BALANCER_STEP, balancerOf, GROUPS_STEP, groupsOf } from '../outputs.ts';
import { OTHER_KINDS } from '../owned/kinds.ts';
import { tagsFor } from '../tags.ts';
import {
  BALANCER_ATTRIBUTES,
  type BalancerAction,
  type BalancerDesired,
  type BalancerObserved,
  type Completion,
  isOurs,
  planBalancer,
  TARGET_ATTRIBUTES,
} from './load-balancer-plan.ts';

export interface BalancingContext {
  readonly balancing: BalancingPort;
  now(): EpochMs;
}

export function loadBalancerStep({
  speed,
}: NetworkOptions): Step<BalancingContext, BalancerDesired, BalancerObserved, BalancerAction> {
  return {
    name: BALANCER_STEP,
    title: 'Create the load balancer of the API server',
    condition: 'CreatingInfrastructure',
    // An Internet-facing balancer is refused in a network without Internet gateway.
    after: [GROUPS_STEP, SUBNETS_STEP, GATEWAY_STEP],
    desired: (view) => desiredBalancer(view, speed),
    observe: observeBalancer,
    plan: planBalancer,
    act: actOnBalancer,
    read(desired, { balancer, targetGroup }) {
      const ours = balancer && isOurs(desired, balancer) ? balancer : undefined;
      const group = targetGroup && isOurs(desired, targetGroup) ? targetGroup : undefined;
      const isNew = ours?.state !== 'failed' && desired.recorded.dnsName === undefined && !desired.deleting;
      return {
        outputs: {
          ...(ours && isNew ? { arn: ours.arn, dnsName: ours.dnsName } : {}),
          ...(group ? { targetGroupArn: group.arn } : {}),
        },
        resources: rowsOf(desired, ours, group),
      };
    },
  };
}

function desiredBalancer(view: ClusterView, speed: number): BalancerDesired {
  const name = balancerName(view);
  const vpcId = vpcOf(view)?.id;
  const groupId = groupsOf(view)['apiserver-lb'];
  const since = textOf(view.outputs(BALANCER_STEP).since);
  return {
    uid: view.id,
    deleting: view.deleting,
    speed,
    name,
    targetGroup: targetGroupName(view),
    subnetIds: Object.values(subnetsOf(view).public).toSorted(),
    tags: tagsFor(view, 'apiserver-lb', name),
    recorded: balancerOf(view),
    ...(vpcId === undefined ? {} : { vpcId }),
    ...(groupId === undefined ? {} : { groupId }),
    ...(since === undefined ? {} : { since }),
  };
}

async function observeBalancer(
  { balancing }: BalancingContext,
  { name, targetGroup, deleting }: BalancerDesired,
): Promise<Result<BalancerObserved>> {
  const found = await balancing.find({ balancer: name, targetGroup });
  if (!found.ok || deleting) return found;
  const { balancer, targetGroup: group } = found.value;
  if (!balancer || !group) return found;
  const details = await balancing.details(balancer.arn, group.arn);
  return details.ok ? ok({ ...found.value, details: details.value }) : details;
}

async function actOnBalancer(
  ctx: BalancingContext,
  desired: BalancerDesired,
  action: BalancerAction,
): Promise<Result<Acted>> {
  const { balancing } = ctx;
  switch (action.kind) {
    case 'complete':
      return complete(ctx, desired, action);
    case 'delete-balancer': {
      const removed = await balancing.removeBalancer(action.arn);
      if (!removed.ok) return removed;
      return ok({ event: `Deleted load balancer ${desired.name}`, lookAfterMs: 0 });
    }
    case 'delete-target-group': {
      const removed = await balancing.removeTargetGroup(action.arn);
      if (!removed.ok) return removed;
      return ok({ event: `Deleted target group ${desired.targetGroup}`, lookAfterMs: 0 });
    }
  }
}

async function complete(
  { balancing, now }: BalancingContext,
  desired: BalancerDesired,
  action: Completion,
): Promise<Result<Acted>> {
  const { name, targetGroup, vpcId = '', groupId = '', subnetIds, tags } = desired;
  const [balancer, group] = await Promise.all([
    action.balancer === 'create'
      ? balancing.createBalancer({ name, subnetIds, groupId, tags })
      : ok(action.balancer),
    action.targetGroup === 'create'
      ? balancing.createTargetGroup({
          name: targetGroup,
          vpcId,
          port: API_PORT,
          tags: { ...tags, Name: targetGroup },
        })
      : ok(action.targetGroup),
  ]);
  if (!balancer.ok) return balancer;
  if (!group.ok) return group;
  const { arn, dnsName } = balancer.value;
  const rest = await together([
    ...(action.attributes.balancer ? [balancing.setBalancer(arn, BALANCER_ATTRIBUTES)] : []),
    ...(action.attributes.targetGroup ? [balancing.setTargetGroup(group.value, TARGET_ATTRIBUTES)] : []),
    ...(action.listener ? [balancing.createListener(arn, group.value, API_PORT)] : []),
    ...(action.subnetIds === undefined ? [] : [balancing.setSubnets(arn, action.subnetIds)]),
  ]);
  if (!rest.ok) return rest;
  const outputs = { arn, dnsName, targetGroupArn: group.value, since: toInstant(now()) };
  const event =
    action.balancer === 'create' ? `Created load balancer ${dnsName}` : `Completed load balancer ${name}`;
  return ok({ event, outputs, lookAfterMs: 0 });
}

function rowsOf(
  { name, targetGroup }: BalancerDesired,
  balancer: BalancerSeen | undefined,
  group: TargetGroupSeen | undefined,
): readonly LedgerEntry[] {
  const row = (kind: string, id: string, called: string, state: string): LedgerEntry => ({
    kind,
    id,
    name: called,
    role: 'apiserver-lb',
    origin: 'created',
    state,
  });
  return [
    ...(balancer ? [row(OTHER_KINDS.balancer, balancer.arn, name, balancer.state)] : []),
    ...(group ? [row(OTHER_KINDS.targetGroup, group.arn, targetGroup, 'Exists')] : []),
  ];
}
