import type { ManagedCluster } from '@azure/arm-containerservice';
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SSH_KEY } from '../../local/clouds/azure/harness.ts';
import { type AzureClients, collect, refusalOf, startClients } from './azure-clients.ts';

const MINUTE = 60_000;
const GROUP = 'platform';

const cluster: ManagedCluster = {
  location: 'westeurope',
  dnsPrefix: 'c1',
  tags: { team: 'a' },
  sku: { name: 'Base', tier: 'Free' },
  identity: { type: 'SystemAssigned' },
  kubernetesVersion: '1.34',
  enableRbac: true,
  nodeResourceGroup: 'MC_platform_c1',
  linuxProfile: { adminUsername: 'azureuser', ssh: { publicKeys: [{ keyData: SSH_KEY }] } },
  aadProfile: {
    managed: true,
    enableAzureRbac: false,
    adminGroupObjectIDs: ['00000000-0000-0000-0000-0000000000d1'],
  },
  autoUpgradeProfile: { upgradeChannel: 'none' },
  networkProfile: {
    networkPlugin: 'azure',
    networkPluginMode: 'overlay',
    podCidr: '10.244.0.0/16',
    serviceCidr: '10.0.0.0/16',
    dnsServiceIP: '10.0.0.10',
    loadBalancerSku: 'standard',
    outboundType: 'loadBalancer',
  },
  agentPoolProfiles: [
    {
      name: 'system',
      mode: 'System',
      type: 'VirtualMachineScaleSets',
      count: 3,
      vmSize: 'Standard_D4s_v5',
      osType: 'Linux',
      osDiskSizeGB: 60,
      osDiskType: 'Managed',
      availabilityZones: ['1', '2', '3'],
      upgradeSettings: { maxSurge: '1' },
      tags: { pool: 'system' },
    },
  ],
};

let clients: AzureClients;
beforeEach(async () => {
  clients = await startClients({ pageSize: 3 });
});
afterEach(() => clients.azure.close());

async function created(): Promise<void> {
  const poller = clients.aks.managedClusters.createOrUpdate(GROUP, 'c1', cluster, { ifNoneMatch: '*' });
  await poller.submitted();
  clients.clock.advance(10 * MINUTE);
  await poller.poll();
}

