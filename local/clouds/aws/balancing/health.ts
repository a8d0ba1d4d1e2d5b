/**
 * The health of targets, worked out when someone looks: what answers now is probed, and how long it has been so is
 * compared with the thresholds. A change counts from the look that found it.
 */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import { peek } from '../core/shelf.ts';
import type { World } from '../core/world.ts';
import { INTERFACE } from '../network/kinds.ts';
import type { NetworkInterface } from '../network/model.ts';
import { groupsAllow, interfaceOf, partyOf } from '../network/reachability.ts';
import { balancerState } from './load-balancers.ts';
import type { BalancerTarget, LoadBalancer, TargetGroup } from './model.ts';
import { balancersOf, targetsTable } from './store.ts';

type HealthState = 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining';

export interface Health {
  readonly state: HealthState;
  readonly reason?: string;
  readonly description?: string;
}

export function healthOf(world: World, group: TargetGroup, target: BalancerTarget): Health {
  if (target.drainingUntil !== undefined)
    return {
      state: 'draining',
      reason: 'Target.DeregistrationInProgress',
      description: 'Target deregistration is in progress',
    };
  const balancers = balancersOf(world, group);
  if (balancers.length === 0)
    return unused(
      'Target.NotInUse',
      'Target group is not configured to receive traffic from the load balancer',
    );
  const to = interfaceOf(world, target.instanceId);
  if (!to || world.compute.stateOf(world, target.instanceId) !== 'running')
    return unused('Target.InvalidState', 'Target is in the stopped or terminated state');
  const feeding = balancers.filter(({ zones }) => zones.some(({ zone }) => zone === to.zone));
  if (feeding.length === 0)
    return unused(
      'Target.NotInUse',
      'Target is in an Availability Zone that is not enabled for the load balancer',
    );
  const since = startOfChecks(world, target, feeding);
  if (since === undefined)
    return {
      state: 'initial',
      reason: 'Elb.RegistrationInProgress',
      description: 'Target registration is in progress',
    };
  return checked(world, group, probed(world, group, target, feeding, to), since);
}

const unused = (reason: string, description: string): Health => ({ state: 'unused', reason, description });

/** Checks begin with the registration, or when the first load balancer is active. Undefined: not yet. */
function startOfChecks(
  world: World,
  target: BalancerTarget,
  balancers: readonly LoadBalancer[],
): EpochMs | undefined {
  const now = world.clock.now();
  const active = balancers.filter((balancer) => balancerState(balancer, now) === 'active');
  if (active.length === 0) return undefined;
  return Math.max(target.registeredAt, Math.min(...active.map(({ activeAt }) => activeAt)));
}

/** With what a probe finds now, kept. */
function probed(
  world: World,
  group: TargetGroup,
  target: BalancerTarget,
  balancers: readonly LoadBalancer[],
  to: NetworkInterface,
): BalancerTarget {
  const port = group.check.port === 'traffic-port' ? target.port : Number(group.check.port);
  const isReached = balancers.some((balancer) =>
    feetOf(world, balancer).some(
      (foot) =>
        (balancer.groupIds.length === 0 || groupsAllow(world, balancer.groupIds, 'out', partyOf(to), port)) &&
        groupsAllow(world, to.groupIds, 'in', partyOf(foot), port),
    ),
  );
  const answers = isReached && world.machines.listens(target.instanceId, port);
  if (target.probe?.answers === answers) return target;
  const now = world.clock.now();
  const found: BalancerTarget = { ...target, probe: { answers, since: now } };
  targetsTable(world).put(found.key, found);
  return found;
}

export const feetOf = (world: World, { zones }: LoadBalancer): readonly NetworkInterface[] =>
  zones.flatMap(({ interfaceId }) => peek(world, INTERFACE, interfaceId) ?? []);

function checked(world: World, group: TargetGroup, target: BalancerTarget, since: EpochMs): Health {
  const now = world.clock.now();
  const { answers = false, since: probedSince = now } = target.probe ?? {};
  if (target.verdict === undefined) {
    const { targetInitial } = world.settings.timings;
    const initialUntil = since + world.chance.milliseconds(`initial/${target.key}/${since}`, targetInitial);
    if (now < initialUntil)
      return {
        state: 'initial',
        reason: 'Elb.InitialHealthChecking',
        description: 'Initial health checks in progress',
      };
    return settled(world, target, answers ? 'healthy' : 'unhealthy');
  }
  const wanted = answers ? 'healthy' : 'unhealthy';
  if (target.verdict === wanted) return healthFor(wanted);
  const { intervalSeconds, healthyCount, unhealthyCount } = group.check;
  const neededMs = (answers ? healthyCount : unhealthyCount) * intervalSeconds * 1000;
  return now - probedSince >= neededMs ? settled(world, target, wanted) : healthFor(target.verdict);
}

function settled(world: World, target: BalancerTarget, verdict: 'healthy' | 'unhealthy'): Health {
  targetsTable(world).put(target.key, { ...target, verdict });
  return healthFor(verdict);
}

const healthFor = (verdict: 'healthy' | 'unhealthy'): Health =>
  verdict === 'healthy'
    ? { state: 'healthy' }
    : { state: 'unhealthy', reason: 'Target.FailedHealthChecks', description: 'Health checks failed' };
