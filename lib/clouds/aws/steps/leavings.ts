/**
 * What is left once the machines of a deleted cluster are gone: what Kubernetes itself made (nobody else can
 * take it away any more) and interfaces that nothing holds. The network can only go after it.
 */
import type { ClusterView } from '../../../domain/cluster.ts';
import { ok, type Result } from '../../../domain/errors.ts';
import { type Acted, act, done, type Plan, type Step, wait } from '../../../domain/plan.ts';
import { SECOND_MS } from '../../../domain/time.ts';
import type { BalancingPort } from '../balancing/port.ts';
import type { Leavings, LeavingsPlace, LeavingsPort } from '../leavings/port.ts';
import { GATEWAY_STEP, SUBNETS_STEP, vpcOf } from '../network/outputs.ts';
import { listed } from '../network/recorded.ts';
import { INTERFACE_LOOK_MS } from '../network/timing.ts';
import { together } from '../network/together.ts';
import { GROUPS_STEP, groupsOf, LEAVINGS_STEP } from '../outputs.ts';
import type { RuleSeen, SecurityPort } from '../security/port.ts';

export interface LeavingsContext {
  readonly leavings: LeavingsPort;
  readonly balancing: Pick<BalancingPort, 'removeBalancer' | 'removeTargetGroup'>;
  readonly security: Pick<SecurityPort, 'ingress' | 'members' | 'revoke' | 'remove'>;
}

export interface LeavingsDesired extends LeavingsPlace {
  /** The group of ours that Kubernetes writes rules to. */
  readonly groupId?: string;
}

export interface LeavingsObserved extends Leavings {
  /** Rules of our group that name groups of Kubernetes: those cannot go before. */
  readonly references: readonly RuleSeen[];
  /** Interfaces that are still members of Kubernetes' groups. */
  readonly members: readonly string[];
}

type Removable = Pick<Leavings, 'balancers' | 'targetGroups' | 'groups' | 'volumes' | 'interfaces'>;

export interface LeavingsAction extends Removable {
  readonly references: readonly RuleSeen[];
}

/** Interfaces of a load balancer take a while to go after it. */
const BALANCER_GOING_LOOK_MS = 10 * SECOND_MS;

export function planLeavings(_desired: LeavingsDesired, seen: LeavingsObserved): Plan<LeavingsAction> {
  const { balancers, members } = seen;
  const action: LeavingsAction = {
    balancers,
    // A balancer's target groups, groups and rules are in use until it is gone.
    targetGroups: balancers.length > 0 ? [] : seen.targetGroups,
    references: balancers.length > 0 ? [] : seen.references,
    groups: balancers.length + members.length > 0 ? [] : seen.groups,
    volumes: seen.volumes.filter(({ inUse }) => !inUse),
    interfaces: seen.interfaces.filter(({ inUse }) => !inUse),
  };
  if (Object.values(action).some((some) => some.length > 0)) return act(action, 'RemovingLeftovers');
  const held = [...members, ...seen.volumes.map(({ id }) => id), ...seen.interfaces.map(({ id }) => id)];
  if (held.length === 0) return done('NoLeftovers');
  return wait(INTERFACE_LOOK_MS, 'RemovingLeftovers', {
    message: `Waiting for ${listed(held)} to be let go.`,
  });
}

export const leavingsStep: Step<LeavingsContext, LeavingsDesired, LeavingsObserved, LeavingsAction> = {
  name: LEAVINGS_STEP,
  title: 'Remove what Kubernetes made in the cloud',
  condition: 'DeletingInfrastructure',
  after: [GROUPS_STEP, SUBNETS_STEP, GATEWAY_STEP],
  desired: desiredLeavings,
  observe: observeLeavings,
  plan: planLeavings,
  act: actOnLeavings,
};

function desiredLeavings(view: ClusterView): LeavingsDesired | undefined {
  if (!view.deleting) return undefined;
  const vpcId = vpcOf(view)?.id;
  const groupId = groupsOf(view).lb;
  return {
    cluster: { id: view.id, name: view.name },
    ...(vpcId === undefined ? {} : { vpcId }),
    ...(groupId === undefined ? {} : { groupId }),
  };
}

async function observeLeavings(
  { leavings, security }: LeavingsContext,
  desired: LeavingsDesired,
): Promise<Result<LeavingsObserved>> {
  const found = await leavings.find(desired);
  if (!found.ok) return found;
  const groups = found.value.groups.map(({ id }) => id);
  if (groups.length === 0) return ok({ ...found.value, references: [], members: [] });
  const [rules, members] = await Promise.all([
    security.ingress(desired.groupId === undefined ? groups : [...groups, desired.groupId]),
    security.members(groups),
  ]);
  if (!rules.ok) return rules;
  if (!members.ok) return members;
  return ok({
    ...found.value,
    references: rules.value.filter(({ source }) => groups.includes(source)),
    members: members.value.map(({ id }) => id),
  });
}

async function actOnLeavings(
  { leavings, balancing, security }: LeavingsContext,
  _desired: LeavingsDesired,
  action: LeavingsAction,
): Promise<Result<Acted>> {
  const revoked = await together(action.references.map((rule) => security.revoke(rule.groupId, [rule.id])));
  if (!revoked.ok) return revoked;
  const removed = await together([
    ...action.balancers.map(({ id, isClassic }) =>
      isClassic ? leavings.removeClassicBalancer(id) : balancing.removeBalancer(id),
    ),
    ...action.targetGroups.map(({ id }) => balancing.removeTargetGroup(id)),
    ...action.volumes.map(({ id }) => leavings.removeVolume(id)),
    ...action.interfaces.map(({ id }) => leavings.removeInterface(id)),
    ...action.groups.map(({ id }) => security.remove(id)),
  ]);
  if (!removed.ok) return removed;
  const { balancers, targetGroups, volumes, interfaces, groups } = action;
  const names = [...balancers, ...targetGroups, ...volumes, ...interfaces, ...groups].map(({ name }) => name);
  const event = names.length === 0 ? 'Took back rules of load balancers' : `Removed ${listed(names)}`;
  return ok({ event, lookAfterMs: balancers.length > 0 ? BALANCER_GOING_LOOK_MS : 0 });
}
