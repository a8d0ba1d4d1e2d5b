/**
 * The AMQP 1.0 listener: decides by address what each link is for, and undoes what a client leaves behind. Loopback only.
 */
import type { AddressInfo, Server } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import type { EpochMs } from '../../../lib/domain/time.ts';
import type { Namespace } from '../engine/namespace.ts';
import type { Timers } from '../engine/timers.ts';
import type { Turn } from '../engine/turn.ts';
import { attachReceiver } from './attach.ts';
import { CBS, serveCbs } from './cbs.ts';
import { Client } from './client.ts';
import { MANAGEMENT_SUFFIX, serveManagement } from './management.ts';
import { type Connection, createContainer, type ReceiverLink, type SenderLink } from './rhea.ts';
import { MAX_MESSAGE_BYTES, serveSender } from './send.ts';
import { textOr } from './values.ts';

const HOST = '127.0.0.1';

export interface Serving {
  readonly namespace: Namespace;
  readonly turn: Turn;
  readonly timers: Timers;
  readonly now: () => EpochMs;
}

export class AmqpServer {
  readonly #serving: Serving;
  readonly #clients = new Map<Connection, Client>();
  readonly #listener: Server;

  constructor(serving: Serving, port: number) {
    this.#serving = serving;
    this.#listener = this.#listen(port);
  }

  /** The port really taken. Rejects when it is not free. */
  async ready(): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#listener.once('listening', resolve);
    this.#listener.once('error', reject);
    await promise;
    const address: AddressInfo | string | null = this.#listener.address();
    if (address === null || typeof address === 'string') throw new Error('The listener has no TCP port.');
    return address.port;
  }

  /** Cuts the clients off: they take it for a lost connection and try to come back. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#listener.close(() => resolve()));
    // Answers of the last turn may still be on their way to the sockets.
    await setImmediate();
    // With an error, because rhea stops its heartbeats on "error" and "end" and a destroyed socket emits no "end".
    for (const { socket } of this.#clients.keys()) socket.destroy(new Error('The broker has shut down.'));
    await closed;
  }

  #listen(port: number): Server {
    const container = createContainer({
      id: 'slipway-service-bus',
      autoaccept: false,
      autosettle: false,
      // Else every abandoned or deferred message would be settled a second time, as released.
      treat_modified_as_released: false,
      tcp_no_delay: true,
    });
    // The client offers ANONYMOUS with a connection string, MSSBCBS with some options; rhea names no mechanism by itself.
    const mechanisms = container.sasl_server_mechanisms;
    mechanisms.enable_anonymous();
    mechanisms.enable_plain(() => true);
    mechanisms.MSSBCBS = mechanisms.ANONYMOUS;

    container.on('receiver_open', ({ receiver, connection }) => this.#onSender(receiver, connection));
    container.on('sender_open', ({ sender, connection }) => this.#onReceiver(sender, connection));
    container.on('session_close', ({ session, connection }) =>
      this.#client(connection).sessionEnded(session),
    );
    for (const end of ['connection_close', 'disconnected']) {
      container.on(end, ({ connection }) => this.#onEnd(connection));
    }
    // Followed by the close events above; without a listener rhea would throw them at the process.
    for (const error of ERRORS) container.on(error, () => undefined);
    return container.listen({ port, host: HOST, max_frame_size: 65_536, channel_max: 8_191 });
  }

  /** The client's sender is our receiver. */
  #onSender(link: ReceiverLink, connection: Connection): void {
    const { namespace, turn } = this.#serving;
    const address = textOr(link.remote.attach.target?.address, '');
    const source = textOr(link.remote.attach.source?.address, undefined);
    link.set_source(source === undefined ? {} : { address: source });
    link.set_target({ address });
    link.local.attach.max_message_size = MAX_MESSAGE_BYTES;
    const client = this.#client(connection);
    if (address === CBS) serveCbs(link, client);
    else if (address.endsWith(MANAGEMENT_SUFFIX)) {
      serveManagement(link, address.slice(0, -MANAGEMENT_SUFFIX.length), { namespace, turn, client });
    } else serveSender(link, address, namespace, turn);
  }

  #onReceiver(link: SenderLink, connection: Connection): void {
    const address = textOr(link.remote.attach.source?.address, '');
    const target = textOr(link.remote.attach.target?.address, undefined);
    link.set_target(target === undefined ? {} : { address: target });
    const client = this.#client(connection);
    if (address === CBS || address.endsWith(MANAGEMENT_SUFFIX)) {
      link.set_source({ address });
      client.addReplyLink(link, target);
    } else attachReceiver({ ...this.#serving, link, client }, address);
  }

  #onEnd(connection: Connection): void {
    this.#clients.get(connection)?.ended();
    this.#clients.delete(connection);
    for (const queue of this.#serving.namespace.queues()) queue.delivery.releaseOwner(connection);
  }

  #client(connection: Connection): Client {
    const known = this.#clients.get(connection);
    if (known) return known;
    const client = new Client();
    this.#clients.set(connection, client);
    return client;
  }
}

const ERRORS = [
  'sender_error',
  'receiver_error',
  'session_error',
  'connection_error',
  'protocol_error',
  'error',
];
