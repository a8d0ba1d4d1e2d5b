import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { codeOf, withNetwork } from '../compute/launch-harness.ts';
import { scheduleRetirement } from '../compute/maintenance.ts';
import { type AwsHarness, awsHarness, MINUTE } from '../harness.ts';

const QUEUE_ARN = 'arn:aws:sqs:eu-central-1:111122223333:slip-events';
const RULE_ARN = 'arn:aws:events:eu-central-1:111122223333:rule/slip-machines';
const Rule = 'slip-machines';

const policyFor = (SourceArn: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: QUEUE_ARN,
        Condition: { ArnLike: { 'aws:SourceArn': SourceArn } },
      },
    ],
  });

async function listening(
  aws: AwsHarness,
  pattern: object,
  policy: string = policyFor(`${RULE_ARN.slice(0, -8)}*`),
) {
  const { QueueUrl } = await aws.sqs.send(new CreateQueueCommand({ QueueName: 'slip-events' }));
  await aws.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: policy } }));
  await aws.events.send(new PutRuleCommand({ Name: Rule, EventPattern: JSON.stringify(pattern) }));
  await aws.events.send(new PutTargetsCommand({ Rule, Targets: [{ Id: 'queue', Arn: QUEUE_ARN }] }));
  return async () => {
    const { Messages = [] } = await aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    for (const { ReceiptHandle } of Messages)
      await aws.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    return Messages.map(({ Body = '' }) => JSON.parse(Body));
  };
}

describe('events about instances', () => {
  test('each change of state is told, at its own time', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    const heard = await listening(aws, {
      source: ['aws.ec2'],
      'detail-type': ['EC2 Instance State-change Notification'],
    });
    const { InstanceId = '' } = await run();
    aws.clock.advance(MINUTE);
    await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    aws.clock.advance(MINUTE);
    const events = await heard();
    expect(events.map(({ detail }) => [detail['instance-id'], detail.state])).toEqual(
      ['pending', 'running', 'shutting-down', 'terminated'].map((state) => [InstanceId, state]),
    );
    expect(events[2]).toMatchObject({
      version: '0',
      source: 'aws.ec2',
      account: '111122223333',
      region: 'eu-central-1',
      time: '2026-11-20T12:01:00Z',
      resources: [`arn:aws:ec2:eu-central-1:111122223333:instance/${InstanceId}`],
    });
    expect(await heard()).toEqual([]);
  });

  test('an interruption is told two minutes before, with a recommendation to rebalance', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    const heard = await listening(aws, {
      'detail-type': ['EC2 Spot Instance Interruption Warning', 'EC2 Instance Rebalance Recommendation'],
    });
    const SpotOptions = { MaxPrice: '0.0600' };
    const { InstanceId } = await run({ InstanceMarketOptions: { MarketType: 'spot', SpotOptions } });
    aws.clock.advance(MINUTE);
    aws.simulator.addFault({
      fault: 'spot-price',
      instanceType: 'm5.large',
      zone: 'eu-central-1a',
      percent: 90,
    });
    const events = await heard();
    expect(events.map((each) => each['detail-type'])).toEqual([
      'EC2 Instance Rebalance Recommendation',
      'EC2 Spot Instance Interruption Warning',
    ]);
    expect(events[1].detail).toEqual({ 'instance-id': InstanceId, 'instance-action': 'terminate' });
  });

  test('scheduled maintenance is told by the health service', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    const heard = await listening(aws, { source: ['aws.health'], detail: { service: ['EC2'] } });
    const { InstanceId = '' } = await run();
    aws.clock.advance(MINUTE);
    const at = aws.clock.now() + 60 * MINUTE;
    aws.simulator.change((world) => scheduleRetirement(world, InstanceId, at));
    expect((await heard())[0]).toMatchObject({
      'detail-type': 'AWS Health Event',
      detail: {
        eventTypeCode: 'AWS_EC2_INSTANCE_RETIREMENT_SCHEDULED',
        eventTypeCategory: 'scheduledChange',
        affectedEntities: [{ entityValue: InstanceId }],
      },
    });
  });

  test.each([
    ['that lets nobody in', ''],
    ['that lets another rule in', policyFor('arn:aws:events:eu-central-1:111122223333:rule/other')],
  ])('a queue with a policy %s hears nothing', async (_name, policy) => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    const heard = await listening(aws, { source: ['aws.ec2'] }, policy);
    await run();
    expect(await heard()).toEqual([]);
  });

  test('a rule that is disabled tells nothing', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    const EventPattern = { source: ['aws.ec2'] };
    const heard = await listening(aws, EventPattern);
    const off = { Name: Rule, EventPattern: JSON.stringify(EventPattern), State: 'DISABLED' } as const;
    await aws.events.send(new PutRuleCommand(off));
    await run();
    expect(await heard()).toEqual([]);
  });
});

describe('rules', () => {
  const EventPattern = JSON.stringify({ source: ['aws.ec2'] });

  test('are described with their pattern, and keep targets and tags when put again', async () => {
    const { events, simulator } = awsHarness();
    const put = new PutRuleCommand({ Name: Rule, EventPattern, Tags: [{ Key: 'a', Value: '1' }] });
    expect((await events.send(put)).RuleArn).toBe(RULE_ARN);
    await events.send(new PutTargetsCommand({ Rule, Targets: [{ Id: 'queue', Arn: QUEUE_ARN }] }));
    await events.send(new TagResourceCommand({ ResourceARN: RULE_ARN, Tags: [{ Key: 'b', Value: '2' }] }));
    await events.send(put);
    const { EventPattern: told, State } = await events.send(new DescribeRuleCommand({ Name: Rule }));
    expect([told, State]).toEqual([EventPattern, 'ENABLED']);
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule }));
    expect(Targets).toEqual([{ Id: 'queue', Arn: QUEUE_ARN }]);
    expect(simulator.inventory()[0]?.tags).toEqual({ a: '1', b: '2' });
  });

  test('go when they have no targets any more; one that is gone can be deleted again', async () => {
    const { events } = awsHarness();
    await events.send(new PutRuleCommand({ Name: Rule, EventPattern }));
    await events.send(new PutTargetsCommand({ Rule, Targets: [{ Id: 'queue', Arn: QUEUE_ARN }] }));
    const remove = () => codeOf(events.send(new DeleteRuleCommand({ Name: Rule })));
    expect(await remove()).toBe('ValidationException');
    await events.send(new RemoveTargetsCommand({ Rule, Ids: ['queue'] }));
    expect([await remove(), await remove()]).toEqual(['none', 'none']);
    expect(await codeOf(events.send(new DescribeRuleCommand({ Name: Rule })))).toBe(
      'ResourceNotFoundException',
    );
  });

  test('a pattern that is none is refused', async () => {
    const put = new PutRuleCommand({ Name: Rule, EventPattern: '{"source":"aws.ec2"}' });
    expect(await codeOf(awsHarness().events.send(put))).toBe('InvalidEventPatternException');
  });
});
