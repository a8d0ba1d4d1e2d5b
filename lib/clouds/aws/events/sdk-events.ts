/** EventsPort over SQS and EventBridge, on the default bus. */
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { fail, ok, type Result } from '../../../domain/errors.ts';
import { orAbsent } from '../absence.ts';
import { canonicalText } from '../canonical-text.ts';
import { settle } from '../errors.ts';
import { EVENT_QUEUE } from '../names.ts';
import { unlessAbsent, whenKnown } from '../network/ec2-outcomes.ts';
import type { AwsSession } from '../session.ts';
import { SHARED_TAG } from '../tags.ts';
import type { EventsPort, QueueSeen, RuleSeen } from './port.ts';

const TARGET_ID = 'queue';
/** Seconds. An announcement of two minutes ahead is worth nothing after an hour. */
const RETENTION_SECONDS = '3600';

export function openEvents({ sqs, events }: Pick<AwsSession, 'sqs' | 'events'>): EventsPort {
  return {
    queue: () => findQueue(sqs),
    rule: (name) => findRule(events, name),
    createQueue: () => createQueue(sqs),
    async setPolicy({ url }, policy) {
      const command = new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy: policy } });
      return written(await settle('sqs.setQueueAttributes', () => sqs.send(command)));
    },
    async putRule(name, pattern) {
      const command = new PutRuleCommand({
        Name: name,
        EventPattern: pattern,
        State: 'ENABLED',
        Description: 'Tells Slipway what happens to machines',
        Tags: [{ Key: SHARED_TAG, Value: 'true' }],
      });
      return written(await settle('events.putRule', () => events.send(command)));
    },
    putTarget: (rule, queueArn) => putTarget(events, rule, queueArn),
    removeRule: (name) => removeRule(events, name),
    async removeQueue({ url }) {
      return unlessAbsent(
        await settle('sqs.deleteQueue', () => sqs.send(new DeleteQueueCommand({ QueueUrl: url }))),
      );
    },
  };
}

function written(answer: Result<unknown>): Result<void> {
  return answer.ok ? ok(undefined) : whenKnown(answer);
}

async function findQueue(sqs: SQSClient): Promise<Result<QueueSeen | undefined>> {
  const found = orAbsent(
    await settle('sqs.getQueueUrl', () => sqs.send(new GetQueueUrlCommand({ QueueName: EVENT_QUEUE }))),
  );
  if (!found.ok) return found;
  const url = found.value?.QueueUrl;
  return url === undefined ? ok(undefined) : orAbsent(await readQueue(sqs, url));
}

async function readQueue(sqs: SQSClient, url: string): Promise<Result<QueueSeen>> {
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn', 'Policy'] });
  const read = await settle('sqs.getQueueAttributes', () => sqs.send(command));
  if (!read.ok) return read;
  const { QueueArn = '', Policy } = read.value.Attributes ?? {};
  return ok({ url, arn: QueueArn, ...(Policy ? { policy: canonicalText(Policy) } : {}) });
}

async function createQueue(sqs: SQSClient): Promise<Result<QueueSeen>> {
  const command = new CreateQueueCommand({
    QueueName: EVENT_QUEUE,
    Attributes: { MessageRetentionPeriod: RETENTION_SECONDS },
    tags: { [SHARED_TAG]: 'true' },
  });
  const made = await settle('sqs.createQueue', () => sqs.send(command));
  return made.ok ? whenKnown(await readQueue(sqs, made.value.QueueUrl ?? '')) : made;
}

async function findRule(events: EventBridgeClient, name: string): Promise<Result<RuleSeen | undefined>> {
  const described = orAbsent(
    await settle('events.describeRule', () => events.send(new DescribeRuleCommand({ Name: name }))),
  );
  if (!described.ok) return described;
  if (described.value === undefined) return ok(undefined);
  const listed = orAbsent(
    await settle('events.listTargetsByRule', () => events.send(new ListTargetsByRuleCommand({ Rule: name }))),
  );
  if (!listed.ok) return listed;
  return ok({
    pattern: canonicalText(described.value.EventPattern ?? ''),
    enabled: described.value.State === 'ENABLED',
    targets: (listed.value?.Targets ?? []).flatMap(({ Arn }) => Arn ?? []),
  });
}

/** EventBridge answers 200 and names the entries that it refused. */
async function putTarget(events: EventBridgeClient, rule: string, queueArn: string): Promise<Result<void>> {
  const command = new PutTargetsCommand({ Rule: rule, Targets: [{ Id: TARGET_ID, Arn: queueArn }] });
  const put = await settle('events.putTargets', () => events.send(command));
  if (!put.ok) return whenKnown(put);
  const [refused] = put.value.FailedEntries ?? [];
  return refused === undefined ? ok(undefined) : fail(refusedEntry('putTargets', refused));
}

async function removeRule(events: EventBridgeClient, name: string): Promise<Result<void>> {
  const command = new RemoveTargetsCommand({ Rule: name, Ids: [TARGET_ID] });
  const emptied = unlessAbsent(await settle('events.removeTargets', () => events.send(command)));
  if (!emptied.ok) return emptied;
  return unlessAbsent(
    await settle('events.deleteRule', () => events.send(new DeleteRuleCommand({ Name: name }))),
  );
}

function refusedEntry(
  operation: string,
  {
    ErrorCode = 'Unknown',
    ErrorMessage = '',
  }: { ErrorCode?: string | undefined; ErrorMessage?: string | undefined },
) {
  return {
    code: 'Conflict',
    message: `${ErrorCode}: ${ErrorMessage}`,
    source: `aws:events.${operation}:${ErrorCode}`,
  } as const;
}
