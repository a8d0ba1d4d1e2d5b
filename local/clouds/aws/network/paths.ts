/** Which way packets take: the route table of a subnet, and whether the target of a route is there. */
import { parseCidr } from '../../../../lib/domain/cidr.ts';
import { allOf, peek } from '../core/shelf.ts';
import type { World } from '../core/world.ts';
import { INTERFACE, INTERNET_GATEWAY, mainTableOf, NAT_GATEWAY, ROUTE_TABLE, VPC } from './kinds.ts';
import type { NatGateway, Route, RouteTable, Subnet } from './model.ts';
import { natState } from './nat-state.ts';

const ANYWHERE = '0.0.0.0/0';

/** The table that a subnet uses: its own, else the main one. */
export function tableOf(world: World, subnet: Subnet): RouteTable | undefined {
  const own = allOf(world, ROUTE_TABLE, subnet).find(({ associations }) =>
    associations.some(({ subnetId }) => subnetId === subnet.id),
  );
  if (own) return own;
  const vpc = peek(world, VPC, subnet.vpcId);
  return vpc && mainTableOf(world, vpc);
}

/** A route whose target is gone leads nowhere. */
export function isActive(world: World, table: RouteTable, { target }: Route): boolean {
  switch (target.kind) {
    case 'local':
      return true;
    case 'internet-gateway':
      return peek(world, INTERNET_GATEWAY, target.id)?.vpcId === table.vpcId;
    case 'nat-gateway': {
      const gateway = peek(world, NAT_GATEWAY, target.id);
      return gateway !== undefined && !['deleted', 'failed'].includes(natState(gateway, world.clock.now()));
    }
    case 'interface':
      return peek(world, INTERFACE, target.id)?.attachment !== undefined;
  }
}

/** The way to an address outside: the narrowest active route that covers it. */
function routeTo(world: World, subnet: Subnet, address: string): Route | undefined {
  const table = tableOf(world, subnet);
  if (!table) return undefined;
  return table.routes
    .filter((route) => covers(route.destination, address))
    .toSorted((a, b) => sizeOf(a.destination) - sizeOf(b.destination))
    .find((route) => isActive(world, table, route));
}

export function covers(cidr: string, address: string): boolean {
  if (cidr === ANYWHERE) return true;
  const range = parseCidr(cidr);
  const wanted = parseCidr(`${address}/32`);
  return (
    range !== undefined &&
    wanted !== undefined &&
    wanted.first >= range.first &&
    wanted.first < range.first + range.size
  );
}

const sizeOf = (cidr: string): number => parseCidr(cidr)?.size ?? 0;

/** An address that belongs to nobody in AWS. */
const SOMEWHERE = '198.51.100.1';

/** Whether the subnet is public: its way out is the VPC's Internet gateway. */
export const reachesOutsideDirectly = (world: World, subnet: Subnet): boolean =>
  routeTo(world, subnet, SOMEWHERE)?.target.kind === 'internet-gateway';

/** The NAT gateway that the subnet's packets leave by. */
export function natOf(world: World, subnet: Subnet): NatGateway | undefined {
  const target = routeTo(world, subnet, SOMEWHERE)?.target;
  return target?.kind === 'nat-gateway' ? peek(world, NAT_GATEWAY, target.id) : undefined;
}
