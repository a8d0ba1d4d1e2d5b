/** What happens to requests before and after their operations, as SDK clients experience it. */
import {
  CreateTagsCommand,
  CreateVpcCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { virtualClock } from '../../kit/clock.ts';
import { type AwsHarness, awsHarness, refusal, START } from '../harness.ts';
import { DEMO_ARN, DEMO_AWS } from '../seed.ts';
import { findPrincipal, putPrincipal } from './principals.ts';
import { LIMITS } from './settings.ts';

/** The same question to a service of each protocol. */
async function refusals({ ec2, balancing, sqs }: Pick<AwsHarness, 'ec2' | 'balancing' | 'sqs'>) {
  return [
    await refusal(ec2.send(new DescribeVpcsCommand({}))),
    await refusal(balancing.send(new DescribeLoadBalancersCommand({}))),
    await refusal(sqs.send(new ListQueuesCommand({}))),
  ];
}

describe('authentication', () => {
  test('refuses keys that nobody has', async () => {
    const credentials = { accessKeyId: 'AKIANOBODYHASTHIS001', secretAccessKey: 'x' };
    expect(await refusals(awsHarness().as(credentials))).toEqual([
      'AuthFailure',
      'InvalidClientTokenId',
      'UnrecognizedClientException',
    ]);
  });

  test('refuses another secret', async () => {
    const credentials = { accessKeyId: DEMO_AWS.accessKeyId, secretAccessKey: 'x' };
    expect(await refusals(awsHarness().as(credentials))).toEqual([
      'AuthFailure',
      'SignatureDoesNotMatch',
      'InvalidSignatureException',
    ]);
  });

  test('refuses what was signed more than 15 minutes ago, and what was signed just now is fine', async () => {
    const settings = { checksDates: true };
    const late = awsHarness({ settings, clock: virtualClock(Date.now() + 16 * 60_000) });
    expect(await refusals(late)).toEqual([
      'RequestExpired',
      'SignatureDoesNotMatch',
      'InvalidSignatureException',
    ]);
    const timely = awsHarness({ settings, clock: virtualClock(Date.now() + 60_000) });
    expect((await timely.ec2.send(new DescribeVpcsCommand({}))).Vpcs).toEqual([]);
  });

  test.each(['eu-south-1', 'mars-north-1'])('knows no account in %s', async (region) => {
    expect(await refusal(awsHarness().as(undefined, region).ec2.send(new DescribeVpcsCommand({})))).toBe(
      'AuthFailure',
    );
  });

  test('refuses requests without a signature, in the words of each protocol', () => {
    const { simulator } = awsHarness();
    const ask = (headers: Record<string, string>) =>
      simulator.handle({ method: 'POST', url: '/', headers, body: 'Action=DescribeVpcs&Version=2016-11-15' });
    expect(ask({})).toMatchObject({
      status: 403,
      body: expect.stringContaining('MissingAuthenticationToken'),
    });
    expect(ask({ 'x-amz-target': 'AmazonSQS.ListQueues' })).toMatchObject({
      status: 400,
      body: expect.stringContaining('"__type":"com.amazonaws.sqs#MissingAuthenticationTokenException"'),
    });
  });
});

describe('requests', () => {
  test('have an id, a place and a caller in the log', async () => {
    const { ec2, simulator } = awsHarness();
    const { $metadata } = await ec2.send(new DescribeVpcsCommand({}));
    expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(simulator.log.entries()).toEqual([
      {
        at: START,
        method: 'POST',
        path: '/eu-central-1/ec2',
        operation: 'DescribeVpcs',
        caller: DEMO_ARN,
        status: 200,
      },
    ]);
  });

  test('see their own region only', async () => {
    const harness = awsHarness();
    await harness.ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    const elsewhere = harness.as(undefined, 'eu-west-1');
    expect((await elsewhere.ec2.send(new DescribeVpcsCommand({}))).Vpcs).toEqual([]);
  });

  test('with parameters that do not fit are refused by name', async () => {
    const { ec2 } = awsHarness();
    const asked = (input: object) => ec2.send(new DescribeVpcsCommand({ ...input }));
    await expect(ec2.send(new CreateVpcCommand({}))).rejects.toMatchObject({
      Code: 'MissingParameter',
      message: 'The request must contain the parameter CidrBlock',
    });
    await expect(
      ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', Ipv4NetmaskLength: 16 })),
    ).rejects.toMatchObject({
      Code: 'UnknownParameter',
      message: 'The parameter Ipv4NetmaskLength is not recognized',
    });
    expect(await refusal(asked({ MaxResults: 4 }))).toBe('InvalidParameterValue');
    expect(await refusal(asked({ Filters: [{ Name: 'colour', Values: ['red'] }] }))).toBe(
      'InvalidParameterValue',
    );
    expect(await refusal(asked({ VpcIds: ['vpc-x'] }))).toBe('InvalidVpcID.Malformed');
  });

  test('change nothing when they are dry', async () => {
    const { ec2 } = awsHarness();
    const dry = ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', DryRun: true }));
    await expect(dry).rejects.toMatchObject({
      Code: 'DryRunOperation',
      $metadata: { httpStatusCode: 412 },
    });
    expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toEqual([]);
  });
});

describe('permissions', () => {
  const only = (Action: string) => {
    const harness = awsHarness();
    harness.simulator.change((world) => {
      const principal = findPrincipal(world, DEMO_ARN);
      const Statement = [{ Effect: 'Allow', Action, Resource: '*' }];
      const policies = { only: JSON.stringify({ Version: '2012-10-17', Statement }) };
      if (principal) putPrincipal(world, { ...principal, policies });
    });
    return harness;
  };

  test('are needed for every service, and come before the dry run', async () => {
    const harness = only('iam:*');
    expect(await refusals(harness)).toEqual([
      'UnauthorizedOperation',
      'AccessDenied',
      'AccessDeniedException',
    ]);
    const dry = new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', DryRun: true });
    await expect(harness.ec2.send(dry)).rejects.toMatchObject({
      Code: 'UnauthorizedOperation',
      message: expect.stringContaining('is not authorized to perform: ec2:CreateVpc on resource: *'),
      $metadata: { httpStatusCode: 403 },
    });
  });

  test('are those of the action', async () => {
    const { ec2 } = only('ec2:Describe*');
    expect((await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups).toEqual([]);
    expect(await refusal(ec2.send(new CreateTagsCommand({ Resources: ['vpc-1'], Tags: [] })))).toBe(
      'UnauthorizedOperation',
    );
  });
});

describe('throttling', () => {
  test('is per action, and refills', async () => {
    const limits = { unfilteredReads: { burst: 2, refillPerSecond: 1 } };
    const { ec2, clock } = awsHarness({ settings: { limits: { ...LIMITS, ...limits } } });
    const ask = () => ec2.send(new DescribeVpcsCommand({}));
    await ask();
    await ask();
    await expect(ask()).rejects.toMatchObject({
      Code: 'RequestLimitExceeded',
      $metadata: { httpStatusCode: 503 },
    });
    await ec2.send(new DescribeSecurityGroupsCommand({}));
    clock.advance(1_000);
    await ask();
  });

  test('by a fault lasts as long as it says, in the code of each service', async () => {
    const harness = awsHarness();
    harness.simulator.addFault({ fault: 'throttle', operation: '*', seconds: 60 });
    expect(await refusals(harness)).toEqual(['RequestLimitExceeded', 'Throttling', 'ThrottlingException']);
    harness.clock.advance(60_000);
    await harness.ec2.send(new DescribeVpcsCommand({}));
  });
});

describe('errors by fault', () => {
  const CidrBlock = '10.0.0.0/16';
  const count = async (ec2: EC2Client) => (await ec2.send(new DescribeVpcsCommand({}))).Vpcs?.length;

  test('before: nothing happened', async () => {
    const { ec2, simulator } = awsHarness();
    simulator.addFault({ fault: 'error', operation: 'CreateVpc', code: 'InternalError', when: 'before' });
    await expect(ec2.send(new CreateVpcCommand({ CidrBlock }))).rejects.toMatchObject({
      Code: 'InternalError',
      $metadata: { httpStatusCode: 500 },
    });
    expect(await count(ec2)).toBe(0);
    await ec2.send(new CreateVpcCommand({ CidrBlock }));
    expect(await count(ec2)).toBe(1);
  });

  test('after: it happened, and without a client token it happens again', async () => {
    const { ec2, simulator } = awsHarness();
    simulator.addFault({ fault: 'error', operation: 'CreateVpc', code: 'InternalError', when: 'after' });
    expect(await refusal(ec2.send(new CreateVpcCommand({ CidrBlock })))).toBe('InternalError');
    await ec2.send(new CreateVpcCommand({ CidrBlock }));
    expect(await count(ec2)).toBe(2);
  });

  test('a cut connection leaves the outcome unknown', async () => {
    const { ec2, simulator } = awsHarness();
    simulator.addFault({
      fault: 'error',
      operation: 'ec2.CreateVpc',
      code: 'ConnectionReset',
      when: 'after',
    });
    await expect(ec2.send(new CreateVpcCommand({ CidrBlock }))).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await count(ec2)).toBe(1);
    expect(simulator.log.entries().map(({ status }) => status)).toEqual([0, 200]);
  });

  test('concern one region, or all', async () => {
    const harness = awsHarness();
    const [region, operation] = ['eu-west-1', 'DescribeVpcs'];
    harness.simulator.addFault({ fault: 'error', region, operation, code: 'Unavailable', count: 2 });
    expect(await count(harness.ec2)).toBe(0);
    const elsewhere = harness.as(undefined, region);
    expect(await refusal(elsewhere.ec2.send(new DescribeVpcsCommand({})))).toBe('Unavailable');
  });
});

test('one seed is one history', async () => {
  const story = async (seed: string) => {
    const { ec2 } = awsHarness({ seed });
    const { Vpc, $metadata } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
    return [Vpc?.VpcId, $metadata.requestId];
  };
  expect(await story('one')).toEqual(await story('one'));
  expect(await story('one')).not.toEqual(await story('two'));
});
