import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DeleteVolumeCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from '@jest/globals';
import { type AwsHarness, awsHarness, MINUTE, REGION } from '../harness.ts';
import { codeOf, withNetwork } from './launch-harness.ts';

const VolumeType = 'gp3';

async function aVolume({ ec2 }: AwsHarness, zone = 'a'): Promise<string> {
  const order = { AvailabilityZone: `${REGION}${zone}`, Size: 10, VolumeType } as const;
  const { VolumeId = '', State } = await ec2.send(new CreateVolumeCommand(order));
  expect(State).toBe('creating');
  return VolumeId;
}

const volumes = async ({ ec2 }: AwsHarness) =>
  (await ec2.send(new DescribeVolumesCommand({}))).Volumes?.map((each) => [
    each.Size,
    each.Encrypted,
    each.State,
  ]);

test('an instance comes with the root that was asked for, and takes it along', async () => {
  const aws = awsHarness();
  const { run } = await withNetwork(aws);
  const Ebs = { VolumeSize: 60, VolumeType, Encrypted: true } as const;
  const { InstanceId = '' } = await run({
    BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs }],
    TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'of', Value: 'root' }] }],
  });
  expect(await volumes(aws)).toEqual([[60, true, 'in-use']]);
  const ofRoot = new DescribeVolumesCommand({ Filters: [{ Name: 'tag:of', Values: ['root'] }] });
  expect((await aws.ec2.send(ofRoot)).Volumes?.[0]?.Attachments?.[0]?.InstanceId).toBe(InstanceId);
  await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
  aws.clock.advance(MINUTE);
  expect(await volumes(aws)).toEqual([]);
});

describe('volumes of their own', () => {
  test('one that is attached cannot be deleted, and stays when its instance ends', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    const { InstanceId = '' } = await run();
    const VolumeId = await aVolume(aws);
    await aws.ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device: '/dev/xvdba' }));
    expect(await codeOf(aws.ec2.send(new DeleteVolumeCommand({ VolumeId })))).toBe('VolumeInUse');
    await aws.ec2.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
    aws.clock.advance(MINUTE);
    expect(await volumes(aws)).toEqual([[10, false, 'available']]);
    await aws.ec2.send(new DeleteVolumeCommand({ VolumeId }));
    expect(await codeOf(aws.ec2.send(new DeleteVolumeCommand({ VolumeId })))).toBe('InvalidVolume.NotFound');
  });

  test('they attach within their zone, once, to a free device', async () => {
    const aws = awsHarness();
    const { run } = await withNetwork(aws);
    const { InstanceId = '' } = await run();
    const attach = (VolumeId: string, Device = '/dev/xvdba') =>
      codeOf(aws.ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device })));
    const first = await aVolume(aws);
    expect(await attach(await aVolume(aws, 'b'))).toBe('InvalidVolume.ZoneMismatch');
    expect(await attach(first)).toBe('none');
    expect(await attach(first)).toBe('VolumeInUse');
    expect(await attach(await aVolume(aws))).toBe('InvalidParameterValue');
    await aws.ec2.send(new DetachVolumeCommand({ VolumeId: first }));
    expect(await attach(first)).toBe('none');
  });

  test.each([
    ['another region', 'InvalidZone.NotFound', { AvailabilityZone: 'us-east-1a', Size: 1 }],
    ['no size', 'MissingParameter', { AvailabilityZone: `${REGION}a` }],
    ['too large a size', 'InvalidParameterValue', { AvailabilityZone: `${REGION}a`, Size: 99_999 }],
  ])('refuses %s', async (_name, code, order) => {
    expect(await codeOf(awsHarness().ec2.send(new CreateVolumeCommand(order)))).toBe(code);
  });
});
