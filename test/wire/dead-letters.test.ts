import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Secret } from '../../lib/domain/secret.ts';
import { type ServiceBusDeadLetterer, serviceBusDeadLetterer } from '../../lib/queue/dead-letters.ts';
import { QueueUnavailableError } from '../../lib/queue/port.ts';
import { type Fixture, receiveOne, startFixture } from './service-bus-fixture.ts';

let fixture: Fixture;
let letters: ServiceBusDeadLetterer;

beforeAll(async () => {
  fixture = await startFixture([{ kind: 'queue', name: 'requests' }]);
  letters = serviceBusDeadLetterer({ connectionString: new Secret(fixture.broker.connectionString) });
});

afterAll(async () => {
  await letters.close();
  await fixture.close();
});

test('a message that another connection holds is dead-lettered with a reason, once', async () => {
  await fixture.client.createSender('requests').sendMessages({ body: { type: 'nonsense' } });
  const receiver = fixture.client.createReceiver('requests');
  const held = await receiveOne(receiver);
  await letters.deadLetter({
    queue: 'requests',
    lockToken: held.lockToken ?? '',
    reason: 'REQUEST_INVALID',
    description: 'x'.repeat(5_000),
  });

  const dead = await receiveOne(fixture.client.createReceiver('requests', { subQueueType: 'deadLetter' }));
  expect(dead).toMatchObject({ body: { type: 'nonsense' }, deadLetterReason: 'REQUEST_INVALID' });
  expect(dead.deadLetterErrorDescription).toHaveLength(4_096);
  expect(await receiver.receiveMessages(1, { maxWaitTimeInMs: 200 })).toEqual([]);
  await expect(receiver.completeMessage(held)).rejects.toMatchObject({ code: 'MessageLockLost' });
});

test('a lock that nobody holds any more is an error that gives the message back', async () => {
  const letter = { queue: 'requests', lockToken: '00000000-0000-4000-8000-000000000000' };
  await expect(letters.deadLetter({ ...letter, reason: 'r', description: 'd' })).rejects.toThrow(
    QueueUnavailableError,
  );
});
