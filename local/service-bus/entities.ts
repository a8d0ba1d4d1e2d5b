/**
 * What a broker is told to serve, and the defaults it fills in. The defaults are the cloud's own
 * (https://learn.microsoft.com/azure/service-bus-messaging/service-bus-quotas), except that nothing expires by itself.
 */

export interface ReceivingOptions {
  readonly requiresSession?: boolean;
  /** Failed deliveries before a message goes to the dead-letter queue. */
  readonly maxDeliveryCount?: number;
  readonly lockDurationMs?: number;
  /** Upper bound on the life of every message; absent: as long as the sender said. */
  readonly defaultTtlMs?: number;
  /** Expired messages move to the dead-letter queue instead of vanishing. */
  readonly deadLetterOnExpiration?: boolean;
}

export interface QueueDefinition extends ReceivingOptions {
  readonly kind: 'queue';
  readonly name: string;
  /** A message id seen within this time is accepted and dropped; absent: no detection. */
  readonly duplicateDetectionWindowMs?: number;
}

export interface SubscriptionDefinition extends ReceivingOptions {
  readonly name: string;
}

export interface TopicDefinition {
  readonly kind: 'topic';
  readonly name: string;
  readonly duplicateDetectionWindowMs?: number;
  /** Each has the default rule: it gets a copy of every message. */
  readonly subscriptions: readonly SubscriptionDefinition[];
}

export type EntityDefinition = QueueDefinition | TopicDefinition;

/** A queue's or subscription's settings with nothing left open. `Infinity` means no limit. */
export interface QueueSettings {
  readonly requiresSession: boolean;
  readonly maxDeliveryCount: number;
  readonly lockDurationMs: number;
  readonly duplicateDetectionWindowMs: number;
  readonly defaultTtlMs: number;
  readonly deadLetterOnExpiration: boolean;
}

const DEFAULTS: QueueSettings = {
  requiresSession: false,
  maxDeliveryCount: 10,
  lockDurationMs: 60_000,
  duplicateDetectionWindowMs: 0,
  defaultTtlMs: Number.POSITIVE_INFINITY,
  deadLetterOnExpiration: false,
};

export function queueSettings(definition: QueueDefinition | SubscriptionDefinition): QueueSettings {
  return { ...DEFAULTS, ...definition };
}

/** Dead letters never expire, never move on and need no session, whatever their queue says. */
export function deadLetterSettings(of: QueueSettings): QueueSettings {
  return { ...DEFAULTS, lockDurationMs: of.lockDurationMs, maxDeliveryCount: Number.POSITIVE_INFINITY };
}

export function subscriptionPath(topic: string, subscription: string): string {
  return `${topic}/Subscriptions/${subscription}`;
}

export function deadLetterPath(path: string): string {
  return `${path}/$DeadLetterQueue`;
}
