/** What a form offers for an Azure account: one question to Azure per kind. */
import type { Result } from '../../domain/errors.ts';
import type { OptionsAnswer } from '../port.ts';
import type { AzureCatalog } from './catalog.ts';

type Query = Readonly<Record<string, string>>;
type Item = Readonly<Record<string, unknown>>;

interface Kind {
  readonly needs: readonly string[];
  items(catalog: AzureCatalog, query: Query): Promise<Result<readonly Item[]>>;
}

const KINDS: Readonly<Record<string, Kind>> = {
  subscriptions: {
    needs: [],
    items: async (catalog) =>
      map(await catalog.subscriptions(), ({ id, name, state }) => ({ id, name, state })),
  },
  regions: {
    needs: ['subscriptionId'],
    items: async (catalog, { subscriptionId = '' }) =>
      map(await catalog.regions(subscriptionId), ({ name, displayName, zones }) => ({
        name,
        displayName,
        zones,
      })),
  },
  zones: {
    needs: ['subscriptionId', 'region'],
    async items(catalog, { subscriptionId = '', region = '' }) {
      const regions = await catalog.regions(subscriptionId);
      if (!regions.ok) return regions;
      const zones = regions.value.find(({ name }) => name === region)?.zones ?? [];
      return { ok: true, value: zones.map((name) => ({ name })) };
    },
  },
  'instance-types': {
    needs: ['subscriptionId', 'region'],
    async items(catalog, { subscriptionId = '', region = '' }) {
      const sizes = await catalog.sizes(subscriptionId, region);
      if (!sizes.ok) return sizes;
      const offered = sizes.value.filter((size) => !size.restricted);
      return {
        ok: true,
        value: offered.map(({ name, vCpus, memoryGiB, gpus, premiumStorage, zones }) => ({
          name,
          vCpus,
          memoryGiB,
          gpus,
          class: gpus > 0 ? 'gpu' : 'general',
          premiumStorage,
          zones,
        })),
      };
    },
  },
  'resource-groups': {
    needs: ['subscriptionId'],
    items: async (catalog, { subscriptionId = '' }) =>
      map(await catalog.resourceGroups(subscriptionId), ({ name, location }) => ({ name, region: location })),
  },
  'virtual-networks': {
    needs: ['subscriptionId'],
    async items(catalog, { subscriptionId = '', region }) {
      const networks = await catalog.virtualNetworks(subscriptionId);
      if (!networks.ok) return networks;
      const fitting = networks.value.filter(({ location }) => region === undefined || location === region);
      return {
        ok: true,
        value: fitting.map(({ id, name, location, addressPrefixes }) => ({
          name,
          resourceGroup: groupOf(id),
          region: location,
          addressPrefixes,
        })),
      };
    },
  },
  subnets: {
    needs: ['subscriptionId', 'resourceGroup', 'virtualNetwork'],
    async items(catalog, { subscriptionId = '', resourceGroup = '', virtualNetwork = '' }) {
      const network = await catalog.virtualNetwork(subscriptionId, resourceGroup, virtualNetwork);
      if (!network.ok) return network;
      const subnets = network.value?.subnets ?? [];
      return {
        ok: true,
        value: subnets.map(({ name, addressPrefixes, used }) => ({ name, addressPrefixes, used })),
      };
    },
  },
};

export async function answerOptions(
  catalog: AzureCatalog,
  name: string,
  query: Query,
): Promise<OptionsAnswer> {
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (!kind) return { kind: 'unknown-kind' };
  const parameter = kind.needs.find((needed) => !query[needed]);
  if (parameter !== undefined) return { kind: 'missing-parameter', parameter };
  const items = await kind.items(catalog, query);
  return items.ok ? { kind: 'items', items: items.value } : { kind: 'failed', error: items.error };
}

function map<T>(result: Result<readonly T[]>, toItem: (value: T) => Item): Result<readonly Item[]> {
  return result.ok ? { ok: true, value: result.value.map(toItem) } : result;
}

function groupOf(id: string): string {
  return /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? '';
}
