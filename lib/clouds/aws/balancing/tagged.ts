/**
 * All load balancers and target groups of a region with their tags. ELB has no filter by tag: everything is listed, and
 * tags are asked for twenty at a time.
 */
import {
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Tags } from '../../../domain/cluster.ts';
import { ok, type Result } from '../../../domain/errors.ts';
import { collect } from '../collect.ts';
import { settle } from '../errors.ts';
import { tagMap } from '../tags.ts';

type Client = ElasticLoadBalancingV2Client;

interface Named {
  readonly arn: string;
  readonly name: string;
}

export interface Tagged extends Named {
  readonly tags: Tags;
}

/** docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html */
const ARNS_AT_ONCE = 20;

/** `vpcId` absent: of the whole region. */
export async function balancersIn(elb: Client, vpcId?: string): Promise<Result<readonly Tagged[]>> {
  const seen = await collect('elb.describeLoadBalancers', async (Marker) => {
    const page = await elb.send(new DescribeLoadBalancersCommand({ Marker }));
    return { items: page.LoadBalancers, next: page.NextMarker };
  });
  if (!seen.ok) return seen;
  const there = seen.value.filter(({ VpcId }) => vpcId === undefined || VpcId === vpcId);
  return withTags(
    elb,
    there.map(({ LoadBalancerArn = '', LoadBalancerName = '' }) => ({
      arn: LoadBalancerArn,
      name: LoadBalancerName,
    })),
  );
}

export async function targetGroupsIn(elb: Client, vpcId?: string): Promise<Result<readonly Tagged[]>> {
  const seen = await collect('elb.describeTargetGroups', async (Marker) => {
    const page = await elb.send(new DescribeTargetGroupsCommand({ Marker }));
    return { items: page.TargetGroups, next: page.NextMarker };
  });
  if (!seen.ok) return seen;
  const there = seen.value.filter(({ VpcId }) => vpcId === undefined || VpcId === vpcId);
  return withTags(
    elb,
    there.map(({ TargetGroupArn = '', TargetGroupName = '' }) => ({
      arn: TargetGroupArn,
      name: TargetGroupName,
    })),
  );
}

async function withTags(elb: Client, named: readonly Named[]): Promise<Result<readonly Tagged[]>> {
  const tags = new Map<string, Tags>();
  for (let from = 0; from < named.length; from += ARNS_AT_ONCE) {
    const some = await tagsOf(
      elb,
      named.slice(from, from + ARNS_AT_ONCE).map(({ arn }) => arn),
    );
    if (!some.ok) return some;
    for (const [arn, found] of some.value) tags.set(arn, found);
  }
  return ok(named.map((one) => ({ ...one, tags: tags.get(one.arn) ?? {} })));
}

/** By ARN; at most twenty. */
export async function tagsOf(
  elb: Client,
  arns: readonly string[],
): Promise<Result<ReadonlyMap<string, Tags>>> {
  if (arns.length === 0) return ok(new Map());
  const answer = await settle('elb.describeTags', () =>
    elb.send(new DescribeTagsCommand({ ResourceArns: [...arns] })),
  );
  if (!answer.ok) return answer;
  const rows = answer.value.TagDescriptions ?? [];
  return ok(new Map(rows.map(({ ResourceArn = '', Tags: tags }) => [ResourceArn, tagMap(tags)])));
}
