/** Network load balancers: a name is one load balancer, and asking for it again with the same settings gives it again. */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { nextCount } from '../core/ids.ts';
import { takeLateError } from '../core/late.ts';
import { type Operations, operation } from '../core/operation.ts';
import { list, tag, text, whole } from '../core/parameters.ts';
import { quota } from '../core/quotas.ts';
import { allOf, born, drop, peek, put } from '../core/shelf.ts';
import type { Tags } from '../core/tags.ts';
import { iso } from '../core/times.ts';
import type { World } from '../core/world.ts';
import { hasServiceLinkedRole } from '../identity/service-linked-roles.ts';
import { publicIpOf } from '../network/interfaces.ts';
import { INTERFACE, SECURITY_GROUP } from '../network/kinds.ts';
import { attributeList, balancerDefaults, changedBalancer } from './attributes.ts';
import { BALANCER, type BalancerZone, LISTENER, type LoadBalancer } from './model.ts';
import { balancingTags, findBalancer, page, select } from './store.ts';
import { stepInto, stepOut, subnetsFor } from './zones.ts';

/** Hosted zone of the names of network load balancers; one of the real ones will do. */
const HOSTED_ZONE = 'Z3F0SRJ5LGBH90';

export function balancerState(
  { activeAt, failure }: LoadBalancer,
  now: number,
): 'provisioning' | 'active' | 'failed' {
  if (now < activeAt) return 'provisioning';
  return failure === undefined ? 'active' : 'failed';
}

function view(world: World, balancer: LoadBalancer, now: number) {
  const state = balancerState(balancer, now);
  return {
    LoadBalancerArn: balancer.id,
    LoadBalancerName: balancer.name,
    DNSName: balancer.dnsName,
    CanonicalHostedZoneId: HOSTED_ZONE,
    CreatedTime: iso(balancer.createdAt),
    Scheme: balancer.scheme,
    VpcId: balancer.vpcId,
    State: { Code: state, Reason: state === 'failed' ? balancer.failure : undefined },
    Type: 'network',
    IpAddressType: 'ipv4',
    AvailabilityZones: balancer.zones.map((zone) => zoneView(world, zone)),
    SecurityGroups: balancer.groupIds,
  };
}

function zoneView(world: World, { zone, subnetId, interfaceId }: BalancerZone) {
  const found = peek(world, INTERFACE, interfaceId);
  const address = found && publicIpOf(world, found);
  return {
    ZoneName: zone,
    SubnetId: subnetId,
    LoadBalancerAddresses: address === undefined ? [] : [{ IpAddress: address }],
  };
}

/** Names of load balancers and target groups. */
export function checkName(words: string, name: string): void {
  const problem =
    (name.length > 32 && 'cannot be longer than 32 characters') ||
    (!/^[a-zA-Z0-9-]+$/.test(name) &&
      'can only contain characters that are alphanumeric characters and hyphens(-)') ||
    (/^-|-$/.test(name) && 'cannot begin or end with a hyphen(-)') ||
    (/^internal-/.test(name) && "cannot begin with 'internal-'");
  if (problem) throw new AwsFault('ValidationError', `${words} name '${name}' ${problem}`);
}

export function checkGroups(world: World, vpcId: string, ids: readonly string[]): readonly string[] {
  for (const id of ids) {
    const group = peek(world, SECURITY_GROUP, id);
    if (!group || group.vpcId !== vpcId)
      throw new AwsFault(
        'InvalidSecurityGroup',
        `The security group '${id}' does not exist or is in another VPC`,
      );
  }
  return ids;
}

interface Settings {
  readonly name: string;
  readonly scheme: LoadBalancer['scheme'];
  readonly subnetIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly tags: Tags;
}

const sameSet = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((each) => other.includes(each));

function isAsWanted(known: LoadBalancer, { scheme, subnetIds, groupIds }: Settings): boolean {
  const subnets = known.zones.map(({ subnetId }) => subnetId);
  return known.scheme === scheme && sameSet(subnets, subnetIds) && sameSet(known.groupIds, groupIds);
}

