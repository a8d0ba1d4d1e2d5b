/** The way out: Elastic IP addresses, NAT gateways and route tables, over the EC2 client. */
import {
  type Address,
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  DeleteNatGatewayCommand,
  DeleteRouteTableCommand,
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DisassociateRouteTableCommand,
  type EC2Client,
  type Filter,
  type NatGateway,
  ReleaseAddressCommand,
  ReplaceRouteCommand,
  type Route,
  type RouteTable,
} from '@aws-sdk/client-ec2';
import { fail, map } from '../../../domain/errors.ts';
import { isCode, settle } from '../errors.ts';
import { tagMap } from '../tags.ts';
import { onlyOwned, ownedBy, tagged, unlessAbsent, whenKnown } from './ec2-outcomes.ts';
import type { AddressSeen, NatSeen, NetworkPort, RouteTableSeen } from './port.ts';

type EgressCalls = Pick<
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

const EVERYWHERE = '0.0.0.0/0';

export function openEgress(ec2: EC2Client): EgressCalls {
  const nats = async (filters: Filter[]) => {
    const answer = await settle('ec2.describeNatGateways', () =>
      ec2.send(new DescribeNatGatewaysCommand({ Filter: filters })),
    );
    return map(answer, ({ NatGateways = [] }) => NatGateways.map(toNat));
  };
  return {
    async ownAddresses(uid) {
      const answer = await settle('ec2.describeAddresses', () =>
        ec2.send(new DescribeAddressesCommand({ Filters: ownedBy(uid) })),
      );
      return map(answer, ({ Addresses = [] }) => onlyOwned(Addresses.map(toAddress), uid));
    },
    async allocateAddress(tags) {
      const made = await settle('ec2.allocateAddress', () =>
        ec2.send(
          new AllocateAddressCommand({ Domain: 'vpc', TagSpecifications: tagged('elastic-ip', tags) }),
        ),
      );
      return map(made, (address) => ({ ...toAddress(address), tags }));
    },
    async releaseAddress(id) {
      const released = await settle('ec2.releaseAddress', () =>
        ec2.send(new ReleaseAddressCommand({ AllocationId: id })),
      );
      // EC2 says AuthFailure, too, while a NAT gateway that is going holds the address.
      if (!released.ok && isCode(released.error, 'AuthFailure')) {
        return fail({ ...released.error, code: 'DependencyInUse' });
      }
      return unlessAbsent(released);
    },

    async ownNatGateways(uid) {
      return map(await nats(ownedBy(uid)), (rows) => onlyOwned(rows, uid));
    },
    async natAddressesIn(vpcId) {
      const seen = await nats([{ Name: 'vpc-id', Values: [vpcId] }]);
      return map(seen, (rows) =>
        rows
          .filter((one) => one.vpcId === vpcId && one.state === 'available')
          .flatMap(({ publicIps }) => publicIps),
      );
    },
    async createNatGateway({ subnetId, allocationId, token, tags }) {
      const made = await settle('ec2.createNatGateway', () =>
        ec2.send(
          new CreateNatGatewayCommand({
            SubnetId: subnetId,
            AllocationId: allocationId,
            ConnectivityType: 'public',
            ClientToken: token,
            TagSpecifications: tagged('natgateway', tags),
          }),
        ),
      );
      return map(whenKnown(made), ({ NatGateway: gateway }) => gateway?.NatGatewayId ?? '');
    },
    async deleteNatGateway(id) {
      const deleted = await settle('ec2.deleteNatGateway', () =>
        ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: id })),
      );
      return unlessAbsent(deleted);
    },

    async ownRouteTables(uid) {
      const answer = await settle('ec2.describeRouteTables', () =>
        ec2.send(new DescribeRouteTablesCommand({ Filters: ownedBy(uid) })),
      );
      return map(answer, ({ RouteTables = [] }) => onlyOwned(RouteTables.map(toTable), uid));
    },
    async createRouteTable(vpcId, token, tags) {
      const made = await settle('ec2.createRouteTable', () =>
        ec2.send(
          new CreateRouteTableCommand({
            VpcId: vpcId,
            ClientToken: token,
            TagSpecifications: tagged('route-table', tags),
          }),
        ),
      );
      return map(whenKnown(made), ({ RouteTable: table }) => table?.RouteTableId ?? '');
    },
    async routeTo(tableId, targetId, { replace }) {
      const route = {
        RouteTableId: tableId,
        DestinationCidrBlock: EVERYWHERE,
        ...(targetId.startsWith('nat-') ? { NatGatewayId: targetId } : { GatewayId: targetId }),
      };
      const set = () => settle('ec2.replaceRoute', () => ec2.send(new ReplaceRouteCommand(route)));
      const add = () => settle('ec2.createRoute', () => ec2.send(new CreateRouteCommand(route)));
      const first = replace ? await set() : await add();
      // Somebody, or our own lost call, was faster.
      const exists = !first.ok && isCode(first.error, 'RouteAlreadyExists');
      return map(whenKnown(exists ? await set() : first), () => undefined);
    },
    async associate(tableId, subnetId) {
      const associated = await settle('ec2.associateRouteTable', () =>
        ec2.send(new AssociateRouteTableCommand({ RouteTableId: tableId, SubnetId: subnetId })),
      );
      return map(whenKnown(associated), () => undefined);
    },
    async disassociate(associationId) {
      const freed = await settle('ec2.disassociateRouteTable', () =>
        ec2.send(new DisassociateRouteTableCommand({ AssociationId: associationId })),
      );
      return unlessAbsent(freed);
    },
    async deleteRouteTable(id) {
      const deleted = await settle('ec2.deleteRouteTable', () =>
        ec2.send(new DeleteRouteTableCommand({ RouteTableId: id })),
      );
      return unlessAbsent(deleted);
    },
  };
}

