/** Account checks, options and verification with unmodified Azure clients against the simulated Azure. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { type Azure, createAzure } from '../../lib/clouds/azure/index.ts';
import type { AccountAccess } from '../../lib/clouds/port.ts';
import type { ClusterSpec } from '../../lib/domain/cluster.ts';
import { ok } from '../../lib/domain/errors.ts';
import type { Finding } from '../../lib/domain/findings.ts';
import { Secret } from '../../lib/domain/secret.ts';
import { inProcessHttpClient } from '../../local/clouds/azure/in-process-client.ts';
import { DEMO_ACCOUNT, SUBSCRIPTION_ID } from '../../local/clouds/azure/seed.ts';
import { type AzureSimulator, createAzureSimulator } from '../../local/clouds/azure/simulator.ts';
import { anAksCloud, aPool, aProfile, aSpec } from '../builders/cluster.ts';
import { someDeps } from '../builders/deps.ts';
import { workloadsOf } from '../fakes/simulated-workloads.ts';

const ACCESS: AccountAccess = {
  account: {
    project: 'default',
    name: 'azure-demo',
    type: 'azure',
    settings: { tenantId: DEMO_ACCOUNT.tenantId, clientId: DEMO_ACCOUNT.clientId },
    lastRotatedAt: '2026-11-20T12:00:00.000Z',
  },
  secret: new Secret<string>(DEMO_ACCOUNT.clientSecret),
};

let azure: AzureSimulator;
let adapters: Azure;
beforeEach(() => {
  const base = someDeps();
  azure = createAzureSimulator({ clock: { now: () => base.time.nowMs, wallNow: () => Date.now() } });
  adapters = createAzure({
    config: base.config,
    transport: { httpClient: inProcessHttpClient(azure) },
    connectKube: () => () => ok(workloadsOf(azure)),
    secrets: base.secrets,
    clock: base.clock,
  });
});

const brief = (findings: readonly Finding[]) =>
  findings.map(({ severity, code, path }) => `${severity} ${code} ${path}`);

describe('credentials', () => {
  test('the demo account is accepted and may do everything', async () => {
    expect(await adapters.account.verifyCredentials(ACCESS)).toEqual([]);
    expect(await adapters.account.check(ACCESS, 'westeurope')).toEqual([]);
  });
  test('[A118] a wrong secret is rejected with the code of Entra ID', async () => {
    const findings = await adapters.account.verifyCredentials({ ...ACCESS, secret: new Secret('wrong') });
    expect(brief(findings)).toEqual(['error CREDENTIALS_REJECTED /clientSecret']);
    expect(findings[0]?.message).toMatch(/^AADSTS7000215: /);
  });
});

describe('verification', () => {
  const verify = (fields: Partial<ClusterSpec>) =>
    adapters.aks.verify({ access: ACCESS, spec: aSpec(fields), profile: aProfile(), timeoutMs: 5_000 });

  test('a cluster that fits has no findings', async () => {
    expect(await verify({ pools: [aPool({ size: 2 })] })).toEqual([]);
  });
  test('[A127, A129] region and group', async () => {
    const cloud = anAksCloud({ region: 'atlantis', resourceGroup: 'nowhere' });
    expect(brief(await verify({ cloud, pools: [aPool({ zones: [] })] }))).toEqual(
      expect.arrayContaining([
        'error REGION_INVALID /cloud/region',
        'error RESOURCE_GROUP_NOT_FOUND /cloud/resourceGroup',
      ]),
    );
  });
  test('[A126] a subscription of somebody else', async () => {
    const cloud = anAksCloud({ subscriptionId: '99999999-9999-4999-8999-999999999999' });
    expect(brief(await verify({ cloud }))).toEqual([
      'error SUBSCRIPTION_NOT_ACCESSIBLE /cloud/subscriptionId',
    ]);
  });
  test('[A155] a retired size names its successor', async () => {
    const [finding] = await verify({
      pools: [aPool(), aPool({ name: 'gpu', instanceType: 'Standard_NC12s_v3', zones: [] })],
    });
    expect([finding?.code, finding?.path, finding?.hint]).toEqual([
      'INSTANCE_TYPE_UNAVAILABLE',
      '/pools/1/instanceType',
      'Its successor is Standard_NC4as_T4_v3.',
    ]);
  });
  test('[A49, A110, A150] zones, quotas and totals', async () => {
    expect(brief(await verify({ pools: [aPool({ zones: ['9'] })] }))).toEqual([
      'error ZONE_INVALID /pools/0/zones',
    ]);
    expect(brief(await verify({ pools: [aPool({ size: 200 })] }))).toContain('warning QUOTA_SHORT /pools');
    expect(brief(await verify({ pools: [aPool({ size: 3, instanceType: 'Standard_B1s' })] }))).toEqual([
      'error MIN_MEMORY /pools',
    ]);
  });
  test('[A138] a virtual network that does not exist', async () => {
    const placement = {
      mode: 'static',
      virtualNetwork: 'hub',
      controlPlaneSubnet: 'cp',
      workerSubnet: 'w',
    } as const;
    expect(brief(await verify({ cloud: anAksCloud({ placement }) }))).toEqual([
      'error VNET_NOT_FOUND /cloud/placement/virtualNetwork',
    ]);
  });
});

describe('options', () => {
  const items = async (kind: string, query: Record<string, string> = {}) => {
    const answer = await adapters.account.options(ACCESS, kind, {
      subscriptionId: SUBSCRIPTION_ID,
      ...query,
    });
    return answer.kind === 'items' ? answer.items.map(({ name }) => name) : answer;
  };
  test('what a form needs', async () => {
    expect(await items('resource-groups')).toEqual(['platform']);
    expect(await items('regions')).toContain('westeurope');
    expect(await items('zones', { region: 'westeurope' })).toEqual(['1', '2', '3']);
    const sizes = await items('instance-types', { region: 'westeurope' });
    expect(sizes).toContain('Standard_D4s_v5');
    expect(sizes).not.toContain('Standard_NC12s_v3');
    expect(
      await adapters.aks.defaultZones(
        ACCESS,
        { cloud: { ...anAksCloud(), subscriptionId: SUBSCRIPTION_ID }, instanceType: 'Standard_D4s_v5' },
        5_000,
      ),
    ).toEqual(['1', '2', '3']);
  });
});
