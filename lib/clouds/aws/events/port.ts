/** The queue that EC2's announcements arrive in, and the rules that send them there, as our steps see them. */
import type { Result } from '../../../domain/errors.ts';

export interface QueueSeen {
  readonly url: string;
  readonly arn: string;
  /** Canonical text of its policy; absent: it has none. */
  readonly policy?: string;
}

export interface RuleSeen {
  /** Canonical text of its pattern. */
  readonly pattern: string;
  readonly enabled: boolean;
  /** ARNs of what it sends to. */
  readonly targets: readonly string[];
}

export interface EventsPort {
  queue(): Promise<Result<QueueSeen | undefined>>;
  /** `undefined`: there is none of this name. */
  rule(name: string): Promise<Result<RuleSeen | undefined>>;
  /** Repeatable. */
  createQueue(): Promise<Result<QueueSeen>>;
  setPolicy(queue: QueueSeen, policy: string): Promise<Result<void>>;
  /** Repeatable; changes a rule that exists. */
  putRule(name: string, pattern: string): Promise<Result<void>>;
  putTarget(rule: string, queueArn: string): Promise<Result<void>>;
  /** With its targets. Absent is a success. */
  removeRule(name: string): Promise<Result<void>>;
  removeQueue(queue: QueueSeen): Promise<Result<void>>;
}
