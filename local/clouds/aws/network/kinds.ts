/** The kinds of network resources: how their ids begin, how they are refused, what describes can filter by. */
import { allOf, type Kind } from '../core/shelf.ts';
import type { World } from '../core/world.ts';
import type {
  Address,
  InternetGateway,
  NatGateway,
  NetworkInterface,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
  Subnet,
  Vpc,
} from './model.ts';
import { natState } from './nat-state.ts';

export const VPC: Kind<Vpc> = {
  prefix: 'vpc',
  type: 'vpc',
  cloudType: 'AWS::EC2::VPC',
  notFound: 'InvalidVpcID.NotFound',
  malformed: 'InvalidVpcID.Malformed',
  words: 'vpc ID',
  filters: {
    'vpc-id': ({ id }) => id,
    cidr: ({ cidr }) => cidr,
    'cidr-block-association.cidr-block': ({ cidr }) => cidr,
    'is-default': () => false,
    isDefault: () => false,
    'owner-id': ({ account }) => account,
    state: () => 'available',
  },
};

export const SUBNET: Kind<Subnet> = {
  prefix: 'subnet',
  type: 'subnet',
  cloudType: 'AWS::EC2::Subnet',
  notFound: 'InvalidSubnetID.NotFound',
  malformed: 'InvalidSubnetID.Malformed',
  words: 'subnet ID',
  filters: {
    'subnet-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
    cidr: ({ cidr }) => cidr,
    'cidr-block': ({ cidr }) => cidr,
    cidrBlock: ({ cidr }) => cidr,
    'availability-zone': ({ zone }) => zone,
    availabilityZone: ({ zone }) => zone,
    'availability-zone-id': ({ zoneId }) => zoneId,
    'default-for-az': () => false,
    'map-public-ip-on-launch': ({ mapsPublicIps }) => mapsPublicIps,
    'owner-id': ({ account }) => account,
    state: () => 'available',
  },
};

export const INTERNET_GATEWAY: Kind<InternetGateway> = {
  prefix: 'igw',
  type: 'internet-gateway',
  cloudType: 'AWS::EC2::InternetGateway',
  notFound: 'InvalidInternetGatewayID.NotFound',
  malformed: 'InvalidInternetGatewayId.Malformed',
  words: 'internetGateway ID',
  filters: {
    'internet-gateway-id': ({ id }) => id,
    'attachment.vpc-id': ({ vpcId }) => vpcId,
    'attachment.state': ({ vpcId }) => (vpcId === undefined ? undefined : 'available'),
    'owner-id': ({ account }) => account,
  },
  listedAs: (_world, { vpcId }) => (vpcId === undefined ? 'detached' : 'attached'),
};

export const ADDRESS: Kind<Address> = {
  prefix: 'eipalloc',
  type: 'elastic-ip',
  cloudType: 'AWS::EC2::EIP',
  notFound: 'InvalidAllocationID.NotFound',
  malformed: 'InvalidAllocationID.NotFound',
  words: 'allocation ID',
  filters: {
    'allocation-id': ({ id }) => id,
    'public-ip': ({ publicIp }) => publicIp,
    domain: () => 'vpc',
    'association-id': ({ association }) => association?.id,
    'network-interface-id': ({ association }) => association?.interfaceId,
    'network-border-group': ({ region }) => region,
    'private-ip-address': ({ association }) => association?.privateIp,
  },
  listedAs: (_world, { association }) => (association ? 'associated' : 'allocated'),
};

export const NAT_GATEWAY: Kind<NatGateway> = {
  prefix: 'nat',
  type: 'natgateway',
  cloudType: 'AWS::EC2::NatGateway',
  notFound: 'NatGatewayNotFound',
  malformed: 'NatGatewayMalformed',
  words: 'natGateway ID',
  filters: {
    'nat-gateway-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
    'subnet-id': ({ subnetId }) => subnetId,
  },
  listedAs: (world, gateway) => {
    const state = natState(gateway, world.clock.now());
    return state === 'deleted' ? undefined : state;
  },
};

