/** Tags of load balancers, listeners and target groups, and the limits of the account. */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { type Operations, operation } from '../core/operation.ts';
import { list, tag, text, whole } from '../core/parameters.ts';
import { quota } from '../core/quotas.ts';
import { put, type Resource } from '../core/shelf.ts';
import type { Tags } from '../core/tags.ts';
import type { World } from '../core/world.ts';
import { BALANCER, LISTENER, TARGET_GROUP } from './model.ts';
import { asInputs, balancingTags, findBalancer, findListener, findTargetGroup } from './store.ts';

interface Holder {
  readonly tags: Tags;
  keep(tags: Tags): void;
}

function holderOf(world: World, call: Call, arn: string): Holder {
  const change = { taggedAt: call.nowMs };
  if (arn.includes(':loadbalancer/')) {
    const found = findBalancer(world, call, arn);
    return holding(found, (tags) => put(world, BALANCER, { ...found, ...change, tags }));
  }
  if (arn.includes(':targetgroup/')) {
    const found = findTargetGroup(world, call, arn);
    return holding(found, (tags) => put(world, TARGET_GROUP, { ...found, ...change, tags }));
  }
  if (arn.includes(':listener/')) {
    const found = findListener(world, call, arn);
    return holding(found, (tags) => put(world, LISTENER, { ...found, ...change, tags }));
  }
  throw new AwsFault(
    'ValidationError',
    `'${arn}' is not a valid load balancer, listener or target group ARN`,
  );
}

const holding = ({ tags }: Resource, keep: Holder['keep']): Holder => ({ tags, keep });

const MAX_ARNS = 20;

function checkCount(arns: readonly string[]): void {
  if (arns.length === 0 || arns.length > MAX_ARNS)
    throw new AwsFault('ValidationError', `Between 1 and ${MAX_ARNS} resource ARNs must be specified`);
}

export const balancingTagOperations: Operations = {
  AddTags: operation({
    input: z.strictObject({ ResourceArns: list(text), Tags: list(tag) }),
    handle(world, call) {
      const { ResourceArns, Tags } = call.params;
      checkCount(ResourceArns);
      const added = balancingTags(Tags);
      for (const arn of ResourceArns) {
        const holder = holderOf(world, call, arn);
        holder.keep(balancingTags(asInputs({ ...holder.tags, ...added })));
      }
      return undefined;
    },
  }),
  RemoveTags: operation({
    input: z.strictObject({ ResourceArns: list(text), TagKeys: list(text) }),
    handle(world, call) {
      const { ResourceArns, TagKeys } = call.params;
      checkCount(ResourceArns);
      for (const arn of ResourceArns) {
        const holder = holderOf(world, call, arn);
        const kept = Object.entries(holder.tags).filter(([key]) => !TagKeys.includes(key));
        holder.keep(Object.fromEntries(kept));
      }
      return undefined;
    },
  }),
  DescribeTags: operation({
    input: z.strictObject({ ResourceArns: list(text) }),
    handle(world, call) {
      const { ResourceArns } = call.params;
      checkCount(ResourceArns);
      return {
        TagDescriptions: ResourceArns.map((arn) => ({
          ResourceArn: arn,
          Tags: asInputs(holderOf(world, call, arn).tags),
        })),
      };
    },
  }),
  DescribeAccountLimits: operation({
    input: z.strictObject({ Marker: text.optional(), PageSize: whole.optional() }),
    handle: (world, call) => ({
      Limits: [
        { Name: 'network-load-balancers', Max: String(quota(world, call, 'networkBalancers')) },
        { Name: 'application-load-balancers', Max: String(quota(world, call, 'applicationBalancers')) },
        { Name: 'target-groups', Max: String(quota(world, call, 'targetGroups')) },
      ],
    }),
  }),
};
