/** Target groups with their health checks. */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { nextCount } from '../core/ids.ts';
import { type Operations, operation } from '../core/operation.ts';
import { flag, list, tag, text, whole } from '../core/parameters.ts';
import { quota } from '../core/quotas.ts';
import { allOf, born, drop, peek, put } from '../core/shelf.ts';
import type { World } from '../core/world.ts';
import { VPC } from '../network/kinds.ts';
import { attributeList, changedGroup, groupDefaults } from './attributes.ts';
import { checkName } from './load-balancers.ts';
import { type HealthCheck, LISTENER, TARGET_GROUP, type TargetGroup } from './model.ts';
import {
  balancersOf,
  balancingTags,
  findBalancer,
  findTargetGroup,
  page,
  select,
  targetsTable,
} from './store.ts';

const checkInput = {
  HealthCheckProtocol: z.enum(['TCP', 'HTTP', 'HTTPS']).optional(),
  HealthCheckPort: text.optional(),
  HealthCheckEnabled: flag.optional(),
  HealthCheckPath: text.optional(),
  HealthCheckIntervalSeconds: whole.optional(),
  HealthCheckTimeoutSeconds: whole.optional(),
  HealthyThresholdCount: whole.optional(),
  UnhealthyThresholdCount: whole.optional(),
  Matcher: z.strictObject({ HttpCode: text.optional() }).optional(),
};
const CheckInput = z.object(checkInput);
type CheckParams = z.output<typeof CheckInput>;

/** docs.aws.amazon.com/elasticloadbalancing/latest/network/target-group-health-checks.html */
const DEFAULT_CHECK: HealthCheck = {
  protocol: 'TCP',
  port: 'traffic-port',
  intervalSeconds: 30,
  timeoutSeconds: 10,
  healthyCount: 5,
  unhealthyCount: 2,
};
const BOUNDS = {
  intervalSeconds: [5, 300],
  timeoutSeconds: [2, 120],
  healthyCount: [2, 10],
  unhealthyCount: [2, 10],
} as const;

function checkOf(former: HealthCheck, params: CheckParams): HealthCheck {
  const protocol = params.HealthCheckProtocol ?? former.protocol;
  const isHttp = protocol !== 'TCP';
  const path = params.HealthCheckPath ?? former.path ?? '/';
  const matcher = params.Matcher?.HttpCode ?? former.matcher ?? '200-399';
  if (!isHttp && params.HealthCheckPath !== undefined)
    throw new AwsFault('ValidationError', 'Health check path cannot be specified for TCP health checks');
  const check: HealthCheck = {
    protocol,
    port: params.HealthCheckPort ?? former.port,
    intervalSeconds: params.HealthCheckIntervalSeconds ?? former.intervalSeconds,
    timeoutSeconds: params.HealthCheckTimeoutSeconds ?? former.timeoutSeconds,
    healthyCount: params.HealthyThresholdCount ?? former.healthyCount,
    unhealthyCount: params.UnhealthyThresholdCount ?? former.unhealthyCount,
    ...(isHttp ? { path, matcher } : {}),
  };
  checkBounds(check);
  return check;
}

function checkBounds(check: HealthCheck): void {
  for (const name of ['intervalSeconds', 'timeoutSeconds', 'healthyCount', 'unhealthyCount'] as const) {
    const [least, most] = BOUNDS[name];
    if (check[name] < least || check[name] > most)
      throw new AwsFault('ValidationError', `Health check ${name} must be between ${least} and ${most}`);
  }
  if (check.timeoutSeconds > check.intervalSeconds)
    throw new AwsFault(
      'ValidationError',
      `Health check timeout '${check.timeoutSeconds}' must be smaller than or equal to the interval '${check.intervalSeconds}'`,
    );
  const port = Number(check.port);
  const isPort = check.port === 'traffic-port' || (Number.isInteger(port) && port >= 1 && port <= 65_535);
  if (!isPort) throw new AwsFault('ValidationError', `Health check port '${check.port}' is not valid`);
}

const view = (world: World, group: TargetGroup) => ({
  TargetGroupArn: group.id,
  TargetGroupName: group.name,
  Protocol: group.protocol,
  Port: group.port,
  VpcId: group.vpcId,
  TargetType: group.targetType,
  IpAddressType: 'ipv4',
  HealthCheckEnabled: true,
  HealthCheckProtocol: group.check.protocol,
  HealthCheckPort: group.check.port,
  HealthCheckPath: group.check.path,
  HealthCheckIntervalSeconds: group.check.intervalSeconds,
  HealthCheckTimeoutSeconds: group.check.timeoutSeconds,
  HealthyThresholdCount: group.check.healthyCount,
  UnhealthyThresholdCount: group.check.unhealthyCount,
  Matcher: group.check.matcher === undefined ? undefined : { HttpCode: group.check.matcher },
  LoadBalancerArns: balancersOf(world, group).map(({ id }) => id),
});

type NewGroup = Pick<TargetGroup, 'name' | 'protocol' | 'port' | 'vpcId' | 'check' | 'tags'>;

