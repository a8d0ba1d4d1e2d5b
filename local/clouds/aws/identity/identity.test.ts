import { DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  SimulatePrincipalPolicyCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam';
import { DecodeAuthorizationMessageCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { codeOf } from '../compute/launch-harness.ts';
import { putAccessKey, putPrincipal } from '../core/principals.ts';
import { type AwsHarness, awsHarness, START } from '../harness.ts';
import { DEMO_AWS } from '../seed.ts';
import { ROOT_AWS } from './root-user.ts';

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const RoleName = 'slip-node';
const InstanceProfileName = 'slip-node';
const READS = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'ec2:Describe*', Resource: '*' },
});

const LIMITED = {
  accessKeyId: 'AKIALIMITED000000001',
  secretAccessKey: 'limited',
  arn: `arn:aws:iam::${DEMO_AWS.accountId}:user/limited`,
};

function limitedTo(aws: AwsHarness, policy: string) {
  aws.simulator.change((world) => {
    const { arn, accessKeyId, secretAccessKey } = LIMITED;
    const account = DEMO_AWS.accountId;
    putPrincipal(world, { arn, account, userId: 'AIDALIMITED', policies: { policy } });
    putAccessKey(world, { id: accessKeyId, secret: secretAccessKey, principalArn: arn, isActive: true });
  });
  return aws.as(LIMITED);
}

describe('roles', () => {
  test('come with their trust, policies and tags, and go when nothing is on them', async () => {
    const { iam, simulator } = awsHarness();
    const made = new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST });
    const { Role } = await iam.send(made);
    expect(Role).toMatchObject({ RoleName, CreateDate: new Date(START) });
    expect(await codeOf(iam.send(made))).toBe('EntityAlreadyExists');
    await iam.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'a', Value: 'b' }] }));
    const found = await iam.send(new GetRoleCommand({ RoleName }));
    expect(decodeURIComponent(found.Role?.AssumeRolePolicyDocument ?? '')).toBe(TRUST);
    expect(found.Role?.Tags).toEqual([{ Key: 'a', Value: 'b' }]);

    const PolicyName = 'machine';
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: READS }));
    const policy = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    expect(decodeURIComponent(policy.PolicyDocument ?? '')).toBe(READS);
    expect(await codeOf(iam.send(new DeleteRoleCommand({ RoleName })))).toBe('DeleteConflict');
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    expect((await iam.send(new ListRolePoliciesCommand({ RoleName }))).PolicyNames).toEqual([]);
    await iam.send(new DeleteRoleCommand({ RoleName }));
    expect(await codeOf(iam.send(new GetRoleCommand({ RoleName })))).toBe('NoSuchEntity');
    expect(simulator.inventory()).toEqual([]);
  });

  test.each([
    ['a trust policy that is none', { RoleName, AssumeRolePolicyDocument: '{}' }, 'MalformedPolicyDocument'],
    ['a name with spaces', { RoleName: 'a b', AssumeRolePolicyDocument: TRUST }, 'ValidationError'],
  ])('%s is refused', async (_name, input, code) => {
    expect(await codeOf(awsHarness().iam.send(new CreateRoleCommand(input)))).toBe(code);
  });
});

test('an instance profile holds one role, and stands in the way of deleting it', async () => {
  const { iam } = awsHarness();
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: TRUST }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
  const add = new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName });
  await iam.send(add);
  expect(await codeOf(iam.send(add))).toBe('LimitExceeded');
  const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }));
  expect(InstanceProfile?.Roles?.map((role) => role.RoleName)).toEqual([RoleName]);
  expect(await codeOf(iam.send(new DeleteRoleCommand({ RoleName })))).toBe('DeleteConflict');
  const remove = new DeleteInstanceProfileCommand({ InstanceProfileName });
  expect(await codeOf(iam.send(remove))).toBe('DeleteConflict');
  await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName }));
  await iam.send(remove);
  await iam.send(new DeleteRoleCommand({ RoleName }));
  expect(await codeOf(iam.send(new GetInstanceProfileCommand({ InstanceProfileName })))).toBe('NoSuchEntity');
});

describe('[A217] callers', () => {
  test('are told who they are, whatever they may', async () => {
    const aws = awsHarness();
    const who = async (clients: Pick<AwsHarness, 'sts'>) =>
      (await clients.sts.send(new GetCallerIdentityCommand({}))).Arn;
    expect(await who(aws)).toBe(`arn:aws:iam::${DEMO_AWS.accountId}:user/${DEMO_AWS.userName}`);
    expect(await who(aws.as(ROOT_AWS))).toBe(`arn:aws:iam::${DEMO_AWS.accountId}:root`);
    expect(await who(limitedTo(aws, READS))).toBe(LIMITED.arn);
    expect((await aws.iam.send(new GetUserCommand({}))).User?.UserName).toBe(DEMO_AWS.userName);
  });

  test('are simulated with the very policies that gate them', async () => {
    const aws = awsHarness();
    const limited = limitedTo(aws, READS);
    const { EvaluationResults } = await aws.iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: LIMITED.arn,
        ActionNames: ['ec2:DescribeVpcs', 'ec2:CreateVpc'],
      }),
    );
    expect(
      EvaluationResults?.map(({ EvalActionName, EvalDecision }) => [EvalActionName, EvalDecision]),
    ).toEqual([
      ['ec2:DescribeVpcs', 'allowed'],
      ['ec2:CreateVpc', 'implicitDeny'],
    ]);
    expect(await codeOf(limited.ec2.send(new DescribeVpcsCommand({})))).toBe('none');
    const simulation = { PolicySourceArn: LIMITED.arn, ActionNames: ['ec2:DescribeVpcs'] };
    expect(await codeOf(limited.iam.send(new SimulatePrincipalPolicyCommand(simulation)))).toBe(
      'AccessDenied',
    );
  });

  test('who are root, or nobody, cannot be simulated', async () => {
    const { iam } = awsHarness();
    const simulate = (PolicySourceArn: string) =>
      codeOf(
        iam.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn, ActionNames: ['ec2:RunInstances'] })),
      );
    expect(await simulate(ROOT_AWS.arn)).toBe('InvalidInput');
    expect(await simulate(`arn:aws:iam::${DEMO_AWS.accountId}:user/nobody`)).toBe('NoSuchEntity');
  });

  test('can have the words of a refusal decoded', async () => {
    const aws = awsHarness();
    const nothing = JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Deny', Action: '*', Resource: '*' },
    });
    const denied = limitedTo(aws, nothing).ec2.send(new DescribeVpcsCommand({}));
    const message = await denied.catch((error: Error) => error.message);
    const EncodedMessage = String(message).split('message: ')[1] ?? '';
    const { DecodedMessage = '' } = await aws.sts.send(
      new DecodeAuthorizationMessageCommand({ EncodedMessage }),
    );
    expect(JSON.parse(DecodedMessage)).toMatchObject({ allowed: false, explicitDeny: true });
  });
});
