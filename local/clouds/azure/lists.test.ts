import { describe, expect, test } from '@jest/globals';
import { aCluster, azureHarness, clusterPath, GROUP, MINUTE, NO_LAG, withCluster } from './harness.ts';
import { SUBSCRIPTION_ID } from './seed.ts';

const SUBSCRIPTION = `/subscriptions/${SUBSCRIPTION_ID}`;
interface Named {
  readonly name: string;
  readonly type: string;
}

describe('the list of all resources', () => {
  test('lags behind GET by up to a minute, both ways', () => {
    const azure = azureHarness();
    const clusters = () =>
      azure
        .get(`${SUBSCRIPTION}/resources`)
        .body.value.filter(({ type }: Named) => type.endsWith('managedClusters'));
    azure.put(clusterPath('c1'), aCluster());
    expect(azure.get(clusterPath('c1')).status).toBe(200);
    expect(clusters()).toEqual([]);
    azure.clock.advance(MINUTE);
    expect(clusters()).toHaveLength(1);
    azure.del(clusterPath('c1'));
    // Looks once a second for the moment in which the cluster is gone and still listed.
    const seen = Array.from({ length: 700 }, () => {
      azure.clock.advance(1000);
      return azure.get(clusterPath('c1')).status === 404 && clusters().length === 1;
    });
    expect(seen.filter(Boolean).length).toBeGreaterThan(0);
    expect(seen.filter(Boolean).length).toBeLessThanOrEqual(60);
    expect(clusters()).toEqual([]);
  });

  test('is filtered by tag, type and group, and refuses what it does not understand', () => {
    const azure = azureHarness({ settings: NO_LAG });
    withCluster(azure, 'c1', aCluster({}, { tags: { uid: 'one' } }));
    withCluster(azure, 'c2', aCluster({}, { tags: { uid: 'two' } }));
    const names = (filter: string, scope = SUBSCRIPTION) =>
      azure
        .get(`${scope}/resources?$filter=${encodeURIComponent(filter)}`)
        .body.value?.map(({ name }: Named) => name)
        .filter((name: string) => /^c\d$/.test(name));
    expect(names("tagName eq 'uid' and tagValue eq 'two'")).toEqual(['c2']);
    expect(names("tagName eq 'UID'")).toEqual(['c1', 'c2']);
    const tagged = (filter: string) =>
      'tags' in azure.get(`${SUBSCRIPTION}/resources?$filter=${encodeURIComponent(filter)}`).body.value[0];
    expect([tagged("tagName eq 'uid'"), tagged("tagName eq 'uid' and tagValue eq 'two'")]).toEqual([
      true,
      false,
    ]);
    expect(names("resourceType eq 'Microsoft.ContainerService/managedClusters'", GROUP)).toEqual([
      'c1',
      'c2',
    ]);
    const refused = azure.get(`${SUBSCRIPTION}/resources?$filter=${encodeURIComponent("tags eq 'x'")}`);
    expect([refused.status, refused.body.error.code]).toEqual([400, 'InvalidFilterInQueryString']);
    const mixed = encodeURIComponent("tagName eq 'uid' and name eq 'c1'");
    expect(azure.get(`${SUBSCRIPTION}/resources?$filter=${mixed}`).status).toBe(400);
  });

  test('comes in pages with absolute links', () => {
    const azure = azureHarness({ settings: { ...NO_LAG, pageSize: 3 } });
    withCluster(azure);
    const pages: Named[][] = [];
    let next: string | undefined =
      `https://management.azure.com${SUBSCRIPTION}/resources?api-version=2025-04-01`;
    while (next !== undefined) {
      const answer = azure.send('GET', next, '', { authorization: `Bearer ${azure.token()}` });
      if (answer === 'cut') throw new Error('cut');
      pages.push(answer.body.value);
      next = answer.body.nextLink;
      expect(next === undefined || next.startsWith('https://management.azure.com/')).toBe(true);
    }
    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(new Set(pages.flat().map(({ name }) => name)).size).toBe(7);
  });
});

