/**
 * Sending messages. Receiving is the Functions runtime's business. A message is a hint and never a payload: losing one
 * costs a delay, doubling one nothing.
 */
import type { EpochMs } from '../domain/time.ts';

export interface ReconcileMessage {
  readonly clusterId: string;
  /** Why it was sent; for logs only. */
  readonly reason: string;
  /** Dropped on arrival when lower than the document's. */
  readonly wake: number;
}

export interface SendOptions {
  /** Not delivered before this time. */
  readonly notBefore?: EpochMs;
  /** Milliseconds after which an undelivered message is worthless. */
  readonly timeToLiveMs?: number;
}

export interface OutgoingMessage {
  readonly body: unknown;
  readonly sessionId?: string;
  readonly correlationId?: string;
  readonly contentType?: string;
}

export interface MessageSender {
  /**
   * Asks for a pass: queue `reconcile`, session = cluster uid, a fresh message id per call (protocol rule 4).
   * Throws QueueUnavailableError when the broker did not confirm; the message may have been accepted all the same.
   */
  sendReconcile(message: ReconcileMessage, options?: SendOptions): Promise<void>;
  /** One CloudEvent to topic `lifecycle`. */
  publishLifecycle(message: OutgoingMessage): Promise<void>;
  /** An answer to a queue that the settings allow. */
  reply(queue: string, message: OutgoingMessage): Promise<void>;
  /** True when the broker answers; for readiness probes. */
  ping(): Promise<boolean>;
}

export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
}
