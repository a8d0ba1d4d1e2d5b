/** VPCs, Internet gateways, subnets and the interfaces in them, over the EC2 client. */
import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeInternetGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  type EC2Client,
  type Filter,
  type InternetGateway,
  ModifyVpcAttributeCommand,
  type NetworkInterface,
  type Subnet,
  type Vpc,
} from '@aws-sdk/client-ec2';
import { map, ok, type Result } from '../../../domain/errors.ts';
import { readNetwork, readSubnets } from '../catalog/networks.ts';
import { settle } from '../errors.ts';
import { tagMap } from '../tags.ts';
import { onlyOwned, ownedBy, tagged, unlessAbsent, whenKnown } from './ec2-outcomes.ts';
import type { GatewaySeen, InterfaceSeen, NetworkPort, OwnSubnet, VpcSeen } from './port.ts';

type VpcCalls = Pick<
  NetworkPort,
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
>;

export function openVpcs(ec2: EC2Client): VpcCalls {
  const subnets = async (Filters: Filter[]) => {
    const answer = await settle('ec2.describeSubnets', () =>
      ec2.send(new DescribeSubnetsCommand({ Filters })),
    );
    return map(answer, ({ Subnets = [] }) => Subnets.map(toSubnet));
  };
  const interfaces = async (Filters: Filter[]) => {
    const answer = await settle('ec2.describeNetworkInterfaces', () =>
      ec2.send(new DescribeNetworkInterfacesCommand({ Filters })),
    );
    return map(answer, ({ NetworkInterfaces = [] }) => NetworkInterfaces.map(toInterface));
  };
  const gateways = async (Filters: Filter[]) => {
    const answer = await settle('ec2.describeInternetGateways', () =>
      ec2.send(new DescribeInternetGatewaysCommand({ Filters })),
    );
    return map(answer, ({ InternetGateways = [] }) => InternetGateways.map(toGateway));
  };
  return {
    async ownVpcs(uid) {
      const answer = await settle('ec2.describeVpcs', () =>
        ec2.send(new DescribeVpcsCommand({ Filters: ownedBy(uid) })),
      );
      return map(answer, ({ Vpcs = [] }) => onlyOwned(Vpcs.map(toVpc), uid));
    },
    async network(vpcId) {
      const seen = await readNetwork(ec2, vpcId);
      // Its attributes may be unknown yet where the VPC itself is known already.
      return !seen.ok && seen.error.code === 'NotFound' ? ok(undefined) : seen;
    },
    async createVpc(cidr, tags) {
      const made = await settle('ec2.createVpc', () =>
        ec2.send(new CreateVpcCommand({ CidrBlock: cidr, TagSpecifications: tagged('vpc', tags) })),
      );
      return map(made, ({ Vpc: vpc = {} }) => toVpc(vpc));
    },
    async enableDns(vpcId, attribute) {
      const on = { Value: true };
      const change = attribute === 'enableDnsSupport' ? { EnableDnsSupport: on } : { EnableDnsHostnames: on };
      const changed = await settle('ec2.modifyVpcAttribute', () =>
        ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, ...change })),
      );
      return map(whenKnown(changed), () => undefined);
    },
    async deleteVpc(id) {
      return unlessAbsent(await settle('ec2.deleteVpc', () => ec2.send(new DeleteVpcCommand({ VpcId: id }))));
    },
    contentsOf: (vpcId) => contentsOf(ec2, vpcId, { subnets, interfaces, gateways }),

    async ownGateways(uid) {
      return map(await gateways(ownedBy(uid)), (rows) => onlyOwned(rows, uid));
    },
    async createGateway(tags) {
      const made = await settle('ec2.createInternetGateway', () =>
        ec2.send(new CreateInternetGatewayCommand({ TagSpecifications: tagged('internet-gateway', tags) })),
      );
      return map(made, ({ InternetGateway: gateway }) => gateway?.InternetGatewayId ?? '');
    },
    async attachGateway(id, vpcId) {
      const attached = await settle('ec2.attachInternetGateway', () =>
        ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: id, VpcId: vpcId })),
      );
      return map(whenKnown(attached), () => undefined);
    },
    async detachGateway(id, vpcId) {
      const detached = await settle('ec2.detachInternetGateway', () =>
        ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId: id, VpcId: vpcId })),
      );
      return unlessAbsent(detached);
    },
    async deleteGateway(id) {
      const deleted = await settle('ec2.deleteInternetGateway', () =>
        ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: id })),
      );
      return unlessAbsent(deleted);
    },

    async ownSubnets(uid) {
      return map(await subnets(ownedBy(uid)), (rows) => onlyOwned(rows, uid));
    },
    subnetsIn: (vpcId) => subnets([{ Name: 'vpc-id', Values: [vpcId] }]),
    adoptableSubnets: (vpcId) => readSubnets(ec2, vpcId),
    async createSubnet({ vpcId, zone, cidr, tags }) {
      const made = await settle('ec2.createSubnet', () =>
        ec2.send(
          new CreateSubnetCommand({
            VpcId: vpcId,
            CidrBlock: cidr,
            AvailabilityZone: zone,
            TagSpecifications: tagged('subnet', tags),
          }),
        ),
      );
      return map(whenKnown(made), ({ Subnet: subnet }) => subnet?.SubnetId ?? '');
    },
    async deleteSubnet(id) {
      const deleted = await settle('ec2.deleteSubnet', () =>
        ec2.send(new DeleteSubnetCommand({ SubnetId: id })),
      );
      return unlessAbsent(deleted);
    },
    interfacesIn: (subnetIds) => interfaces([{ Name: 'subnet-id', Values: [...subnetIds] }]),
  };
}