describe('the AKS client', () => {
  test('creates a cluster and follows the operation to its end', async () => {
    const seen: { status: number; operation: string | undefined }[] = [];
    const poller = clients.aks.managedClusters.createOrUpdate(GROUP, 'c1', cluster, {
      onResponse: ({ status, headers }) =>
        seen.push({ status, operation: headers.get('azure-asyncoperation') }),
    });
    await poller.submitted();
    expect(seen[0]?.status).toBe(201);
    expect(seen[0]?.operation).toContain('https://management.azure.com/subscriptions/');
    expect((await clients.aks.managedClusters.get(GROUP, 'c1')).provisioningState).toBe('Creating');
    await poller.poll();
    expect(poller.isDone).toBe(false);
    clients.clock.advance(10 * MINUTE);
    await poller.poll();
    expect(poller.isDone).toBe(true);
    const got = await clients.aks.managedClusters.get(GROUP, 'c1');
    expect(got).toMatchObject({
      provisioningState: 'Succeeded',
      currentKubernetesVersion: '1.34.3',
      nodeResourceGroup: 'MC_platform_c1',
      tags: { team: 'a' },
    });
    expect(got.agentPoolProfiles?.[0]).toMatchObject({ name: 'system', count: 3, osDiskSizeGB: 60 });
  });

  test('hands out a kubeconfig', async () => {
    await created();
    const { kubeconfigs } = await clients.aks.managedClusters.listClusterAdminCredentials(GROUP, 'c1');
    const text = Buffer.from(kubeconfigs?.[0]?.value ?? new Uint8Array()).toString('utf8');
    expect(text).toContain('"current-context":"c1"');
  });

  test('reads, changes and writes back with the entity tag; a stale one is 412', async () => {
    await created();
    const before = await clients.aks.managedClusters.get(GROUP, 'c1');
    const { agentPoolProfiles: _pools, ...rest } = before;
    const put = (etag: string) =>
      clients.aks.managedClusters
        .createOrUpdate(GROUP, 'c1', { ...rest, sku: { name: 'Base', tier: 'Standard' } }, { ifMatch: etag })
        .submitted();
    await put(before.eTag ?? '');
    clients.clock.advance(10 * MINUTE);
    expect((await clients.aks.managedClusters.get(GROUP, 'c1')).sku?.tier).toBe('Standard');
    expect(await refusalOf(() => put(before.eTag ?? ''))).toMatchObject({
      statusCode: 412,
      code: 'PreconditionFailed',
    });
    const again = clients.aks.managedClusters.createOrUpdate(GROUP, 'c1', cluster, { ifNoneMatch: '*' });
    expect((await refusalOf(() => again.submitted())).statusCode).toBe(412);
  });

  test('adds, scales and removes a pool', async () => {
    await created();
    const pools = clients.aks.agentPools;
    await pools
      .createOrUpdate(GROUP, 'c1', 'user', { count: 1, vmSize: 'Standard_D2s_v5', mode: 'User' })
      .submitted();
    clients.clock.advance(5 * MINUTE);
    // A node image that is sent back would be a rollback.
    const { nodeImageVersion: _image, ...user } = await pools.get(GROUP, 'c1', 'user');
    await pools.createOrUpdate(GROUP, 'c1', 'user', { ...user, count: 2 }).submitted();
    clients.clock.advance(5 * MINUTE);
    const machines = await collect(clients.aks.machines.list(GROUP, 'c1', 'user'));
    expect(machines.map(({ name }) => name?.slice(-6))).toEqual(['000000', '000001']);
    await pools.deleteMachines(GROUP, 'c1', 'user', { machineNames: [machines[0]?.name ?? ''] }).submitted();
    clients.clock.advance(5 * MINUTE);
    expect((await pools.get(GROUP, 'c1', 'user')).count).toBe(1);
    const removal = pools.delete(GROUP, 'c1', 'user');
    await removal.submitted();
    clients.clock.advance(5 * MINUTE);
    await removal.poll();
    expect(removal.isDone).toBe(true);
    expect((await collect(pools.list(GROUP, 'c1'))).map(({ name }) => name)).toEqual(['system']);
  });

  test('is told what runs already, what exceeds a quota and what cannot change', async () => {
    await created();
    const pools = clients.aks.agentPools;
    const put = (name: string, pool: Parameters<typeof pools.createOrUpdate>[3]) =>
      refusalOf(() => pools.createOrUpdate(GROUP, 'c1', name, pool).submitted());
    expect(await put('big', { count: 100, vmSize: 'Standard_D4s_v5' })).toMatchObject({
      statusCode: 400,
      code: 'ErrCode_InsufficientVCPUQuota',
      message: expect.stringContaining('Insufficient regional vcpu quota left for location westeurope'),
    });
    expect(await put('system', { vmSize: 'Standard_D2s_v5' })).toMatchObject({
      statusCode: 400,
      code: 'PropertyChangeNotAllowed',
    });
    await pools.createOrUpdate(GROUP, 'c1', 'user', { count: 1 }).submitted();
    expect(await put('user', { count: 2 })).toMatchObject({
      statusCode: 409,
      message: expect.stringContaining('Another agentpool operation (user - Creating) is in progress'),
    });
  });

  test('learns of a late failure from the operation, and of throttling from Retry-After', async () => {
    clients.azure.simulator.addFault({
      fault: 'error',
      operation: 'managedClusters.createOrUpdate',
      code: 'SubnetIsFull',
      when: 'late',
    });
    let operation = '';
    const poller = clients.aks.managedClusters.createOrUpdate(GROUP, 'c1', cluster, {
      onResponse: ({ headers }) => {
        operation ||= headers.get('azure-asyncoperation') ?? '';
      },
    });
    await poller.submitted();
    clients.clock.advance(10 * MINUTE);
    const raw = await clients.aks.pipeline.sendRequest(
      clients.http,
      createPipelineRequest({ url: operation }),
    );
    expect(JSON.parse(raw.bodyAsText ?? '')).toMatchObject({
      status: 'Failed',
      error: { code: 'SubnetIsFull' },
    });
    const failed = await clients.aks.managedClusters.get(GROUP, 'c1');
    expect([failed.provisioningState, failed.status?.provisioningError?.code]).toEqual([
      'Failed',
      'SubnetIsFull',
    ]);
    clients.azure.simulator.addFault({ fault: 'throttle', operation: 'managedClusters.get', seconds: 7 });
    let retryAfter: string | undefined;
    const throttled = await refusalOf(() =>
      clients.aks.managedClusters.get(GROUP, 'c1', {
        onResponse: ({ headers }) => {
          retryAfter = headers.get('retry-after');
        },
      }),
    );
    expect([throttled.statusCode, throttled.code, retryAfter]).toEqual([429, 'Throttled', '7']);
  });

  test('loses a connection after the effect, and finds the cluster there', async () => {
    clients.azure.simulator.addFault({
      fault: 'error',
      operation: 'managedClusters.createOrUpdate',
      code: 'ConnectionReset',
      when: 'after',
    });
    const poller = clients.aks.managedClusters.createOrUpdate(GROUP, 'c1', cluster);
    expect((await refusalOf(() => poller.submitted())).statusCode).toBeUndefined();
    expect((await clients.aks.managedClusters.get(GROUP, 'c1')).provisioningState).toBe('Creating');
  });

  test('deletes: 202, Deleting, 404; deleting nothing is done at once', async () => {
    await created();
    const poller = clients.aks.managedClusters.delete(GROUP, 'c1');
    await poller.submitted();
    expect((await clients.aks.managedClusters.get(GROUP, 'c1')).provisioningState).toBe('Deleting');
    clients.clock.advance(10 * MINUTE);
    await poller.poll();
    expect(poller.isDone).toBe(true);
    expect(await refusalOf(() => clients.aks.managedClusters.get(GROUP, 'c1'))).toMatchObject({
      statusCode: 404,
      code: 'ResourceNotFound',
    });
    const nothing = clients.aks.managedClusters.delete(GROUP, 'c1');
    await nothing.submitted();
    expect(clients.azure.simulator.inventory()).toEqual([]);
  });

  test('lists versions and upgrades', async () => {
    await created();
    const { values } = await clients.aks.managedClusters.listKubernetesVersions('westeurope');
    expect(values?.find(({ isDefault }) => isDefault)?.version).toBe('1.34');
    const profile = await clients.aks.managedClusters.getUpgradeProfile(GROUP, 'c1');
    expect(profile.controlPlaneProfile.upgrades?.map(({ kubernetesVersion }) => kubernetesVersion)).toEqual([
      '1.35.0',
      '1.35.1',
    ]);
  });
});
