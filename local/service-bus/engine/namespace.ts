/** Every entity of one broker by its path. Paths are case-insensitive, as in the cloud. */
import type { EntityDefinition } from '../entities.ts';
import { queueSettings } from '../entities.ts';
import type { EngineContext } from './context.ts';
import { BrokerError } from './errors.ts';
import { Queue } from './queue.ts';
import { Topic } from './topic.ts';

export class Namespace {
  readonly #entities = new Map<string, Queue | Topic>();

  constructor(definitions: readonly EntityDefinition[], context: EngineContext) {
    for (const definition of definitions) this.#define(definition, context);
  }

  /** Throws not-found. */
  entity(path: string): Queue | Topic {
    const entity = this.#entities.get(keyOf(path));
    if (entity) return entity;
    throw new BrokerError('amqp:not-found', `The messaging entity '${path}' could not be found.`);
  }

  /** What can be received from: a queue, a subscription or one of their dead-letter queues. Throws. */
  queue(path: string): Queue {
    const entity = this.entity(path);
    if (entity instanceof Queue) return entity;
    throw new BrokerError('amqp:not-allowed', `'${path}' is a topic: receive from one of its subscriptions.`);
  }

  /** Everything that holds locks. */
  queues(): readonly Queue[] {
    return [...this.#entities.values()].filter((entity) => entity instanceof Queue);
  }

  #define(definition: EntityDefinition, context: EngineContext): void {
    switch (definition.kind) {
      case 'queue':
        this.#addQueue(Queue.withDeadLetters(definition.name, queueSettings(definition), context));
        break;
      case 'topic':
        this.#addTopic(new Topic(definition, context));
    }
  }

  #addTopic(topic: Topic): void {
    this.#entities.set(keyOf(topic.path), topic);
    for (const subscription of topic.subscriptions) this.#addQueue(subscription);
  }

  #addQueue(queue: Queue): void {
    for (const each of queue.deadLetters ? [queue, queue.deadLetters] : [queue]) {
      this.#entities.set(keyOf(each.path), each);
    }
  }
}

function keyOf(path: string): string {
  return path.replace(/^\/+|\/+$/g, '').toLowerCase();
}