interface Lists {
  readonly subnets: (filters: Filter[]) => Promise<Result<readonly OwnSubnet[]>>;
  readonly interfaces: (filters: Filter[]) => Promise<Result<readonly InterfaceSeen[]>>;
  readonly gateways: (filters: Filter[]) => Promise<Result<readonly GatewaySeen[]>>;
}

async function contentsOf(ec2: EC2Client, vpcId: string, lists: Lists): Promise<Result<readonly string[]>> {
  const inVpc = [{ Name: 'vpc-id', Values: [vpcId] }];
  const [interfaces, groups, subnets, gateways] = await Promise.all([
    lists.interfaces(inVpc),
    settle('ec2.describeSecurityGroups', () =>
      ec2.send(new DescribeSecurityGroupsCommand({ Filters: inVpc })),
    ),
    lists.subnets(inVpc),
    lists.gateways([{ Name: 'attachment.vpc-id', Values: [vpcId] }]),
  ]);
  if (!interfaces.ok) return interfaces;
  if (!groups.ok) return groups;
  if (!subnets.ok) return subnets;
  if (!gateways.ok) return gateways;
  // The default group belongs to the VPC and goes with it.
  const foreign = (groups.value.SecurityGroups ?? []).filter(({ GroupName }) => GroupName !== 'default');
  return ok([
    ...interfaces.value.map(({ id, description }) => `network interface ${id} ${description}`.trimEnd()),
    ...foreign.map(({ GroupId, GroupName }) => `security group ${GroupId} ${GroupName}`),
    ...subnets.value.map(({ id }) => `subnet ${id}`),
    ...gateways.value.map(({ id }) => `Internet gateway ${id}`),
  ]);
}

function toVpc({
  VpcId = '',
  State = 'pending',
  CidrBlock,
  CidrBlockAssociationSet = [],
  Tags,
}: Vpc): VpcSeen {
  const cidrs = [CidrBlock, ...CidrBlockAssociationSet.map((one) => one.CidrBlock)];
  return {
    id: VpcId,
    state: State,
    cidrs: [...new Set(cidrs.filter((cidr) => cidr !== undefined))],
    tags: tagMap(Tags),
  };
}

function toGateway({ InternetGatewayId = '', Attachments = [], Tags }: InternetGateway): GatewaySeen {
  return {
    id: InternetGatewayId,
    attachments: Attachments.flatMap(({ VpcId, State = '' }) =>
      VpcId === undefined || State === 'detached' ? [] : [{ vpcId: VpcId, state: State }],
    ),
    tags: tagMap(Tags),
  };
}

function toSubnet(subnet: Subnet): OwnSubnet {
  return {
    id: subnet.SubnetId ?? '',
    vpcId: subnet.VpcId ?? '',
    zone: subnet.AvailabilityZone ?? '',
    cidr: subnet.CidrBlock ?? '',
    state: subnet.State ?? 'available',
    tags: tagMap(subnet.Tags),
  };
}

/** Words of AWS's own services: docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html */
const OF_AWS = /^(?:ELB |Interface for NAT Gateway )/;

function toInterface(seen: NetworkInterface): InterfaceSeen {
  const description = seen.Description ?? '';
  return {
    id: seen.NetworkInterfaceId ?? '',
    subnetId: seen.SubnetId ?? '',
    description,
    byAws: seen.RequesterManaged === true || OF_AWS.test(description),
  };
}
