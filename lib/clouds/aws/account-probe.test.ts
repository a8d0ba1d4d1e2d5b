import { expect, test } from '@jest/globals';
import { anAwsCatalog, LIMITS, NO_USAGE } from '../../../test/fakes/fake-aws-catalog.ts';
import { fail, ok } from '../../domain/errors.ts';
import { Secret } from '../../domain/secret.ts';
import { createAccountProbe } from './account-probe.ts';
import type { AwsCatalog } from './catalog/port.ts';

const ACCESS = {
  account: {
    project: 'default',
    name: 'aws-demo',
    type: 'aws',
    settings: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
    lastRotatedAt: '2026-11-20T12:00:00.000Z',
  },
  secret: new Secret('s'),
} as const;

const probeOf = (catalog: Partial<AwsCatalog>) =>
  createAccountProbe({
    catalog: () => anAwsCatalog(catalog),
    listTagged: async () => ok([]),
    deleteTagged: async () => ok(undefined),
  });

const error = (code: 'Unauthorized' | 'Unavailable') => ({ code, message: `${code}: no`, source: 'test' });
const root = { account: '123456789012', arn: 'arn:aws:iam::123456789012:root', isRoot: true };

test('[A216] keys that AWS rejects are an error, silence is not', async () => {
  const verify = (code: 'Unauthorized' | 'Unavailable') =>
    probeOf({ identity: async () => fail(error(code)) }).verifyCredentials(ACCESS);
  expect(await verify('Unauthorized')).toMatchObject([{ severity: 'error', code: 'CREDENTIALS_REJECTED' }]);
  expect(await verify('Unavailable')).toMatchObject([{ severity: 'warning', code: 'NOT_VERIFIED' }]);
});

test('[A217] keys of root are accepted with a warning, and are not simulated', async () => {
  const probe = probeOf({
    identity: async () => ok(root),
    deniedActions: async () => fail(error('Unauthorized')),
  });
  expect(await probe.check(ACCESS, undefined)).toMatchObject([
    { severity: 'warning', code: 'ROOT_CREDENTIALS' },
  ]);
});

test('[A217] every action that is denied is named', async () => {
  const probe = probeOf({ deniedActions: async () => ok(['ec2:RunInstances', 'iam:PassRole']) });
  expect(await probe.check(ACCESS, undefined)).toMatchObject([
    { code: 'PERMISSION_MISSING', message: 'ec2:RunInstances is not allowed.' },
    { code: 'PERMISSION_MISSING', message: 'iam:PassRole is not allowed.' },
  ]);
});

test('[A209, A210, A211, A212, A213, A214, A215] what is short in the region', async () => {
  const full: Partial<AwsCatalog> = {
    usage: async () =>
      ok({
        vpcs: 5,
        addresses: 13,
        internetGateways: 5,
        networkBalancers: 50,
        natGateways: { 'eu-central-1a': 5 },
        machines: Array.from({ length: 126 }, () => ({ instanceType: 'm5.large', spot: false })),
      }),
    limits: async () => ok(LIMITS),
  };
  const codes = (await probeOf(full).check(ACCESS, 'eu-central-1')).map(({ code }) => code);
  expect(codes).toEqual(['QUOTA_VCPU', 'QUOTA_VPC', 'QUOTA_EIP', 'QUOTA_IGW', 'QUOTA_ELB', 'QUOTA_NAT']);
  const empty = probeOf({ usage: async () => ok(NO_USAGE) });
  expect(await empty.check(ACCESS, 'eu-central-1')).toEqual([]);
});

test('options of a form', async () => {
  const ask = (kind: string, query: Record<string, string> = { region: 'eu-central-1' }) =>
    probeOf({}).options(ACCESS, kind, query);
  expect(await ask('key-pairs')).toEqual({ kind: 'items', items: [{ name: 'default' }] });
  expect(await ask('regions', {})).toEqual({ kind: 'items', items: [{ name: 'eu-central-1' }] });
  expect(await ask('zones', {})).toEqual({ kind: 'missing-parameter', parameter: 'region' });
  expect(await ask('planets')).toEqual({ kind: 'unknown-kind' });
  expect(await ask('instance-types')).toMatchObject({
    items: [{ name: 'm5.large', spot: true, class: 'general' }],
  });
});
