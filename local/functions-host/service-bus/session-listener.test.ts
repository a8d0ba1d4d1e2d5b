import { setImmediate as turn } from 'node:timers/promises';
import type { ServiceBusClient, ServiceBusSessionReceiver } from '@azure/service-bus';
import { expect, test } from '@jest/globals';
import { parseHostJson } from '../host-json.ts';
import { InFlight } from '../in-flight.ts';
import { aFunction } from '../testing/a-function.ts';
import { listenToSessions } from './session-listener.ts';
import type { ListenerContext, QueueTrigger } from './trigger.ts';

const trigger: QueueTrigger = {
  fn: aFunction('step', { type: 'serviceBusTrigger' }),
  connection: 'BROKER',
  queue: 'steps',
  deadLetters: false,
  sessions: true,
  autoComplete: true,
};

/** A broker whose sessions come when the test says so, and then stay. */
function aBroker() {
  const waiting: ((session: ServiceBusSessionReceiver) => void)[] = [];
  const client: Pick<ServiceBusClient, 'acceptNextSession'> = {
    acceptNextSession: () => new Promise((resolve) => waiting.push(resolve)),
  };
  const session: Pick<ServiceBusSessionReceiver, 'receiveMessages' | 'close'> = {
    receiveMessages: () => new Promise(() => undefined),
    close: () => Promise.resolve(),
  };
  return {
    client: client as ServiceBusClient,
    waiting,
    async offer() {
      waiting.shift()?.(session as ServiceBusSessionReceiver);
      await turn();
    },
  };
}

test('an idle host waits with a few slots; each session that comes lets another one wait', async () => {
  const broker = aBroker();
  const context: ListenerContext = {
    client: broker.client,
    settings: { ...parseHostJson({ version: '2.0' }).serviceBus, maxConcurrentSessions: 10 },
    inFlight: new InFlight(),
    invoke: () => Promise.resolve({}),
    log: () => undefined,
  };
  const listener = listenToSessions(trigger, context);
  await turn();
  expect(broker.waiting).toHaveLength(8);
  await broker.offer();
  expect(broker.waiting).toHaveLength(8);
  await broker.offer();
  expect(broker.waiting).toHaveLength(8);
  await broker.offer();
  // Ten slots are all there are.
  expect(broker.waiting).toHaveLength(7);
  await listener.stopAccepting();
});
