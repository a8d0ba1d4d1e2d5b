import { ServiceBusError, type ServiceBusReceivedMessage, type ServiceBusReceiver } from '@azure/service-bus';
import { expect, test } from '@jest/globals';
import type { LogEntry } from '../core/contract.ts';
import { InFlight } from '../in-flight.ts';
import { aFunction } from '../testing/a-function.ts';
import { type ListenerContext, processMessage, type QueueTrigger } from './trigger.ts';

const trigger: QueueTrigger = {
  fn: aFunction('requests', { type: 'serviceBusTrigger' }),
  connection: 'BROKER',
  queue: 'requests',
  deadLetters: false,
  sessions: false,
  autoComplete: true,
};

const message: ServiceBusReceivedMessage = {
  messageId: 'm-1',
  body: Buffer.from('{}'),
  _rawAmqpMessage: { bodyType: 'data', body: '' },
  state: 'active',
};

/** What is logged when settling fails so. */
async function logged(failure: ServiceBusError, functionFails = false): Promise<readonly string[]> {
  const entries: LogEntry[] = [];
  const refuse = () => Promise.reject(failure);
  const receiver: Partial<ServiceBusReceiver> = { completeMessage: refuse, abandonMessage: refuse };
  const context: Pick<ListenerContext, 'inFlight' | 'invoke' | 'log'> = {
    inFlight: new InFlight(),
    invoke: () => (functionFails ? Promise.reject(new Error('it failed')) : Promise.resolve({})),
    log: (entry) => entries.push(entry),
  };
  await processMessage(trigger, receiver as ServiceBusReceiver, message, context as ListenerContext);
  return entries.map((entry) => `${entry.level} ${entry.message}`);
}

test('a message that its function settled itself is no matter for the log', async () => {
  expect(await logged(new ServiceBusError('gone', 'MessageLockLost'))).toEqual([]);
});

test('every other failure to settle is said once, and never thrown', async () => {
  expect(await logged(new ServiceBusError('busy', 'ServiceBusy'))).toEqual([
    'warning Could not complete message m-1: ServiceBusError: busy',
  ]);
  expect(await logged(new ServiceBusError('gone', 'MessageLockLost'), true)).toEqual([
    'warning Could not abandon message m-1: ServiceBusError: gone',
  ]);
});
