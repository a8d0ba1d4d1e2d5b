/**
 * Classic load balancers, which the cloud controller makes for Services that ask for no other: an API of their own
 * beside ELBv2, in which names are ids. We never make any; we find those of a network, and delete them.
 */
import {
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  type ElasticLoadBalancingClient,
} from '@aws-sdk/client-elastic-load-balancing';
import type { Tags } from '../../../domain/cluster.ts';
import { ok, type Result } from '../../../domain/errors.ts';
import { collect } from '../collect.ts';
import { refusalOf, settle } from '../errors.ts';
import { unlessAbsent } from '../network/ec2-outcomes.ts';
import { tagMap } from '../tags.ts';

type Client = ElasticLoadBalancingClient;

export interface ClassicBalancer {
  readonly name: string;
  readonly tags: Tags;
}

/** docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeTags.html */
const NAMES_AT_ONCE = 20;

/**
 * What emulators answer that do not have this API: the action or the version of the API is unknown to them, or plainly
 * 501. AWS has had both since 2012 and never answers 501 (its own InternalFailure comes with 500), so that nothing that
 * exists is overlooked. docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/CommonErrors.html
 */
const UNKNOWN_HERE = new Set(['InvalidAction', 'NoSuchVersion']);
const NOT_IMPLEMENTED = 501;

export async function classicBalancersIn(
  elb: Client,
  vpcId: string,
): Promise<Result<readonly ClassicBalancer[]>> {
  const seen = await collect('elbClassic.describeLoadBalancers', async (Marker) => {
    const page = await elb.send(new DescribeLoadBalancersCommand({ Marker })).catch(noneIfUnknown);
    return { items: page.LoadBalancerDescriptions, next: page.NextMarker };
  });
  if (!seen.ok) return seen;
  const there = seen.value.filter(({ VPCId }) => VPCId === vpcId);
  return withTags(
    elb,
    there.flatMap(({ LoadBalancerName }) => LoadBalancerName ?? []),
  );
}

/** Absent is a success, as it is to AWS. */
export async function removeClassicBalancer(elb: Client, LoadBalancerName: string): Promise<Result<void>> {
  const command = new DeleteLoadBalancerCommand({ LoadBalancerName });
  return unlessAbsent(await settle('elbClassic.deleteLoadBalancer', () => elb.send(command)));
}

interface NoPage {
  readonly LoadBalancerDescriptions: undefined;
  readonly NextMarker: undefined;
}

function noneIfUnknown(thrown: unknown): NoPage {
  const { code, status } = refusalOf(thrown);
  if (status !== NOT_IMPLEMENTED && !UNKNOWN_HERE.has(code)) throw thrown;
  return { LoadBalancerDescriptions: undefined, NextMarker: undefined };
}

async function withTags(elb: Client, names: readonly string[]): Promise<Result<readonly ClassicBalancer[]>> {
  const found: ClassicBalancer[] = [];
  for (let from = 0; from < names.length; from += NAMES_AT_ONCE) {
    const LoadBalancerNames = names.slice(from, from + NAMES_AT_ONCE);
    const answer = await settle('elbClassic.describeTags', () =>
      elb.send(new DescribeTagsCommand({ LoadBalancerNames })),
    );
    if (!answer.ok) return answer;
    const rows = answer.value.TagDescriptions ?? [];
    found.push(...rows.map(({ LoadBalancerName: name = '', Tags }) => ({ name, tags: tagMap(Tags) })));
  }
  return ok(found);
}
