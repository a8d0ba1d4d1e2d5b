/** What is said to IAM, call by call, and what machines may do. */
import { describe, expect, test } from '@jest/globals';
import { anAwsView } from '../../../../test/builders/aws-view.ts';
import { type Answer, anAwsWire } from '../../../../test/builders/aws-wire.ts';
import { rolePolicy } from './policies.ts';
import { openIdentity } from './sdk-identity.ts';

const NAME = 'slip-shop-node';
const tags = '<Tags><member><Key>slipway:cluster-uid</Key><Value>u1</Value></member></Tags>';
const absent = { code: 'NoSuchEntity', status: 404 };
const draft = { name: NAME, policy: '{"Version":"2012-10-17"}', tags: { Name: NAME } };
const EVERYTHING = { role: true, policy: true, profile: true, membership: true };

function opened(answers: Readonly<Record<string, readonly Answer[]>> = {}) {
  const { session, sent } = anAwsWire(answers);
  return { identity: openIdentity(session), sent };
}

describe('finding', () => {
  test('role, policy and profile', async () => {
    const { identity } = opened({
      GetRole: [`<Role><RoleName>${NAME}</RoleName>${tags}</Role>`],
      GetRolePolicy: [`<PolicyDocument>${encodeURIComponent('{ "b": 1, "a": [2] }')}</PolicyDocument>`],
      GetInstanceProfile: [
        `<InstanceProfile>${tags}<Roles><member><RoleName>${NAME}</RoleName></member></Roles></InstanceProfile>`,
      ],
    });
    expect(await identity.find(NAME)).toEqual({
      ok: true,
      value: {
        role: { tags: { 'slipway:cluster-uid': 'u1' }, policy: '{"a":[2],"b":1}' },
        profile: { tags: { 'slipway:cluster-uid': 'u1' }, roles: [NAME] },
      },
    });
  });

  test('nothing: the policy of a role that is not there is not asked for', async () => {
    const { identity, sent } = opened({ GetRole: [absent], GetInstanceProfile: [absent] });
    expect(await identity.find(NAME)).toEqual({ ok: true, value: {} });
    expect(sent.map(({ operation }) => operation)).toEqual(['GetRole', 'GetInstanceProfile']);
  });

  test('a role without its policy', async () => {
    const { identity } = opened({
      GetRole: ['<Role><RoleName>r</RoleName></Role>'],
      GetRolePolicy: [absent],
      GetInstanceProfile: [absent],
    });
    expect(await identity.find(NAME)).toEqual({ ok: true, value: { role: { tags: {} } } });
  });
});

describe('making', () => {
  test('everything, in the order in which one needs the other', async () => {
    const { identity, sent } = opened();
    expect(await identity.ensure(draft, EVERYTHING)).toEqual({ ok: true, value: undefined });
    const tag = { 'Tags.member.1.Key': 'Name', 'Tags.member.1.Value': NAME };
    expect(sent).toEqual([
      {
        operation: 'CreateRole',
        RoleName: NAME,
        AssumeRolePolicyDocument:
          '{"Statement":[{"Action":"sts:AssumeRole","Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"}}],"Version":"2012-10-17"}',
        ...tag,
      },
      {
        operation: 'PutRolePolicy',
        RoleName: NAME,
        PolicyName: 'slipway',
        PolicyDocument: '{"Version":"2012-10-17"}',
      },
      { operation: 'CreateInstanceProfile', InstanceProfileName: NAME, ...tag },
      { operation: 'AddRoleToInstanceProfile', InstanceProfileName: NAME, RoleName: NAME },
    ]);
  });

  test('only what is missing', async () => {
    const { identity, sent } = opened();
    await identity.ensure(draft, { role: false, policy: true, profile: false, membership: false });
    expect(sent.map(({ operation }) => operation)).toEqual(['PutRolePolicy']);
  });

  test('what a lost answer has made is as good', async () => {
    const { identity } = opened({
      CreateRole: [{ code: 'EntityAlreadyExists', status: 409 }],
      CreateInstanceProfile: [{ code: 'EntityAlreadyExists', status: 409 }],
      AddRoleToInstanceProfile: [{ code: 'LimitExceeded', status: 409 }],
    });
    expect(await identity.ensure(draft, EVERYTHING)).toEqual({ ok: true, value: undefined });
  });

  test.each([
    ['CreateRole', { code: 'LimitExceeded', status: 409 }, 'QuotaExceeded'],
    ['PutRolePolicy', absent, 'Conflict'],
    ['CreateInstanceProfile', { code: 'AccessDenied', status: 403 }, 'Unauthorized'],
  ])('%s refused: the rest is not tried', async (operation, answer, code) => {
    const { identity, sent } = opened({ [operation]: [answer] });
    expect(await identity.ensure(draft, EVERYTHING)).toMatchObject({ ok: false, error: { code } });
    expect(sent.at(-1)?.operation).toBe(operation);
  });
});

describe('removing', () => {
  test('everything that holds a role, then the role', async () => {
    const { identity, sent } = opened({
      ListRolePolicies: ['<PolicyNames><member>slipway</member><member>extra</member></PolicyNames>'],
    });
    expect(await identity.remove(NAME)).toEqual({ ok: true, value: undefined });
    expect(sent).toEqual([
      { operation: 'ListRolePolicies', RoleName: NAME },
      { operation: 'DeleteRolePolicy', RoleName: NAME, PolicyName: 'slipway' },
      { operation: 'DeleteRolePolicy', RoleName: NAME, PolicyName: 'extra' },
      { operation: 'RemoveRoleFromInstanceProfile', InstanceProfileName: NAME, RoleName: NAME },
      { operation: 'DeleteInstanceProfile', InstanceProfileName: NAME },
      { operation: 'DeleteRole', RoleName: NAME },
    ]);
  });

  test('twice is once', async () => {
    const { identity } = opened({
      ListRolePolicies: [absent],
      RemoveRoleFromInstanceProfile: [absent],
      DeleteInstanceProfile: [absent],
      DeleteRole: [absent],
    });
    expect(await identity.remove(NAME)).toEqual({ ok: true, value: undefined });
  });

  test('somebody gave the role more', async () => {
    const { identity } = opened({ DeleteRole: [{ code: 'DeleteConflict', status: 409 }] });
    expect(await identity.remove(NAME)).toMatchObject({ ok: false, error: { code: 'DependencyInUse' } });
  });
});

describe('what machines may do', () => {
  const view = anAwsView();
  test('boot secrets of their own cluster only, and only on the control plane', () => {
    const secrets = (role: 'controlplane' | 'node') =>
      (
        JSON.parse(rolePolicy(view, role)) as { Statement: { Action: string[]; Resource: string }[] }
      ).Statement.filter(({ Action }) => Action.some((action) => action.startsWith('secretsmanager:')));
    expect(secrets('controlplane')).toEqual([
      {
        Action: ['secretsmanager:GetSecretValue'],
        Effect: 'Allow',
        Resource: 'arn:*:secretsmanager:*:*:secret:slip/shop-111111/*',
      },
    ]);
    expect(secrets('node')).toEqual([]);
  });

  test('workers change nothing', () => {
    const actions = rolePolicy(view, 'node').match(/"[a-z0-9]+:\w+\*?"/g) ?? [];
    expect(actions.length).toBeGreaterThan(5);
    expect(actions.filter((action) => !/:(?:Describe|BatchGet|BatchCheck|Get)/.test(action))).toEqual([]);
  });

  test('an inline policy of a role has room for it', () => {
    expect(rolePolicy(view, 'controlplane').length).toBeLessThan(10_240);
  });
});
