/** Unmodified SDK clients of every service on the one port of the simulated AWS: protocols, signatures, broken connections. */
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateTargetGroupCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetProductsCommand, PricingClient } from '@aws-sdk/client-pricing';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetServiceQuotaCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { CONSISTENT } from '../../local/clouds/aws/core/settings.ts';
import { DEMO_ARN, DEMO_AWS } from '../../local/clouds/aws/seed.ts';
import { type SimulatedAws, startSimulatedAws } from '../../local/clouds/aws/server.ts';

let aws: SimulatedAws;
beforeAll(async () => {
  aws = await startSimulatedAws({ settings: { consistency: CONSISTENT } });
});
afterAll(() => aws.close());

const { accessKeyId, secretAccessKey } = DEMO_AWS;
const options = (region = 'eu-central-1') => ({
  region,
  endpoint: aws.url,
  maxAttempts: 1,
  credentials: { accessKeyId, secretAccessKey },
});

test('EC2: forms in, XML out, with lists, words of every kind and errors', async () => {
  const ec2 = new EC2Client(options());
  const Value = `<a & "b"> 'c' ü 漢`;
  const made = await ec2.send(
    new CreateVpcCommand({
      CidrBlock: '10.0.0.0/16',
      TagSpecifications: [
        {
          ResourceType: 'vpc',
          Tags: [
            { Key: 'Name', Value },
            { Key: 'empty', Value: '' },
          ],
        },
      ],
    }),
  );
  const VpcId = made.Vpc?.VpcId;
  const Filters = [{ Name: 'tag:Name', Values: ['nothing', Value] }];
  const { Vpcs, $metadata } = await ec2.send(new DescribeVpcsCommand({ Filters }));
  expect(Vpcs?.map((vpc) => vpc.Tags)).toEqual([
    [
      { Key: 'Name', Value },
      { Key: 'empty', Value: '' },
    ],
  ]);
  expect($metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'nodes', Description: 'of a test', VpcId }),
  );
  const IpRanges = [{ CidrIp: '10.0.0.0/16', Description: 'inside' }, { CidrIp: '192.0.2.1/32' }];
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges }];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
  const { SecurityGroups } = await ec2.send(
    new DescribeSecurityGroupsCommand({ GroupIds: [String(GroupId)] }),
  );
  expect(SecurityGroups?.[0]?.IpPermissions).toMatchObject(IpPermissions);
  await expect(ec2.send(new DescribeVpcsCommand({ VpcIds: ['vpc-00000000'] }))).rejects.toMatchObject({
    name: 'InvalidVpcID.NotFound',
    Code: 'InvalidVpcID.NotFound',
    message: "The vpc ID 'vpc-00000000' does not exist",
    $metadata: { httpStatusCode: 400 },
  });
});

test('load balancing: the result has an element of its own, and wire codes differ from the names of exceptions', async () => {
  const balancing = new ElasticLoadBalancingV2Client(options());
  const { TargetGroups } = await balancing.send(new DescribeTargetGroupsCommand({}));
  expect(TargetGroups).toEqual([]);
  const missing = balancing.send(new DescribeTargetGroupsCommand({ Names: ['nobody'] }));
  await expect(missing).rejects.toMatchObject({
    name: 'TargetGroupNotFoundException',
    Code: 'TargetGroupNotFound',
    $fault: 'client',
  });
  const invalid = balancing.send(new CreateTargetGroupCommand({ Name: 'x' }));
  await expect(invalid).rejects.toMatchObject({ Code: 'ValidationError' });
});

test('IAM and STS: query with members, whatever the region', async () => {
  const identity = await new STSClient(options('eu-west-1')).send(new GetCallerIdentityCommand({}));
  expect(identity).toMatchObject({ Account: DEMO_AWS.accountId, Arn: DEMO_ARN });
  const missing = new IAMClient(options('us-west-2')).send(new GetRoleCommand({ RoleName: 'nobody' }));
  await expect(missing).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    Code: 'NoSuchEntity',
    $metadata: { httpStatusCode: 404 },
  });
});

test('SQS: JSON with the codes of its former protocol', async () => {
  const missing = new SQSClient(options()).send(new GetQueueUrlCommand({ QueueName: 'nobody' }));
  await expect(missing).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
    Code: 'AWS.SimpleQueueService.NonExistentQueue',
  });
});

test('the other JSON services', async () => {
  const { Rules } = await new EventBridgeClient(options()).send(new ListRulesCommand({}));
  expect(Rules).toEqual([]);
  const { SecretList } = await new SecretsManagerClient(options()).send(new ListSecretsCommand({}));
  expect(SecretList).toEqual([]);
  const { Quota } = await new ServiceQuotasClient(options()).send(
    new GetServiceQuotaCommand({ ServiceCode: 'vpc', QuotaCode: 'L-F678F1CE' }),
  );
  expect(Quota).toMatchObject({ Value: 5 });
  const { PriceList } = await new PricingClient(options('us-east-1')).send(
    new GetProductsCommand({
      ServiceCode: 'AmazonEC2',
      Filters: [
        { Type: 'TERM_MATCH', Field: 'instanceType', Value: 'm5.large' },
        { Type: 'TERM_MATCH', Field: 'regionCode', Value: 'eu-central-1' },
      ],
    }),
  );
  expect(JSON.parse(String(PriceList?.[0])).product.attributes.instanceType).toBe('m5.large');
});

test('another secret is refused', async () => {
  const credentials = { accessKeyId, secretAccessKey: 'not the one' };
  const ask = new EC2Client({ ...options(), credentials }).send(new DescribeVpcsCommand({}));
  await expect(ask).rejects.toMatchObject({ Code: 'AuthFailure', $metadata: { httpStatusCode: 401 } });
});

test('a connection that breaks leaves what was done', async () => {
  const ec2 = new EC2Client(options('eu-west-1'));
  const { id } = aws.simulator.addFault({
    fault: 'error',
    operation: 'CreateVpc',
    code: 'ConnectionReset',
    when: 'after',
  });
  await expect(ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).rejects.toMatchObject({
    message: expect.stringContaining('socket hang up'),
  });
  expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(1);
  expect(aws.simulator.removeFault(id)).toBe(false);
});
