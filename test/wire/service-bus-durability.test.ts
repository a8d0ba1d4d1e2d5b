/**
 * What a killed broker owes: everything it acknowledged, and nothing that was completed. The broker is a process of its
 * own, killed with SIGKILL in mid-flight and started again on the same file and port.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ServiceBusClient } from '@azure/service-bus';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { EntityDefinition } from '../../local/service-bus/index.ts';
import { clientOf, isEmpty, present, receiveOne } from './service-bus-fixture.ts';

const ENTITIES: readonly EntityDefinition[] = [
  { kind: 'queue', name: 'plain', duplicateDetectionWindowMs: 60_000 },
  { kind: 'queue', name: 'work', requiresSession: true },
  { kind: 'topic', name: 'news', subscriptions: [{ name: 'all' }] },
];

interface RunningBroker {
  readonly process: ChildProcess;
  readonly port: number;
  readonly client: ServiceBusClient;
}

let folder: string;
let broker: RunningBroker;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-bus-'));
  broker = await start(0);
});
afterEach(async () => {
  await kill();
  await rm(folder, { recursive: true });
});

async function start(port: number): Promise<RunningBroker> {
  const script = path.join(import.meta.dirname, 'service-bus-process.ts');
  const args = [path.join(folder, 'bus.sqlite'), String(port), JSON.stringify(ENTITIES)];
  const child = fork(script, args, { execArgv: ['--no-warnings'] });
  const [taken] = await once(child, 'message');
  const endpoint = `Endpoint=sb://127.0.0.1:${taken};SharedAccessKeyName=k;SharedAccessKey=k;UseDevelopmentEmulator=true;`;
  return { process: child, port: Number(taken), client: clientOf(endpoint, 1_000) };
}

async function kill(): Promise<void> {
  const exited = once(broker.process, 'exit');
  broker.process.kill('SIGKILL');
  await exited;
  await broker.client.close();
}

async function restart(): Promise<void> {
  await kill();
  broker = await start(broker.port);
}

test('every acknowledged message survives a kill under load, and comes once', async () => {
  const sender = broker.client.createSender('plain');
  const acknowledged: number[] = [];
  const send = async (body: number) => {
    await sender.sendMessages({ body });
    acknowledged.push(body);
  };
  const sending = Array.from({ length: 500 }, (_, body) => send(body).catch(() => undefined));
  await Promise.all(sending.slice(0, 100));
  await restart();
  await Promise.all(sending);

  const receiver = broker.client.createReceiver('plain', { receiveMode: 'receiveAndDelete' });
  const bodies: number[] = [];
  for (let more = true; more; ) {
    const messages = await receiver.receiveMessages(500, { maxWaitTimeInMs: 200 });
    bodies.push(...messages.map((message) => message.body));
    more = messages.length > 0;
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(100);
  expect(bodies).toEqual(expect.arrayContaining(acknowledged));
  expect(new Set(bodies).size).toBe(bodies.length);
});

test('a completed message stays gone; a locked one comes back, its delivery counted', async () => {
  await broker.client.createSender('plain').sendMessages([{ body: 'done' }, { body: 'held' }]);
  const before = broker.client.createReceiver('plain');
  await before.completeMessage(await receiveOne(before));
  await receiveOne(before);
  await restart();
  const receiver = broker.client.createReceiver('plain');
  expect(await receiveOne(receiver)).toMatchObject({ body: 'held', deliveryCount: 1 });
  expect(await isEmpty(receiver)).toBe(true);
});

test('deferred, scheduled and abandoned messages keep their state, and duplicates stay known', async () => {
  const sender = broker.client.createSender('plain');
  await sender.sendMessages([{ body: 'deferred', messageId: 'k' }, { body: 'abandoned' }]);
  const [number] = await sender.scheduleMessages([{ body: 'scheduled' }], new Date(Date.now() + 3_600_000));
  const before = broker.client.createReceiver('plain');
  const deferred = await receiveOne(before);
  await before.deferMessage(deferred, { why: 'later' });
  await before.abandonMessage(await receiveOne(before));
  await restart();

  await broker.client.createSender('plain').sendMessages({ body: 'repeat', messageId: 'k' });
  const receiver = broker.client.createReceiver('plain', { receiveMode: 'receiveAndDelete' });
  expect(await receiveOne(receiver)).toMatchObject({ body: 'abandoned', deliveryCount: 1 });
  expect(await isEmpty(receiver)).toBe(true);
  const [again] = await receiver.receiveDeferredMessages(present(deferred.sequenceNumber));
  expect(again).toMatchObject({ body: 'deferred', applicationProperties: { why: 'later' } });
  await broker.client.createSender('plain').cancelScheduledMessages(present(number));
  expect(await receiver.peekMessages(10)).toEqual([]);
});

test('session order, session state and subscriptions survive', async () => {
  await broker.client.createSender('work').sendMessages([1, 2, 3].map((body) => ({ body, sessionId: 's' })));
  await broker.client.createSender('news').sendMessages({ body: 'n' });
  const before = await broker.client.acceptSession('work', 's');
  await before.setSessionState('half done');
  await before.completeMessage(await receiveOne(before));
  await restart();

  const receiver = await broker.client.acceptNextSession('work');
  expect(await receiver.getSessionState()).toBe('half done');
  const messages = await receiver.receiveMessages(2, { maxWaitTimeInMs: 500 });
  expect(messages.map((m) => m.body)).toEqual([2, 3]);
  expect(await receiveOne(broker.client.createReceiver('news', 'all'))).toMatchObject({ body: 'n' });
});
