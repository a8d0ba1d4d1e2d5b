/** Attributes of queues: which can be set, within which bounds, and what is told beside them. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import { AwsFault } from '../core/fault.ts';
import type { World } from '../core/world.ts';
import { parsePolicy } from '../identity/policy-document.ts';
import { countMessages } from './messages.ts';
import { keptMessages, type Queue } from './store.ts';

/** Seconds and bytes: docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const BOUNDS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
};

export const DEFAULT_ATTRIBUTES: Readonly<Record<string, string>> = {
  DelaySeconds: '0',
  MaximumMessageSize: '262144',
  MessageRetentionPeriod: '345600',
  ReceiveMessageWaitTimeSeconds: '0',
  VisibilityTimeout: '30',
  SqsManagedSseEnabled: 'true',
};

/** Throws for what cannot be set and for values out of bounds. */
export function checkedAttributes(
  attributes: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  for (const [name, value] of Object.entries(attributes)) check(name, value);
  return attributes;
}

function check(name: string, value: string): void {
  const bounds = BOUNDS[name];
  if (bounds) {
    const number = Number(value);
    if (!Number.isInteger(number) || number < bounds[0] || number > bounds[1]) throw invalid(name);
    return;
  }
  if (name === 'Policy') {
    if (value !== '' && !parsePolicy(value, 'resource').ok) throw invalid(name);
    return;
  }
  if (name === 'SqsManagedSseEnabled' || name === 'RedrivePolicy') return;
  throw new AwsFault('InvalidAttributeName', `Unknown Attribute ${name}.`);
}

const invalid = (name: string): AwsFault =>
  new AwsFault('InvalidAttributeValue', `Invalid value for the parameter ${name}.`);

export function describeQueue(world: World, queue: Queue, now: EpochMs): Readonly<Record<string, string>> {
  const { visible, hidden, delayed } = countMessages(keptMessages(world, queue, now), now);
  return {
    ...queue.attributes,
    QueueArn: queue.arn,
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.changedAt / 1000)),
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(hidden),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
}
