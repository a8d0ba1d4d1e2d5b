import {
  CreateSecurityGroupCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstanceStatusCommand,
  GetConsoleOutputCommand,
  ModifyInstanceAttributeCommand,
  ModifyInstanceMetadataOptionsCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { awsHarness, MINUTE } from '../harness.ts';
import { codeOf, withNetwork } from './launch-harness.ts';
import { scheduleRetirement } from './maintenance.ts';

test('user data is told by its attribute only', async () => {
  const aws = awsHarness();
  const { run } = await withNetwork(aws);
  const UserData = Buffer.from('#cloud-config').toString('base64');
  const instance = await run({ UserData });
  expect(JSON.stringify(instance)).not.toContain(UserData);
  const { InstanceId } = instance;
  const asked = await aws.ec2.send(
    new DescribeInstanceAttributeCommand({ InstanceId, Attribute: 'userData' }),
  );
  expect(asked.UserData?.Value).toBe(UserData);
});

test('the console is posted a minute after it was written, its newest part at once', async () => {
  const aws = awsHarness();
  const { run } = await withNetwork(aws);
  const { InstanceId = '' } = await run();
  const output = async (Latest?: boolean) => {
    const { Output } = await aws.ec2.send(
      new GetConsoleOutputCommand({ InstanceId, ...(Latest && { Latest }) }),
    );
    return Output === undefined ? undefined : Buffer.from(Output, 'base64').toString();
  };
  expect(await output()).toBeUndefined();
  aws.clock.advance(MINUTE);
  aws.simulator.host.console(InstanceId, aws.clock.now(), 'cloud-init: started');
  expect([await output(), await output(true)]).toEqual([undefined, 'cloud-init: started\r\n']);
  aws.clock.advance(MINUTE);
  expect(await output()).toBe('cloud-init: started\r\n');
});

test('an instance that is protected is not terminated', async () => {
  const aws = awsHarness();
  const { run } = await withNetwork(aws);
  const { InstanceId = '' } = await run({ DisableApiTermination: true });
  const end = new TerminateInstancesCommand({ InstanceIds: [InstanceId] });
  expect(await codeOf(aws.ec2.send(end))).toBe('OperationNotPermitted');
  const DisableApiTermination = { Value: false };
  await aws.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, DisableApiTermination }));
  expect(await codeOf(aws.ec2.send(end))).toBe('none');
});

test('groups, the source check and metadata options change in place', async () => {
  const aws = awsHarness();
  const { run, describe: look, vpcId } = await withNetwork(aws);
  const { InstanceId } = await run();
  const group = { VpcId: vpcId, GroupName: 'other', Description: 'd' };
  const { GroupId = '' } = await aws.ec2.send(new CreateSecurityGroupCommand(group));
  await aws.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, Groups: [GroupId] }));
  const SourceDestCheck = { Value: false };
  await aws.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, SourceDestCheck }));
  await aws.ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId, HttpTokens: 'required' }));
  expect(await look(InstanceId)).toMatchObject({
    SecurityGroups: [{ GroupId, GroupName: 'other' }],
    SourceDestCheck: false,
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
  });
  const both = new ModifyInstanceAttributeCommand({ InstanceId, SourceDestCheck, Groups: [GroupId] });
  expect(await codeOf(aws.ec2.send(both))).toBe('InvalidParameterCombination');
});

test('a host that is to be retired is told of before, and then the instance is over', async () => {
  const aws = awsHarness();
  const { run, describe: look } = await withNetwork(aws);
  const { InstanceId = '' } = await run();
  aws.clock.advance(MINUTE);
  const at = aws.clock.now() + 60 * MINUTE;
  expect(aws.simulator.change((world) => scheduleRetirement(world, InstanceId, at))).toBe(true);
  const { InstanceStatuses } = await aws.ec2.send(new DescribeInstanceStatusCommand({}));
  expect(InstanceStatuses?.[0]?.Events?.[0]).toMatchObject({
    Code: 'instance-retirement',
    NotBefore: new Date(at),
  });
  expect((await look(InstanceId)).State?.Name).toBe('running');
  aws.clock.advance(61 * MINUTE);
  expect((await look(InstanceId)).StateReason?.Code).toBe('Server.ScheduledStop');
});
