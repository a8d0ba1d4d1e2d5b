import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from '@jest/globals';
import { virtualClock } from '../../kit/clock.ts';
import { memoryRecords } from '../../kit/records.ts';
import { awsHarness, MINUTE, START } from '../harness.ts';
import { codeOf, withNetwork } from './launch-harness.ts';

const filtered = (Name: string, ...Values: string[]) =>
  new DescribeInstancesCommand({ Filters: [{ Name, Values }] });

describe('the life of an instance', () => {
  test('it starts within 40 s, shuts down within 60 s, and is listed for an hour after', async () => {
    const aws = awsHarness();
    const { run, describe: look } = await withNetwork(aws);
    const { InstanceId = '', State } = await run();
    expect(State).toEqual({ Code: 0, Name: 'pending' });
    aws.clock.advance(40_000);
    expect((await look(InstanceId)).State).toEqual({ Code: 16, Name: 'running' });

    const { TerminatingInstances } = await aws.ec2.send(
      new TerminateInstancesCommand({ InstanceIds: [InstanceId] }),
    );
    expect(TerminatingInstances?.[0]).toMatchObject({
      PreviousState: { Name: 'running' },
      CurrentState: { Name: 'shutting-down' },
    });
    aws.clock.advance(MINUTE);
    const ended = await look(InstanceId);
    expect(ended).toMatchObject({
      State: { Code: 48, Name: 'terminated' },
      StateReason: { Code: 'Client.UserInitiatedShutdown' },
      StateTransitionReason: 'User initiated (2026-11-20 12:00:40 GMT)',
      NetworkInterfaces: [],
    });
    expect(ended.SubnetId).toBeUndefined();
    aws.clock.advance(61 * MINUTE);
    expect(await codeOf(look(InstanceId))).toBe('InvalidInstanceID.NotFound');
    expect(aws.simulator.inventory().map(({ kind }) => kind)).not.toContain('AWS::EC2::Instance');
  });

  test('terminating it again changes nothing', async () => {
    const aws = awsHarness();
    const { run, describe: look } = await withNetwork(aws);
    const { InstanceId = '' } = await run();
    const end = new TerminateInstancesCommand({ InstanceIds: [InstanceId] });
    await aws.ec2.send(end);
    aws.clock.advance(MINUTE);
    const { TerminatingInstances } = await aws.ec2.send(end);
    expect(TerminatingInstances?.[0]?.CurrentState?.Name).toBe('terminated');
    expect((await look(InstanceId)).StateTransitionReason).toContain('12:00:00');
  });

  test('one unknown id keeps a batch from being terminated', async () => {
    const aws = awsHarness();
    const { run, describe: look } = await withNetwork(aws);
    const { InstanceId = '' } = await run();
    const batch = new TerminateInstancesCommand({ InstanceIds: [InstanceId, 'i-00000000000000000'] });
    expect(await codeOf(aws.ec2.send(batch))).toBe('InvalidInstanceID.NotFound');
    expect((await look(InstanceId)).State?.Name).toBe('pending');
  });

  test('a machine side is told when an instance is gone', async () => {
    const gone: string[] = [];
    const aws = awsHarness({ machines: { listens: () => false, gone: (id) => void gone.push(id) } });
    const { run } = await withNetwork(aws);
    const { InstanceId = '' } = await run();
    aws.clock.advance(MINUTE);
    expect(aws.simulator.host.instances().map(({ id }) => id)).toEqual([InstanceId]);
    await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    expect(aws.simulator.host.instances()).toEqual([]);
    expect(gone).toEqual([InstanceId]);
  });

  test('a fault takes an instance away at once, and says whose it was', async () => {
    const aws = awsHarness();
    const { run, describe: look } = await withNetwork(aws);
    const { InstanceId = '' } = await run();
    aws.clock.advance(MINUTE);
    aws.simulator.addFault({ fault: 'instance-loss', id: InstanceId });
    expect(await look(InstanceId)).toMatchObject({
      State: { Name: 'terminated' },
      StateReason: { Code: 'Server.InternalError' },
    });
  });

  test('a late failure ends an accepted instance instead of running it', async () => {
    const aws = awsHarness();
    const { run, describe: look } = await withNetwork(aws);
    aws.simulator.addFault({
      fault: 'error',
      operation: 'RunInstances',
      code: 'InsufficientInstanceCapacity',
      when: 'late',
    });
    const { InstanceId, State } = await run();
    expect(State?.Name).toBe('pending');
    aws.clock.advance(40_000);
    expect(await look(InstanceId)).toMatchObject({
      State: { Name: 'terminated' },
      StateReason: { Code: 'Server.InsufficientInstanceCapacity' },
    });
  });
});