export const ROUTE_TABLE: Kind<RouteTable> = {
  prefix: 'rtb',
  type: 'route-table',
  cloudType: 'AWS::EC2::RouteTable',
  notFound: 'InvalidRouteTableID.NotFound',
  malformed: 'InvalidRouteTableId.Malformed',
  words: 'routeTable ID',
  filters: {
    'route-table-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
    'owner-id': ({ account }) => account,
    'association.main': ({ associations }) => associations.some(({ subnetId }) => subnetId === undefined),
    'association.subnet-id': ({ associations }) => associations.flatMap(({ subnetId }) => subnetId ?? []),
    'association.route-table-association-id': ({ associations }) => associations.map(({ id }) => id),
    'association.route-table-id': ({ id, associations }) => (associations.length > 0 ? id : undefined),
    'route.destination-cidr-block': ({ routes }) => routes.map(({ destination }) => destination),
    'route.gateway-id': ({ routes }) => targetsOf(routes, 'internet-gateway'),
    'route.nat-gateway-id': ({ routes }) => targetsOf(routes, 'nat-gateway'),
    'route.origin': ({ routes }) => routes.map(({ origin }) => origin),
  },
  // The main table comes and goes with its VPC.
  listedAs: (_world, { associations }) =>
    associations.some(({ subnetId }) => subnetId === undefined) ? undefined : 'available',
};

const targetsOf = (
  routes: RouteTable['routes'],
  kind: 'internet-gateway' | 'nat-gateway',
): readonly string[] => routes.flatMap(({ target }) => (target.kind === kind ? [target.id] : []));

export const SECURITY_GROUP: Kind<SecurityGroup> = {
  prefix: 'sg',
  type: 'security-group',
  cloudType: 'AWS::EC2::SecurityGroup',
  notFound: 'InvalidGroup.NotFound',
  malformed: 'InvalidGroupId.Malformed',
  words: 'security group',
  filters: {
    'group-id': ({ id }) => id,
    'group-name': ({ name }) => name,
    description: ({ description }) => description,
    'vpc-id': ({ vpcId }) => vpcId,
    'owner-id': ({ account }) => account,
  },
  // The default group comes and goes with its VPC.
  listedAs: (_world, { name }) => (name === 'default' ? undefined : 'available'),
};

export const SECURITY_GROUP_RULE: Kind<SecurityGroupRule> = {
  prefix: 'sgr',
  type: 'security-group-rule',
  notFound: 'InvalidSecurityGroupRuleId.NotFound',
  malformed: 'InvalidSecurityGroupRuleId.Malformed',
  words: 'security group rule ID',
  filters: {
    'group-id': ({ groupId }) => groupId,
    'security-group-rule-id': ({ id }) => id,
  },
};

export const INTERFACE: Kind<NetworkInterface> = {
  prefix: 'eni',
  type: 'network-interface',
  cloudType: 'AWS::EC2::NetworkInterface',
  notFound: 'InvalidNetworkInterfaceID.NotFound',
  malformed: 'InvalidNetworkInterfaceId.Malformed',
  words: 'networkInterface ID',
  filters: {
    'network-interface-id': ({ id }) => id,
    'vpc-id': ({ vpcId }) => vpcId,
    'subnet-id': ({ subnetId }) => subnetId,
    'availability-zone': ({ zone }) => zone,
    'group-id': ({ groupIds }) => groupIds,
    description: ({ description }) => description,
    status: ({ attachment }) => (attachment ? 'in-use' : 'available'),
    'interface-type': ({ type }) => type,
    'private-ip-address': ({ privateIp }) => privateIp,
    'addresses.private-ip-address': ({ privateIp }) => privateIp,
    'requester-id': ({ requesterId }) => requesterId,
    'requester-managed': ({ requesterId }) => requesterId !== undefined,
    'attachment.instance-id': ({ attachment }) => attachment?.instanceId,
    'attachment.attachment-id': ({ attachment }) => attachment?.id,
    'attachment.status': ({ attachment }) => attachment && 'attached',
    'owner-id': ({ account }) => account,
  },
  // Those of gateways and load balancers come and go with them.
  listedAs: (_world, { attachment, requesterId }) => {
    if (requesterId !== undefined) return undefined;
    return attachment ? 'in-use' : 'available';
  },
};

/** The VPC's main table, which subnets without one of their own use. */
export const mainTableOf = (world: World, vpc: Vpc): RouteTable | undefined =>
  allOf(world, ROUTE_TABLE, vpc).find(
    ({ vpcId, associations }) =>
      vpcId === vpc.id && associations.some(({ subnetId }) => subnetId === undefined),
  );
