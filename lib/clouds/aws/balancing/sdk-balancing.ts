/** BalancingPort over ELBv2: a network load balancer, a TCP target group of instances, a TCP listener. */
import {
  type Action,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
  type LoadBalancer,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Tags } from '../../../domain/cluster.ts';
import { ok, type Result } from '../../../domain/errors.ts';
import { orAbsent } from '../absence.ts';
import { settle } from '../errors.ts';
import { unlessAbsent, whenKnown } from '../network/ec2-outcomes.ts';
import type { AwsSession } from '../session.ts';
import { tagList, tagMap } from '../tags.ts';
import type {
  BalancerDetails,
  BalancerDraft,
  BalancerSeen,
  BalancingPort,
  TargetGroupDraft,
} from './port.ts';
import { tagsOf } from './tagged.ts';

type Client = ElasticLoadBalancingV2Client;

/** An API server answers /readyz without credentials; ten seconds and two or three of them decide. Our choice. */
const HEALTH_CHECK = {
  HealthCheckEnabled: true,
  HealthCheckProtocol: 'HTTPS',
  HealthCheckPath: '/readyz',
  HealthCheckPort: 'traffic-port',
  HealthCheckIntervalSeconds: 10,
  HealthCheckTimeoutSeconds: 6,
  HealthyThresholdCount: 2,
  UnhealthyThresholdCount: 3,
} as const;

export function openBalancing({ balancing }: Pick<AwsSession, 'balancing'>): BalancingPort {
  const elb = balancing;
  return {
    find: (names) => find(elb, names),
    details: (balancerArn, targetGroupArn) => details(elb, balancerArn, targetGroupArn),
    createBalancer: (draft) => createBalancer(elb, draft),
    createTargetGroup: (draft) => createTargetGroup(elb, draft),
    async createListener(balancerArn, targetGroupArn, port) {
      const command = new CreateListenerCommand({
        LoadBalancerArn: balancerArn,
        Protocol: 'TCP',
        Port: port,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
      });
      return written(await settle('elb.createListener', () => elb.send(command)));
    },
    async setBalancer(arn, attributes) {
      const command = new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: arn,
        Attributes: tagList(attributes),
      });
      return written(await settle('elb.modifyLoadBalancerAttributes', () => elb.send(command)));
    },
    async setTargetGroup(arn, attributes) {
      const command = new ModifyTargetGroupAttributesCommand({
        TargetGroupArn: arn,
        Attributes: tagList(attributes),
      });
      return written(await settle('elb.modifyTargetGroupAttributes', () => elb.send(command)));
    },
    async setSubnets(arn, subnetIds) {
      const command = new SetSubnetsCommand({ LoadBalancerArn: arn, Subnets: [...subnetIds] });
      return written(await settle('elb.setSubnets', () => elb.send(command)));
    },
    async removeBalancer(arn) {
      const command = new DeleteLoadBalancerCommand({ LoadBalancerArn: arn });
      return unlessAbsent(await settle('elb.deleteLoadBalancer', () => elb.send(command)));
    },
    async removeTargetGroup(arn) {
      const command = new DeleteTargetGroupCommand({ TargetGroupArn: arn });
      return unlessAbsent(await settle('elb.deleteTargetGroup', () => elb.send(command)));
    },
  };
}

function written(answer: Result<unknown>): Result<void> {
  return answer.ok ? ok(undefined) : whenKnown(answer);
}

async function find(
  elb: Client,
  names: { readonly balancer: string; readonly targetGroup: string },
): ReturnType<BalancingPort['find']> {
  const [balancers, groups] = await Promise.all([
    settle('elb.describeLoadBalancers', () =>
      elb.send(new DescribeLoadBalancersCommand({ Names: [names.balancer] })),
    ),
    settle('elb.describeTargetGroups', () =>
      elb.send(new DescribeTargetGroupsCommand({ Names: [names.targetGroup] })),
    ),
  ]);
  const balancer = orAbsent(balancers);
  const group = orAbsent(groups);
  if (!balancer.ok) return balancer;
  if (!group.ok) return group;
  return withTags(
    elb,
    balancer.value?.LoadBalancers?.at(0),
    group.value?.TargetGroups?.at(0)?.TargetGroupArn,
  );
}

