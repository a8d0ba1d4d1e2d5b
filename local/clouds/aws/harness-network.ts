/** For tests: the network of one cluster in one zone, made call by call, and instances in it. */
import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  type EC2Client,
  type IpPermission,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { imagesIn } from './catalogue/images.ts';
import { type AwsHarness, MINUTE, REGION } from './harness.ts';

export const ANYWHERE = '0.0.0.0/0';

/** What an answer must have; a missing member is the simulator's mistake. */
export function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The answer lacks a member');
  return value;
}

export async function aVpc(ec2: EC2Client, CidrBlock = '10.0.0.0/16'): Promise<string> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock }));
  return given(Vpc?.VpcId);
}

export async function aSubnet(ec2: EC2Client, VpcId: string, CidrBlock: string, zone = 'a'): Promise<string> {
  const AvailabilityZone = `${REGION}${zone}`;
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }));
  return given(Subnet?.SubnetId);
}

/** Attached to the VPC. */
export async function anInternetGateway(ec2: EC2Client, VpcId: string): Promise<string> {
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const InternetGatewayId = given(InternetGateway?.InternetGatewayId);
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
  return InternetGatewayId;
}

/** Used by the subnet, with one route to everywhere. */
export async function aRouteTable(
  ec2: EC2Client,
  VpcId: string,
  SubnetId: string,
  target: { readonly GatewayId?: string; readonly NatGatewayId?: string },
): Promise<string> {
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = given(RouteTable?.RouteTableId);
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: ANYWHERE, ...target }));
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  return RouteTableId;
}

export async function aNatGateway(ec2: EC2Client, SubnetId: string): Promise<string> {
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const { NatGateway } = await ec2.send(
    new CreateNatGatewayCommand({ SubnetId, AllocationId: given(AllocationId) }),
  );
  return given(NatGateway?.NatGatewayId);
}

export async function aGroup(ec2: EC2Client, VpcId: string, GroupName: string): Promise<string> {
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({ VpcId, GroupName, Description: 'of a test' }),
  );
  return given(GroupId);
}

export const tcp = (
  port: number,
  source: { readonly cidr?: string; readonly group?: string },
): IpPermission => ({
  IpProtocol: 'tcp',
  FromPort: port,
  ToPort: port,
  ...(source.cidr === undefined ? {} : { IpRanges: [{ CidrIp: source.cidr }] }),
  ...(source.group === undefined ? {} : { UserIdGroupPairs: [{ GroupId: source.group }] }),
});

export async function letIn(
  ec2: EC2Client,
  GroupId: string,
  ...IpPermissions: IpPermission[]
): Promise<void> {
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
}

export interface Network {
  readonly vpcId: string;
  readonly gatewayId: string;
  readonly publicSubnet: string;
  readonly privateSubnet: string;
  readonly natId: string;
  readonly publicTable: string;
  readonly privateTable: string;
}

/** A public subnet, and a private one that gets out by a NAT gateway, which is available. */
export async function aNetwork({ ec2, clock }: AwsHarness): Promise<Network> {
  const vpcId = await aVpc(ec2);
  const gatewayId = await anInternetGateway(ec2, vpcId);
  const publicSubnet = await aSubnet(ec2, vpcId, '10.0.128.0/20');
  const privateSubnet = await aSubnet(ec2, vpcId, '10.0.0.0/20');
  const publicTable = await aRouteTable(ec2, vpcId, publicSubnet, { GatewayId: gatewayId });
  const natId = await aNatGateway(ec2, publicSubnet);
  clock.advance(3 * MINUTE);
  const privateTable = await aRouteTable(ec2, vpcId, privateSubnet, { NatGatewayId: natId });
  return { vpcId, gatewayId, publicSubnet, privateSubnet, natId, publicTable, privateTable };
}

/** An instance that runs by now. */
export async function anInstance(
  { ec2, clock }: AwsHarness,
  SubnetId: string,
  groups: readonly string[],
): Promise<string> {
  const image = given(imagesIn(REGION).find(({ architecture }) => architecture === 'x86_64'));
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: image.id,
      InstanceType: 'm5.large',
      MinCount: 1,
      MaxCount: 1,
      SubnetId,
      SecurityGroupIds: [...groups],
    }),
  );
  clock.advance(MINUTE);
  return given(Instances?.[0]?.InstanceId);
}