export function createBalancer(world: World, call: Call, settings: Settings): LoadBalancer {
  const all = allOf(world, BALANCER, call);
  const known = all.find(({ name }) => name === settings.name);
  if (known && isAsWanted(known, settings)) return known;
  if (known)
    throw new AwsFault(
      'DuplicateLoadBalancerName',
      `A load balancer with the same name '${settings.name}' exists, but with different settings`,
    );
  if (all.length >= quota(world, call, 'networkBalancers'))
    throw new AwsFault('TooManyLoadBalancers', 'The maximum number of load balancers has been reached');
  if (!hasServiceLinkedRole(world, call, 'elasticloadbalancing.amazonaws.com'))
    throw new AwsFault(
      'AccessDenied',
      `User: ${call.caller.arn} is not authorized to perform: iam:CreateServiceLinkedRole`,
    );
  return build(world, call, settings);
}

function build(
  world: World,
  call: Call,
  { name, scheme, subnetIds, groupIds, tags }: Settings,
): LoadBalancer {
  const subnets = subnetsFor(world, call, subnetIds, scheme);
  const [{ vpcId }] = subnets;
  const digits = world.chance.hex(`balancer/${nextCount(world, 'balancer')}`, 16);
  const path = `net/${name}/${digits}`;
  const groups = checkGroups(world, vpcId, groupIds);
  const late = takeLateError(world, call);
  const { balancerProvisioning } = world.settings.timings;
  const prefix = scheme === 'internal' ? 'internal-' : '';
  const balancer: LoadBalancer = {
    ...born(call, `arn:aws:elasticloadbalancing:${call.region}:${call.account}:loadbalancer/${path}`, tags),
    name,
    dnsName: `${prefix}${name}-${digits}.elb.${call.region}.amazonaws.com`,
    scheme,
    vpcId,
    zones: subnets.map((subnet) => stepInto(world, call.nowMs, path, { scheme, groupIds: groups }, subnet)),
    groupIds: groups,
    activeAt: call.nowMs + world.chance.milliseconds(`provisioning/${path}`, balancerProvisioning),
    attributes: balancerDefaults(),
    ...(late ? { failure: late.message ?? late.code } : {}),
  };
  put(world, BALANCER, balancer);
  return balancer;
}

export function removeBalancer(world: World, call: Call, arn: string): void {
  const balancer = peek(world, BALANCER, arn);
  // Deleting what is not there succeeds.
  if (!balancer) return;
  if (balancer.attributes['deletion_protection.enabled'] === 'true')
    throw new AwsFault(
      'OperationNotPermitted',
      `Load balancer '${arn}' cannot be deleted because deletion protection is enabled`,
    );
  for (const { id, balancerArn } of allOf(world, LISTENER, call))
    if (balancerArn === arn) drop(world, LISTENER, id);
  stepOut(world, balancer.zones, call.nowMs);
  drop(world, BALANCER, arn);
}

/** Zones that stay keep their interfaces. */
function setSubnets(world: World, call: Call, balancer: LoadBalancer, ids: readonly string[]): LoadBalancer {
  const subnets = subnetsFor(world, call, ids, balancer.scheme);
  if (subnets.some(({ vpcId }) => vpcId !== balancer.vpcId))
    throw new AwsFault('InvalidSubnet', 'The subnets belong to another VPC than the load balancer');
  const path = balancer.id.slice(balancer.id.indexOf('loadbalancer/') + 'loadbalancer/'.length);
  const zones = subnets.map(
    (subnet) =>
      balancer.zones.find(({ subnetId }) => subnetId === subnet.id) ??
      stepInto(world, call.nowMs, path, balancer, subnet),
  );
  stepOut(
    world,
    balancer.zones.filter(({ interfaceId }) => !zones.some((zone) => zone.interfaceId === interfaceId)),
    call.nowMs,
  );
  const changed = { ...balancer, zones };
  put(world, BALANCER, changed);
  return changed;
}

const SubnetMapping = z.strictObject({ SubnetId: text });

interface SubnetsInput {
  readonly Subnets: readonly string[];
  readonly SubnetMappings: readonly { readonly SubnetId: string }[];
}

