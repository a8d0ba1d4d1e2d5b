/** Messages between the wire and the engine: what a sender's bytes say, and what a receiver is shown of a stored one. */
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { IncomingMessage, StoredMessage } from '../engine/message.ts';
import { type AmqpMessage, codec, types } from './rhea.ts';

const SCHEDULED_AT = 'x-opt-scheduled-enqueue-time';

/** The numbers of annotation `x-opt-message-state`. */
const STATES = { active: 0, deferred: 1, scheduled: 2 } as const satisfies Record<
  StoredMessage['state'],
  number
>;

/** The header's ttl is a uint. */
const MAX_TTL_MS = 0xffff_ffff;

export function toIncoming(message: AmqpMessage): IncomingMessage {
  const messageId = idText(message.message_id);
  const scheduledAt = instant(message.message_annotations?.[SCHEDULED_AT]);
  return {
    payload: codec.encode(message),
    ...(messageId !== undefined && { messageId }),
    ...(typeof message.group_id === 'string' && { sessionId: message.group_id }),
    ...(typeof message.ttl === 'number' && { timeToLiveMs: message.ttl }),
    ...(scheduledAt !== undefined && { scheduledAt }),
  };
}

/** `lockedUntil` is absent for messages that are only looked at or already taken off the queue. */
export function toWire(message: StoredMessage, lockedUntil?: EpochMs): Buffer {
  const original = codec.decode(Buffer.from(message.payload));
  const properties = { ...original.application_properties, ...message.overrides };
  return codec.encode({
    ...original,
    message_id: original.message_id ?? message.messageId,
    ...(Number.isFinite(message.timeToLiveMs) && { ttl: Math.min(message.timeToLiveMs, MAX_TTL_MS) }),
    delivery_count: message.deliveryCount,
    message_annotations: { ...original.message_annotations, ...annotations(message, lockedUntil) },
    ...(Object.keys(properties).length > 0 && { application_properties: properties }),
  });
}

function annotations(message: StoredMessage, lockedUntil?: EpochMs): Record<string, unknown> {
  return {
    'x-opt-sequence-number': types.wrap_long(message.sequenceNumber),
    'x-opt-enqueue-sequence-number': types.wrap_long(message.enqueuedSequenceNumber),
    'x-opt-enqueued-time': types.wrap_timestamp(message.enqueuedAt),
    'x-opt-message-state': types.wrap_int(STATES[message.state]),
    ...(lockedUntil !== undefined && { 'x-opt-locked-until': types.wrap_timestamp(lockedUntil) }),
  };
}

function idText(id: unknown): string | undefined {
  if (id === undefined || id === null) return undefined;
  return Buffer.isBuffer(id) ? id.toString('hex') : String(id);
}

function instant(value: unknown): EpochMs | undefined {
  return value instanceof Date ? value.getTime() : undefined;
}
