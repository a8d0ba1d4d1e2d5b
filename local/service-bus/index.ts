/**
 * A Service Bus namespace on this machine, for the unmodified `@azure/service-bus` client over AMQP 1.0. With a file its
 * messages outlive the process, killed or not; without one they live as long as it. Not built: rules other than "every
 * message", transactions, auto-forward, partitions, quotas, AMQP over WebSocket, the administration API.
 */
import { randomUUID } from 'node:crypto';
import { AmqpServer } from './amqp/server.ts';
import { volatileJournal } from './engine/journal.ts';
import { Namespace } from './engine/namespace.ts';
import type { EntityCounts } from './engine/queue.ts';
import { Turn } from './engine/turn.ts';
import type { EntityDefinition } from './entities.ts';
import { SqliteJournal } from './journal/sqlite-journal.ts';
import { RealTimers, systemClock } from './real-time.ts';

export type { EntityCounts } from './engine/queue.ts';
export type {
  EntityDefinition,
  QueueDefinition,
  SubscriptionDefinition,
  TopicDefinition,
} from './entities.ts';

export interface ServiceBusOptions {
  /** SQLite file; absent: memory. One broker per file. */
  readonly file?: string;
  /** Absent or 0: any free port. */
  readonly port?: number;
  readonly entities: readonly EntityDefinition[];
}

export interface ServiceBus {
  readonly port: number;
  readonly connectionString: string;
  /** `entity` is a path: `queue`, `topic/Subscriptions/name`. Throws BrokerError for an unknown one. */
  counts(entity: string): EntityCounts;
  /** Cuts every client; may be called twice. */
  close(): Promise<void>;
}

export async function startServiceBus({ file, port = 0, entities }: ServiceBusOptions): Promise<ServiceBus> {
  const sqlite = file === undefined ? undefined : new SqliteJournal(file);
  const journal = sqlite ?? volatileJournal;
  const timers = new RealTimers();
  const turn = new Turn(timers, journal);
  const ids = { uuid: () => randomUUID() };
  const namespace = new Namespace(entities, { clock: systemClock, timers, ids, journal, turn });
  const server = new AmqpServer({ namespace, turn, timers, now: () => systemClock.now() }, port);
  const stop = () => {
    timers.stop();
    turn.finish();
    sqlite?.close();
  };
  const taken = await server.ready().catch((error: unknown) => {
    stop();
    throw error;
  });
  let closing: Promise<void> | undefined;
  return {
    port: taken,
    connectionString: connectionString(taken),
    counts: (entity) => namespace.entity(entity).counts(),
    close: () => {
      closing ??= server.close().finally(stop);
      return closing;
    },
  };
}

/** The flag makes the client speak plain TCP; it reads the port from the endpoint. */
function connectionString(port: number): string {
  return `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;`;
}
