/** Queues of a region: found by name and URL, with the attributes that anybody here sets. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import { type Call, type Place, placeKey } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import type { Tags } from '../core/tags.ts';
import { sees } from '../core/visibility.ts';
import type { World } from '../core/world.ts';
import type { RequestContext } from '../identity/conditions.ts';
import { evaluate } from '../identity/evaluate-policy.ts';
import { type PolicyStatement, parsePolicy } from '../identity/policy-document.ts';
import { type MessageBox, type QueueMessage, send } from './messages.ts';

export interface Queue extends Place {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** As they are set: texts by name. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Tags;
  readonly createdAt: EpochMs;
  readonly changedAt: EpochMs;
}

/** A name can be used again only after this long: docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html */
export const NAME_HELD_MS = 60_000;

export const queuesOf = (world: World) => world.records.table<Queue>('queues', placeKey);
/** When queues of a name were last deleted. */
export const deletedQueues = (world: World) => world.records.table<EpochMs>('queues-deleted');
const messagesOf = (world: World) =>
  world.records.table<QueueMessage>('queue-messages', ({ queue }) => queue);

export const queueArn = ({ region, account }: Place, name: string): string =>
  `arn:aws:sqs:${region}:${account}:${name}`;

export const boxOf = (world: World): MessageBox => ({
  messages: messagesOf(world),
  counters: world.records.table<number>('counters'),
  chance: world.chance,
});

/** The queue's name is the last part of its URL. */
export const nameInUrl = (url: string): string => url.split('/').at(-1) ?? '';

/** By name. Throws QueueDoesNotExist, also while this reader does not see it yet. */
export function findQueue(world: World, call: Call, name: string): Queue {
  const queue = queuesOf(world).get(queueArn(call, name));
  if (queue && sees(world, call, queue.arn, queue.createdAt)) return queue;
  throw new AwsFault('QueueDoesNotExist', 'The specified queue does not exist.');
}

/** Messages that have not been kept for too long; older ones are dropped. */
export function keptMessages(world: World, queue: Queue, now: EpochMs): readonly QueueMessage[] {
  const oldest = now - Number(queue.attributes.MessageRetentionPeriod) * 1000;
  const messages = messagesOf(world);
  for (const { key, sentAt } of messages.inGroup(queue.arn)) if (sentAt < oldest) messages.delete(key);
  return messages.inGroup(queue.arn);
}

interface Posted {
  readonly body: string;
  readonly senderId: string;
  readonly at: EpochMs;
  /** Absent: the queue's own delay. */
  readonly delaySeconds?: number | undefined;
}

/** Gives the message's id. */
export function post(world: World, queue: Queue, { body, senderId, at, delaySeconds }: Posted): string {
  const delayMs = (delaySeconds ?? Number(queue.attributes.DelaySeconds)) * 1000;
  const { copies } = world.settings.queues;
  return send(boxOf(world), { queue: queue.arn, body, senderId, sentAt: at, delayMs, copies });
}

/** Whether the queue's own policy lets a service of AWS send to it. */
export function letsServiceSend(queue: Queue, service: string, context: RequestContext): boolean {
  const policy = parsePolicy(queue.attributes.Policy ?? '', 'resource');
  if (!policy.ok) return false;
  const statements = policy.statements.filter((statement) => namesService(statement, service));
  return evaluate(statements, { action: 'sqs:SendMessage', resource: queue.arn, context }) === 'allowed';
}

function namesService({ Principal }: PolicyStatement, service: string): boolean {
  if (Principal === undefined) return false;
  if (Principal === '*') return true;
  return (Principal.AWS ?? []).includes('*') || (Principal.Service ?? []).includes(service);
}