describe('what a region offers', () => {
  const skus = (filter?: string) =>
    azureHarness({ settings: { pageSize: 100 } }).get(
      `${SUBSCRIPTION}/providers/Microsoft.Compute/skus${filter ? `?$filter=${encodeURIComponent(filter)}` : ''}`,
    ).body.value;
  interface Sku extends Named {
    readonly capabilities: readonly { readonly name: string; readonly value: string }[];
    readonly restrictions: readonly { readonly reasonCode: string }[];
    readonly locationInfo: readonly { readonly zones: readonly string[] }[];
  }

  test('sizes with capabilities and zones; the retired one is restricted', () => {
    const list: Sku[] = skus("location eq 'westeurope'");
    const find = (name: string) => list.find((sku) => sku.name === name);
    const capability = (name: string, what: string) =>
      find(name)?.capabilities.find((one) => one.name === what)?.value;
    expect(list.map(({ name }) => name)).toEqual([
      'Standard_B1s',
      'Standard_B2s',
      'Standard_D2_v2',
      'Standard_D2s_v5',
      'Standard_D4s_v5',
      'Standard_D8s_v5',
      'Standard_D16s_v5',
      'Standard_NC4as_T4_v3',
      'Standard_NC12s_v3',
    ]);
    expect([capability('Standard_D4s_v5', 'vCPUs'), capability('Standard_D4s_v5', 'MemoryGB')]).toEqual([
      '4',
      '16',
    ]);
    expect([capability('Standard_D2_v2', 'PremiumIO'), capability('Standard_D2s_v5', 'PremiumIO')]).toEqual([
      'False',
      'True',
    ]);
    expect(find('Standard_D4s_v5')?.locationInfo[0]?.zones).toEqual(['1', '2', '3']);
    expect(find('Standard_NC12s_v3')?.restrictions[0]?.reasonCode).toBe('NotAvailableForSubscription');
  });

  test('nothing where there is no such region, no zones where there are none', () => {
    expect(skus("location eq 'atlantis'")).toEqual([]);
    expect(skus("location eq 'westus'")[0].locationInfo[0].zones).toEqual([]);
    expect(skus()).toHaveLength(45);
  });

  test('locations carry their zones, or no such member at all', () => {
    const { value } = azureHarness().get(`${SUBSCRIPTION}/locations`).body;
    const find = (name: string) => value.find((location: Named) => location.name === name);
    expect(find('westeurope').availabilityZoneMappings).toHaveLength(3);
    expect(find('westus')).not.toHaveProperty('availabilityZoneMappings');
  });

  test('three minors with one default, and a preview', () => {
    const path = `${SUBSCRIPTION}/providers/Microsoft.ContainerService/locations/westeurope/kubernetesVersions`;
    const { values } = azureHarness().get(path).body;
    expect(values.map((one: { version: string }) => one.version)).toEqual(['1.33', '1.34', '1.35', '1.36']);
    expect(values.filter((one: { isDefault?: boolean }) => one.isDefault)).toHaveLength(1);
    expect(values.at(-1).isPreview).toBe(true);
    expect(values[0].patchVersions['1.33.2'].upgrades).toEqual(['1.33.6', '1.34.1', '1.34.3']);
  });
});

describe('resource groups', () => {
  test('HEAD says whether there is one', () => {
    const azure = azureHarness();
    const head = (name: string) => {
      const url = `https://management.azure.com${SUBSCRIPTION}/resourcegroups/${name}?api-version=2025-04-01`;
      const answer = azure.send('HEAD', url, '', { authorization: `Bearer ${azure.token()}` });
      return answer === 'cut' ? 0 : answer.status;
    };
    expect([head('platform'), head('PLATFORM'), head('other')]).toEqual([204, 204, 404]);
  });

  test('deleting one deletes the clusters in it with their node resource groups', () => {
    const azure = azureHarness({ settings: NO_LAG });
    const group = `${SUBSCRIPTION}/resourcegroups/team`;
    expect(azure.put(group, { location: 'westeurope' }).status).toBe(201);
    azure.put(clusterPath('c1').replace('platform', 'team'), aCluster());
    azure.clock.advance(10 * MINUTE);
    const answer = azure.del(group);
    expect([answer.status, Object.keys(answer.headers).includes('location')]).toEqual([202, true]);
    expect(azure.put(clusterPath('c2').replace('platform', 'team'), aCluster()).body.error.code).toBe(
      'ResourceGroupBeingDeleted',
    );
    azure.clock.advance(2 * MINUTE);
    expect(azure.simulator.inventory()).toEqual([]);
  });
});
