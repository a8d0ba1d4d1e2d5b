/**
 * A message as the engine sees it: the bytes the sender wrote, which it never reads, and the few facts that decide what
 * happens to them. Knows nothing of AMQP.
 */
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { Lock } from './locks.ts';

/** What a receiver may write onto a message when it settles it. */
export type PropertyValue = string | number | boolean | null;
export type Properties = Readonly<Record<string, PropertyValue>>;

export interface IncomingMessage {
  /** Absent: the broker assigns one, because the JavaScript client cannot settle a message that has none. */
  readonly messageId?: string;
  readonly sessionId?: string;
  readonly timeToLiveMs?: number;
  /** Not delivered before this time. */
  readonly scheduledAt?: EpochMs;
  readonly payload: Uint8Array;
}

export type MessageState = 'active' | 'deferred' | 'scheduled';

export interface StoredMessage {
  readonly sequenceNumber: number;
  /** The number it was first given; the two differ once a scheduled message has been activated. */
  readonly enqueuedSequenceNumber: number;
  readonly messageId: string;
  readonly sessionId?: string;
  readonly payload: Uint8Array;
  readonly enqueuedAt: EpochMs;
  /** Shorter of the sender's and the entity's; `Infinity` when neither set one. */
  readonly timeToLiveMs: number;
  readonly expiresAt: EpochMs;
  /** Application properties written over the sender's. */
  overrides: Properties;
  state: MessageState;
  /** Deliveries that failed; 0 on the first one. */
  deliveryCount: number;
  lock?: Lock;
  /** True once it was completed, expired, moved or cancelled; indexes that still hold it skip it. */
  gone: boolean;
}

export type Settlement =
  | { readonly kind: 'complete' }
  | { readonly kind: 'abandon'; readonly properties: Properties }
  | { readonly kind: 'defer'; readonly properties: Properties }
  | {
      readonly kind: 'deadLetter';
      readonly properties: Properties;
      readonly reason?: string;
      readonly description?: string;
    };
