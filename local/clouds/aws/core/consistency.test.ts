/** Writes that are not seen yet, tags that are seen later, and deletions that are still seen. */
import {
  CreateInternetGatewayCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteTagsCommand,
  DescribeInternetGatewaysCommand,
  DescribeTagsCommand,
  DescribeVpcsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from '@jest/globals';
import { awsHarness, refusal } from '../harness.ts';
import { aVpc, given } from '../harness-network.ts';

/** Every write stays hidden for a minute. */
const WORST = { consistency: { usual: [60, 60], tail: [60, 60], tailPercent: 0 } } as const;

describe('with windows of a minute', () => {
  test('what was created is neither found nor listed, and nothing can be built on it', async () => {
    const { ec2, clock } = awsHarness({ settings: WORST });
    const VpcId = await aVpc(ec2);
    const byId = () => ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }));
    const CidrBlock = '10.0.0.0/20';
    clock.advance(59_000);
    expect(await refusal(byId())).toBe('InvalidVpcID.NotFound');
    expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toEqual([]);
    expect(await refusal(ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock })))).toBe(
      'InvalidVpcID.NotFound',
    );
    clock.advance(1_000);
    expect((await byId()).Vpcs).toHaveLength(1);
    await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock }));
  });

  test('limits count what is not seen', async () => {
    const { ec2 } = awsHarness({ settings: WORST });
    for (let count = 0; count < 5; count += 1) await aVpc(ec2);
    expect(await refusal(aVpc(ec2))).toBe('VpcLimitExceeded');
  });

  test('what was deleted is still described, but nothing can be done with it', async () => {
    const { ec2, clock } = awsHarness({ settings: WORST });
    const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
    const { InternetGatewayId } = given(InternetGateway);
    clock.advance(60_000);
    const remove = () => ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId }));
    await remove();
    const listed = async () =>
      (await ec2.send(new DescribeInternetGatewaysCommand({}))).InternetGateways?.length;
    expect(await listed()).toBe(1);
    expect(await refusal(remove())).toBe('InvalidInternetGatewayID.NotFound');
    clock.advance(60_000);
    expect(await listed()).toBe(0);
  });
});

test('by default some readers see a write and others do not, and after a while all do', async () => {
  const { ec2, clock } = awsHarness({
    settings: { consistency: { usual: [0, 8], tail: [8, 45], tailPercent: 2 } },
  });
  await aVpc(ec2);
  const look = async () => (await ec2.send(new DescribeVpcsCommand({}))).Vpcs?.length === 1;
  clock.advance(4_000);
  const looks = [];
  for (let count = 0; count < 20; count += 1) looks.push(await look());
  expect(new Set(looks)).toEqual(new Set([true, false]));
  clock.advance(41_000);
  for (let count = 0; count < 20; count += 1) expect(await look()).toBe(true);
});

