/**
 * Links on which clients send. A transfer is taken in whole or not at all, and accepted only after the commit. A batch
 * is one transfer of format 0x80013700 whose data sections each hold an encoded message.
 */
import { z } from 'zod';
import { BrokerError } from '../engine/errors.ts';
import type { IncomingMessage } from '../engine/message.ts';
import type { Namespace } from '../engine/namespace.ts';
import type { Turn } from '../engine/turn.ts';
import { accepted, rejected, toCondition } from './errors.ts';
import { toIncoming } from './message-codec.ts';
import { type AmqpMessage, codec, type MessageContext, type ReceiverLink } from './rhea.ts';
import { binary, parse } from './values.ts';

const BATCH_FORMAT = 0x8001_3700;

/** Announced on attach: the client sizes its batches by it. The cloud's premium tier starts at this value. */
export const MAX_MESSAGE_BYTES = 1_048_576;

/** One section's content is not in a list. */
const batchBody = z.union([
  z.object({ multiple: z.literal(true), content: z.array(binary) }).transform(({ content }) => content),
  z.object({ content: binary }).transform(({ content }) => [content]),
]);

export function serveSender(link: ReceiverLink, path: string, namespace: Namespace, turn: Turn): void {
  try {
    namespace.entity(path);
  } catch (error) {
    link.close(toCondition(error));
    return;
  }
  link.on('message', ({ message, delivery }: MessageContext) => {
    try {
      namespace.entity(path).send(read(message, delivery.format));
      turn.whenCommitted(() => delivery.update(true, accepted()));
    } catch (error) {
      delivery.update(true, rejected(error));
    }
  });
}

function read(message: AmqpMessage | Buffer, format: number): readonly IncomingMessage[] {
  const messages = (format === BATCH_FORMAT ? unpack(message) : [message]).map(toSingle).map(toIncoming);
  const bytes = messages.reduce((sum, { payload }) => sum + payload.length, 0);
  if (bytes <= MAX_MESSAGE_BYTES) return messages;
  throw new BrokerError(
    'amqp:link:message-size-exceeded',
    `The message (${bytes} bytes) is larger than this link allows (${MAX_MESSAGE_BYTES} bytes).`,
  );
}

function unpack(batch: AmqpMessage | Buffer): readonly Buffer[] {
  return parse(batchBody, toSingle(batch).body);
}

function toSingle(message: AmqpMessage | Buffer): AmqpMessage {
  return Buffer.isBuffer(message) ? codec.decode(message) : message;
}
