/** What a form offers for an AWS account: one question to AWS per kind. */
import { map, type Result } from '../../domain/errors.ts';
import type { OptionsAnswer } from '../port.ts';
import type { AwsCatalog } from './catalog/port.ts';

type Query = Readonly<Record<string, string>>;
type Item = Readonly<Record<string, unknown>>;

interface Kind {
  readonly needs: readonly string[];
  items(catalog: AwsCatalog, query: Query): Promise<Result<readonly Item[]>>;
}

const KINDS: Readonly<Record<string, Kind>> = {
  regions: {
    needs: [],
    items: async (catalog) =>
      map(await catalog.regions(), (regions) =>
        regions.filter(({ enabled }) => enabled).map(({ name }) => ({ name })),
      ),
  },
  zones: {
    needs: ['region'],
    items: async (catalog, { region = '' }) =>
      map(await catalog.zones(region), (zones) =>
        zones.filter(({ available }) => available).map(({ name }) => ({ name })),
      ),
  },
  'instance-types': {
    needs: ['region'],
    items: async (catalog, { region = '', instanceType }) =>
      map(
        await catalog.machineTypes(region, instanceType === undefined ? undefined : [instanceType]),
        (types) =>
          types.map(({ name, vCpus, memoryGiB, gpus, spot, zones }) => ({
            name,
            vCpus,
            memoryGiB,
            gpus,
            class: gpus > 0 ? 'gpu' : 'general',
            spot,
            zones,
          })),
      ),
  },
  'key-pairs': {
    needs: ['region'],
    items: async (catalog, { region = '' }) =>
      map(await catalog.keyPairs(region), (names) => names.map((name) => ({ name }))),
  },
  'virtual-networks': {
    needs: ['region'],
    items: async (catalog, { region = '' }) =>
      map(await catalog.networks(region), (networks) => networks.map(({ id, cidrs }) => ({ id, cidrs }))),
  },
  subnets: {
    needs: ['region', 'virtualNetwork'],
    items: async (catalog, { region = '', virtualNetwork = '' }) =>
      map(await catalog.subnets(region, virtualNetwork), (subnets) =>
        subnets.map(({ id, zone, cidr, freeAddresses, egress }) => ({
          id,
          zone,
          cidr,
          freeAddresses,
          public: egress === 'internet-gateway',
        })),
      ),
  },
};

export async function answerOptions(catalog: AwsCatalog, name: string, query: Query): Promise<OptionsAnswer> {
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (!kind) return { kind: 'unknown-kind' };
  const parameter = kind.needs.find((needed) => !query[needed]);
  if (parameter !== undefined) return { kind: 'missing-parameter', parameter };
  const items = await kind.items(catalog, query);
  return items.ok ? { kind: 'items', items: items.value } : { kind: 'failed', error: items.error };
}
