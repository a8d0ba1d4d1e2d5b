/** The store and the queue as one incarnation reaches them: the same ports, with every call a place to fail. */

import { type MessageSender, QueueUnavailableError } from '../../lib/queue/port.ts';
import type { SecretStore } from '../../lib/secrets/port.ts';
import { type DocumentStore, StoreUnavailableError } from '../../lib/store/port.ts';
import type { CallOptions, Incarnation } from './incarnation.ts';

const STORE: CallOptions = { failure: (how) => new StoreUnavailableError(`simulated: ${how}`) };
const QUEUE: CallOptions = { failure: (how) => new QueueUnavailableError(`simulated: ${how}`) };

/** A secret leaves right after the pass's deadline was checked: see faulty-cloud.ts. */
const SECRET: CallOptions = { ...STORE, freezes: false };

export function storeOf(process: Incarnation, store: DocumentStore): DocumentStore {
  return {
    read: (at, id) => process.call(() => store.read(at, id), STORE),
    create: (at, document) => process.call(() => store.create(at, document), STORE),
    replace: (at, document, etag) => process.call(() => store.replace(at, document, etag), STORE),
    upsert: (at, document) => process.call(() => store.upsert(at, document), STORE),
    delete: (at, id, etag) => process.call(() => store.delete(at, id, etag), STORE),
    batch: (at, operations) => process.call(() => store.batch(at, operations), STORE),
    query: (query) => process.call(() => store.query(query), STORE),
    ping: () => process.call(() => store.ping(), STORE),
  };
}

export function queueOf(process: Incarnation, queue: MessageSender): MessageSender {
  return {
    sendReconcile: (message, options) => process.call(() => queue.sendReconcile(message, options), QUEUE),
    publishLifecycle: (message) => process.call(() => queue.publishLifecycle(message), QUEUE),
    sendWebhook: (message, options) => process.call(() => queue.sendWebhook(message, options), QUEUE),
    reply: (name, message) => process.call(() => queue.reply(name, message), QUEUE),
    ping: () => process.call(() => queue.ping(), QUEUE),
  };
}

export function secretsOf(process: Incarnation, secrets: SecretStore): SecretStore {
  return {
    get: (name) => process.call(() => secrets.get(name), STORE),
    set: (name, value) => process.call(() => secrets.set(name, value), SECRET),
    add: (name, value) => process.call(() => secrets.add(name, value), SECRET),
    first: (name) => process.call(() => secrets.first(name), STORE),
    delete: (name) => process.call(() => secrets.delete(name), STORE),
  };
}
