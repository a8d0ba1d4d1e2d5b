/** VPCs, Internet gateways, subnets and tags of the region in memory. */
import type { NetworkPort } from '../../lib/clouds/aws/network/port.ts';
import type { Tags } from '../../lib/domain/cluster.ts';
import { ok } from '../../lib/domain/errors.ts';
import { type FakeNetwork, inUse, refusal } from './fake-network.ts';

type Calls = Pick<
  NetworkPort,
  | 'identity'
  | 'zones'
  | 'ownVpcs'
  | 'network'
  | 'createVpc'
  | 'enableDns'
  | 'deleteVpc'
  | 'contentsOf'
  | 'ownGateways'
  | 'createGateway'
  | 'attachGateway'
  | 'detachGateway'
  | 'deleteGateway'
  | 'ownSubnets'
  | 'subnetsIn'
  | 'adoptableSubnets'
  | 'createSubnet'
  | 'deleteSubnet'
  | 'interfacesIn'
  | 'tag'
  | 'untag'
>;

export function fakeVpcs(region: FakeNetwork): Calls {
  return {
    identity: async () =>
      ok({ accountId: region.accountId, arn: `arn:aws:iam::${region.accountId}:user/slipway` }),
    zones: async () =>
      ok(['a', 'b', 'c'].map((zone, at) => ({ name: `eu-central-1${zone}`, id: `euc1-az${at + 1}` }))),

    ownVpcs: async (uid) => ok(region.own(region.vpcs, uid)),
    network: async (id) => ok(region.networkOf(id)),
    createVpc: (cidr, tags) =>
      region.write('createVpc', cidr, () => {
        const made = {
          id: region.id('vpc'),
          cidrs: [cidr],
          state: 'available',
          tags,
          dns: new Set(['enableDnsSupport']),
        };
        region.vpcs.set(made.id, made);
        return ok(made);
      }),
    enableDns: (id, attribute) =>
      region.write('enableDns', attribute, () => {
        region.vpcs.get(id)?.dns.add(attribute);
        return ok(undefined);
      }),
    deleteVpc: (id) =>
      region.write('deleteVpc', id, () => {
        const within = [...region.subnets.values()].some(({ vpcId }) => vpcId === id);
        const attached = [...region.gateways.values()].some((one) =>
          one.attachments.some(({ vpcId }) => vpcId === id),
        );
        if (within || attached) return inUse(id);
        return region.drop(region.vpcs, id);
      }),
    contentsOf: async (id) =>
      ok([...region.subnets.values()].flatMap((one) => (one.vpcId === id ? [`subnet ${one.id}`] : []))),

    ownGateways: async (uid) => ok(region.own(region.gateways, uid)),
    createGateway: (tags) =>
      region.write('createGateway', '', () =>
        ok(region.put(region.gateways, 'igw', (id) => ({ id, attachments: [], tags }))),
      ),
    attachGateway: (id, vpcId) =>
      region.write('attachGateway', `${id} ${vpcId}`, () => {
        const gateway = region.gateways.get(id);
        if (gateway) gateway.attachments = [{ vpcId, state: 'available' }];
        return ok(undefined);
      }),
    detachGateway: (id, vpcId) =>
      region.write('detachGateway', `${id} ${vpcId}`, () => {
        if ([...region.nats.values()].some(({ state }) => state !== 'deleted' && state !== 'failed'))
          return inUse(vpcId);
        const gateway = region.gateways.get(id);
        if (gateway) gateway.attachments = [];
        return ok(undefined);
      }),
    deleteGateway: (id) =>
      region.write('deleteGateway', id, () =>
        region.gateways.get(id)?.attachments.length ? inUse(id) : region.drop(region.gateways, id),
      ),

    ownSubnets: async (uid) => ok(region.own(region.subnets, uid)),
    subnetsIn: async (id) => ok(region.seen(region.subnets).filter(({ vpcId }) => vpcId === id)),
    adoptableSubnets: async () => ok(region.adoptable),
    createSubnet: ({ vpcId, zone, cidr, tags }) =>
      region.write('createSubnet', `${cidr} ${zone}`, () => {
        const taken = [...region.subnets.values()].some((one) => one.vpcId === vpcId && one.cidr === cidr);
        if (taken) return refusal('Conflict', `InvalidSubnet.Conflict: ${cidr}`);
        return ok(
          region.put(region.subnets, 'subnet', (id) => ({ id, vpcId, zone, cidr, state: 'available', tags })),
        );
      }),
    deleteSubnet: (id) =>
      region.write('deleteSubnet', id, () => {
        if (region.interfaces.some(({ subnetId }) => subnetId === id)) return inUse(id);
        for (const table of region.tables.values()) {
          table.associations = table.associations.filter(({ subnetId }) => subnetId !== id);
        }
        return region.drop(region.subnets, id);
      }),
    interfacesIn: async (ids) => ok(region.interfaces.filter(({ subnetId }) => ids.includes(subnetId))),

    tag: (ids, tags) =>
      region.write('tag', words(ids, tags), () => region.retag(ids, (old) => ({ ...old, ...tags }))),
    untag: (ids, tags) =>
      region.write('untag', words(ids, tags), () =>
        region.retag(ids, (old) =>
          Object.fromEntries(Object.entries(old).filter(([key, value]) => tags[key] !== value)),
        ),
      ),
  };
}

function words(ids: readonly string[], tags: Tags): string {
  return `${ids.join(' ')} ${Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ')}`;
}
