/** A message to a row of the file and back. Rows are parsed: the file may be of another version or edited by hand. */
import { z } from 'zod';
import type { MessageRecord } from '../engine/journal.ts';

/** SQLite has no infinity that survives STRICT integers; no limit is NULL. */
const limit = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.POSITIVE_INFINITY);

const overrides = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

const row = z.object({
  seq: z.number(),
  enqueued_seq: z.number(),
  message_id: z.string(),
  session_id: z.string().nullable(),
  payload: z.custom<Uint8Array>(ArrayBuffer.isView),
  enqueued_at: z.number(),
  time_to_live: limit,
  expires_at: limit,
  overrides: z.string().transform((text) => overrides.parse(JSON.parse(text))),
  state: z.enum(['active', 'deferred', 'scheduled']),
  delivery_count: z.number(),
  locked: z.number(),
});

export function fromRow(value: unknown): MessageRecord {
  const r = row.parse(value);
  return {
    sequenceNumber: r.seq,
    enqueuedSequenceNumber: r.enqueued_seq,
    messageId: r.message_id,
    ...(r.session_id !== null && { sessionId: r.session_id }),
    payload: r.payload,
    enqueuedAt: r.enqueued_at,
    timeToLiveMs: r.time_to_live,
    expiresAt: r.expires_at,
    overrides: r.overrides,
    state: r.state,
    deliveryCount: r.delivery_count,
    locked: r.locked === 1,
  };
}

export function toRow(message: MessageRecord) {
  return {
    seq: message.sequenceNumber,
    enqueued_seq: message.enqueuedSequenceNumber,
    message_id: message.messageId,
    session_id: message.sessionId ?? null,
    payload: message.payload,
    enqueued_at: message.enqueuedAt,
    time_to_live: finite(message.timeToLiveMs),
    expires_at: finite(message.expiresAt),
    overrides: JSON.stringify(message.overrides),
    state: message.state,
    delivery_count: message.deliveryCount,
    locked: message.locked ? 1 : 0,
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
