import {
  DescribeImagesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeKeyPairsCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from '@jest/globals';
import { awsHarness, REGION } from '../harness.ts';
import { codeOf, newestImage } from './launch-harness.ts';

describe('instance types', () => {
  test('are described with processors, memory and what they can be bought as', async () => {
    const { ec2 } = awsHarness();
    const { InstanceTypes = [] } = await ec2.send(
      new DescribeInstanceTypesCommand({ InstanceTypes: ['m5.xlarge', 'g4dn.xlarge'] }),
    );
    expect(
      InstanceTypes.map((each) => [
        each.InstanceType,
        each.VCpuInfo?.DefaultVCpus,
        each.MemoryInfo?.SizeInMiB,
        each.ProcessorInfo?.SupportedArchitectures,
        each.SupportedUsageClasses,
        each.GpuInfo?.Gpus?.[0]?.Name,
      ]),
    ).toEqual([
      ['m5.xlarge', 4, 16_384, ['x86_64'], ['on-demand', 'spot'], undefined],
      ['g4dn.xlarge', 4, 16_384, ['x86_64'], ['on-demand', 'spot'], 'T4'],
    ]);
  });

  test('[A234] types of the past are unknown', async () => {
    const { ec2 } = awsHarness();
    const InstanceTypes = ['m3.large', 'g2.2xlarge'] as ['m3.large', 'g2.2xlarge'];
    expect(await codeOf(ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes })))).toBe(
      'InvalidInstanceType',
    );
  });

  test('are offered by zone, and not everywhere', async () => {
    const aws = awsHarness();
    const offered = async (region: string, type: string) => {
      const { InstanceTypeOfferings } = await aws.as(undefined, region).ec2.send(
        new DescribeInstanceTypeOfferingsCommand({
          LocationType: 'availability-zone',
          Filters: [{ Name: 'instance-type', Values: [type] }],
        }),
      );
      return InstanceTypeOfferings?.map(({ Location }) => Location);
    };
    expect(await offered(REGION, 't3.micro')).toEqual([`${REGION}a`, `${REGION}b`, `${REGION}c`]);
    expect(await offered('us-west-2', 'g4dn.xlarge')).toEqual(['us-west-2a', 'us-west-2b']);
    expect(await offered(REGION, 'm3.large')).toEqual([]);
  });
});

describe('images', () => {
  test("Canonical's have several dates, and ids of their own in each region", async () => {
    const aws = awsHarness();
    const images = new DescribeImagesCommand({
      Owners: ['099720109477'],
      Filters: [
        { Name: 'name', Values: ['ubuntu/images/*/ubuntu-jammy-22.04-amd64-server-*'] },
        { Name: 'architecture', Values: ['x86_64'] },
        { Name: 'state', Values: ['available'] },
      ],
    });
    const { Images = [] } = await aws.ec2.send(images);
    expect(Images.map(({ CreationDate }) => CreationDate).toSorted()).toEqual([
      '2025-01-15T08:04:11.000Z',
      '2025-06-10T06:48:52.000Z',
      '2025-10-14T07:21:35.000Z',
    ]);
    expect(await newestImage(aws.ec2, 'amd64')).not.toBe(
      await newestImage(aws.as(undefined, 'us-east-1').ec2, 'amd64'),
    );
  });

  test('this account owns none; unknown ids are refused', async () => {
    const { ec2 } = awsHarness();
    expect((await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }))).Images).toEqual([]);
    const unknown = new DescribeImagesCommand({ ImageIds: ['ami-00000000000000000'] });
    expect(await codeOf(ec2.send(unknown))).toBe('InvalidAMIID.NotFound');
  });
});

test('[A224] there is one key pair', async () => {
  const { ec2 } = awsHarness();
  const { KeyPairs } = await ec2.send(new DescribeKeyPairsCommand({ KeyNames: ['default'] }));
  expect(KeyPairs?.map(({ KeyName }) => KeyName)).toEqual(['default']);
  const unknown = new DescribeKeyPairsCommand({ KeyNames: ['mine'] });
  expect(await codeOf(ec2.send(unknown))).toBe('InvalidKeyPair.NotFound');
});