function isAsWanted(known: TargetGroup, wanted: NewGroup): boolean {
  return (
    known.protocol === wanted.protocol &&
    known.port === wanted.port &&
    known.vpcId === wanted.vpcId &&
    JSON.stringify(known.check) === JSON.stringify(wanted.check)
  );
}

function create(world: World, call: Call, wanted: NewGroup): TargetGroup {
  const all = allOf(world, TARGET_GROUP, call);
  const known = all.find(({ name }) => name === wanted.name);
  if (known && isAsWanted(known, wanted)) return known;
  if (known)
    throw new AwsFault(
      'DuplicateTargetGroupName',
      `A target group with the same name '${wanted.name}' exists, but with different settings`,
    );
  if (all.length >= quota(world, call, 'targetGroups'))
    throw new AwsFault('TooManyTargetGroups', 'The maximum number of target groups has been reached');
  if (!peek(world, VPC, wanted.vpcId))
    throw new AwsFault('ValidationError', `The VPC ID '${wanted.vpcId}' is not found`);
  const digits = world.chance.hex(`target-group/${nextCount(world, 'target-group')}`, 16);
  const arn = `arn:aws:elasticloadbalancing:${call.region}:${call.account}:targetgroup/${wanted.name}/${digits}`;
  const group: TargetGroup = {
    ...born(call, arn, wanted.tags),
    ...wanted,
    targetType: 'instance',
    attributes: groupDefaults(),
  };
  put(world, TARGET_GROUP, group);
  return group;
}

function remove(world: World, call: Call, arn: string): void {
  if (allOf(world, LISTENER, call).some(({ targetGroupArn }) => targetGroupArn === arn))
    throw new AwsFault('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`);
  const targets = targetsTable(world);
  for (const { key } of targets.inGroup(arn)) targets.delete(key);
  drop(world, TARGET_GROUP, arn);
}

const ByArn = z.strictObject({ TargetGroupArn: text });

export const targetGroupOperations: Operations = {
  CreateTargetGroup: operation({
    input: z.strictObject({
      Name: text,
      Protocol: z.enum(['TCP', 'TLS', 'UDP', 'TCP_UDP']),
      Port: whole,
      VpcId: text,
      TargetType: z.enum(['instance']).optional(),
      IpAddressType: z.enum(['ipv4']).optional(),
      Tags: list(tag),
      ...checkInput,
    }),
    handle(world, call) {
      const { Name, Protocol, Port, VpcId, Tags } = call.params;
      checkName('Target group', Name);
      if (Port < 1 || Port > 65_535)
        throw new AwsFault('ValidationError', `Port '${Port}' must be between 1 and 65535`);
      const group = create(world, call, {
        name: Name,
        protocol: Protocol,
        port: Port,
        vpcId: VpcId,
        check: checkOf(DEFAULT_CHECK, call.params),
        tags: balancingTags(Tags),
      });
      return { TargetGroups: [view(world, group)] };
    },
  }),
  DescribeTargetGroups: operation({
    input: z.strictObject({
      LoadBalancerArn: text.optional(),
      TargetGroupArns: list(text),
      Names: list(text),
      Marker: text.optional(),
      PageSize: whole.optional(),
    }),
    handle(world, call) {
      const { LoadBalancerArn, TargetGroupArns, Names } = call.params;
      const balancer = LoadBalancerArn === undefined ? undefined : findBalancer(world, call, LoadBalancerArn);
      const chosen = select(world, call, TARGET_GROUP, { arns: TargetGroupArns, names: Names });
      const fitting = chosen.filter(
        (group) => !balancer || balancersOf(world, group).some(({ id }) => id === balancer.id),
      );
      const { items, nextToken } = page(call, fitting, call.params);
      return { TargetGroups: items.map((group) => view(world, group)), NextMarker: nextToken };
    },
  }),
  ModifyTargetGroup: operation({
    input: z.strictObject({ TargetGroupArn: text, ...checkInput }),
    handle(world, call) {
      const group = findTargetGroup(world, call, call.params.TargetGroupArn);
      const changed = { ...group, check: checkOf(group.check, call.params) };
      put(world, TARGET_GROUP, changed);
      return { TargetGroups: [view(world, changed)] };
    },
  }),
  DeleteTargetGroup: operation({
    input: ByArn,
    handle(world, call) {
      remove(world, call, call.params.TargetGroupArn);
      return undefined;
    },
  }),
  DescribeTargetGroupAttributes: operation({
    input: ByArn,
    handle: (world, call) => ({
      Attributes: attributeList(findTargetGroup(world, call, call.params.TargetGroupArn).attributes),
    }),
  }),
  ModifyTargetGroupAttributes: operation({
    input: z.strictObject({
      TargetGroupArn: text,
      Attributes: list(z.strictObject({ Key: text, Value: text })),
    }),
    handle(world, call) {
      const group = findTargetGroup(world, call, call.params.TargetGroupArn);
      const attributes = changedGroup(group.attributes, call.params.Attributes);
      put(world, TARGET_GROUP, { ...group, attributes });
      return { Attributes: attributeList(attributes) };
    },
  }),
};
