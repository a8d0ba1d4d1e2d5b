/**
 * How long calls take in the benchmarks, in virtual time: seeded lognormal draws. Medians are assumptions until they
 * are measured on real subscriptions; this is the one file that holds them. Calls cost virtual time only, no waiting.
 */
import type { AwsTransport } from '../../lib/clouds/aws/session.ts';
import type { AzureTransport } from '../../lib/clouds/azure/index.ts';
import type { KubeAccess } from '../../lib/kube/kubeconfig.ts';
import type { KubeTransport } from '../../lib/kube/transport.ts';
import type { MessageSender } from '../../lib/queue/port.ts';
import type { SecretStore } from '../../lib/secrets/port.ts';
import type { DocumentStore } from '../../lib/store/port.ts';
import { operationOf } from '../simulation/aws-trace.ts';
import type { Dice } from '../simulation/dice.ts';
import type { Scheduler } from '../simulation/scheduler.ts';

/** Medians in milliseconds. */
export const MEDIAN_MS = {
  store: 6,
  queue: 8,
  secrets: 15,
  azureRead: 120,
  azureWrite: 600,
  awsRead: 80,
  awsWrite: 250,
  kubernetes: 40,
} as const;
/** Of the logarithm: the slowest of a hundred calls takes about three times the median. */
const SIGMA = 0.5;

type Port = keyof typeof MEDIAN_MS;

/** Lets a call's time pass; the call takes effect half-way. */
export type Delay = <T>(port: Port, call: () => T | Promise<T>) => Promise<T>;

export function delayOn(scheduler: Scheduler, dice: Dice): Delay {
  return async (port, call) => {
    const ms = MEDIAN_MS[port] * Math.exp(SIGMA * normal(dice));
    await scheduler.after(ms / 2);
    const answer = await call();
    await scheduler.after(ms / 2);
    return answer;
  };
}

/** Box-Muller. */
function normal(dice: Dice): number {
  return Math.sqrt(-2 * Math.log(1 - dice.next())) * Math.cos(2 * Math.PI * dice.next());
}

export function slowStore(delay: Delay, store: DocumentStore): DocumentStore {
  return {
    read: (at, id) => delay('store', () => store.read(at, id)),
    create: (at, document) => delay('store', () => store.create(at, document)),
    replace: (at, document, etag) => delay('store', () => store.replace(at, document, etag)),
    upsert: (at, document) => delay('store', () => store.upsert(at, document)),
    delete: (at, id, etag) => delay('store', () => store.delete(at, id, etag)),
    batch: (at, operations) => delay('store', () => store.batch(at, operations)),
    query: (query) => delay('store', () => store.query(query)),
    ping: () => delay('store', () => store.ping()),
  };
}

export function slowQueue(delay: Delay, queue: MessageSender): MessageSender {
  return {
    sendReconcile: (message, options) => delay('queue', () => queue.sendReconcile(message, options)),
    publishLifecycle: (message) => delay('queue', () => queue.publishLifecycle(message)),
    sendWebhook: (message, options) => delay('queue', () => queue.sendWebhook(message, options)),
    reply: (name, message) => delay('queue', () => queue.reply(name, message)),
    ping: () => delay('queue', () => queue.ping()),
  };
}

export function slowSecrets(delay: Delay, secrets: SecretStore): SecretStore {
  return {
    get: (name) => delay('secrets', () => secrets.get(name)),
    set: (name, value) => delay('secrets', () => secrets.set(name, value)),
    add: (name, value) => delay('secrets', () => secrets.add(name, value)),
    first: (name) => delay('secrets', () => secrets.first(name)),
    delete: (name) => delay('secrets', () => secrets.delete(name)),
  };
}

export function slowAzure(delay: Delay, client: NonNullable<AzureTransport['httpClient']>): AzureTransport {
  return {
    httpClient: {
      sendRequest: (request) =>
        delay(request.method === 'GET' ? 'azureRead' : 'azureWrite', () => client.sendRequest(request)),
    },
  };
}

export function slowAws(delay: Delay, handler: AwsTransport): AwsTransport {
  return {
    handle: (request, options) => delay(portOf(request), () => handler.handle(request, options)),
  };
}

const AWS_READS = /^(?:Describe|Get|List|Receive|Simulate)/;

function portOf({
  headers,
  body,
}: {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}): Port {
  const operation = operationOf(headers, typeof body === 'string' ? body : '');
  return AWS_READS.test(operation) ? 'awsRead' : 'awsWrite';
}

/** Of clusters that we run ourselves, whose programs can be run, too. */
export function slowKubernetesFor(
  delay: Delay,
  transportFor: (access: KubeAccess) => KubeTransport,
): (access: KubeAccess) => KubeTransport {
  return (access) => {
    const transport = transportFor(access);
    const send = slowKubernetes(delay, transport);
    const { exec } = transport;
    if (!exec) return send;
    const slowExec: typeof exec = (url, request) => delay('kubernetes', () => exec(url, request));
    return Object.assign(send, { exec: slowExec });
  };
}

export function slowKubernetes(delay: Delay, transport: KubeTransport): KubeTransport {
  return (url, request) => delay('kubernetes', () => transport(url, request));
}
