/**
 * What the cloud controller makes for a Service of type LoadBalancer: a classic load balancer with a group of its own, or
 * a network load balancer when an annotation asks for one. Written after kubernetes/cloud-provider-aws (aws.go,
 * aws_loadbalancer.go). Machines are not registered: nothing flows through them here.
 */
import type { BalancedService } from '../../../kube/port.ts';
import { classicNamed, createClassic, removeClassic } from '../balancing/classic.ts';
import { listenerOperations } from '../balancing/listeners.ts';
import { createBalancer, removeBalancer } from '../balancing/load-balancers.ts';
import { BALANCER, LISTENER, type LoadBalancer, TARGET_GROUP } from '../balancing/model.ts';
import { targetGroupOperations } from '../balancing/target-groups.ts';
import type { Call } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { allOf } from '../core/shelf.ts';
import type { Tags } from '../core/tags.ts';
import type { World } from '../core/world.ts';
import { SUBNET } from '../network/kinds.ts';
import { type Asker, ask, askerOn, callOf, may } from './asker.ts';
import { admitGroup, admitPort, ensureGroup, forbidGroup, forbidPorts, removeOwnGroup } from './groups.ts';

const TYPE = 'service.beta.kubernetes.io/aws-load-balancer-type';
const SERVICE_NAME = 'kubernetes.io/service-name';
const PUBLIC_SUBNET = 'kubernetes.io/role/elb';

const MAKING = [
  'ec2:AuthorizeSecurityGroupIngress',
  'ec2:CreateSecurityGroup',
  'ec2:CreateTags',
  'elasticloadbalancing:AddTags',
  'elasticloadbalancing:CreateListener',
  'elasticloadbalancing:CreateLoadBalancer',
  'elasticloadbalancing:CreateTargetGroup',
];
const REMOVING = [
  'ec2:DeleteSecurityGroup',
  'ec2:RevokeSecurityGroupIngress',
  'elasticloadbalancing:DeleteLoadBalancer',
  'elasticloadbalancing:DeleteTargetGroup',
];

/** `DefaultLoadBalancerName` of k8s.io/cloud-provider. */
const nameOf = ({ uid }: BalancedService): string => `a${uid.replaceAll('-', '')}`.slice(0, 32);

/** Its DNS name, made when it is missing; `undefined`: refused, and tried again later. */
export function ensureServiceBalancer(
  world: World,
  service: BalancedService,
  instanceId: string,
): string | undefined {
  const asker = askerOn(world, instanceId);
  if (!asker || !may(asker, MAKING)) return undefined;
  const subnetIds = publicSubnets(world, asker);
  if (subnetIds.length === 0) return undefined;
  const ensure = service.annotations[TYPE] === 'nlb' ? ensureNetworkBalancer : ensureClassicBalancer;
  try {
    return ensure(world, asker, service, subnetIds);
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    return undefined;
  }
}

/** One per zone. */
function publicSubnets(world: World, { instance, clusterTag }: Asker): readonly string[] {
  const ours = allOf(world, SUBNET, instance).filter(
    ({ vpcId, tags }) =>
      vpcId === instance.vpcId && tags[clusterTag] !== undefined && tags[PUBLIC_SUBNET] !== undefined,
  );
  return [...new Map(ours.map(({ zone, id }) => [zone, id])).values()];
}

const tagsFor = ({ clusterTag }: Asker, { namespace, name }: BalancedService): Tags => ({
  [clusterTag]: 'owned',
  [SERVICE_NAME]: `${namespace}/${name}`,
});

function ensureClassicBalancer(
  world: World,
  asker: Asker,
  service: BalancedService,
  subnetIds: readonly string[],
): string {
  const name = nameOf(service);
  const call = callOf(world, asker, 'classicbalancing', 'CreateLoadBalancer');
  const group = ensureGroup(world, call, asker, name, service);
  const { dnsName } = createClassic(world, call, {
    name,
    scheme: 'internet-facing',
    subnetIds,
    groupIds: [group.id],
    listeners: service.ports.map(({ port, nodePort }) => ({
      protocol: 'TCP',
      port,
      instanceProtocol: 'TCP',
      instancePort: nodePort,
    })),
    tags: tagsFor(asker, service),
  });
  admitGroup(world, call, asker, group);
  return dnsName;
}

function ensureNetworkBalancer(
  world: World,
  asker: Asker,
  service: BalancedService,
  subnetIds: readonly string[],
): string {
  const call = callOf(world, asker, 'elasticloadbalancing', 'CreateLoadBalancer');
  const tags = tagsFor(asker, service);
  const settings = { scheme: 'internet-facing', subnetIds, groupIds: [], tags } as const;
  const balancer = createBalancer(world, call, { name: nameOf(service), ...settings });
  for (const { port, nodePort } of service.ports) {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    listen(world, call, balancer, port, {
      Name: `k8s-${service.name.slice(0, 16)}-${nodePort}`,
      Protocol: 'TCP',
      Port: nodePort,
      VpcId: balancer.vpcId,
      Tags,
    });
    admitPort(world, call, asker, balancer.name, nodePort);
  }
  return balancer.dnsName;
}

function listen(
  world: World,
  call: Call,
  balancer: LoadBalancer,
  Port: number,
  group: { readonly Name: string; readonly [parameter: string]: unknown },
) {
  ask(world, { ...call, operation: 'CreateTargetGroup' }, targetGroupOperations, group);
  const made = allOf(world, TARGET_GROUP, call).find(({ name }) => name === group.Name);
  const listens = allOf(world, LISTENER, call).some(
    ({ balancerArn, port }) => balancerArn === balancer.id && port === Port,
  );
  if (listens) return;
  ask(world, { ...call, operation: 'CreateListener' }, listenerOperations, {
    LoadBalancerArn: balancer.id,
    Port,
    Protocol: 'TCP',
    DefaultActions: [{ Type: 'forward', TargetGroupArn: made?.id ?? '' }],
  });
}

/** False: its group still waits for its interfaces to go; it is asked again. */
export function removeServiceBalancer(world: World, service: BalancedService, instanceId: string): boolean {
  const asker = askerOn(world, instanceId);
  if (!asker || !may(asker, REMOVING)) return false;
  const name = nameOf(service);
  const call = callOf(world, asker, 'elasticloadbalancing', 'DeleteLoadBalancer');
  removeNetworkBalancer(world, call, asker, service, name);
  if (classicNamed(world, call, name)) removeClassic(world, call, name);
  forbidGroup(world, call, name);
  return removeOwnGroup(world, call, name);
}

function removeNetworkBalancer(
  world: World,
  call: Call,
  asker: Asker,
  service: BalancedService,
  name: string,
): void {
  const balancer = allOf(world, BALANCER, call).find((each) => each.name === name);
  if (!balancer) return;
  removeBalancer(world, call, balancer.id);
  const { clusterTag } = asker;
  for (const { id, tags } of allOf(world, TARGET_GROUP, call)) {
    const isOfService = tags[SERVICE_NAME] === `${service.namespace}/${service.name}`;
    if (!isOfService || tags[clusterTag] !== 'owned') continue;
    ask(world, { ...call, operation: 'DeleteTargetGroup' }, targetGroupOperations, { TargetGroupArn: id });
  }
  forbidPorts(world, call, name);
}
