/** The shape of a `$management` operation. */
import { BrokerError } from '../engine/errors.ts';
import { Queue } from '../engine/queue.ts';
import type { Topic } from '../engine/topic.ts';

export interface Request {
  readonly entity: Queue | Topic;
  /** The request's map, unread. */
  readonly body: unknown;
  /** The client's connection, in whose name locks are taken. */
  readonly owner: object;
}

export type Answer =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'map'; readonly body: Record<string, unknown> };

/** Throws a BrokerError for everything it refuses. */
export type Operation = (request: Request) => Answer;

export const NOTHING: Answer = { kind: 'nothing' };

export function answer(body: Record<string, unknown>): Answer {
  return { kind: 'map', body };
}

/** Most operations need something that messages are received from. */
export function queueOf({ entity }: Request): Queue {
  if (entity instanceof Queue) return entity;
  throw new BrokerError('amqp:not-allowed', `'${entity.path}' is a topic: it keeps no messages to receive.`);
}
