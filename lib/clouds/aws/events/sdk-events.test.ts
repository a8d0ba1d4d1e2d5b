/** What is said to SQS and EventBridge. */
import { describe, expect, test } from '@jest/globals';
import { type Answer, anAwsWire } from '../../../../test/builders/aws-wire.ts';
import { EVENT_RULES, queuePolicy } from './event-rules.ts';
import { openEvents } from './sdk-events.ts';

const URL = 'https://sqs.test/1/slip-events';
const ARN = 'arn:aws:sqs:eu-central-1:1:slip-events';
const queue = { url: URL, arn: ARN };

function opened(answers: Readonly<Record<string, readonly Answer[]>> = {}) {
  const { session, sent } = anAwsWire(answers);
  return { events: openEvents(session), sent };
}

describe('the queue', () => {
  test.each<readonly [string, Readonly<Record<string, readonly Answer[]>>, unknown]>([
    [
      'with its policy',
      {
        GetQueueUrl: [{ QueueUrl: URL }],
        GetQueueAttributes: [{ Attributes: { QueueArn: ARN, Policy: '{ "b": 1, "a": 2 }' } }],
      },
      { ...queue, policy: '{"a":2,"b":1}' },
    ],
    [
      'without one',
      { GetQueueUrl: [{ QueueUrl: URL }], GetQueueAttributes: [{ Attributes: { QueueArn: ARN } }] },
      queue,
    ],
    ['is not there', { GetQueueUrl: [{ code: 'QueueDoesNotExist' }] }, undefined],
    [
      'went in between',
      { GetQueueUrl: [{ QueueUrl: URL }], GetQueueAttributes: [{ code: 'QueueDoesNotExist' }] },
      undefined,
    ],
  ])('%s', async (_title, answers, value) => {
    expect(await opened(answers).events.queue()).toEqual({ ok: true, value });
  });

  test('is made with a short memory and a tag that says whose it is', async () => {
    const { events, sent } = opened({
      CreateQueue: [{ QueueUrl: URL }],
      GetQueueAttributes: [{ Attributes: { QueueArn: ARN } }],
    });
    expect(await events.createQueue()).toEqual({ ok: true, value: queue });
    expect(sent[0]).toEqual({
      operation: 'CreateQueue',
      QueueName: 'slip-events',
      Attributes: { MessageRetentionPeriod: '3600' },
      tags: { 'slipway:shared': 'true' },
    });
  });

  test.each([
    ['QueueDeletedRecently', 'Conflict'],
    ['QueueNameExists', 'Conflict'],
    ['AccessDeniedException', 'Unauthorized'],
  ])('%s while creating: %s', async (code, expected) => {
    const made = await opened({ CreateQueue: [{ code }] }).events.createQueue();
    expect(made).toMatchObject({ ok: false, error: { code: expected } });
  });

  test('opens for EventBridge, goes, and is gone already', async () => {
    const { events, sent } = opened({ DeleteQueue: [{ code: 'QueueDoesNotExist' }] });
    expect(await events.setPolicy(queue, '{}')).toEqual({ ok: true, value: undefined });
    expect(await events.removeQueue(queue)).toEqual({ ok: true, value: undefined });
    expect(sent).toEqual([
      { operation: 'SetQueueAttributes', QueueUrl: URL, Attributes: { Policy: '{}' } },
      { operation: 'DeleteQueue', QueueUrl: URL },
    ]);
  });
});

describe('a rule', () => {
  test('with its targets', async () => {
    const { events } = opened({
      DescribeRule: [{ Name: 'r', EventPattern: '{"source": ["aws.ec2"]}', State: 'ENABLED' }],
      ListTargetsByRule: [{ Targets: [{ Id: 'queue', Arn: ARN }] }],
    });
    expect(await events.rule('r')).toEqual({
      ok: true,
      value: { pattern: '{"source":["aws.ec2"]}', enabled: true, targets: [ARN] },
    });
  });

  test('is not there', async () => {
    const { events, sent } = opened({ DescribeRule: [{ code: 'ResourceNotFoundException' }] });
    expect(await events.rule('r')).toEqual({ ok: true, value: undefined });
    expect(sent).toHaveLength(1);
  });

  test('is put, aimed, and taken away with its target first', async () => {
    const { events, sent } = opened();
    await events.putRule('r', '{}');
    expect(await events.putTarget('r', ARN)).toEqual({ ok: true, value: undefined });
    expect(await events.removeRule('r')).toEqual({ ok: true, value: undefined });
    expect(sent).toEqual([
      {
        operation: 'PutRule',
        Name: 'r',
        EventPattern: '{}',
        State: 'ENABLED',
        Description: 'Tells Slipway what happens to machines',
        Tags: [{ Key: 'slipway:shared', Value: 'true' }],
      },
      { operation: 'PutTargets', Rule: 'r', Targets: [{ Id: 'queue', Arn: ARN }] },
      { operation: 'RemoveTargets', Rule: 'r', Ids: ['queue'] },
      { operation: 'DeleteRule', Name: 'r' },
    ]);
  });

  test('an entry that EventBridge refused inside its answer', async () => {
    const { events } = opened({
      PutTargets: [{ FailedEntryCount: 1, FailedEntries: [{ ErrorCode: 'ConcurrentModification' }] }],
    });
    expect(await events.putTarget('r', ARN)).toMatchObject({ ok: false, error: { code: 'Conflict' } });
  });

  test('is gone already', async () => {
    const gone = { code: 'ResourceNotFoundException' };
    const { events } = opened({ RemoveTargets: [gone], DeleteRule: [gone] });
    expect(await events.removeRule('r')).toEqual({ ok: true, value: undefined });
  });
});

test('only EventBridge, and only for these rules, may send to the queue', () => {
  expect(JSON.parse(queuePolicy(ARN))).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: ARN,
        Condition: { ArnLike: { 'aws:SourceArn': 'arn:*:events:*:*:rule/slip-events-*' } },
      },
    ],
  });
  expect(EVENT_RULES.map(({ name }) => name)).toEqual([
    'slip-events-interruption',
    'slip-events-rebalance',
    'slip-events-state-change',
    'slip-events-maintenance',
  ]);
});
