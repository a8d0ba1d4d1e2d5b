/**
 * The part of rhea that this broker uses, with types. rhea ships declarations, but they are `any` where it matters here
 * and leave out the server's side (attach frames, the outgoing window, drain). Everything of unknown shape is `unknown`
 * and parsed where it is read. The only file that imports rhea.
 */
import type { Server, Socket } from 'node:net';
import rhea from 'rhea';

/** A value with an explicit AMQP type; what is not wrapped is encoded by JavaScript type. */
export interface Typed {
  readonly value: unknown;
}

/** Decoded message: sections and the fields of its header and properties, side by side. */
export interface AmqpMessage {
  readonly message_id?: unknown;
  readonly correlation_id?: unknown;
  readonly reply_to?: unknown;
  readonly group_id?: unknown;
  readonly ttl?: unknown;
  readonly delivery_count?: number;
  readonly message_annotations?: Readonly<Record<string, unknown>>;
  readonly application_properties?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

export interface ErrorCondition {
  readonly condition: string;
  readonly description: string;
}

export interface Delivery {
  readonly format: number;
  /** Set right after sending: the transfer says that no disposition is expected. */
  settled: boolean;
  readonly remote_state?: unknown;
  /** True once the peer has settled; rhea frees the slot when both sides have. */
  remote_settled: boolean;
  update(settled: boolean, outcome: unknown): void;
}

export interface Connection {
  readonly socket: Pick<Socket, 'cork' | 'uncork' | 'destroy'>;
  on(event: string, listener: (context: ConnectionContext) => void): void;
  /** Makes rhea write what is pending on the next tick. Public methods call it; setting a flag does not. */
  _register(): void;
}

export interface Session {
  readonly outgoing: {
    available(): number;
    readonly next_delivery_id: number;
    readonly next_pending_delivery: number;
  };
}

interface AttachFrame {
  readonly source?: {
    readonly address?: unknown;
    readonly filter?: Readonly<Record<string, unknown>>;
  } | null;
  readonly target?: { readonly address?: unknown } | null;
  readonly snd_settle_mode?: number;
  readonly rcv_settle_mode?: number;
  readonly properties?: Readonly<Record<string, unknown>> | null;
}

interface Link<Context> {
  readonly name: string;
  readonly connection: Connection;
  readonly session: Session;
  readonly remote: { readonly attach: AttachFrame };
  readonly local: {
    readonly attach: {
      max_message_size?: number;
      snd_settle_mode?: number;
      rcv_settle_mode?: number;
      properties?: Readonly<Record<string, unknown>>;
    };
  };
  readonly state: { local_open: boolean; open_requests: number };
  set_source(fields: {
    readonly address?: string;
    readonly filter?: Readonly<Record<string, unknown>>;
  }): void;
  set_target(fields: { readonly address?: string }): void;
  open(): void;
  close(error?: ErrorCondition): void;
  is_open(): boolean;
  on(event: string, listener: (context: Context) => void): void;
}

/** The client sends: we receive. */
export type ReceiverLink = Link<MessageContext>;

/** The client receives: we send. */
export interface SenderLink extends Link<DeliveryContext> {
  credit: number;
  delivery_count: number;
  _draining: boolean;
  _drained: boolean;
  _get_drain(): boolean;
  set_drained(isDrained: boolean): void;
  send(message: AmqpMessage | Buffer, tag?: Buffer, format?: number): Delivery;
}

export interface ConnectionContext {
  readonly connection: Connection;
}
export interface LinkContext extends ConnectionContext {
  readonly session: Session;
  readonly receiver: ReceiverLink;
  readonly sender: SenderLink;
}
export interface MessageContext extends ConnectionContext {
  /** Bytes when the delivery's format is not 0. */
  readonly message: AmqpMessage | Buffer;
  readonly delivery: Delivery;
}
export interface DeliveryContext extends ConnectionContext {
  readonly delivery: Delivery;
}

export interface Container {
  readonly sasl_server_mechanisms: {
    enable_anonymous(): void;
    enable_plain(check: () => boolean): void;
    ANONYMOUS?: unknown;
    MSSBCBS?: unknown;
  };
  on(event: string, listener: (context: LinkContext) => void): void;
  listen(options: Readonly<Record<string, unknown>>): Server;
}

interface Outcome {
  described(): unknown;
}

interface Library {
  create_container(options: Readonly<Record<string, unknown>>): Container;
  readonly message: {
    encode(message: AmqpMessage): Buffer;
    decode(bytes: Buffer): AmqpMessage;
    accepted(): Outcome;
    rejected(fields: { readonly error: ErrorCondition }): Outcome;
  };
  readonly types: {
    wrap_int(value: number): Typed;
    wrap_long(value: number | Buffer): Typed;
    wrap_timestamp(value: number): Typed;
    wrap_string(value: string): Typed;
    wrap_symbol(value: string): Typed;
    wrap_uuid(value: Buffer): Typed;
    wrap_binary(value: Uint8Array): Typed;
    wrap_list(values: readonly unknown[]): Typed;
    wrap_map(value: Readonly<Record<string, unknown>>): Typed;
    wrap_array(values: readonly unknown[], typecode: number, descriptor: undefined): Typed;
  };
}

const library = rhea as unknown as Library;

export const { create_container: createContainer, message: codec, types } = library;
