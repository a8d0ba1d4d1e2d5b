import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { codeOf } from '../compute/launch-harness.ts';
import { awsHarness, MINUTE } from '../harness.ts';

const QueueName = 'slip-events';
const GONE = 'QueueDoesNotExist';

describe('queues', () => {
  test('the same queue can be created again, another of its name cannot', async () => {
    const { sqs } = awsHarness();
    const create = (VisibilityTimeout?: string) =>
      sqs.send(
        new CreateQueueCommand({
          QueueName,
          ...(VisibilityTimeout && { Attributes: { VisibilityTimeout } }),
        }),
      );
    const { QueueUrl } = await create('60');
    expect((await create('60')).QueueUrl).toBe(QueueUrl);
    expect((await create()).QueueUrl).toBe(QueueUrl);
    await expect(create('90')).rejects.toMatchObject({ name: 'QueueNameExists' });
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl).toBe(QueueUrl);
  });

  test('a name can be used again a minute after its queue was deleted', async () => {
    const { sqs, clock } = awsHarness();
    const create = () => sqs.send(new CreateQueueCommand({ QueueName }));
    const { QueueUrl } = await create();
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName }))).rejects.toMatchObject({ name: GONE });
    await expect(create()).rejects.toMatchObject({ name: 'QueueDeletedRecently' });
    clock.advance(MINUTE);
    expect(await codeOf(create())).toBe('none');
  });

  test('attributes are set, checked and told; tags end up in the inventory', async () => {
    const { sqs, simulator } = awsHarness();
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, tags: { a: '1' } }));
    const set = (Attributes: Record<string, string>) =>
      codeOf(sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes })));
    expect(await set({ VisibilityTimeout: '90' })).toBe('none');
    expect(await set({ VisibilityTimeout: '-1' })).toBe('InvalidAttributeValue');
    expect(await set({ Policy: '{}' })).toBe('InvalidAttributeValue');
    expect(await set({ Colour: 'red' })).toBe('InvalidAttributeName');
    const asked = new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: ['VisibilityTimeout', 'QueueArn'],
    });
    expect((await sqs.send(asked)).Attributes).toEqual({
      VisibilityTimeout: '90',
      QueueArn: 'arn:aws:sqs:eu-central-1:111122223333:slip-events',
    });
    await sqs.send(new TagQueueCommand({ QueueUrl, Tags: { b: '2' } }));
    expect(simulator.inventory()[0]).toMatchObject({ kind: 'AWS::SQS::Queue', tags: { a: '1', b: '2' } });
  });
});

describe('messages', () => {
  async function aQueue(copies = 1) {
    const aws = awsHarness({ settings: { queues: { copies, order: 'oldest-first' } } });
    const { QueueUrl } = await aws.sqs.send(new CreateQueueCommand({ QueueName }));
    const receive = async () =>
      (
        await aws.sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 }),
        )
      ).Messages;
    const send = (MessageBody: string) => aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const done = (ReceiptHandle: string | undefined) =>
      aws.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return { ...aws, receive, send, done };
  }

  test('what is not deleted comes back; an old receipt deletes nothing', async () => {
    const { clock, receive, send, done } = await aQueue();
    await send('hello');
    const [first] = (await receive()) ?? [];
    expect(first?.Body).toBe('hello');
    expect(await receive()).toBeUndefined();
    clock.advance(30_000);
    const [second] = (await receive()) ?? [];
    await done(first?.ReceiptHandle);
    clock.advance(30_000);
    const [third] = (await receive()) ?? [];
    expect([second?.MessageId, third?.MessageId]).toEqual([first?.MessageId, first?.MessageId]);
    await done(third?.ReceiptHandle);
    clock.advance(MINUTE);
    expect(await receive()).toBeUndefined();
  });

  test('a receipt that was never given out is refused', async () => {
    const { done } = await aQueue();
    expect(await codeOf(done('rubbish'))).toBe('ReceiptHandleIsInvalid');
  });

  test('messages may come twice', async () => {
    const { receive, send } = await aQueue(2);
    await send('hello');
    expect((await receive())?.map(({ Body }) => Body)).toEqual(['hello', 'hello']);
  });

  test('messages are kept for four days', async () => {
    const { clock, receive, send } = await aQueue();
    await send('hello');
    clock.advance(4 * 24 * 60 * MINUTE + 1);
    expect(await receive()).toBeUndefined();
  });
});
