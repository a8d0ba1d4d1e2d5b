/** Instances behind load balancers: registered while they run, drained before they leave. */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { type DueHandler, type Operations, operation } from '../core/operation.ts';
import { list, text, whole } from '../core/parameters.ts';
import { schedule, unschedule } from '../core/timeline.ts';
import type { World } from '../core/world.ts';
import { interfacesOf } from '../network/interfaces.ts';
import { type Health, healthOf } from './health.ts';
import type { BalancerTarget, TargetGroup } from './model.ts';
import { findTargetGroup, targetsTable } from './store.ts';

const DRAINED = 'target-drained';

const TargetInput = z.strictObject({
  Id: text,
  Port: whole.optional(),
  AvailabilityZone: text.optional(),
});
type TargetParams = z.output<typeof TargetInput>;

const keyOf = (group: TargetGroup, instanceId: string, port: number): string =>
  `${group.id}|${instanceId}|${port}`;

function register(world: World, call: Call, group: TargetGroup, { Id, Port }: TargetParams): void {
  const port = Port ?? group.port;
  const key = keyOf(group, Id, port);
  const known = targetsTable(world).get(key);
  unschedule(world, DRAINED, key);
  if (known && known.drainingUntil === undefined) return;
  targetsTable(world).put(key, {
    key,
    groupArn: group.id,
    instanceId: Id,
    port,
    registeredAt: call.nowMs,
  });
}

function checkTargets(world: World, call: Call, group: TargetGroup, targets: readonly TargetParams[]): void {
  if (targets.length === 0) throw new AwsFault('ValidationError', 'At least one target must be specified');
  const invalid = targets.filter(({ Id }) => {
    const [primary] = interfacesOf(world, call, Id);
    return world.compute.stateOf(world, Id) === undefined || primary?.vpcId !== group.vpcId;
  });
  // A terminated instance has no interface any more, and is refused as one that does not run.
  const stopped = targets.filter(({ Id }) => {
    const state = world.compute.stateOf(world, Id);
    return state !== undefined && state !== 'running';
  });
  const words = (ids: readonly TargetParams[]) => ids.map(({ Id }) => `'${Id}'`).join(', ');
  if (stopped.length > 0)
    throw new AwsFault(
      'InvalidTarget',
      `The following targets are not in a running state and cannot be registered: ${words(stopped)}`,
    );
  if (invalid.length > 0)
    throw new AwsFault('InvalidTarget', `The following targets are not valid: ${words(invalid)}`);
}

/** The targets that a request means: without a port, all of the instance. */
function meant(world: World, group: TargetGroup, { Id, Port }: TargetParams): readonly BalancerTarget[] {
  return targetsTable(world)
    .inGroup(group.id)
    .filter(({ instanceId, port }) => instanceId === Id && (Port === undefined || port === Port));
}

function deregister(world: World, call: Call, group: TargetGroup, target: BalancerTarget): void {
  if (target.drainingUntil !== undefined) return;
  const { state } = healthOf(world, group, target);
  if (state === 'unused') {
    targetsTable(world).delete(target.key);
    return;
  }
  const seconds = Number(group.attributes['deregistration_delay.timeout_seconds']);
  const drainingUntil = call.nowMs + seconds * 1000;
  targetsTable(world).put(target.key, { ...target, drainingUntil });
  schedule(world, DRAINED, target.key, drainingUntil);
}

const drained: DueHandler = (world, key) => targetsTable(world).delete(key);
export const targetsDue: Readonly<Record<string, DueHandler>> = { [DRAINED]: drained };

const description = (group: TargetGroup, id: string, port: number, health: Health) => ({
  Target: { Id: id, Port: port },
  HealthCheckPort: group.check.port === 'traffic-port' ? String(port) : group.check.port,
  TargetHealth: { State: health.state, Reason: health.reason, Description: health.description },
});

const NOT_REGISTERED: Health = {
  state: 'unused',
  reason: 'Target.NotRegistered',
  description: 'Target is not registered to the target group',
};

function describeTargets(world: World, group: TargetGroup, asked: readonly TargetParams[]) {
  const all =
    asked.length > 0
      ? asked.map((one) => ({ one, found: meant(world, group, one) }))
      : [{ one: undefined, found: targetsTable(world).inGroup(group.id) }];
  return all.flatMap(({ one, found }) => {
    if (one && found.length === 0)
      return [description(group, one.Id, one.Port ?? group.port, NOT_REGISTERED)];
    return found.map((target) =>
      description(group, target.instanceId, target.port, healthOf(world, group, target)),
    );
  });
}

const GroupAndTargets = z.strictObject({ TargetGroupArn: text, Targets: list(TargetInput) });

export const targetOperations: Operations = {
  RegisterTargets: operation({
    input: GroupAndTargets,
    handle(world, call) {
      const group = findTargetGroup(world, call, call.params.TargetGroupArn);
      checkTargets(world, call, group, call.params.Targets);
      for (const target of call.params.Targets) register(world, call, group, target);
      return undefined;
    },
  }),
  DeregisterTargets: operation({
    input: GroupAndTargets,
    handle(world, call) {
      const group = findTargetGroup(world, call, call.params.TargetGroupArn);
      for (const asked of call.params.Targets) {
        for (const target of meant(world, group, asked)) deregister(world, call, group, target);
      }
      return undefined;
    },
  }),
  DescribeTargetHealth: operation({
    input: z.strictObject({ TargetGroupArn: text, Targets: list(TargetInput), Include: list(text) }),
    handle(world, call) {
      const group = findTargetGroup(world, call, call.params.TargetGroupArn);
      return { TargetHealthDescriptions: describeTargets(world, group, call.params.Targets) };
    },
  }),
};