function subnetIdsOf({ Subnets, SubnetMappings }: SubnetsInput): readonly string[] {
  if (Subnets.length > 0 && SubnetMappings.length > 0)
    throw new AwsFault('ValidationError', 'You can specify subnets or subnet mappings, not both');
  return [...Subnets, ...SubnetMappings.map(({ SubnetId }) => SubnetId)];
}

const ByArn = z.strictObject({ LoadBalancerArn: text });

export const balancerOperations: Operations = {
  CreateLoadBalancer: operation({
    input: z.strictObject({
      Name: text,
      Subnets: list(text),
      SubnetMappings: list(SubnetMapping),
      SecurityGroups: list(text),
      Scheme: z.enum(['internet-facing', 'internal']).default('internet-facing'),
      Type: z.enum(['network']),
      IpAddressType: z.enum(['ipv4']).optional(),
      Tags: list(tag),
    }),
    handle(world, call) {
      const { Name, SecurityGroups, Scheme, Tags } = call.params;
      checkName('Load balancer', Name);
      const balancer = createBalancer(world, call, {
        name: Name,
        scheme: Scheme,
        subnetIds: subnetIdsOf(call.params),
        groupIds: SecurityGroups,
        tags: balancingTags(Tags),
      });
      return { LoadBalancers: [view(world, balancer, call.nowMs)] };
    },
  }),
  DescribeLoadBalancers: operation({
    input: z.strictObject({
      LoadBalancerArns: list(text),
      Names: list(text),
      Marker: text.optional(),
      PageSize: whole.optional(),
    }),
    handle(world, call) {
      const { LoadBalancerArns, Names } = call.params;
      const chosen = select(world, call, BALANCER, { arns: LoadBalancerArns, names: Names });
      const { items, nextToken } = page(call, chosen, call.params);
      return {
        LoadBalancers: items.map((balancer) => view(world, balancer, call.nowMs)),
        NextMarker: nextToken,
      };
    },
  }),
  DeleteLoadBalancer: operation({
    input: ByArn,
    handle(world, call) {
      removeBalancer(world, call, call.params.LoadBalancerArn);
      return undefined;
    },
  }),
  DescribeLoadBalancerAttributes: operation({
    input: ByArn,
    handle: (world, call) => ({
      Attributes: attributeList(findBalancer(world, call, call.params.LoadBalancerArn).attributes),
    }),
  }),
  ModifyLoadBalancerAttributes: operation({
    input: z.strictObject({
      LoadBalancerArn: text,
      Attributes: list(z.strictObject({ Key: text, Value: text })),
    }),
    handle(world, call) {
      const balancer = findBalancer(world, call, call.params.LoadBalancerArn);
      const attributes = changedBalancer(balancer.attributes, call.params.Attributes);
      put(world, BALANCER, { ...balancer, attributes });
      return { Attributes: attributeList(attributes) };
    },
  }),
  SetSubnets: operation({
    input: z.strictObject({
      LoadBalancerArn: text,
      Subnets: list(text),
      SubnetMappings: list(SubnetMapping),
      IpAddressType: z.enum(['ipv4']).optional(),
    }),
    handle(world, call) {
      const balancer = findBalancer(world, call, call.params.LoadBalancerArn);
      const { zones } = setSubnets(world, call, balancer, subnetIdsOf(call.params));
      return { AvailabilityZones: zones.map((zone) => zoneView(world, zone)), IpAddressType: 'ipv4' };
    },
  }),
  SetSecurityGroups: operation({
    input: z.strictObject({ LoadBalancerArn: text, SecurityGroups: list(text) }),
    handle(world, call) {
      const { LoadBalancerArn, SecurityGroups } = call.params;
      const balancer = findBalancer(world, call, LoadBalancerArn);
      if (balancer.groupIds.length === 0)
        throw new AwsFault(
          'InvalidConfigurationRequest',
          'You cannot set security groups on a load balancer that was created without any',
        );
      const groupIds = checkGroups(world, balancer.vpcId, SecurityGroups);
      put(world, BALANCER, { ...balancer, groupIds });
      for (const { interfaceId } of balancer.zones) {
        const found = peek(world, INTERFACE, interfaceId);
        if (found) put(world, INTERFACE, { ...found, groupIds });
      }
      return { SecurityGroupIds: groupIds };
    },
  }),
};
