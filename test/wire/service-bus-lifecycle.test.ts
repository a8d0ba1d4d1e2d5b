/** Starting, stopping and standing side by side; clients that are still there when a broker closes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type EntityDefinition, type ServiceBus, startServiceBus } from '../../local/service-bus/index.ts';
import { clientOf, receiveOne, until } from './service-bus-fixture.ts';

const ENTITIES: readonly EntityDefinition[] = [
  { kind: 'queue', name: 'q' },
  { kind: 'queue', name: 's', requiresSession: true },
];

let folder: string;
let running: ServiceBus[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-bus-'));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((broker) => broker.close()));
  await rm(folder, { recursive: true });
});

async function start(options: { readonly file?: string; readonly port?: number } = {}): Promise<ServiceBus> {
  const broker = await startServiceBus({ ...options, entities: ENTITIES });
  running.push(broker);
  return broker;
}

test('brokers side by side have ports and messages of their own', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  expect(one.port).not.toBe(two.port);
  expect(one.connectionString).toBe(
    `Endpoint=sb://127.0.0.1:${one.port};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;`,
  );
  const client = clientOf(one.connectionString);
  await client.createSender('q').sendMessages({ body: 1 });
  expect([one.counts('q').active, two.counts('q').active]).toEqual([1, 0]);
  await client.close();
});

test('a port that is taken is refused, and the file is free again', async () => {
  const { port } = await start();
  const file = path.join(folder, 'bus.sqlite');
  await expect(start({ port, file })).rejects.toThrow(/EADDRINUSE/);
  await start({ file });
});

test('closes at once under clients that receive and wait, and keeps its messages', async () => {
  const file = path.join(folder, 'bus.sqlite');
  const broker = await start({ file });
  const client = clientOf(broker.connectionString, 1_000);
  const receiver = client.createReceiver('q');
  const errors: string[] = [];
  receiver.subscribe({
    processMessage: async () => undefined,
    processError: async ({ error }) => void errors.push(error.message),
  });
  const waiting = client.acceptNextSession('s').catch(() => undefined);
  await client.createSender('s').sendMessages({ body: 'kept', sessionId: 'a' });
  await waiting;
  const started = performance.now();
  await broker.close();
  expect(performance.now() - started).toBeLessThan(500);
  // A client that is closed before it noticed the loss never finishes.
  await until(() => errors.length > 0);
  await client.close();

  const again = await start({ file, port: broker.port });
  const other = clientOf(again.connectionString);
  const session = await other.acceptNextSession('s');
  expect(await receiveOne(session)).toMatchObject({ body: 'kept' });
  await other.close();
});

test('counts refuses an entity that does not exist', async () => {
  const broker = await start();
  expect(() => broker.counts('nowhere')).toThrow("The messaging entity 'nowhere' could not be found.");
});
