import { TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { describe, expect, test } from '@jest/globals';
import { awsHarness, MINUTE, REGION } from '../harness.ts';
import { codeOf, withNetwork } from './launch-harness.ts';

const SPOT = { InstanceMarketOptions: { MarketType: 'spot' } } as const;

describe('vCPU quotas', () => {
  test('pending and running instances count, until they are on their way out', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    aws.simulator.addFault({ fault: 'quota', name: 'L-1216C47A', limit: 4 });
    const { InstanceId = '' } = await run();
    await run();
    expect(await codeOf(run())).toBe('VcpuLimitExceeded');
    await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    expect(await codeOf(run())).toBe('none');
  });

  test('families and markets have quotas of their own', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    aws.simulator.addFault({ fault: 'quota', name: 'L-1216C47A', limit: 2 });
    aws.simulator.addFault({ fault: 'quota', name: 'L-34B43A08', limit: 2 });
    await run();
    await run(SPOT);
    expect(await codeOf(run({ InstanceType: 'g4dn.xlarge' }))).toBe('none');
    expect(await codeOf(run(SPOT))).toBe('MaxSpotInstanceCountExceeded');
    expect(await codeOf(run({ ...SPOT, InstanceType: 'g4dn.xlarge' }))).toBe('none');
  });

  test('[A92] a quota that is raised lets the next attempt succeed', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    const { id } = aws.simulator.addFault({ fault: 'quota', name: 'L-1216C47A', limit: 0 });
    expect(await codeOf(run({ ClientToken: 't' }))).toBe('VcpuLimitExceeded');
    aws.simulator.removeFault(id);
    expect(await codeOf(run({ ClientToken: 't' }))).toBe('none');
  });
});

describe('capacity', () => {
  test('a zone has no more than the fault leaves, other zones and types do', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    aws.simulator.addFault({
      fault: 'capacity',
      instanceType: 'm5.large',
      zone: `${REGION}a`,
      available: 1,
    });
    await run();
    await expect(run()).rejects.toMatchObject({
      name: 'InsufficientInstanceCapacity',
      $metadata: { httpStatusCode: 500 },
    });
    expect(await codeOf(run({ InstanceType: 'm5.xlarge' }))).toBe('none');
  });

  test('a fault on another zone does not bind', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    const elsewhere = {
      fault: 'capacity',
      instanceType: 'm5.large',
      zone: `${REGION}b`,
      available: 0,
    } as const;
    aws.simulator.addFault(elsewhere);
    expect(await codeOf(run())).toBe('none');
  });

  test('what ends makes room again', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    aws.simulator.addFault({ fault: 'capacity', instanceType: 'm5.large', available: 1 });
    const { InstanceId = '' } = await run();
    expect(await codeOf(run())).toBe('InsufficientInstanceCapacity');
    await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    aws.clock.advance(MINUTE);
    expect(await codeOf(run())).toBe('none');
  });
});
