/** Single routes of a table. */
import { z } from 'zod';
import { canonicalCidr } from '../../../../lib/domain/cidr.ts';
import type { Call } from '../core/call.ts';
import { AwsFault, invalidCombination, invalidValue, missing } from '../core/fault.ts';
import { type Operations, operation } from '../core/operation.ts';
import { text } from '../core/parameters.ts';
import { find, put } from '../core/shelf.ts';
import type { World } from '../core/world.ts';
import { INTERFACE, INTERNET_GATEWAY, NAT_GATEWAY, ROUTE_TABLE } from './kinds.ts';
import type { RouteTable, RouteTarget } from './model.ts';
import { natState } from './nat-state.ts';

const RouteInput = z.strictObject({
  RouteTableId: text,
  DestinationCidrBlock: text,
  GatewayId: text.optional(),
  NatGatewayId: text.optional(),
  NetworkInterfaceId: text.optional(),
});
type RouteParams = z.output<typeof RouteInput>;

/** What a route may not find is named otherwise than in describes. */
const GATEWAY = { ...INTERNET_GATEWAY, notFound: 'InvalidGatewayID.NotFound', words: 'gateway ID' };
const NAT = {
  ...NAT_GATEWAY,
  notFound: 'InvalidNatGatewayID.NotFound',
  malformed: 'InvalidNatGatewayID.NotFound',
};

function targetOf(world: World, call: Call, table: RouteTable, params: RouteParams): RouteTarget {
  const { GatewayId, NatGatewayId, NetworkInterfaceId } = params;
  const given = [GatewayId, NatGatewayId, NetworkInterfaceId].filter((id) => id !== undefined);
  if (given.length === 0) throw missing('gatewayId');
  if (given.length > 1) throw invalidCombination('Only one target of a route may be given.');
  if (GatewayId !== undefined) {
    const gateway = find(world, call, GATEWAY, GatewayId);
    checkNetwork(table, 'network gateway', gateway.id, gateway.vpcId);
    return { kind: 'internet-gateway', id: gateway.id };
  }
  if (NatGatewayId !== undefined) return natTarget(world, call, table, NatGatewayId);
  const networkInterface = find(world, call, INTERFACE, NetworkInterfaceId ?? '');
  checkNetwork(table, 'interface', networkInterface.id, networkInterface.vpcId);
  return { kind: 'interface', id: networkInterface.id };
}

/** Not before it is available. */
function natTarget(world: World, call: Call, table: RouteTable, id: string): RouteTarget {
  const gateway = find(world, call, NAT, id);
  if (natState(gateway, call.nowMs) !== 'available')
    throw new AwsFault(NAT.notFound, `The natGateway ID '${id}' does not exist`);
  checkNetwork(table, 'NAT gateway', gateway.id, gateway.vpcId);
  return { kind: 'nat-gateway', id: gateway.id };
}

function checkNetwork(table: RouteTable, words: string, id: string, vpcId: string | undefined): void {
  if (vpcId === table.vpcId) return;
  throw new AwsFault(
    'InvalidParameterValue',
    `route table ${table.id} and ${words} ${id} belong to different networks`,
  );
}

function destinationOf(cidr: string): string {
  const destination = canonicalCidr(cidr);
  if (destination === undefined)
    throw invalidValue(cidr, 'destinationCidrBlock', 'This is not a valid CIDR block.');
  return destination;
}

export const routeOperations: Operations = {
  CreateRoute: operation({
    input: RouteInput,
    handle(world, call) {
      const table = find(world, call, ROUTE_TABLE, call.params.RouteTableId);
      const destination = destinationOf(call.params.DestinationCidrBlock);
      const target = targetOf(world, call, table, call.params);
      if (table.routes.some((route) => route.destination === destination))
        throw new AwsFault('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
      const routes = [...table.routes, { destination, target, origin: 'CreateRoute' as const }];
      put(world, ROUTE_TABLE, { ...table, routes });
      return undefined;
    },
  }),
  ReplaceRoute: operation({
    input: RouteInput,
    handle(world, call) {
      const table = find(world, call, ROUTE_TABLE, call.params.RouteTableId);
      const destination = destinationOf(call.params.DestinationCidrBlock);
      const target = targetOf(world, call, table, call.params);
      const former = table.routes.find((route) => route.destination === destination);
      if (!former)
        throw new AwsFault(
          'InvalidParameterValue',
          `There is no route defined for '${destination}' in the route table. Use CreateRoute instead.`,
        );
      checkNotLocal(former.target, destination);
      const routes = table.routes.map((route) => (route === former ? { ...route, target } : route));
      put(world, ROUTE_TABLE, { ...table, routes });
      return undefined;
    },
  }),
  DeleteRoute: operation({
    input: z.strictObject({ RouteTableId: text, DestinationCidrBlock: text }),
    handle(world, call) {
      const table = find(world, call, ROUTE_TABLE, call.params.RouteTableId);
      const destination = destinationOf(call.params.DestinationCidrBlock);
      const former = table.routes.find((route) => route.destination === destination);
      if (!former)
        throw new AwsFault(
          'InvalidRoute.NotFound',
          `no route with destination-cidr-block ${destination} in route table ${table.id}`,
        );
      checkNotLocal(former.target, destination);
      put(world, ROUTE_TABLE, { ...table, routes: table.routes.filter((route) => route !== former) });
      return undefined;
    },
  }),
};

function checkNotLocal(target: RouteTarget, destination: string): void {
  if (target.kind === 'local')
    throw new AwsFault(
      'InvalidParameterValue',
      `cannot change the local route ${destination} in a route table`,
    );
}
