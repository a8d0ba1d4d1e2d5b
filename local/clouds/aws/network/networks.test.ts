/** What EC2 refuses and allows about networks, asked by the unmodified SDK. */
import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteRouteTableCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeAccountAttributesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeRegionsCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  DisassociateRouteTableCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  ReleaseAddressCommand,
  ReplaceRouteCommand,
} from '@aws-sdk/client-ec2';
import { describe, expect, test } from '@jest/globals';
import { type AwsHarness, awsHarness, refusal } from '../harness.ts';
import {
  ANYWHERE,
  aNatGateway,
  aNetwork,
  anInternetGateway,
  aSubnet,
  aVpc,
  given,
} from '../harness-network.ts';

describe('VPCs', () => {
  test('are pending for a moment, with DNS support and without host names', async () => {
    const { ec2, clock } = awsHarness();
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.9/16' }));
    expect(Vpc).toMatchObject({ State: 'pending', CidrBlock: '10.0.0.0/16', IsDefault: false, Tags: [] });
    clock.advance(3_000);
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({}));
    expect(Vpcs).toMatchObject([{ VpcId: Vpc?.VpcId, State: 'available' }]);
    const attribute = (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
      ec2.send(new DescribeVpcAttributeCommand({ VpcId: given(Vpc?.VpcId), Attribute }));
    expect((await attribute('enableDnsSupport')).EnableDnsSupport).toEqual({ Value: true });
    expect((await attribute('enableDnsHostnames')).EnableDnsHostnames).toEqual({ Value: false });
    await ec2.send(new ModifyVpcAttributeCommand({ VpcId: Vpc?.VpcId, EnableDnsHostnames: { Value: true } }));
    expect((await attribute('enableDnsHostnames')).EnableDnsHostnames).toEqual({ Value: true });
  });

  test('change one attribute per request', async () => {
    const { ec2 } = awsHarness();
    const VpcId = await aVpc(ec2);
    const both = { EnableDnsHostnames: { Value: true }, EnableDnsSupport: { Value: true } };
    expect(await refusal(ec2.send(new ModifyVpcAttributeCommand({ VpcId, ...both })))).toBe(
      'InvalidParameterCombination',
    );
  });

  test.each([
    ['10.0.0.0/8', 'InvalidVpc.Range'],
    ['10.0.0.0/29', 'InvalidVpc.Range'],
    ['10.0.0.0', 'InvalidParameterValue'],
  ])('have no range %s', async (CidrBlock, code) => {
    expect(await refusal(awsHarness().ec2.send(new CreateVpcCommand({ CidrBlock })))).toBe(code);
  });

  test('are five in a region, until a raised quota allows more', async () => {
    const { ec2, simulator } = awsHarness();
    for (let count = 0; count < 5; count += 1) await aVpc(ec2);
    expect(await refusal(aVpc(ec2))).toBe('VpcLimitExceeded');
    simulator.addFault({ fault: 'quota', name: 'L-F678F1CE', limit: 6 });
    expect(await aVpc(ec2)).toMatch(/^vpc-[0-9a-f]{17}$/);
  });

  test('cannot be deleted while anything of a user is in them', async () => {
    const { ec2 } = awsHarness();
    const VpcId = await aVpc(ec2);
    const SubnetId = await aSubnet(ec2, VpcId, '10.0.0.0/20');
    expect(await refusal(ec2.send(new DeleteVpcCommand({ VpcId })))).toBe('DependencyViolation');
    await ec2.send(new DeleteSubnetCommand({ SubnetId }));
    await ec2.send(new DeleteVpcCommand({ VpcId }));
    expect(await refusal(ec2.send(new DeleteVpcCommand({ VpcId })))).toBe('InvalidVpcID.NotFound');
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({}));
    expect(RouteTables).toEqual([]);
  });
});

