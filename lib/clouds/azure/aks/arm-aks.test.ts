/** What really goes over the wire to AKS, held against the published type definitions of the service. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { findBodyProblem } from '../../../../local/clouds/azure/schema/validate.ts';
import { A_TOKEN, type Answer, FakeHttpClient } from '../../../../test/fakes/fake-http-client.ts';
import { Secret } from '../../../domain/secret.ts';
import { type CallGuard, PassDeadlineError } from '../../port.ts';
import { createCredentials } from '../arm/credentials.ts';
import { openSession } from '../arm/session.ts';
import { openAks } from './arm-aks.ts';
import type { AksPort, ClusterDraft, PoolDraft } from './port.ts';

const ACCOUNT = {
  account: {
    project: 'default',
    name: 'azure-demo',
    type: 'azure',
    lastRotatedAt: '2026-11-20T12:00:00.000Z',
    settings: {
      tenantId: '11111111-1111-4111-8111-111111111111',
      clientId: '22222222-2222-4222-8222-222222222222',
    },
  },
  secret: new Secret('hunter2'),
} as const;
const AT = { subscriptionId: 'sub', resourceGroup: 'platform', name: 'shop-1a2b3c' };
const CLUSTER_PATH =
  '/subscriptions/sub/resourceGroups/platform/providers/Microsoft.ContainerService/managedClusters/shop-1a2b3c';

const pool: PoolDraft = {
  name: 'gpu1a2b',
  mode: 'User',
  count: 1,
  instanceType: 'Standard_NC4as_T4_v3',
  diskSizeGiB: 60,
  zones: ['1'],
  labels: { 'slipway.io/pool': 'gpu' },
  taints: ['gpu=yes:NoSchedule'],
  tags: { slipway_pool: 'gpu' },
  subnetId: '/subscriptions/sub/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/v/subnets/w',
};
const draft: ClusterDraft = {
  location: 'westeurope',
  kubernetesVersion: '1.33.2',
  dnsPrefix: 'shop-1a2b3c',
  nodeResourceGroup: 'MC_platform_shop-1a2b3c_westeurope',
  sshPublicKey: 'ssh-rsa AAAA',
  network: { podCidr: '10.244.0.0/16', serviceCidr: '10.0.0.0/16', dnsServiceIp: '10.0.0.10' },
  pools: [{ ...pool, name: 'system12', mode: 'System', count: 3, autoscale: { min: 3, max: 5 } }, pool],
  runAsAccount: false,
  tags: { slipway_cluster_uid: 'u1' },
  sku: 'Standard',
  upgradeChannel: 'patch',
  aad: { managed: true, adminGroupObjectIds: ['33333333-3333-4333-8333-333333333333'] },
};

const EXISTING = {
  id: CLUSTER_PATH,
  name: 'shop-1a2b3c',
  location: 'westeurope',
  eTag: 'e7',
  tags: { foreign: 'x' },
  sku: { name: 'Base', tier: 'Free' },
  properties: {
    provisioningState: 'Succeeded',
    powerState: { code: 'Running' },
    kubernetesVersion: '1.33',
    currentKubernetesVersion: '1.33.5',
    dnsPrefix: 'shop-1a2b3c',
    fqdn: 'shop.hcp.westeurope.azmk8s.io',
    nodeResourceGroup: 'MC_platform_shop-1a2b3c_westeurope',
    networkProfile: { networkPlugin: 'azure', podCidr: '10.244.0.0/16' },
    agentPoolProfiles: [
      {
        name: 'system12',
        count: 3,
        mode: 'System',
        vmSize: 'Standard_D4s_v5',
        provisioningState: 'Succeeded',
        nodeImageVersion: 'AKSUbuntu-2204gen2containerd-202611.02.0',
        eTag: 'p1',
      },
    ],
  },
};

interface Wire {
  readonly arm: FakeHttpClient;
  readonly login: FakeHttpClient;
  readonly aks: AksPort;
}

const answers: { next: Answer } = { next: { status: 200, body: EXISTING } };

function wire(guard: Partial<CallGuard> = {}, properties: Readonly<Record<string, unknown>> = {}): Wire {
  const login = new FakeHttpClient(() => A_TOKEN);
  const existing = { ...EXISTING, properties: { ...EXISTING.properties, ...properties } };
  const arm = new FakeHttpClient((request) =>
    request.method === 'GET' ? { status: 200, body: existing } : answers.next,
  );
  const parts = { clients: { arm, login }, credentials: createCredentials(login), requestTimeoutMs: 2_000 };
  const session = openSession(parts, ACCOUNT, { admit: () => undefined, settled: () => {}, ...guard });
  const application = { tenantId: 'tenant', clientId: 'client', secret: ACCOUNT.secret };
  return { arm, login, aks: openAks(session, AT, application) };
}

beforeEach(() => {
  answers.next = {
    status: 201,
    body: EXISTING,
    headers: { 'retry-after': '10', 'azure-asyncoperation': 'https://management.azure.com/op' },
  };
});

describe('creating', () => {
  test('[A131] one PUT that may only create, accepted at once', async () => {
    const { aks, arm } = wire();
    expect(await aks.createCluster(draft)).toEqual({ ok: true, value: { retryAfterMs: 10_000 } });
    expect(arm.sent).toHaveLength(1);
    const [sent] = arm.sent;
    expect([
      sent?.method,
      sent?.url.pathname,
      sent?.headers['if-none-match'],
      sent?.headers.authorization,
    ]).toEqual(['PUT', CLUSTER_PATH, '*', 'Bearer token-of-the-account']);
    expect(findBodyProblem('Microsoft.ContainerService/managedClusters', sent?.body)).toBeUndefined();
    expect(sent?.body).toMatchObject({
      sku: { name: 'Base', tier: 'Standard' },
      identity: { type: 'SystemAssigned' },
      properties: {
        kubernetesVersion: '1.33.2',
        enableRBAC: true,
        aadProfile: { managed: true, adminGroupObjectIDs: ['33333333-3333-4333-8333-333333333333'] },
        autoUpgradeProfile: { upgradeChannel: 'patch' },
        agentPoolProfiles: [
          { name: 'system12', mode: 'System', count: 3, minCount: 3, maxCount: 5, enableAutoScaling: true },
          {
            name: 'gpu1a2b',
            mode: 'User',
            count: 1,
            gpuProfile: { driver: 'Install' },
            availabilityZones: ['1'],
          },
        ],
      },
    });
  });

  test('in an existing network the cluster runs as the account’s application', async () => {
    const { aks, arm } = wire();
    await aks.createCluster({ ...draft, runAsAccount: true, apiServerSubnetId: '/subnets/cp' });
    expect(findBodyProblem('Microsoft.ContainerService/managedClusters', arm.sent[0]?.body)).toBeUndefined();
    expect(arm.sent[0]?.body).toMatchObject({
      properties: {
        servicePrincipalProfile: { clientId: 'client', secret: 'hunter2' },
        apiServerAccessProfile: { enableVnetIntegration: true, subnetId: '/subnets/cp' },
      },
    });
  });

  test('a pool is one PUT that may only create', async () => {
    const { aks, arm } = wire();
    await aks.createPool(pool);
    const [sent] = arm.sent;
    expect([sent?.url.pathname, sent?.headers['if-none-match']]).toEqual([
      `${CLUSTER_PATH}/agentPools/gpu1a2b`,
      '*',
    ]);
    expect(
      findBodyProblem('Microsoft.ContainerService/managedClusters/agentPools', sent?.body),
    ).toBeUndefined();
    expect(sent?.body).toMatchObject({ properties: { type: 'VirtualMachineScaleSets', count: 1 } });
  });
});

test.each([
  ['Standard_NC4as_T4_v3', true],
  ['Standard_NV6ads_A10_v5', true],
  ['Standard_ND96isr_MI300X_v5', false],
  ['Standard_NV4as_v4', false],
  ['Standard_D4s_v5', false],
])('[A155] %s gets a driver of NVIDIA: %s', async (instanceType, installs) => {
  const { aks, arm } = wire();
  await aks.createPool({ ...pool, instanceType });
  const driver = { properties: { gpuProfile: { driver: 'Install' } } };
  if (installs) expect(arm.sent[0]?.body).toMatchObject(driver);
  else expect(arm.sent[0]?.body).not.toHaveProperty('properties.gpuProfile');
});

describe('changing', () => {
  const settings = {
    tags: { foreign: 'x', slipway_cluster_uid: 'u1' },
    sku: 'Standard',
    upgradeChannel: 'patch',
  } as const;

  test('[A179] starts from what is there, keeps the running version, leaves pools out', async () => {
    const { aks, arm } = wire();
    await aks.getCluster();
    await aks.updateCluster('e7', settings);
    expect(arm.sent.map(({ method }) => method)).toEqual(['GET', 'PUT']);
    const sent = arm.sent[1];
    expect(sent?.headers['if-match']).toBe('e7');
    expect(findBodyProblem('Microsoft.ContainerService/managedClusters', sent?.body)).toBeUndefined();
    expect(sent?.body).toMatchObject({
      tags: { foreign: 'x', slipway_cluster_uid: 'u1' },
      sku: { name: 'Base', tier: 'Standard' },
      properties: {
        kubernetesVersion: '1.33.5',
        networkProfile: { podCidr: '10.244.0.0/16' },
        autoUpgradeProfile: { upgradeChannel: 'patch' },
      },
    });
    expect(sent?.body).not.toHaveProperty('properties.agentPoolProfiles');
  });

  test('[A135] Azure RBAC and the tenant of somebody else’s change stay', async () => {
    const aadProfile = {
      managed: true,
      enableAzureRBAC: true,
      adminGroupObjectIDs: ['a'],
      tenantID: 'first',
    };
    const { aks, arm } = wire({}, { aadProfile });
    await aks.getCluster();
    await aks.updateCluster('e7', { ...settings, aad: { managed: true, adminGroupObjectIds: ['b'] } });
    expect(arm.sent[1]?.body).toMatchObject({
      properties: { aadProfile: { ...aadProfile, adminGroupObjectIDs: ['b'] } },
    });
  });

  test('[A136] Azure Policy is one add-on however its name is written', async () => {
    const addonProfiles = { azurePolicy: { enabled: false, config: { version: 'v2' } } };
    const { aks, arm } = wire({}, { addonProfiles });
    expect(await aks.getCluster()).toMatchObject({ value: { azurePolicy: false } });
    await aks.updateCluster('e7', { ...settings, azurePolicy: true });
    expect(arm.sent[1]?.body).toMatchObject({
      properties: { addonProfiles: { azurePolicy: { enabled: true, config: { version: 'v2' } } } },
    });
    expect(arm.sent[1]?.body).not.toHaveProperty('properties.addonProfiles.azurepolicy');
  });

  test('[A179] the image channel of the cluster takes that of its nodes along', async () => {
    const { aks, arm } = wire({}, { autoUpgradeProfile: { nodeOSUpgradeChannel: 'SecurityPatch' } });
    await aks.getCluster();
    await aks.updateCluster('e7', { ...settings, upgradeChannel: 'node-image' });
    await aks.updateCluster('e7', settings);
    expect(arm.sent.slice(1).map(({ body }) => body)).toMatchObject([
      {
        properties: {
          autoUpgradeProfile: { upgradeChannel: 'node-image', nodeOSUpgradeChannel: 'NodeImage' },
        },
      },
      {
        properties: {
          autoUpgradeProfile: { upgradeChannel: 'patch', nodeOSUpgradeChannel: 'SecurityPatch' },
        },
      },
    ]);
  });

  test.each([
    [false, 'false'],
    [true, 'true'],
  ])('a pool is deleted; past budgets: %s', async (ignoreBudgets, said) => {
    const { aks, arm } = wire();
    answers.next = { status: 202, headers: { location: 'https://management.azure.com/op' } };
    await aks.deletePool('web1', { ignoreBudgets });
    const [sent] = arm.sent;
    expect([sent?.method, sent?.url.searchParams.get('ignore-pod-disruption-budget')]).toEqual([
      'DELETE',
      said,
    ]);
  });

  test('a repair repeats the pools as they are', async () => {
    const { aks, arm } = wire();
    await aks.getCluster();
    await aks.updateCluster('e7', settings, { withPools: true });
    expect(arm.sent[1]?.body).toMatchObject({
      properties: { agentPoolProfiles: [{ name: 'system12', count: 3 }] },
    });
    expect(JSON.stringify(arm.sent[1]?.body)).not.toContain('nodeImageVersion');
  });

  test('a plan made from an older version looks again and lets AKS refuse', async () => {
    const { aks, arm } = wire();
    answers.next = { status: 412, body: { error: { code: 'PreconditionFailed', message: 'etag' } } };
    await aks.getCluster();
    const result = await aks.updateCluster('e6', settings);
    expect(arm.sent.map(({ method }) => method)).toEqual(['GET', 'GET', 'PUT']);
    expect(result).toMatchObject({ ok: false, error: { code: 'Conflict' } });
  });

  test('machines are deleted by name', async () => {
    const { aks, arm } = wire();
    answers.next = { status: 202, headers: { location: 'https://management.azure.com/op' } };
    await aks.deleteMachines('system12', ['aks-1']);
    const [sent] = arm.sent;
    expect([sent?.method, sent?.url.pathname, sent?.body]).toEqual([
      'POST',
      `${CLUSTER_PATH}/agentPools/system12/deleteMachines`,
      { machineNames: ['aks-1'] },
    ]);
  });

  test('deleting what is gone is a success', async () => {
    const { aks } = wire();
    answers.next = { status: 404, body: { code: 'NotFound', message: 'gone' } };
    expect(await aks.deleteCluster()).toEqual({ ok: true, value: {} });
  });
});

describe('reading', () => {
  test('the cluster with its pools in one request', async () => {
    const { aks, arm } = wire();
    const seen = await aks.getCluster();
    expect(arm.sent).toHaveLength(1);
    expect(seen).toMatchObject({
      ok: true,
      value: {
        etag: 'e7',
        provisioning: 'settled',
        kubernetesVersion: '1.33.5',
        fqdn: 'shop.hcp.westeurope.azmk8s.io',
        pools: [{ name: 'system12', etag: 'p1', mode: 'System', count: 3 }],
      },
    });
  });

  test('the admin kubeconfig is decoded and wrapped', async () => {
    const { aks } = wire();
    answers.next = {
      status: 200,
      body: { kubeconfigs: [{ name: 'admin', value: Buffer.from('kind: Config').toString('base64') }] },
    };
    const answer = await aks.adminKubeconfig();
    expect(answer.ok && answer.value.reveal()).toBe('kind: Config');
  });
});

describe('the guard', () => {
  test('refuses a write after the deadline, after signing and before it leaves', async () => {
    const { aks, arm, login } = wire({
      admit: (call) => (call.verb === 'write' ? { why: 'deadline' } : undefined),
    });
    await expect(aks.createCluster(draft)).rejects.toThrow(PassDeadlineError);
    expect([login.sent.length, arm.sent.length]).toEqual([1, 0]);
  });

  test('a used-up budget is throttling with its hint', async () => {
    const { aks, arm } = wire({ admit: () => ({ why: 'budget', retryAfterMs: 3_000 }) });
    expect(await aks.getCluster()).toMatchObject({
      ok: false,
      error: { code: 'Throttled', retryAfterMs: 3_000 },
    });
    expect(arm.sent).toHaveLength(0);
  });

  test('learns what came back', async () => {
    const settled: unknown[] = [];
    const { aks } = wire({ settled: (call, answer) => settled.push([call, answer]) });
    answers.next = {
      status: 429,
      body: { error: { code: 'Throttled', message: 'slow' } },
      headers: { 'retry-after': '60' },
    };
    const result = await aks.createCluster(draft);
    expect(settled).toEqual([
      [
        { verb: 'write', family: 'Microsoft.ContainerService' },
        { status: 429, retryAfterMs: 60_000 },
      ],
    ]);
    expect(result).toMatchObject({ ok: false, error: { code: 'Throttled', retryAfterMs: 60_000 } });
  });
});

test('[A116] one token serves many calls, and the secret goes to Entra ID alone', async () => {
  const { aks, login, arm } = wire();
  await aks.getCluster();
  await aks.getCluster();
  expect(login.sent).toHaveLength(1);
  expect(login.sent[0]?.url.hostname).toBe('login.microsoftonline.com');
  expect(String(login.sent[0]?.body)).toContain('client_secret=hunter2');
  expect(JSON.stringify(arm.sent)).not.toContain('hunter2');
});
