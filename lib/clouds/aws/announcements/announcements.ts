/**
 * The queue of an account and region, read batch by batch. Messages name instances; whose they are is read off the
 * instances' tags, in one call per batch.
 */
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import {
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { ok, type Result } from '../../../domain/errors.ts';
import type { AccountAccess, Announcement, Announcements, CallGuard } from '../../port.ts';
import { settle } from '../errors.ts';
import { EVENT_QUEUE } from '../names.ts';
import type { AwsSession } from '../session.ts';
import { tagMap, UID_TAG } from '../tags.ts';
import { readMessage, type SaidOfMachine } from './read-message.ts';

/** SQS gives no more at once. */
const BATCH = 10;
/** Seconds until a message that nobody took away comes again: longer than a batch takes to handle. */
const HIDDEN_SECONDS = 30;
const EXCERPT = 200;

type OpenSession = (access: AccountAccess, region: string, guard: CallGuard) => AwsSession;

export function createAnnouncements(open: OpenSession): Announcements {
  return {
    receive: (access, region, guard) => receive(open(access, region, guard)),
    remove: (access, region, guard, receipts) => remove(open(access, region, guard), receipts),
  };
}

async function receive(session: AwsSession): Promise<Result<readonly Announcement[]>> {
  const url = await queueUrl(session);
  if (!url.ok) return url;
  const QueueUrl = url.value;
  if (QueueUrl === undefined) return ok([]);
  const received = await settle('sqs.receiveMessage', () =>
    session.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: BATCH,
        WaitTimeSeconds: 0,
        VisibilityTimeout: HIDDEN_SECONDS,
      }),
    ),
  );
  if (!received.ok) return received;
  const messages = (received.value.Messages ?? []).map(toRead);
  const owners = await ownersOf(session, messages);
  return owners.ok ? ok(messages.flatMap((message) => announced(message, owners.value))) : owners;
}

interface ReadSqsMessage {
  readonly receipt: string;
  readonly body: string;
  readonly said: readonly SaidOfMachine[] | undefined;
}

function toRead({ ReceiptHandle = '', Body = '' }: Message): ReadSqsMessage {
  return { receipt: ReceiptHandle, body: Body, said: readMessage(Body) };
}

function announced(
  { receipt, body, said }: ReadSqsMessage,
  owners: ReadonlyMap<string, string>,
): readonly Announcement[] {
  if (said === undefined) return [{ receipt, kind: 'unreadable', what: body.slice(0, EXCERPT) }];
  const ours = said.flatMap(({ machineId, notice }): readonly Announcement[] => {
    const clusterUid = owners.get(machineId);
    return clusterUid === undefined ? [] : [{ receipt, kind: 'notice', machineId, clusterUid, notice }];
  });
  return ours.length > 0 ? ours : [{ receipt, kind: 'nothing' }];
}

/** By a filter, because one id that is gone would fail a look-up by ids. */
async function ownersOf(
  { ec2 }: AwsSession,
  messages: readonly ReadSqsMessage[],
): Promise<Result<ReadonlyMap<string, string>>> {
  const ids = [...new Set(messages.flatMap(({ said = [] }) => said.map(({ machineId }) => machineId)))];
  if (ids.length === 0) return ok(new Map());
  const answer = await settle('ec2.describeInstances', () =>
    ec2.send(new DescribeInstancesCommand({ Filters: [{ Name: 'instance-id', Values: ids }] })),
  );
  if (!answer.ok) return answer;
  const instances = (answer.value.Reservations ?? []).flatMap(({ Instances = [] }) => Instances);
  const owned = instances.flatMap(({ InstanceId = '', Tags }) => {
    const uid = tagMap(Tags)[UID_TAG];
    return uid === undefined ? [] : [[InstanceId, uid] as const];
  });
  return ok(new Map(owned));
}

/** `undefined`: there is no queue, because no cluster of ours is in the region. */
async function queueUrl({ sqs }: AwsSession): Promise<Result<string | undefined>> {
  const answer = await settle('sqs.getQueueUrl', () =>
    sqs.send(new GetQueueUrlCommand({ QueueName: EVENT_QUEUE })),
  );
  if (answer.ok) return ok(answer.value.QueueUrl);
  return answer.error.code === 'NotFound' ? ok(undefined) : answer;
}

async function remove(session: AwsSession, receipts: readonly string[]): Promise<Result<void>> {
  const unique = [...new Set(receipts)];
  const url = await queueUrl(session);
  if (!url.ok) return url;
  const QueueUrl = url.value;
  if (QueueUrl === undefined || unique.length === 0) return ok(undefined);
  const answer = await settle('sqs.deleteMessageBatch', () =>
    session.sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: unique.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle })),
      }),
    ),
  );
  return answer.ok ? ok(undefined) : answer;
}
