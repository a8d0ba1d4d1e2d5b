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

/** A CloudEvent of topic `lifecycle`, or of one webhook. */
export interface LifecycleEvent {
  readonly id: string;
  /** `/projects/<project>/clusters/<cluster>`; with the id unique. */
  readonly source: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

/** One attempt to bring one event to one webhook: queue `webhooks`. */
export interface WebhookMessage {
  readonly project: string;
  /** The hook's id, which is another one as soon as its URL is. */
  readonly hook: string;
  /** 1 is the first. */
  readonly attempt: number;
  /** How often this attempt found no free place. */
  readonly held: number;
  readonly event: LifecycleEvent;
}

export interface WebhookSendOptions {
  /** What was sent under the same id a moment ago is dropped. At most 128 characters. */
  readonly messageId: string;
  /** Not delivered before this time. */
  readonly notBefore?: EpochMs;
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
  /** Asks for an attempt: queue `webhooks`. Throws QueueUnavailableError as `sendReconcile` does. */
  sendWebhook(message: WebhookMessage, options: WebhookSendOptions): Promise<void>;
  /** An answer to a queue that the settings allow. */
  reply(queue: string, message: OutgoingMessage): Promise<void>;
  /** True when the broker answers; for readiness probes. */
  ping(): Promise<boolean>;
}

export class QueueUnavailableError extends Error {
  override readonly name = 'QueueUnavailableError';
}
