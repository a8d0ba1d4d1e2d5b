import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import { codeOf, withNetwork } from '../compute/launch-harness.ts';
import { type AwsHarness, awsHarness, MINUTE } from '../harness.ts';

const Name = 'slip/shop-1a2b3c/control-plane-0-1';
const TOKEN = 'a'.repeat(32);

const create = ({ secrets }: AwsHarness, SecretString: string, ClientRequestToken = TOKEN) =>
  secrets.send(
    new CreateSecretCommand({ Name, SecretString, ClientRequestToken, Tags: [{ Key: 'a', Value: '1' }] }),
  );
const read = async ({ secrets }: AwsHarness, SecretId: string | undefined = Name) =>
  (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString;

test('the same request makes one secret; other content or another token is refused', async () => {
  const aws = awsHarness();
  const { ARN } = await create(aws, 'hush');
  expect((await create(aws, 'hush')).ARN).toBe(ARN);
  expect(await codeOf(create(aws, 'other'))).toBe('ResourceExistsException');
  expect(await codeOf(create(aws, 'hush', 'b'.repeat(32)))).toBe('ResourceExistsException');
  expect([await read(aws), await read(aws, ARN), await read(aws, ARN?.slice(0, -7))]).toEqual([
    'hush',
    'hush',
    'hush',
  ]);
});

test('a new value becomes the current one', async () => {
  const aws = awsHarness();
  await create(aws, 'old');
  await aws.secrets.send(new PutSecretValueCommand({ SecretId: Name, SecretString: 'new' }));
  expect(await read(aws)).toBe('new');
});

test('lists show no content, and filter by the beginning of names', async () => {
  const aws = awsHarness();
  await create(aws, 'hush');
  await aws.secrets.send(new TagResourceCommand({ SecretId: Name, Tags: [{ Key: 'b', Value: '2' }] }));
  const list = async (Values: string[]) =>
    (await aws.secrets.send(new ListSecretsCommand({ Filters: [{ Key: 'name', Values }] }))).SecretList;
  const [found] = (await list(['slip/shop'])) ?? [];
  expect([found?.Name, found?.Tags?.length]).toEqual([Name, 2]);
  expect(JSON.stringify(found)).not.toContain('hush');
  expect(await list(['other/'])).toEqual([]);
});

describe('deleting', () => {
  test('by force it is gone at once, and its name is free', async () => {
    const aws = awsHarness();
    await create(aws, 'hush');
    const remove = new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true });
    await aws.secrets.send(remove);
    expect(await codeOf(read(aws))).toBe('ResourceNotFoundException');
    expect(await codeOf(aws.secrets.send(remove))).toBe('none');
    expect(await codeOf(create(aws, 'again'))).toBe('none');
  });

  test('without force its name stays taken for the recovery window', async () => {
    const aws = awsHarness();
    await create(aws, 'hush');
    await aws.secrets.send(new DeleteSecretCommand({ SecretId: Name, RecoveryWindowInDays: 7 }));
    expect(await codeOf(read(aws))).toBe('InvalidRequestException');
    expect(await codeOf(create(aws, 'again'))).toBe('InvalidRequestException');
    expect((await aws.secrets.send(new DescribeSecretCommand({ SecretId: Name }))).DeletedDate).toBeDefined();
    aws.clock.advance(7 * 24 * 60 * MINUTE);
    expect(await codeOf(create(aws, 'again'))).toBe('none');
  });
});

test('a machine reads what the role of its instance may read, and nothing else', async () => {
  const aws = awsHarness();
  const { run } = await withNetwork(aws);
  await create(aws, 'hush');
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  const RoleName = 'slip-cp';
  const InstanceProfileName = 'slip-cp';
  await aws.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await aws.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
  await aws.iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
  aws.clock.advance(MINUTE);
  const { InstanceId = '' } = await run({ IamInstanceProfile: { Name: InstanceProfileName } });
  const bare = await run();
  const secret = (id: string | undefined) => aws.simulator.host.bootSecret(Name, id ?? '');
  expect(secret(InstanceId)).toBeUndefined();
  const Resource = 'arn:*:secretsmanager:*:*:secret:slip/shop-1a2b3c/*';
  const policy = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [policy] });
  await aws.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'boot', PolicyDocument }));
  expect([secret(InstanceId), secret(bare.InstanceId)]).toEqual(['hush', undefined]);
});