function toAddress({ AllocationId = '', PublicIp = '', AssociationId, Tags }: Address): AddressSeen {
  return {
    id: AllocationId,
    publicIp: PublicIp,
    associated: AssociationId !== undefined,
    tags: tagMap(Tags),
  };
}

function toNat(gateway: NatGateway): NatSeen {
  const { FailureCode, FailureMessage } = gateway;
  const failure = [FailureCode, FailureMessage].filter((word) => word !== undefined).join(': ');
  return {
    id: gateway.NatGatewayId ?? '',
    vpcId: gateway.VpcId ?? '',
    state: gateway.State ?? 'pending',
    ...(failure === '' ? {} : { failure }),
    publicIps: (gateway.NatGatewayAddresses ?? []).flatMap(({ PublicIp }) => PublicIp ?? []),
    tags: tagMap(gateway.Tags),
  };
}

function toTable({ RouteTableId = '', Routes = [], Associations = [], Tags }: RouteTable): RouteTableSeen {
  const route = Routes.find(({ DestinationCidrBlock }) => DestinationCidrBlock === EVERYWHERE);
  return {
    id: RouteTableId,
    ...(route === undefined
      ? {}
      : { defaultRoute: { targetId: targetOf(route), blackhole: route.State === 'blackhole' } }),
    associations: Associations.flatMap(({ RouteTableAssociationId, SubnetId, AssociationState }) =>
      RouteTableAssociationId === undefined || SubnetId === undefined
        ? []
        : [
            {
              id: RouteTableAssociationId,
              subnetId: SubnetId,
              state: AssociationState?.State ?? 'associated',
            },
          ],
    ),
    tags: tagMap(Tags),
  };
}

/** Some that speak EC2 give a NAT gateway as a gateway. */
function targetOf({ NatGatewayId, GatewayId, ...others }: Route): string {
  return NatGatewayId ?? GatewayId ?? others.NetworkInterfaceId ?? others.TransitGatewayId ?? '';
}
