/**
 * `<entity>/$management`: requests that are messages, answered on the client's reply link with a statusCode. The client
 * uses it for everything that is not a transfer or a disposition. Answers leave after the commit.
 */
import { BrokerError } from '../engine/errors.ts';
import type { Namespace } from '../engine/namespace.ts';
import type { Turn } from '../engine/turn.ts';
import type { Client } from './client.ts';
import { accepted, toCondition } from './errors.ts';
import { MESSAGE_OPERATIONS } from './management-messages.ts';
import type { Answer, Operation } from './management-operation.ts';
import { SESSION_OPERATIONS } from './management-sessions.ts';
import {
  type AmqpMessage,
  type ErrorCondition,
  type MessageContext,
  type ReceiverLink,
  types,
} from './rhea.ts';
import { textOr } from './values.ts';

export const MANAGEMENT_SUFFIX = '/$management';

const PREFIX = 'com.microsoft:';
const OPERATIONS: ReadonlyMap<string, Operation> = new Map([...MESSAGE_OPERATIONS, ...SESSION_OPERATIONS]);

export interface Managing {
  readonly namespace: Namespace;
  readonly turn: Turn;
  readonly client: Client;
}

export function serveManagement(link: ReceiverLink, path: string, managing: Managing): void {
  link.on('message', ({ message, delivery, connection }: MessageContext) => {
    delivery.update(true, accepted());
    if (Buffer.isBuffer(message)) return;
    const answer = perform(message, path, managing.namespace, connection);
    managing.turn.whenCommitted(() => managing.client.reply(message, answer.properties, answer.body));
  });
}

interface Reply {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

function perform(request: AmqpMessage, path: string, namespace: Namespace, owner: object): Reply {
  try {
    const name = textOr(request.application_properties?.operation, '').replace(PREFIX, '');
    const operation = OPERATIONS.get(name);
    if (!operation) throw new BrokerError('amqp:not-implemented', `Unsupported operation '${name}'.`);
    return success(operation({ entity: namespace.entity(path), body: request.body, owner }));
  } catch (error) {
    return failure(toCondition(error));
  }
}

/** 204 is how the client is told that there is nothing: it then makes an empty list of it. */
function success(answer: Answer): Reply {
  const code = answer.kind === 'nothing' ? 204 : 200;
  return {
    properties: { statusCode: types.wrap_int(code), statusDescription: 'OK' },
    body: answer.kind === 'nothing' ? {} : answer.body,
  };
}

function failure({ condition, description }: ErrorCondition): Reply {
  return {
    properties: {
      statusCode: types.wrap_int(statusOf(condition)),
      statusDescription: description,
      errorCondition: types.wrap_symbol(condition),
    },
    body: null,
  };
}

function statusOf(condition: string): number {
  if (condition.endsWith('not-found')) return 404;
  if (condition.endsWith('lock-lost')) return 410;
  return condition === 'amqp:internal-error' ? 500 : 400;
}
