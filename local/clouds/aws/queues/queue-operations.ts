/** Making, describing and deleting queues: docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference */
import { z } from 'zod';
import type { Place } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { type Operations, operation } from '../core/operation.ts';
import { list, text, whole } from '../core/parameters.ts';
import { tagsOf, withinLimit } from '../core/tags.ts';
import type { World } from '../core/world.ts';
import { checkedAttributes, DEFAULT_ATTRIBUTES, describeQueue } from './attributes.ts';
import {
  boxOf,
  deletedQueues,
  findQueue,
  NAME_HELD_MS,
  nameInUrl,
  type Queue,
  queueArn,
  queuesOf,
} from './store.ts';

const texts = z.record(z.string(), text);
const byUrl = z.strictObject({ QueueUrl: text });

interface ByUrl extends Place {
  readonly params: { readonly QueueUrl: string };
}

export const arnOfUrl = (call: ByUrl): string => queueArn(call, nameInUrl(call.params.QueueUrl));
const arnOfName = (call: Place & { readonly params: { readonly QueueName: string } }): string =>
  queueArn(call, call.params.QueueName);

const asTags = (tags: Readonly<Record<string, string>>) =>
  tagsOf(Object.entries(tags).map(([Key, Value]) => ({ Key, Value })));

export const queueOperations: Operations = {
  CreateQueue: operation({
    input: z.strictObject({ QueueName: text, Attributes: texts.default({}), tags: texts.default({}) }),
    resource: arnOfName,
    handle(world, call) {
      const { QueueName: name, Attributes, tags } = call.params;
      if (!/^[\w-]{1,80}$/.test(name))
        throw new AwsFault(
          'InvalidParameterValue',
          'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
        );
      const arn = queueArn(call, name);
      const asked = checkedAttributes(Attributes);
      const known = queuesOf(world).get(arn);
      if (known) return sameQueue(known, asked);
      const deletedAt = deletedQueues(world).get(arn);
      if (deletedAt !== undefined && call.nowMs < deletedAt + NAME_HELD_MS)
        throw new AwsFault(
          'QueueDeletedRecently',
          'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
        );
      const queue: Queue = {
        account: call.account,
        region: call.region,
        name,
        arn,
        url: `https://sqs.${call.region}.amazonaws.com/${call.account}/${name}`,
        attributes: { ...DEFAULT_ATTRIBUTES, ...asked },
        tags: asTags(tags),
        createdAt: call.nowMs,
        changedAt: call.nowMs,
      };
      queuesOf(world).put(arn, queue);
      return { QueueUrl: queue.url };
    },
  }),
  DeleteQueue: operation({
    input: byUrl,
    resource: arnOfUrl,
    handle(world, call) {
      const { arn } = findQueue(world, call, nameInUrl(call.params.QueueUrl));
      emptyQueue(world, arn);
      queuesOf(world).delete(arn);
      deletedQueues(world).put(arn, call.nowMs);
      return undefined;
    },
  }),
  GetQueueUrl: operation({
    input: z.strictObject({ QueueName: text, QueueOwnerAWSAccountId: text.optional() }),
    resource: arnOfName,
    handle: (world, call) => ({ QueueUrl: findQueue(world, call, call.params.QueueName).url }),
  }),
  ListQueues: operation({
    input: z.strictObject({
      QueueNamePrefix: text.default(''),
      MaxResults: whole.optional(),
      NextToken: text.optional(),
    }),
    handle: (world, call) => ({
      QueueUrls: queuesOf(world)
        .values()
        .filter(({ account, region, name }) => {
          const isHere = account === call.account && region === call.region;
          return isHere && name.startsWith(call.params.QueueNamePrefix);
        })
        .map(({ url }) => url),
    }),
  }),
  GetQueueAttributes: operation({
    input: z.strictObject({ QueueUrl: text, AttributeNames: list(text) }),
    resource: arnOfUrl,
    handle(world, call) {
      const queue = findQueue(world, call, nameInUrl(call.params.QueueUrl));
      const wanted = new Set(call.params.AttributeNames);
      const all = Object.entries(describeQueue(world, queue, call.nowMs));
      return {
        Attributes: Object.fromEntries(all.filter(([name]) => wanted.has('All') || wanted.has(name))),
      };
    },
  }),
  SetQueueAttributes: operation({
    input: z.strictObject({ QueueUrl: text, Attributes: texts }),
    resource: arnOfUrl,
    handle(world, call) {
      const queue = findQueue(world, call, nameInUrl(call.params.QueueUrl));
      const attributes = { ...queue.attributes, ...checkedAttributes(call.params.Attributes) };
      queuesOf(world).put(queue.arn, { ...queue, attributes, changedAt: call.nowMs });
      return undefined;
    },
  }),
  TagQueue: operation({
    input: z.strictObject({ QueueUrl: text, Tags: texts }),
    resource: arnOfUrl,
    handle(world, call) {
      const queue = findQueue(world, call, nameInUrl(call.params.QueueUrl));
      const tags = withinLimit({ ...queue.tags, ...asTags(call.params.Tags) });
      queuesOf(world).put(queue.arn, { ...queue, tags });
      return undefined;
    },
  }),
  ListQueueTags: operation({
    input: byUrl,
    resource: arnOfUrl,
    handle: (world, call) => ({ Tags: findQueue(world, call, nameInUrl(call.params.QueueUrl)).tags }),
  }),
  PurgeQueue: operation({
    input: byUrl,
    resource: arnOfUrl,
    handle(world, call) {
      emptyQueue(world, findQueue(world, call, nameInUrl(call.params.QueueUrl)).arn);
      return undefined;
    },
  }),
};

/** Creating a queue again is fine as long as nothing that is asked differs. */
function sameQueue(known: Queue, asked: Readonly<Record<string, string>>) {
  const differing = Object.entries(asked).find(([name, value]) => known.attributes[name] !== value);
  if (!differing) return { QueueUrl: known.url };
  throw new AwsFault(
    'QueueNameExists',
    `A queue already exists with the same name and a different value for attribute ${differing[0]}`,
  );
}

function emptyQueue(world: World, arn: string): void {
  const { messages } = boxOf(world);
  for (const { key } of messages.inGroup(arn)) messages.delete(key);
}
