import { beforeEach, describe, expect, test } from '@jest/globals';
import { readAudit } from '../../lib/audit/record.ts';
import { send, someApiDeps, type TestApiDeps } from '../../test/builders/http.ts';
import { admin, aReadyProject, viewer } from '../../test/builders/project.ts';
import { createCloudAccount } from './create-cloud-account.ts';
import { getAwsPolicy } from './get-aws-policy.ts';
import { getCloudAccount } from './get-cloud-account.ts';
import { patchCloudAccount } from './patch-cloud-account.ts';

const KEY_ID = 'AKIAIOSFODNN7EXAMPLE';
const SECRET = 'wJalrXUtnFEMI/very-secret';
const input = { name: 'amazon', type: 'aws', accessKeyId: KEY_ID, secretAccessKey: SECRET };
const params = { project: 'default', name: 'amazon' };
let deps: TestApiDeps;
beforeEach(async () => {
  deps = await aReadyProject();
});

const register = (body: unknown = input) =>
  send(deps, createCloudAccount, { ...admin, params: { project: 'default' }, body });

describe('an AWS account', () => {
  test('[A216, A222] the key id is readable back, the secret key never is', async () => {
    expect((await register()).status).toBe(201);
    const read = await send(deps, getCloudAccount, { ...viewer, params });
    expect(read.body).toMatchObject({ type: 'aws', accessKeyId: KEY_ID, hasSecret: true });
    const audit = await readAudit(deps, 'default', { limit: 10 });
    expect(JSON.stringify([read.body, audit])).not.toContain(SECRET);
  });

  test.each([
    [
      'no keys',
      { accessKeyId: undefined, secretAccessKey: undefined },
      ['AWS_KEYS_REQUIRED', 'AWS_KEYS_REQUIRED'],
    ],
    ['an empty secret', { secretAccessKey: '' }, ['AWS_KEYS_REQUIRED']],
    ['a key id of another shape', { accessKeyId: 'my key' }, ['ACCESS_KEY_ID_INVALID']],
    ['a field of Azure', { tenantId: 'x' }, ['UNKNOWN_FIELD']],
  ])('[A216] refuses %s', async (_what, fields, codes) => {
    const refused = await register({ ...input, ...fields });
    expect(refused.status).toBe(422);
    const errors = Object(refused.body).errors as readonly { code: string }[];
    expect(errors.map(({ code }) => code)).toEqual(codes);
  });

  test('[A216] keys that AWS rejects are never stored', async () => {
    deps.probe.accepted = new Set();
    expect(await register()).toMatchObject({ status: 422, body: { code: 'CREDENTIALS_REJECTED' } });
    expect((await send(deps, getCloudAccount, { ...viewer, params })).status).toBe(404);
  });

  test('rotating the secret key raises the generation; an empty one changes nothing', async () => {
    await register();
    const patch = (body: object) => send(deps, patchCloudAccount, { ...admin, params, body });
    expect(await patch({ secretAccessKey: '' })).toMatchObject({ status: 200, body: { generation: 1 } });
    expect(await patch({ accessKeyId: `${KEY_ID}2`, secretAccessKey: 'next' })).toMatchObject({
      status: 200,
      body: { generation: 2, accessKeyId: `${KEY_ID}2` },
    });
    expect(await patch({ clientSecret: 'x' })).toMatchObject({
      status: 422,
      body: { code: 'UNKNOWN_FIELD' },
    });
  });
});

describe('the policy', () => {
  interface Policies {
    readonly characters: number;
    readonly note: string;
    readonly policies: readonly {
      readonly characters: number;
      readonly document: {
        readonly Version: string;
        readonly Statement: readonly { Effect: string; Action: string[]; Condition?: object }[];
      };
    }[];
  }
  const ask = async (query = '') =>
    send(await someApiDeps(), getAwsPolicy, { ...viewer, path: `/api/v1/cloud/aws/policy${query}` });

  test('[A217, A218, A220] managed policies of Allow statements, none longer than IAM takes', async () => {
    const { policies } = (await ask()).body as Policies;
    const statements = policies.flatMap(({ document }) => document.Statement);
    expect(policies.every(({ document }) => document.Version === '2012-10-17')).toBe(true);
    expect(policies.every(({ characters }) => characters <= 6144)).toBe(true);
    expect(statements.every(({ Effect }) => Effect === 'Allow')).toBe(true);
    expect(statements.flatMap(({ Action }) => Action)).toEqual(
      expect.arrayContaining(['ec2:RunInstances', 'iam:PassRole', 'ec2:DescribeSpotPriceHistory']),
    );
  });

  test('[A219] the service-linked role of load balancing has its condition', async () => {
    const { policies } = (await ask()).body as Policies;
    const conditions = policies.flatMap(({ document }) =>
      document.Statement.map(({ Condition }) => Condition),
    );
    expect(conditions).toContainEqual({
      StringLike: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' },
    });
  });

  test('[A220] is too long for an inline policy, and says how long', async () => {
    const { characters } = (await ask()).body as Policies;
    const refused = await ask('?form=inline');
    expect(refused).toMatchObject({ status: 422, body: { code: 'POLICY_TOO_LONG_FOR_INLINE' } });
    expect(JSON.stringify(refused.body)).toContain(String(characters));
    expect(characters).toBeGreaterThan(2048);
  });

  test('[A221] a warning of the IAM console is announced', async () => {
    expect(((await ask()).body as Policies).note).toContain('warn');
  });
});
