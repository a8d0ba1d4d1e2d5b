/** Route tables and which subnets use them. */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { onceForToken } from '../core/client-tokens.ts';
import { AwsFault, dependencyViolation } from '../core/fault.ts';
import { newId } from '../core/ids.ts';
import { type Operations, operation } from '../core/operation.ts';
import { list, paged, tagSpecifications, text } from '../core/parameters.ts';
import { quota } from '../core/quotas.ts';
import { allOf, born, describe, find, peek, put, retire } from '../core/shelf.ts';
import { specifiedTags, type Tags, tagSet } from '../core/tags.ts';
import type { World } from '../core/world.ts';
import { ROUTE_TABLE, SUBNET, VPC } from './kinds.ts';
import type { Route, RouteTable, RouteTableAssociation } from './model.ts';
import { isActive } from './paths.ts';

const ASSOCIATED = { state: 'associated' };

function routeView(world: World, table: RouteTable, route: Route) {
  const { destination, target, origin } = route;
  return {
    destinationCidrBlock: destination,
    gatewayId: gatewayOf(target),
    natGatewayId: target.kind === 'nat-gateway' ? target.id : undefined,
    networkInterfaceId: target.kind === 'interface' ? target.id : undefined,
    origin,
    state: isActive(world, table, route) ? 'active' : 'blackhole',
  };
}

function gatewayOf(target: Route['target']): string | undefined {
  if (target.kind === 'local') return 'local';
  return target.kind === 'internet-gateway' ? target.id : undefined;
}

const view = (world: World, table: RouteTable) => ({
  routeTableId: table.id,
  vpcId: table.vpcId,
  ownerId: table.account,
  routeSet: table.routes.map((route) => routeView(world, table, route)),
  associationSet: table.associations.map(({ id, subnetId }) => ({
    routeTableAssociationId: id,
    routeTableId: table.id,
    subnetId,
    main: subnetId === undefined,
    associationState: ASSOCIATED,
  })),
  propagatingVgwSet: [],
  tagSet: tagSet(table.tags),
});

function create(world: World, call: Call, vpcId: string, tags: Tags): string {
  const vpc = find(world, call, VPC, vpcId);
  const siblings = allOf(world, ROUTE_TABLE, call).filter((table) => table.vpcId === vpc.id);
  if (siblings.length >= quota(world, call, 'routeTablesPerVpc'))
    throw new AwsFault('RouteTableLimitExceeded', 'The maximum number of route tables has been reached.');
  const table: RouteTable = {
    ...born(call, newId(world, 'rtb'), tags),
    vpcId: vpc.id,
    routes: [{ destination: vpc.cidr, target: { kind: 'local' }, origin: 'CreateRouteTable' }],
    associations: [],
  };
  put(world, ROUTE_TABLE, table);
  return table.id;
}

interface Associated {
  readonly table: RouteTable;
  readonly association: RouteTableAssociation;
}

function findAssociation(world: World, call: Call, id: string): Associated {
  for (const table of allOf(world, ROUTE_TABLE, call)) {
    const association = table.associations.find((each) => each.id === id);
    if (association) return { table, association };
  }
  throw new AwsFault('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`);
}

function associate(world: World, call: Call, table: RouteTable, subnetId: string): string {
  const subnet = find(world, call, SUBNET, subnetId);
  if (subnet.vpcId !== table.vpcId)
    throw new AwsFault(
      'InvalidParameterValue',
      `Route table ${table.id} and subnet ${subnet.id} belong to different networks`,
    );
  const holders = allOf(world, ROUTE_TABLE, call).filter(({ associations }) =>
    associations.some((each) => each.subnetId === subnet.id),
  );
  const own = holders.find(({ id }) => id === table.id);
  const known = own?.associations.find((each) => each.subnetId === subnet.id);
  if (known) return known.id;
  if (holders.length > 0)
    throw new AwsFault(
      'Resource.AlreadyAssociated',
      `the specified association for route table ${table.id} conflicts with an existing association`,
    );
  const association = { id: newId(world, 'rtbassoc'), subnetId: subnet.id };
  put(world, ROUTE_TABLE, { ...table, associations: [...table.associations, association] });
  return association.id;
}

function dissolve(world: World, { table, association }: Associated): void {
  const associations = table.associations.filter(({ id }) => id !== association.id);
  put(world, ROUTE_TABLE, { ...table, associations });
}

/** Moves a subnet, or the part of being the main table, to another table. */
function replace(world: World, former: Associated, table: RouteTable): string {
  if (former.table.vpcId !== table.vpcId)
    throw new AwsFault('InvalidParameterValue', 'The route tables belong to different networks');
  if (former.table.id === table.id) return former.association.id;
  dissolve(world, former);
  const association = { ...former.association, id: newId(world, 'rtbassoc') };
  put(world, ROUTE_TABLE, { ...table, associations: [...table.associations, association] });
  return association.id;
}

export const routeTableOperations: Operations = {
  CreateRouteTable: operation({
    input: z.strictObject({ VpcId: text, ClientToken: text.optional(), TagSpecification: tagSpecifications }),
    handle(world, call) {
      const { VpcId, ClientToken, TagSpecification } = call.params;
      const tags = specifiedTags(TagSpecification, 'route-table');
      const ids = onceForToken(world, call, ClientToken, () => [create(world, call, VpcId, tags)]);
      const table = ids.map((id) => peek(world, ROUTE_TABLE, id))[0];
      // What an earlier request with the token made may be gone by now: EC2 tells its former answer.
      const shown = table ? view(world, table) : { routeTableId: ids[0], vpcId: VpcId };
      return { routeTable: shown, clientToken: ClientToken };
    },
  }),
  DescribeRouteTables: operation({
    input: z.strictObject({ RouteTableId: list(text), ...paged }),
    handle(world, call) {
      const page = describe(world, call, ROUTE_TABLE, { ids: call.params.RouteTableId, ...call.params });
      return { routeTableSet: page.items.map((table) => view(world, table)), nextToken: page.nextToken };
    },
  }),
  DeleteRouteTable: operation({
    input: z.strictObject({ RouteTableId: text }),
    handle(world, call) {
      const table = find(world, call, ROUTE_TABLE, call.params.RouteTableId);
      if (table.associations.length > 0)
        throw dependencyViolation(`The routeTable '${table.id}' has dependencies and cannot be deleted.`);
      retire(world, ROUTE_TABLE, table, call.nowMs);
      return undefined;
    },
  }),
  AssociateRouteTable: operation({
    input: z.strictObject({ RouteTableId: text, SubnetId: text }),
    handle(world, call) {
      const table = find(world, call, ROUTE_TABLE, call.params.RouteTableId);
      const associationId = associate(world, call, table, call.params.SubnetId);
      return { associationId, associationState: ASSOCIATED };
    },
  }),
  DisassociateRouteTable: operation({
    input: z.strictObject({ AssociationId: text }),
    handle(world, call) {
      const found = findAssociation(world, call, call.params.AssociationId);
      if (found.association.subnetId === undefined)
        throw new AwsFault(
          'InvalidParameterValue',
          `cannot disassociate the main route table association ${found.association.id}`,
        );
      dissolve(world, found);
      return undefined;
    },
  }),
  ReplaceRouteTableAssociation: operation({
    input: z.strictObject({ AssociationId: text, RouteTableId: text }),
    handle(world, call) {
      const former = findAssociation(world, call, call.params.AssociationId);
      const table = find(world, call, ROUTE_TABLE, call.params.RouteTableId);
      return { newAssociationId: replace(world, former, table), associationState: ASSOCIATED };
    },
  }),
};
