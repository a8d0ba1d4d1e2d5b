/** Addresses, NAT gateways and route tables of the region in memory. */
import type { NatState, NetworkPort } from '../../lib/clouds/aws/network/port.ts';
import { ok } from '../../lib/domain/errors.ts';
import { type FakeNetwork, inUse } from './fake-network.ts';

type Calls = Pick<
  NetworkPort,
  | 'ownAddresses'
  | 'allocateAddress'
  | 'releaseAddress'
  | 'ownNatGateways'
  | 'natAddressesIn'
  | 'createNatGateway'
  | 'deleteNatGateway'
  | 'ownRouteTables'
  | 'createRouteTable'
  | 'routeTo'
  | 'associate'
  | 'disassociate'
  | 'deleteRouteTable'
>;

export function fakeEgress(region: FakeNetwork): Calls {
  return {
    ownAddresses: async (uid) =>
      ok(region.own(region.addresses, uid).map((one) => ({ ...one, associated: region.isHeld(one.id) }))),
    allocateAddress: (tags) =>
      region.write('allocateAddress', tags['slipway:az'] ?? '', () => {
        const publicIp = `198.51.100.${region.addresses.size + 1}`;
        const id = region.put(region.addresses, 'eipalloc', (made) => ({ id: made, publicIp, tags }));
        return ok({ id, publicIp, associated: false, tags });
      }),
    releaseAddress: (id) =>
      region.write('releaseAddress', id, () =>
        region.isHeld(id) ? inUse(id) : region.drop(region.addresses, id),
      ),

    ownNatGateways: async (uid) => ok(region.own(region.moved(), uid)),
    natAddressesIn: async () => ok(['203.0.113.7']),
    createNatGateway: ({ subnetId, allocationId, token, tags }) =>
      region.write('createNatGateway', `${subnetId} ${allocationId}`, () =>
        ok(
          region.once(token, () => {
            const failure = region.natFailure;
            const state: NatState = failure === undefined ? 'pending' : 'failed';
            return region.put(region.nats, 'nat', (id) => ({
              id,
              ...(failure === undefined ? {} : { failure }),
              vpcId: region.subnets.get(subnetId)?.vpcId ?? '',
              state,
              publicIps: [region.addresses.get(allocationId)?.publicIp ?? ''],
              subnetId,
              allocationId,
              changedAt: region.nowMs,
              tags,
            }));
          }),
        ),
      ),
    deleteNatGateway: (id) =>
      region.write('deleteNatGateway', id, () => {
        const nat = region.nats.get(id);
        if (nat) Object.assign(nat, { state: 'deleting', changedAt: region.nowMs });
        return ok(undefined);
      }),

    ownRouteTables: async (uid) => ok(region.own(region.tables, uid)),
    createRouteTable: (_vpcId, token, tags) =>
      region.write('createRouteTable', tags['slipway:az'] ?? 'public', () =>
        ok(
          region.once(token, () =>
            region.put(region.tables, 'rtb', (id) => ({ id, associations: [], tags })),
          ),
        ),
      ),
    routeTo: (tableId, targetId, { replace }) =>
      region.write('routeTo', `${tableId} ${targetId}${replace ? ' instead' : ''}`, () => {
        const table = region.tables.get(tableId);
        if (table) table.defaultRoute = { targetId, blackhole: false };
        return ok(undefined);
      }),
    associate: (tableId, subnetId) =>
      region.write('associate', `${tableId} ${subnetId}`, () => {
        const table = region.tables.get(tableId);
        const one = { id: region.id('rtbassoc'), subnetId, state: 'associated' };
        if (table) table.associations = [...table.associations, one];
        return ok(undefined);
      }),
    disassociate: (id) =>
      region.write('disassociate', id, () => {
        for (const table of region.tables.values()) {
          table.associations = table.associations.filter((one) => one.id !== id);
        }
        return ok(undefined);
      }),
    deleteRouteTable: (id) =>
      region.write('deleteRouteTable', id, () =>
        region.tables.get(id)?.associations.length ? inUse(id) : region.drop(region.tables, id),
      ),
  };
}
