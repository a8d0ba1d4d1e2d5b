/** Changes the tags of resources in place, in as few requests as the services take. Boot secrets live for minutes only. */
import { AddTagsCommand, RemoveTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  type IAMClient,
  TagInstanceProfileCommand,
  TagRoleCommand,
  UntagInstanceProfileCommand,
  UntagRoleCommand,
} from '@aws-sdk/client-iam';
import type { Tags } from '../../../domain/cluster.ts';
import { ok, type Result } from '../../../domain/errors.ts';
import type { OwnedResource } from '../../port.ts';
import { settle } from '../errors.ts';
import { openNetwork } from '../network/ec2-network.ts';
import { whenKnown } from '../network/ec2-outcomes.ts';
import type { AwsSession } from '../session.ts';
import { tagList } from '../tags.ts';
import { isEc2Kind, OTHER_KINDS } from './kinds.ts';

export interface TagChange {
  readonly put: Tags;
  readonly take: Tags;
}

/** docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */
const EC2_AT_ONCE = 1_000;

type Call = () => Promise<Result<unknown>>;

export async function retag(
  session: AwsSession,
  resources: readonly OwnedResource[],
  change: TagChange,
): Promise<Result<void>> {
  const calls = [
    ...ec2Calls(session, resources, change),
    ...balancingCalls(session, resources, change),
    ...identityCalls(session, resources, change),
  ];
  for (const call of calls) {
    const answer = whenKnown(await call());
    if (!answer.ok) return answer;
  }
  return ok(undefined);
}

function ec2Calls(
  session: AwsSession,
  resources: readonly OwnedResource[],
  change: TagChange,
): readonly Call[] {
  const ids = resources.filter(({ kind }) => isEc2Kind(kind)).map(({ id }) => id);
  const batches: (readonly string[])[] = [];
  for (let from = 0; from < ids.length; from += EC2_AT_ONCE)
    batches.push(ids.slice(from, from + EC2_AT_ONCE));
  return batches.flatMap((batch) => [
    ...unlessEmpty(change.put, () => openNetwork(session).tag(batch, change.put)),
    ...unlessEmpty(change.take, () => openNetwork(session).untag(batch, change.take)),
  ]);
}

function balancingCalls(
  session: AwsSession,
  resources: readonly OwnedResource[],
  { put, take }: TagChange,
): readonly Call[] {
  const kinds: readonly string[] = [OTHER_KINDS.balancer, OTHER_KINDS.targetGroup];
  const ResourceArns = resources.filter(({ kind }) => kinds.includes(kind)).map(({ id }) => id);
  if (ResourceArns.length === 0) return [];
  const elb = session.balancing;
  return [
    ...unlessEmpty(put, () =>
      settle('elb.addTags', () => elb.send(new AddTagsCommand({ ResourceArns, Tags: tagList(put) }))),
    ),
    ...unlessEmpty(take, () =>
      settle('elb.removeTags', () =>
        elb.send(new RemoveTagsCommand({ ResourceArns, TagKeys: Object.keys(take) })),
      ),
    ),
  ];
}

function identityCalls(
  session: AwsSession,
  resources: readonly OwnedResource[],
  change: TagChange,
): readonly Call[] {
  return resources.flatMap(({ kind, id }) => {
    if (kind === OTHER_KINDS.role) return roleCalls(session.iam, id, change);
    return kind === OTHER_KINDS.profile ? profileCalls(session.iam, id, change) : [];
  });
}

function roleCalls(iam: IAMClient, RoleName: string, { put, take }: TagChange): readonly Call[] {
  return [
    ...unlessEmpty(put, () =>
      settle('iam.tagRole', () => iam.send(new TagRoleCommand({ RoleName, Tags: tagList(put) }))),
    ),
    ...unlessEmpty(take, () =>
      settle('iam.untagRole', () => iam.send(new UntagRoleCommand({ RoleName, TagKeys: Object.keys(take) }))),
    ),
  ];
}

function profileCalls(
  iam: IAMClient,
  InstanceProfileName: string,
  { put, take }: TagChange,
): readonly Call[] {
  return [
    ...unlessEmpty(put, () =>
      settle('iam.tagInstanceProfile', () =>
        iam.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags: tagList(put) })),
      ),
    ),
    ...unlessEmpty(take, () =>
      settle('iam.untagInstanceProfile', () =>
        iam.send(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: Object.keys(take) })),
      ),
    ),
  ];
}

const unlessEmpty = (tags: Tags, call: Call): readonly Call[] =>
  Object.keys(tags).length === 0 ? [] : [call];
