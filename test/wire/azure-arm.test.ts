import { ClientSecretCredential } from '@azure/identity';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DEMO_ACCOUNT, SUBSCRIPTION_ID } from '../../local/clouds/azure/seed.ts';
import { type AzureClients, collect, refusalOf, startClients } from './azure-clients.ts';

const GROUP = 'platform';
let clients: AzureClients;
beforeEach(async () => {
  clients = await startClients({ pageSize: 3 });
});
afterEach(() => clients.azure.close());

describe('the other Azure clients', () => {
  test('subscriptions and locations', async () => {
    expect((await clients.subscriptions.subscriptions.get(SUBSCRIPTION_ID)).state).toBe('Enabled');
    expect((await collect(clients.subscriptions.subscriptions.list())).map((s) => s.subscriptionId)).toEqual([
      SUBSCRIPTION_ID,
    ]);
    const locations = await collect(clients.subscriptions.subscriptions.listLocations(SUBSCRIPTION_ID));
    const zones = (name: string) => locations.find((l) => l.name === name)?.availabilityZoneMappings?.length;
    expect([zones('westeurope'), zones('westus')]).toEqual([3, undefined]);
  });

  test('resource groups, providers, resources', async () => {
    const { resources } = clients;
    expect((await resources.resourceGroups.get(GROUP)).location).toBe('westeurope');
    expect((await resources.resourceGroups.checkExistence('none')).body).toBe(false);
    expect((await resources.resourceGroups.createOrUpdate('team', { location: 'eastus' })).id).toContain(
      '/team',
    );
    expect((await collect(resources.resourceGroups.list())).map(({ name }) => name)).toEqual([
      'platform',
      'team',
    ]);
    expect((await resources.providers.get('Microsoft.ContainerService')).registrationState).toBe(
      'Registered',
    );
    expect(await collect(resources.resources.list({ filter: "tagName eq 'a' and tagValue eq 'b'" }))).toEqual(
      [],
    );
    expect(await collect(resources.resources.listByResourceGroup(GROUP))).toEqual([]);
  });

  test('permissions of a Contributor', async () => {
    const rows = await collect(clients.authorization.permissions.listForResourceGroup(GROUP));
    expect(rows[0]?.actions).toEqual(['*']);
    expect(rows[0]?.notActions).toContain('Microsoft.Authorization/*/Write');
  });

  test('sizes and usages', async () => {
    const pages = clients.compute.resourceSkus.list({ filter: "location eq 'westeurope'" }).byPage();
    const sizes: number[] = [];
    for await (const page of pages) sizes.push(page.length);
    expect(sizes).toEqual([3, 3, 3]);
    const usage = await collect(clients.compute.usage.list('westeurope'));
    expect(usage.find(({ name }) => name?.value === 'standardDSv5Family')).toMatchObject({
      currentValue: 0,
      limit: 350,
    });
    const network = await collect(clients.network.usages.list('westeurope'));
    expect(network.find(({ name }) => name?.value === 'VirtualNetworks')).toMatchObject({ limit: 1000 });
  });

  test('virtual networks and subnets', async () => {
    const { virtualNetworks, subnets } = clients.network;
    const put = virtualNetworks.createOrUpdate(GROUP, 'net', {
      location: 'westeurope',
      addressSpace: { addressPrefixes: ['10.9.0.0/16'] },
      subnets: [{ name: 'nodes', addressPrefix: '10.9.1.0/24' }],
    });
    await put.submitted();
    clients.clock.advance(10_000);
    const got = await virtualNetworks.get(GROUP, 'net');
    expect([got.provisioningState, got.subnets?.[0]?.addressPrefix]).toEqual(['Succeeded', '10.9.1.0/24']);
    const subnet = subnets.createOrUpdate(GROUP, 'net', 'more', {
      addressPrefix: '10.9.2.0/24',
      delegations: [{ name: 'aks', serviceName: 'Microsoft.ContainerService/managedClusters' }],
    });
    await subnet.submitted();
    clients.clock.advance(10_000);
    expect((await subnets.get(GROUP, 'net', 'more')).delegations?.[0]?.serviceName).toBe(
      'Microsoft.ContainerService/managedClusters',
    );
    expect((await collect(subnets.list(GROUP, 'net'))).map(({ name }) => name)).toEqual(['nodes', 'more']);
    expect((await collect(virtualNetworks.listAll())).map(({ name }) => name)).toEqual(['net']);
    await virtualNetworks.delete(GROUP, 'net').submitted();
    clients.clock.advance(10_000);
    expect(await refusalOf(() => virtualNetworks.get(GROUP, 'net'))).toMatchObject({ statusCode: 404 });
  });

  test('the credential reports why it got no token', async () => {
    const sign = (tenantId: string, clientId: string, secret: string) =>
      refusalOf(() =>
        new ClientSecretCredential(tenantId, clientId, secret, {
          httpClient: clients.http,
          retryOptions: { maxRetries: 0 },
        }).getToken('https://management.azure.com/.default'),
      );
    const { tenantId, clientId } = DEMO_ACCOUNT;
    const other = '11111111-1111-4111-8111-111111111111';
    expect(await sign(tenantId, clientId, 'wrong')).toMatchObject({
      message: expect.stringContaining('AADSTS7000215'),
    });
    expect(await sign(tenantId, other, 'wrong')).toMatchObject({
      message: expect.stringContaining('AADSTS700016'),
    });
    expect(await sign(other, clientId, 'wrong')).toMatchObject({ message: expect.stringContaining('90002') });
  });
});