async function withTags(
  elb: Client,
  balancer: LoadBalancer | undefined,
  targetGroupArn: string | undefined,
): ReturnType<BalancingPort['find']> {
  const arns = [balancer?.LoadBalancerArn, targetGroupArn].flatMap((arn) => arn ?? []);
  const tags = whenKnown(await tagsOf(elb, arns));
  if (!tags.ok) return tags;
  const tagged = (arn: string): Tags => tags.value.get(arn) ?? {};
  return ok({
    ...(balancer?.LoadBalancerArn === undefined
      ? {}
      : { balancer: toBalancer(balancer, tagged(balancer.LoadBalancerArn)) }),
    ...(targetGroupArn === undefined
      ? {}
      : { targetGroup: { arn: targetGroupArn, tags: tagged(targetGroupArn) } }),
  });
}

function toBalancer(described: LoadBalancer, tags: Tags): BalancerSeen {
  const { LoadBalancerArn = '', DNSName = '', State, AvailabilityZones } = described;
  return {
    arn: LoadBalancerArn,
    dnsName: DNSName,
    state: State?.Code ?? 'active',
    subnetIds: (AvailabilityZones ?? []).flatMap(({ SubnetId }) => SubnetId ?? []),
    tags,
  };
}

async function details(
  elb: Client,
  balancerArn: string,
  targetGroupArn: string,
): Promise<Result<BalancerDetails>> {
  const [balancer, targetGroup, listeners] = await Promise.all([
    settle('elb.describeLoadBalancerAttributes', () =>
      elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: balancerArn })),
    ),
    settle('elb.describeTargetGroupAttributes', () =>
      elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: targetGroupArn })),
    ),
    settle('elb.describeListeners', () =>
      elb.send(new DescribeListenersCommand({ LoadBalancerArn: balancerArn })),
    ),
  ]);
  if (!balancer.ok) return whenKnown(balancer);
  if (!targetGroup.ok) return whenKnown(targetGroup);
  if (!listeners.ok) return whenKnown(listeners);
  const forwarding = (listeners.value.Listeners ?? []).filter(({ DefaultActions = [] }) =>
    DefaultActions.some((action) => targetGroupsOf(action).includes(targetGroupArn)),
  );
  return ok({
    balancer: tagMap(balancer.value.Attributes),
    targetGroup: tagMap(targetGroup.value.Attributes),
    ports: forwarding.flatMap(({ Port }) => Port ?? []),
  });
}

/** The service gives a single target group either way. */
function targetGroupsOf({ TargetGroupArn, ForwardConfig }: Action): readonly string[] {
  const weighted = (ForwardConfig?.TargetGroups ?? []).flatMap((group) => group.TargetGroupArn ?? []);
  return TargetGroupArn === undefined ? weighted : [TargetGroupArn, ...weighted];
}

async function createBalancer(
  elb: Client,
  { name, subnetIds, groupId, tags }: BalancerDraft,
): Promise<Result<{ readonly arn: string; readonly dnsName: string }>> {
  const command = new CreateLoadBalancerCommand({
    Name: name,
    Type: 'network',
    Scheme: 'internet-facing',
    IpAddressType: 'ipv4',
    Subnets: [...subnetIds],
    // A balancer that is made without one can never be given any.
    SecurityGroups: [groupId],
    Tags: tagList(tags),
  });
  const made = whenKnown(await settle('elb.createLoadBalancer', () => elb.send(command)));
  if (!made.ok) return made;
  const { LoadBalancerArn = '', DNSName = '' } = made.value.LoadBalancers?.at(0) ?? {};
  return ok({ arn: LoadBalancerArn, dnsName: DNSName });
}

async function createTargetGroup(
  elb: Client,
  { name, vpcId, port, tags }: TargetGroupDraft,
): Promise<Result<string>> {
  const command = new CreateTargetGroupCommand({
    Name: name,
    Protocol: 'TCP',
    Port: port,
    VpcId: vpcId,
    TargetType: 'instance',
    ...HEALTH_CHECK,
    Tags: tagList(tags),
  });
  const made = whenKnown(await settle('elb.createTargetGroup', () => elb.send(command)));
  return made.ok ? ok(made.value.TargetGroups?.at(0)?.TargetGroupArn ?? '') : made;
}
