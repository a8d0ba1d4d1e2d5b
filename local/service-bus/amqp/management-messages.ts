/** `$management` operations on messages: schedule, cancel, peek, receive deferred ones, renew and settle by lock token. */
import { z } from 'zod';
import type { Lock } from '../engine/locks.ts';
import type { Settlement, StoredMessage } from '../engine/message.ts';
import { bytesToToken, tokenToBytes } from './lock-token.ts';
import { answer, NOTHING, type Operation, queueOf } from './management-operation.ts';
import { toIncoming, toWire } from './message-codec.ts';
import { codec, types } from './rhea.ts';
import { deadLetter, properties } from './settlement.ts';
import { binary, listOf, long, parse, text } from './values.ts';

/** Element types of AMQP arrays (AMQP 1.0 part 1, 1.6). */
const LONG = 0x81;
const TIMESTAMP = 0x83;

/** receiver-settle-mode "first": taken off the queue at once. */
const RECEIVE_AND_DELETE = 0;

const lockTokens = listOf(binary.transform(bytesToToken));
const sequenceNumbers = listOf(long);

const schedulePattern = z.object({ messages: listOf(z.object({ message: binary })) });
const cancelPattern = z.object({ 'sequence-numbers': sequenceNumbers });
const peekPattern = z.object({
  'from-sequence-number': long,
  'message-count': long,
  'session-id': text.nullish(),
});
const renewPattern = z.object({ 'lock-tokens': lockTokens });
const receivePattern = z.object({ 'sequence-numbers': sequenceNumbers, 'receiver-settle-mode': long });
const dispositionPattern = z.object({
  'disposition-status': z.enum(['completed', 'abandoned', 'defered', 'suspended']),
  'lock-tokens': lockTokens,
  'deadletter-reason': text.nullish(),
  'deadletter-description': text.nullish(),
  'properties-to-modify': properties,
});

const schedule: Operation = ({ entity, body }) => {
  const { messages } = parse(schedulePattern, body);
  const numbers = entity.send(messages.map(({ message }) => toIncoming(codec.decode(message))));
  return answer({ 'sequence-numbers': types.wrap_array(numbers, LONG, undefined) });
};

const cancel: Operation = ({ entity, body }) => {
  entity.cancelScheduled(parse(cancelPattern, body)['sequence-numbers']);
  return answer({});
};

const peek: Operation = (request) => {
  const asked = parse(peekPattern, request.body);
  const sessionId = asked['session-id'] ?? undefined;
  const found = queueOf(request).peek(asked['from-sequence-number'], asked['message-count'], sessionId);
  return found.length === 0
    ? NOTHING
    : answer({ messages: wrapMaps(found.map((message) => wireEntry(message))) });
};

const receiveDeferred: Operation = (request) => {
  const asked = parse(receivePattern, request.body);
  const queue = queueOf(request);
  const numbers = asked['sequence-numbers'];
  const entries =
    asked['receiver-settle-mode'] === RECEIVE_AND_DELETE
      ? queue.takeDeferred(numbers).map((message) => wireEntry(message))
      : queue.lockDeferred(numbers, request.owner).map((lock) => wireEntry(lock.message, lock));
  return answer({ messages: wrapMaps(entries) });
};

const renewLocks: Operation = (request) => {
  const { delivery } = queueOf(request);
  const ends = parse(renewPattern, request.body)['lock-tokens'].map((token) => delivery.renewLock(token));
  return answer({ expirations: types.wrap_array(ends, TIMESTAMP, undefined) });
};

/** How a client settles when the link that delivered is gone, and always for deferred messages. */
const updateDisposition: Operation = (request) => {
  const asked = parse(dispositionPattern, request.body);
  const { delivery } = queueOf(request);
  const locks = asked['lock-tokens'].map((token) => delivery.findLock(token));
  for (const lock of locks) delivery.settle(lock, toSettlement(asked));
  return answer({});
};

function toSettlement(asked: z.output<typeof dispositionPattern>): Settlement {
  const changes = asked['properties-to-modify'];
  switch (asked['disposition-status']) {
    case 'completed':
      return { kind: 'complete' };
    case 'abandoned':
      return { kind: 'abandon', properties: changes };
    case 'defered':
      return { kind: 'defer', properties: changes };
    case 'suspended':
      return deadLetter({
        ...changes,
        DeadLetterReason: asked['deadletter-reason'] ?? null,
        DeadLetterErrorDescription: asked['deadletter-description'] ?? null,
      });
  }
}

function wireEntry(message: StoredMessage, lock?: Lock): Record<string, unknown> {
  return {
    message: types.wrap_binary(toWire(message, lock?.until)),
    ...(lock && { 'lock-token': types.wrap_uuid(tokenToBytes(lock.token)) }),
  };
}

function wrapMaps(entries: readonly Record<string, unknown>[]) {
  return types.wrap_list(entries.map((entry) => types.wrap_map(entry)));
}

export const MESSAGE_OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['schedule-message', schedule],
  ['cancel-scheduled-message', cancel],
  ['peek-message', peek],
  ['receive-by-sequence-number', receiveDeferred],
  ['renew-lock', renewLocks],
  ['update-disposition', updateDisposition],
]);
