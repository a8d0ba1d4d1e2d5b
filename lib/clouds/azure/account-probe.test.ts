import { describe, expect, test } from '@jest/globals';
import { aCatalog } from '../../../test/fakes/fake-catalog.ts';
import { type CloudErrorCode, fail, ok } from '../../domain/errors.ts';
import { Secret } from '../../domain/secret.ts';
import { createAccountProbe } from './account-probe.ts';
import type { AzureCatalog } from './catalog.ts';
import { missingActions } from './permissions.ts';

const ACCESS = {
  account: {
    project: 'default',
    name: 'azure-demo',
    type: 'azure',
    settings: { tenantId: 't', clientId: 'c' },
    lastRotatedAt: '2026-11-20T12:00:00.000Z',
  },
  secret: new Secret('hunter2'),
} as const;
const NAMED = {
  ...ACCESS,
  account: { ...ACCESS.account, settings: { ...ACCESS.account.settings, tenantName: 'contoso' } },
};

function probe(answers: Partial<AzureCatalog> = {}) {
  const { catalog } = aCatalog(answers);
  return createAccountProbe({
    catalog: () => catalog,
    session: () => {
      throw new Error('no request is expected');
    },
  });
}

const refused = (code: CloudErrorCode, message: string) => async () => fail({ code, message, source: 's' });

describe('verifyCredentials', () => {
  test('accepted', async () => {
    expect(await probe().verifyCredentials(ACCESS)).toEqual([]);
  });
  test('[A118] rejected, with the code of Entra ID', async () => {
    const signIn = refused('Unauthorized', 'AADSTS7000215: Invalid client secret provided.');
    expect(await probe({ signIn }).verifyCredentials(ACCESS)).toEqual([
      {
        severity: 'error',
        code: 'CREDENTIALS_REJECTED',
        path: '/clientSecret',
        message: 'AADSTS7000215: Invalid client secret provided.',
      },
    ]);
  });
  test('[A118] application not found', async () => {
    const signIn = refused('Unauthorized', 'AADSTS700016: No such application.');
    const [finding] = await probe({ signIn }).verifyCredentials(ACCESS);
    expect(finding?.message).toBe('Application not found. AADSTS700016: No such application.');
  });
  test('an Entra ID that is out of reach refuses nobody', async () => {
    const [finding] = await probe({ signIn: refused('Unavailable', 'timeout') }).verifyCredentials(ACCESS);
    expect([finding?.severity, finding?.code]).toEqual(['warning', 'NOT_VERIFIED']);
  });
});

describe('check', () => {
  const codes = async (answers: Partial<AzureCatalog>, access: typeof ACCESS | typeof NAMED = ACCESS) =>
    (await probe(answers).check(access, 'westeurope')).map(({ severity, code }) => `${severity} ${code}`);

  test('[A119] Contributor is enough', async () => {
    expect(await codes({})).toEqual([]);
  });
  test('[A111, A119, A120] missing actions are named with who can help', async () => {
    const reader = async () => ok([{ actions: ['*/read', 'Microsoft.Network/*'], notActions: [] }]);
    const findings = await probe({ permissions: reader }).check(ACCESS, undefined);
    expect(findings[0]).toMatchObject({ code: 'ROLE_INSUFFICIENT', severity: 'error' });
    expect(findings[0]?.hint).toContain('User Access Administrator');
    expect(findings.slice(1).map(({ message }) => message)).toContain(
      'Microsoft.ContainerService/managedClusters/write is not allowed in resource group platform.',
    );
  });
  test('no subscription is no role', async () => {
    expect(await codes({ subscriptions: async () => ok([]) })).toEqual(['error ROLE_INSUFFICIENT']);
  });
  test('[A110] quotas of the region', async () => {
    const networkUsage = async () => ok([{ name: 'VirtualNetworks', current: 50, limit: 50 }]);
    expect(await codes({ networkUsage })).toEqual(['warning QUOTA_SHORT']);
  });
  test('[A122, A123] Graph permissions, for accounts with a tenant name', async () => {
    expect(await codes({}, NAMED)).toEqual([
      'error GRAPH_PERMISSION_MISSING',
      'error GRAPH_PERMISSION_MISSING',
    ]);
  });
  test('rejected credentials end the check', async () => {
    expect(await codes({ signIn: refused('Unauthorized', 'AADSTS1: no') })).toEqual([
      'error CREDENTIALS_REJECTED',
    ]);
  });
});

describe('missingActions', () => {
  test('a denial counts for its own role only', () => {
    const denied = { actions: ['*'], notActions: ['microsoft.containerservice/*/DELETE'] };
    expect(missingActions([denied])).toEqual([
      'Microsoft.ContainerService/managedClusters/delete',
      'Microsoft.ContainerService/managedClusters/agentPools/delete',
    ]);
    expect(missingActions([denied, { actions: ['*/delete'], notActions: [] }])).toEqual([]);
  });
});

describe('options', () => {
  test.each([
    [
      'regions',
      { subscriptionId: 's' },
      [{ name: 'westeurope', displayName: 'West Europe', zones: ['1', '2', '3'] }],
    ],
    ['zones', { subscriptionId: 's', region: 'westeurope' }, [{ name: '1' }, { name: '2' }, { name: '3' }]],
    ['subscriptions', {}, [{ id: 'sub', name: 'demo', state: 'Enabled' }]],
    ['resource-groups', { subscriptionId: 's' }, [{ name: 'platform', region: 'westeurope' }]],
  ] as const)('%s', async (kind, query, items) => {
    expect(await probe().options(ACCESS, kind, query)).toEqual({ kind: 'items', items });
  });
  test('[A155] instance types know their class', async () => {
    const answer = await probe().options(ACCESS, 'instance-types', {
      subscriptionId: 's',
      region: 'westeurope',
    });
    expect(answer).toMatchObject({ items: [{ name: 'Standard_D4s_v5', class: 'general', vCpus: 4 }] });
  });
  test.each(['key-pairs', 'constructor'])('%s is unknown here', async (kind) => {
    expect(await probe().options(ACCESS, kind, {})).toEqual({ kind: 'unknown-kind' });
  });
  test('what is missing is named', async () => {
    const answer = await probe().options(ACCESS, 'zones', { subscriptionId: 's' });
    expect(answer).toEqual({ kind: 'missing-parameter', parameter: 'region' });
  });
  test('a refusal of Azure is passed on', async () => {
    const answer = await probe({ regions: refused('Unavailable', 'x') }).options(ACCESS, 'regions', {
      subscriptionId: 's',
    });
    expect(answer).toMatchObject({ kind: 'failed', error: { code: 'Unavailable' } });
  });
});
