import {
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { putAccessKey, putPrincipal } from '../core/principals.ts';
import { type AwsHarness, awsHarness, MINUTE } from '../harness.ts';
import { DEMO_AWS } from '../seed.ts';
import { codeOf, type Launching, newestImage, withNetwork } from './launch-harness.ts';

type Wrong = (place: Launching, aws: AwsHarness) => Promise<Partial<RunInstancesCommandInput>>;

const constant =
  (params: Partial<RunInstancesCommandInput>): Wrong =>
  async () =>
    params;
const ofSize = (bytes: number): string => Buffer.alloc(bytes, 'x').toString('base64');
const rootOf = (VolumeSize: number) => [{ DeviceName: '/dev/sda1', Ebs: { VolumeSize } }];

describe('RunInstances refuses', () => {
  test.each<[string, string, Wrong]>([
    [
      'a type that is not sold',
      'InvalidParameterValue',
      async () => ({ InstanceType: 'm3.large' as 'm5.large' }),
    ],
    ['an image id of the wrong shape', 'InvalidAMIID.Malformed', constant({ ImageId: 'ami-x' })],
    ['an unknown image', 'InvalidAMIID.NotFound', constant({ ImageId: 'ami-00000000000000000' })],
    [
      'an image of another architecture',
      'InvalidParameterValue',
      async (_place, { ec2 }) => ({ ImageId: await newestImage(ec2, 'arm64') }),
    ],
    ['an unknown key pair', 'InvalidKeyPair.NotFound', constant({ KeyName: 'nobody' })],
    ['an unknown subnet', 'InvalidSubnetID.NotFound', constant({ SubnetId: 'subnet-00000000000000000' })],
    ['an unknown group', 'InvalidGroup.NotFound', constant({ SecurityGroupIds: ['sg-00000000000000000'] })],
    [
      'a group of another network',
      'InvalidParameter',
      async (_place, { ec2 }) => {
        const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
        const group = { VpcId: Vpc?.VpcId, GroupName: 'foreign', Description: 'd' };
        const { GroupId = '' } = await ec2.send(new CreateSecurityGroupCommand(group));
        return { SecurityGroupIds: [GroupId] };
      },
    ],
    ['user data that is not base64', 'InvalidParameterValue', constant({ UserData: '#cloud-config!' })],
    ['user data above 16 KiB', 'InvalidParameterValue', constant({ UserData: ofSize(16_385) })],
    [
      'an unknown instance profile',
      'InvalidParameterValue',
      constant({ IamInstanceProfile: { Name: 'nobody' } }),
    ],
    [
      'a root smaller than its snapshot',
      'InvalidBlockDeviceMapping',
      constant({ BlockDeviceMappings: rootOf(7) }),
    ],
    [
      'metadata beyond 64 hops',
      'InvalidParameterValue',
      constant({ MetadataOptions: { HttpPutResponseHopLimit: 65 } }),
    ],
    [
      'tags for what it does not make',
      'InvalidParameterValue',
      constant({ TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'a', Value: 'b' }] }] }),
    ],
    [
      'a bid that is no price',
      'InvalidParameterValue',
      constant({ InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { MaxPrice: 'cheap' } } }),
    ],
    [
      'a bid below the price',
      'SpotMaxPriceTooLow',
      constant({ InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { MaxPrice: '0.0300' } } }),
    ],
  ])('%s', async (_name, code, wrong) => {
    const aws = awsHarness();
    const place = await withNetwork(aws);
    expect(await codeOf(place.run(await wrong(place, aws)))).toBe(code);
    expect(aws.simulator.inventory().map(({ kind }) => kind)).not.toContain('AWS::EC2::Instance');
  });

  test('a type in a zone that does not sell it, naming those that do', async () => {
    const aws = awsHarness();
    const there = aws.as(undefined, 'us-west-2');
    const { run } = await withNetwork({ ...aws, ...there }, 'us-west-2c');
    await expect(run({ InstanceType: 'g4dn.xlarge' })).rejects.toMatchObject({
      name: 'Unsupported',
      message: expect.stringContaining('us-west-2a, us-west-2b'),
    });
  });

  test('user data of exactly 16 KiB is taken', async () => {
    const { run } = await withNetwork(awsHarness());
    expect(await codeOf(run({ UserData: ofSize(16_384) }))).toBe('none');
  });
});

test('an instance profile can be used some seconds after it got its role', async () => {
  const aws = awsHarness();
  const { run } = await withNetwork(aws);
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const role = { RoleName: 'slip-node', AssumeRolePolicyDocument: JSON.stringify(trust) };
  await aws.iam.send(new CreateRoleCommand(role));
  await aws.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'slip-node' }));
  const launch = () => codeOf(run({ IamInstanceProfile: { Name: 'slip-node' } }));
  aws.clock.advance(MINUTE);
  expect(await launch()).toBe('InvalidParameterValue');
  const joined = { InstanceProfileName: 'slip-node', RoleName: 'slip-node' };
  await aws.iam.send(new AddRoleToInstanceProfileCommand(joined));
  expect(await launch()).toBe('InvalidParameterValue');
  aws.clock.advance(20_000);
  expect(await launch()).toBe('none');
});

describe('a caller with few rights', () => {
  const limited = { accessKeyId: 'AKIALIMITED000000001', secretAccessKey: 'limited' };

  function withPolicy(aws: AwsHarness, ...Statement: object[]) {
    const arn = `arn:aws:iam::${DEMO_AWS.accountId}:user/limited`;
    const policy = JSON.stringify({ Version: '2012-10-17', Statement });
    aws.simulator.change((world) => {
      putPrincipal(world, { arn, account: DEMO_AWS.accountId, userId: 'AIDALIMITED', policies: { policy } });
      putAccessKey(world, {
        id: limited.accessKeyId,
        secret: limited.secretAccessKey,
        principalArn: arn,
        isActive: true,
      });
    });
    return aws.as(limited);
  }

  const dryRun = new RunInstancesCommand({
    ImageId: 'ami-1',
    MinCount: 1,
    MaxCount: 1,
    DryRun: true,
  });

  test('a dry run tells whether it may', async () => {
    const aws = awsHarness();
    expect(await codeOf(aws.ec2.send(dryRun))).toBe('DryRunOperation');
    const poor = withPolicy(aws, { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' });
    expect(await codeOf(poor.ec2.send(dryRun))).toBe('UnauthorizedOperation');
  });

  test('spot needs the service-linked role, or the right to make it', async () => {
    const aws = awsHarness();
    const place = await withNetwork(aws);
    const { ec2 } = withPolicy(aws, { Effect: 'Allow', Action: 'ec2:*', Resource: '*' });
    const spot = new RunInstancesCommand({
      ImageId: place.imageId,
      InstanceType: 'm5.large',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: place.subnetId,
      InstanceMarketOptions: { MarketType: 'spot' },
    });
    expect(await codeOf(ec2.send(spot))).toBe('AuthFailure.ServiceLinkedRoleCreationNotPermitted');
    await aws.ec2.send(spot);
    expect(await codeOf(ec2.send(spot))).toBe('none');
  });
});
