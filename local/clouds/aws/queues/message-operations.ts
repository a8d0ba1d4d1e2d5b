/** Sending, receiving and deleting messages. A long poll answers at once: nothing here waits. */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { type Operations, operation } from '../core/operation.ts';
import { list, text, whole } from '../core/parameters.ts';
import type { World } from '../core/world.ts';
import { keyOfReceipt, md5, type QueueMessage, receive } from './messages.ts';
import { arnOfUrl } from './queue-operations.ts';
import { boxOf, findQueue, keptMessages, nameInUrl, post, type Queue } from './store.ts';

const MAX_BATCH = 10;

const entry = { Id: text };
const outgoing = { MessageBody: text, DelaySeconds: whole.optional() };

interface OnQueue {
  readonly QueueUrl: string;
}

const queueOf = (world: World, call: Call<OnQueue>): Queue =>
  findQueue(world, call, nameInUrl(call.params.QueueUrl));

export const messageOperations: Operations = {
  SendMessage: operation({
    input: z.strictObject({ QueueUrl: text, ...outgoing }),
    resource: arnOfUrl,
    handle: (world, call) => sendOne(world, call, queueOf(world, call), call.params),
  }),
  SendMessageBatch: operation({
    input: z.strictObject({ QueueUrl: text, Entries: list(z.strictObject({ ...entry, ...outgoing })) }),
    resource: arnOfUrl,
    handle(world, call) {
      const { Entries } = call.params;
      checkBatch(Entries);
      const queue = queueOf(world, call);
      const Successful = Entries.map((one) => ({ Id: one.Id, ...sendOne(world, call, queue, one) }));
      return { Successful, Failed: [] };
    },
  }),
  ReceiveMessage: operation({
    input: z.strictObject({
      QueueUrl: text,
      MaxNumberOfMessages: whole.default(1),
      VisibilityTimeout: whole.optional(),
      WaitTimeSeconds: whole.optional(),
      AttributeNames: list(text),
      MessageSystemAttributeNames: list(text),
      MessageAttributeNames: list(text),
      ReceiveRequestAttemptId: text.optional(),
    }),
    resource: arnOfUrl,
    handle(world, call) {
      const { MaxNumberOfMessages: max, VisibilityTimeout, ...params } = call.params;
      if (max < 1 || max > MAX_BATCH)
        throw new AwsFault(
          'InvalidParameterValue',
          `Value ${max} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
        );
      const queue = queueOf(world, call);
      keptMessages(world, queue, call.nowMs);
      const messages = receive(boxOf(world), {
        queue: queue.arn,
        now: call.nowMs,
        max,
        visibilityMs: (VisibilityTimeout ?? Number(queue.attributes.VisibilityTimeout)) * 1000,
        order: world.settings.queues.order,
      });
      const wanted = [...params.AttributeNames, ...params.MessageSystemAttributeNames];
      // An empty answer has no list at all.
      return { Messages: messages.length > 0 ? messages.map((each) => view(each, wanted)) : undefined };
    },
  }),
  DeleteMessage: operation({
    input: z.strictObject({ QueueUrl: text, ReceiptHandle: text }),
    resource: arnOfUrl,
    handle(world, call) {
      deleteOne(world, queueOf(world, call), call.params.ReceiptHandle);
      return undefined;
    },
  }),
  DeleteMessageBatch: operation({
    input: z.strictObject({
      QueueUrl: text,
      Entries: list(z.strictObject({ ...entry, ReceiptHandle: text })),
    }),
    resource: arnOfUrl,
    handle(world, call) {
      const { Entries } = call.params;
      checkBatch(Entries);
      const queue = queueOf(world, call);
      for (const { ReceiptHandle } of Entries) deleteOne(world, queue, ReceiptHandle);
      return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
    },
  }),
  ChangeMessageVisibility: operation({
    input: z.strictObject({ QueueUrl: text, ReceiptHandle: text, VisibilityTimeout: whole }),
    resource: arnOfUrl,
    handle(world, call) {
      const message = messageOf(world, queueOf(world, call), call.params.ReceiptHandle);
      if (!message || message.visibleAt <= call.nowMs)
        throw new AwsFault('MessageNotInflight', 'The specified message is not in flight.');
      const visibleAt = call.nowMs + call.params.VisibilityTimeout * 1000;
      boxOf(world).messages.put(message.key, { ...message, visibleAt });
      return undefined;
    },
  }),
};

interface Outgoing {
  readonly MessageBody: string;
  readonly DelaySeconds?: number | undefined;
}

function sendOne(world: World, call: Call, queue: Queue, { MessageBody: body, DelaySeconds }: Outgoing) {
  if (body === '')
    throw new AwsFault('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (Buffer.byteLength(body) > Number(queue.attributes.MaximumMessageSize))
    throw new AwsFault(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${queue.attributes.MaximumMessageSize} bytes.`,
    );
  const id = post(world, queue, {
    body,
    senderId: call.caller.userId,
    at: call.nowMs,
    delaySeconds: DelaySeconds,
  });
  return { MessageId: id, MD5OfMessageBody: md5(body) };
}

function checkBatch(entries: readonly { readonly Id: string }[]): void {
  if (entries.length === 0)
    throw new AwsFault('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > MAX_BATCH)
    throw new AwsFault(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_BATCH}. You have sent ${entries.length}.`,
    );
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw new AwsFault(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
    );
}

/** Of the latest receipt; undefined: it is deleted, or an older receipt. */
function messageOf(world: World, queue: Queue, receipt: string): QueueMessage | undefined {
  const key = keyOfReceipt(receipt, queue.arn);
  if (key === undefined)
    throw new AwsFault('ReceiptHandleIsInvalid', `The input receipt handle "${receipt}" is not valid.`);
  const message = boxOf(world).messages.get(key);
  return message?.receipt === receipt ? message : undefined;
}

/** Deleting what is gone, or what somebody else has received since, changes nothing. */
function deleteOne(world: World, queue: Queue, receipt: string): void {
  const message = messageOf(world, queue, receipt);
  if (message) boxOf(world).messages.delete(message.key);
}

function view(message: QueueMessage, wanted: readonly string[]) {
  const all = Object.entries({
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  });
  const told = all.filter(([name]) => wanted.includes('All') || wanted.includes(name));
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    Body: message.body,
    MD5OfBody: md5(message.body),
    Attributes: told.length > 0 ? Object.fromEntries(told) : undefined,
  };
}