describe('subnets', () => {
  test('know their zone and how many addresses are free', async () => {
    const { ec2, clock } = awsHarness();
    const SubnetId = await aSubnet(ec2, await aVpc(ec2), '10.0.16.0/20', 'b');
    clock.advance(3_000);
    await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }));
    expect(Subnets).toMatchObject([
      {
        State: 'available',
        AvailabilityZone: 'eu-central-1b',
        AvailabilityZoneId: 'euc1-az3',
        AvailableIpAddressCount: 4091,
        MapPublicIpOnLaunch: true,
      },
    ]);
  });

  test.each([
    ['outside of the network', '10.1.0.0/20', 'a', 'InvalidSubnet.Range'],
    ['too small', '10.0.0.0/29', 'a', 'InvalidSubnet.Range'],
    ['across another one', '10.0.128.0/17', 'a', 'InvalidSubnet.Conflict'],
    ['in no zone', '10.0.0.0/20', 'x', 'InvalidParameterValue'],
  ])('are not %s', async (_words, cidr, zone, code) => {
    const { ec2 } = awsHarness();
    const vpcId = await aVpc(ec2);
    await aSubnet(ec2, vpcId, '10.0.128.0/20');
    expect(await refusal(aSubnet(ec2, vpcId, cidr, zone))).toBe(code);
  });

  test('have a limit per VPC', async () => {
    const { ec2, simulator } = awsHarness();
    simulator.addFault({ fault: 'quota', name: 'subnetsPerVpc', limit: 0 });
    const VpcId = await aVpc(ec2);
    const create = new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/20' });
    expect(await refusal(ec2.send(create))).toBe('SubnetLimitExceeded');
  });

  test('stay while a NAT gateway is in them', async () => {
    const harness = awsHarness();
    const { publicSubnet } = await aNetwork(harness);
    const remove = new DeleteSubnetCommand({ SubnetId: publicSubnet });
    expect(await refusal(harness.ec2.send(remove))).toBe('DependencyViolation');
  });
});

describe('internet gateways', () => {
  test('are attached to one network, which has one', async () => {
    const { ec2 } = awsHarness();
    const VpcId = await aVpc(ec2);
    const InternetGatewayId = await anInternetGateway(ec2, VpcId);
    expect(await refusal(ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId })))).toBe(
      'Resource.AlreadyAssociated',
    );
    expect(await refusal(anInternetGateway(ec2, VpcId))).toBe('InvalidParameterValue');
  });

  test('stay attached while there are public addresses, and are deleted detached', async () => {
    const harness = awsHarness();
    const { ec2 } = harness;
    const { vpcId: VpcId, gatewayId: InternetGatewayId } = await aNetwork(harness);
    const both = { VpcId, InternetGatewayId };
    expect(await refusal(ec2.send(new DetachInternetGatewayCommand(both)))).toBe('DependencyViolation');
    expect(await refusal(ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId })))).toBe(
      'DependencyViolation',
    );
    const other = await aVpc(ec2);
    expect(await refusal(ec2.send(new DetachInternetGatewayCommand({ ...both, VpcId: other })))).toBe(
      'Gateway.NotAttached',
    );
  });

  test('have a limit', async () => {
    const { ec2, simulator } = awsHarness();
    simulator.addFault({ fault: 'quota', name: 'internetGateways', limit: 0 });
    expect(await refusal(ec2.send(new CreateInternetGatewayCommand({})))).toBe(
      'InternetGatewayLimitExceeded',
    );
  });
});

describe('addresses', () => {
  test('are fifteen in a region', async () => {
    const { ec2 } = awsHarness();
    for (let count = 0; count < 15; count += 1) await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
    expect(await refusal(ec2.send(new AllocateAddressCommand({ Domain: 'vpc' })))).toBe(
      'AddressLimitExceeded',
    );
  });

  test('are released once', async () => {
    const { ec2 } = awsHarness();
    const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
    await ec2.send(new ReleaseAddressCommand({ AllocationId }));
    expect(await refusal(ec2.send(new ReleaseAddressCommand({ AllocationId })))).toBe(
      'InvalidAllocationID.NotFound',
    );
  });

  test('go to interfaces that exist', async () => {
    const { ec2 } = awsHarness();
    const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
    const associate = new AssociateAddressCommand({ AllocationId, InstanceId: 'i-0123456789abcdef0' });
    expect(await refusal(ec2.send(associate))).toBe('InvalidInstanceID.NotFound');
  });
});