describe('client tokens', () => {
  test('the same request gives the same instance, also when that is over', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    const first = await run({ ClientToken: 'one' });
    expect((await run({ ClientToken: 'one' })).InstanceId).toBe(first.InstanceId);
    await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [first.InstanceId ?? ''] }));
    aws.clock.advance(10 * 60 * MINUTE);
    const again = await run({ ClientToken: 'one' });
    expect([again.InstanceId, again.State?.Name]).toEqual([first.InstanceId, 'terminated']);
  });

  test('another request with the token is refused, another token makes another instance', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    const first = await run({ ClientToken: 'one' });
    expect(await codeOf(run({ ClientToken: 'one', InstanceType: 'm5.xlarge' }))).toBe(
      'IdempotentParameterMismatch',
    );
    expect((await run({ ClientToken: 'two' })).InstanceId).not.toBe(first.InstanceId);
  });

  test('a lost answer is found again by its token', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    aws.simulator.addFault({
      fault: 'error',
      operation: 'RunInstances',
      code: 'ConnectionReset',
      when: 'after',
    });
    expect(await codeOf(run({ ClientToken: 'lost' }))).toBe('ECONNRESET');
    const { Reservations = [] } = await aws.ec2.send(filtered('client-token', 'lost'));
    expect(Reservations[0]?.Instances?.[0]?.InstanceId).toBe((await run({ ClientToken: 'lost' })).InstanceId);
  });
});

describe('describing instances', () => {
  test('filters by tag, state, network and lifecycle', async () => {
    const aws = awsHarness();
    const { run, vpcId, subnetId } = await withNetwork(aws);
    const Tags = [{ Key: 'slipway:cluster-uid', Value: 'u1' }];
    const { InstanceId } = await run({ TagSpecifications: [{ ResourceType: 'instance', Tags }] });
    await run();
    const found = async (name: string, ...values: string[]) =>
      (await aws.ec2.send(filtered(name, ...values))).Reservations?.length;
    const { Reservations } = await aws.ec2.send(filtered('tag:slipway:cluster-uid', 'u1'));
    expect(Reservations?.[0]?.Instances?.map((each) => each.InstanceId)).toEqual([InstanceId]);
    expect(await found('instance-state-name', 'pending', 'running')).toBe(2);
    expect(await found('instance-state-name', 'terminated')).toBe(0);
    expect(await found('vpc-id', vpcId)).toBe(2);
    expect(await found('subnet-id', subnetId)).toBe(2);
    expect(await found('instance-lifecycle', 'spot')).toBe(0);
    expect(await codeOf(found('instance-colour', 'red'))).toBe('InvalidParameterValue');
  });

  test('comes in pages, which ids cannot be combined with', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    for (let i = 0; i < 6; i += 1) await run();
    const first = await aws.ec2.send(new DescribeInstancesCommand({ MaxResults: 5 }));
    const NextToken = first.NextToken ?? '';
    const second = await aws.ec2.send(new DescribeInstancesCommand({ MaxResults: 5, NextToken }));
    expect([first.Reservations?.length, second.Reservations?.length, second.NextToken]).toEqual([
      5,
      1,
      undefined,
    ]);
    const ids = [first.Reservations?.[0]?.Instances?.[0]?.InstanceId ?? ''];
    const both = new DescribeInstancesCommand({ InstanceIds: ids, MaxResults: 5 });
    expect(await codeOf(aws.ec2.send(both))).toBe('InvalidParameterCombination');
  });

  test('one call may make several instances of one reservation', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    await run({ count: 2 });
    const { Reservations = [] } = await aws.ec2.send(new DescribeInstancesCommand({}));
    expect(Reservations.map(({ Instances }) => Instances?.map((each) => each.AmiLaunchIndex))).toEqual([
      [0, 1],
    ]);
  });

  test('status is told of running instances, and of all when asked for', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    await run();
    const running = async (IncludeAllInstances?: boolean) =>
      (
        await aws.ec2.send(
          new DescribeInstanceStatusCommand({ ...(IncludeAllInstances && { IncludeAllInstances }) }),
        )
      ).InstanceStatuses;
    expect(await running()).toEqual([]);
    expect((await running(true))?.[0]?.InstanceStatus?.Status).toBe('not-applicable');
    aws.clock.advance(MINUTE);
    expect((await running())?.[0]?.InstanceStatus?.Status).toBe('initializing');
    aws.clock.advance(2 * MINUTE);
    expect((await running())?.[0]?.InstanceStatus?.Status).toBe('ok');
  });
});

test('in the worst case nobody sees a new instance for a minute', async () => {
  const records = memoryRecords();
  const clock = virtualClock(START);
  const { run } = await withNetwork(awsHarness({ records, clock }));
  await run({ ClientToken: 't' });
  const worst = awsHarness({
    records,
    clock,
    settings: { consistency: { usual: [60, 60], tail: [60, 60], tailPercent: 0 } },
  });
  const seen = async () => (await worst.ec2.send(filtered('client-token', 't'))).Reservations?.length;
  expect(await seen()).toBe(0);
  clock.advance(MINUTE);
  expect(await seen()).toBe(1);
});