describe('tags', () => {
  const TagSpecifications = [
    {
      ResourceType: 'vpc' as const,
      Tags: [
        { Key: 'Name', Value: 'one' },
        { Key: 'owner', Value: 'me' },
      ],
    },
  ];
  const tagged = (ec2: EC2Client, Name: string, ...Values: string[]) =>
    ec2.send(new DescribeVpcsCommand({ Filters: [{ Name, Values }] }));

  test('are found by key, by value and by pattern', async () => {
    const { ec2 } = awsHarness();
    await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', TagSpecifications }));
    await aVpc(ec2, '10.1.0.0/16');
    expect((await tagged(ec2, 'tag:Name', 'two', 'o?e')).Vpcs).toHaveLength(1);
    expect((await tagged(ec2, 'tag-key', 'owner')).Vpcs).toHaveLength(1);
    expect((await tagged(ec2, 'tag:Name', 'One')).Vpcs).toEqual([]);
  });

  test('are added, replaced and taken away, on several resources or none', async () => {
    const { ec2 } = awsHarness();
    const [one, two] = [await aVpc(ec2), await aVpc(ec2)];
    const add = (Resources: string[], Tags: { Key: string; Value: string }[]) =>
      ec2.send(new CreateTagsCommand({ Resources, Tags }));
    await add(
      [one, two],
      [
        { Key: 'a', Value: '1' },
        { Key: 'b', Value: '2' },
      ],
    );
    await add([one], [{ Key: 'a', Value: '3' }]);
    expect(await refusal(add([two, 'vpc-0123456789abcdef0'], [{ Key: 'a', Value: '9' }]))).toBe(
      'InvalidVpcID.NotFound',
    );
    await ec2.send(
      new DeleteTagsCommand({ Resources: [two], Tags: [{ Key: 'a', Value: 'other' }, { Key: 'b' }] }),
    );
    const { Tags } = await ec2.send(
      new DescribeTagsCommand({ Filters: [{ Name: 'resource-type', Values: ['vpc'] }] }),
    );
    expect(Tags?.map(({ ResourceId, Key, Value }) => [ResourceId, Key, Value])).toEqual([
      [one, 'a', '3'],
      [one, 'b', '2'],
      [two, 'a', '1'],
    ]);
  });

  test.each([
    ['of AWS itself', [{ Key: 'aws:x', Value: '' }], 'InvalidParameterValue'],
    ['with a long key', [{ Key: 'k'.repeat(129), Value: '' }], 'InvalidParameterValue'],
    ['with a long value', [{ Key: 'k', Value: 'v'.repeat(257) }], 'InvalidParameterValue'],
    [
      'twice',
      [
        { Key: 'k', Value: '1' },
        { Key: 'k', Value: '2' },
      ],
      'InvalidParameterValue',
    ],
    [
      'in great number',
      Array.from({ length: 51 }, (_none, index) => ({ Key: `k${index}`, Value: '' })),
      'TagLimitExceeded',
    ],
  ])('are not %s', async (_words, Tags, code) => {
    const { ec2 } = awsHarness();
    const specified = new CreateVpcCommand({
      CidrBlock: '10.0.0.0/16',
      TagSpecifications: [{ ResourceType: 'vpc', Tags }],
    });
    expect(await refusal(ec2.send(specified))).toBe(code);
  });

  test('are for what the request makes', async () => {
    const { ec2 } = awsHarness();
    const wrong = new CreateInternetGatewayCommand({ TagSpecifications });
    expect(await refusal(ec2.send(wrong))).toBe('InvalidParameterValue');
  });

  test('given on creation are seen later than the resource', async () => {
    const { ec2, clock } = awsHarness({
      settings: { consistency: { usual: [0, 60], tail: [0, 60], tailPercent: 0 } },
    });
    await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', TagSpecifications }));
    clock.advance(30_000);
    const sights = new Set<number | undefined>();
    for (let count = 0; count < 30; count += 1) {
      const { Vpcs } = await ec2.send(new DescribeVpcsCommand({}));
      if (Vpcs?.[0]) sights.add(Vpcs[0].Tags?.length);
    }
    expect(sights).toEqual(new Set([0, 2]));
  });
});

describe('pages', () => {
  test('are as long as asked, and their tokens belong to one question', async () => {
    const { ec2, simulator, clock } = awsHarness();
    simulator.addFault({ fault: 'quota', name: 'vpcs', limit: 12 });
    for (let count = 0; count < 12; count += 1) await aVpc(ec2);
    const page = (NextToken?: string, MaxResults = 5) =>
      ec2.send(new DescribeVpcsCommand({ MaxResults, ...(NextToken === undefined ? {} : { NextToken }) }));
    const first = await page();
    const second = await page(first.NextToken);
    const third = await page(second.NextToken);
    expect([first, second, third].map(({ Vpcs }) => Vpcs?.length)).toEqual([5, 5, 2]);
    expect(third.NextToken).toBeUndefined();
    expect(await refusal(page('not a token'))).toBe('InvalidParameterValue');
    const other = new DescribeInternetGatewaysCommand({ MaxResults: 5, NextToken: first.NextToken });
    expect(await refusal(ec2.send(other))).toBe('InvalidParameterValue');
    clock.advance(61 * 60_000);
    expect(await refusal(page(first.NextToken))).toBe('InvalidParameterValue');
  });
});