describe('route tables', () => {
  const setUp = async (harness: AwsHarness) => {
    const network = await aNetwork(harness);
    return { ...network, RouteTableId: network.privateTable, DestinationCidrBlock: ANYWHERE };
  };

  test('show where routes lead, and that a gateway is gone', async () => {
    const harness = awsHarness();
    const { ec2 } = harness;
    const { privateTable, natId, vpcId } = await setUp(harness);
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ RouteTableIds: [privateTable] }));
    expect(RouteTables?.[0]?.Routes).toMatchObject([
      {
        DestinationCidrBlock: '10.0.0.0/16',
        GatewayId: 'local',
        State: 'active',
        Origin: 'CreateRouteTable',
      },
      { DestinationCidrBlock: ANYWHERE, NatGatewayId: natId, State: 'active', Origin: 'CreateRoute' },
    ]);
    const main = await ec2.send(
      new DescribeRouteTablesCommand({
        Filters: [
          { Name: 'vpc-id', Values: [vpcId] },
          { Name: 'association.main', Values: ['true'] },
        ],
      }),
    );
    expect(main.RouteTables?.[0]?.Associations).toMatchObject([{ Main: true }]);
  });

  test('have each destination once, and routes to what is there', async () => {
    const harness = awsHarness();
    const { ec2 } = harness;
    const { gatewayId: GatewayId, publicSubnet, vpcId, ...route } = await setUp(harness);
    const { RouteTableId, DestinationCidrBlock } = route;
    const to = (target: object) => new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, ...target });
    expect(await refusal(ec2.send(to({ GatewayId })))).toBe('RouteAlreadyExists');
    expect(await refusal(ec2.send(to({ GatewayId: 'igw-0123456789abcdef0' })))).toBe(
      'InvalidGatewayID.NotFound',
    );
    expect(await refusal(ec2.send(to({})))).toBe('MissingParameter');
    const NatGatewayId = await aNatGateway(ec2, publicSubnet);
    expect(await refusal(ec2.send(to({ NatGatewayId })))).toBe('InvalidNatGatewayID.NotFound');
    const foreign = await anInternetGateway(ec2, await aVpc(ec2, '10.9.0.0/16'));
    expect(await refusal(ec2.send(to({ GatewayId: foreign })))).toBe('InvalidParameterValue');
    const elsewhere = { RouteTableId, DestinationCidrBlock: '192.0.2.0/24', GatewayId };
    expect(await refusal(ec2.send(new ReplaceRouteCommand(elsewhere)))).toBe('InvalidParameterValue');
    await ec2.send(new ReplaceRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId }));
  });

  test('are one per subnet; the same association again is the same', async () => {
    const harness = awsHarness();
    const { ec2 } = harness;
    const { publicTable, privateTable, privateSubnet: SubnetId } = await setUp(harness);
    const again = () => ec2.send(new AssociateRouteTableCommand({ RouteTableId: privateTable, SubnetId }));
    const { AssociationId } = await again();
    expect((await again()).AssociationId).toBe(AssociationId);
    const other = new AssociateRouteTableCommand({ RouteTableId: publicTable, SubnetId });
    expect(await refusal(ec2.send(other))).toBe('Resource.AlreadyAssociated');
    expect(await refusal(ec2.send(new DeleteRouteTableCommand({ RouteTableId: privateTable })))).toBe(
      'DependencyViolation',
    );
    await ec2.send(new DisassociateRouteTableCommand({ AssociationId }));
    await ec2.send(new DeleteRouteTableCommand({ RouteTableId: privateTable }));
  });

  test('a client token makes one table', async () => {
    const { ec2 } = awsHarness();
    const vpcId = await aVpc(ec2);
    const create = (VpcId: string) => ec2.send(new CreateRouteTableCommand({ VpcId, ClientToken: 'once' }));
    const made = await create(vpcId);
    expect((await create(vpcId)).RouteTable?.RouteTableId).toBe(made.RouteTable?.RouteTableId);
    expect(await refusal(create(await aVpc(ec2, '10.7.0.0/16')))).toBe('IdempotentParameterMismatch');
  });
});

describe('places', () => {
  test('are regions with their zones', async () => {
    const { ec2 } = awsHarness();
    const usual = await ec2.send(new DescribeRegionsCommand({}));
    const all = await ec2.send(new DescribeRegionsCommand({ AllRegions: true }));
    const names = (answer: typeof usual) => answer.Regions?.map(({ RegionName }) => RegionName);
    expect(names(usual)).not.toContain('eu-south-1');
    expect(names(all)).toContain('eu-south-1');
    const { AvailabilityZones } = await ec2.send(new DescribeAvailabilityZonesCommand({}));
    expect(AvailabilityZones?.map(({ ZoneName, ZoneId, State }) => [ZoneName, ZoneId, State])).toEqual([
      ['eu-central-1a', 'euc1-az2', 'available'],
      ['eu-central-1b', 'euc1-az3', 'available'],
      ['eu-central-1c', 'euc1-az1', 'available'],
    ]);
    expect(await refusal(ec2.send(new DescribeAvailabilityZonesCommand({ ZoneNames: ['eu-west-1a'] })))).toBe(
      'InvalidParameterValue',
    );
  });

  test('attributes of the account follow the quotas', async () => {
    const { ec2 } = awsHarness();
    const { AccountAttributes } = await ec2.send(
      new DescribeAccountAttributesCommand({ AttributeNames: ['max-elastic-ips' as never] }),
    );
    expect(AccountAttributes).toEqual([
      { AttributeName: 'max-elastic-ips', AttributeValues: [{ AttributeValue: '15' }] },
    ]);
  });
});
