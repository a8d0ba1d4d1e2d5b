/** What goes over the wire: the exact parameters of each call, and what AWS's answers become. */
import { describe, expect, test } from '@jest/globals';
import { type Answer, anAwsWire } from '../../../../test/builders/aws-wire.ts';
import { openNetwork } from './ec2-network.ts';

type Form = Readonly<Record<string, string>>;

function aWire(answers: Readonly<Record<string, readonly Answer[]>> = {}) {
  const { session, sent } = anAwsWire(answers);
  return { network: openNetwork(session), sent };
}

const tagSet = (tags: Form) =>
  `<tagSet>${Object.entries(tags)
    .map(([key, value]) => `<item><key>${key}</key><value>${value}</value></item>`)
    .join('')}</tagSet>`;
const ours = { 'slipway:cluster-uid': 'u1' };
const tags = { Name: 'n', 'slipway:role': 'vpc' };
const tagged = (type: string) => ({
  'TagSpecification.1.ResourceType': type,
  'TagSpecification.1.Tag.1.Key': 'Name',
  'TagSpecification.1.Tag.1.Value': 'n',
  'TagSpecification.1.Tag.2.Key': 'slipway:role',
  'TagSpecification.1.Tag.2.Value': 'vpc',
});
const byUid = { 'Filter.1.Name': 'tag:slipway:cluster-uid', 'Filter.1.Value.1': 'u1' };

type Network = ReturnType<typeof aWire>['network'];

describe('writes say exactly', () => {
  test.each<readonly [string, (network: Network) => Promise<unknown>, Form]>([
    [
      'createVpc',
      (network) => network.createVpc('10.0.0.0/16', tags),
      { operation: 'CreateVpc', CidrBlock: '10.0.0.0/16', ...tagged('vpc') },
    ],
    [
      'enableDns: support',
      (network) => network.enableDns('vpc-1', 'enableDnsSupport'),
      { operation: 'ModifyVpcAttribute', VpcId: 'vpc-1', 'EnableDnsSupport.Value': 'true' },
    ],
    [
      'enableDns: host names',
      (network) => network.enableDns('vpc-1', 'enableDnsHostnames'),
      { operation: 'ModifyVpcAttribute', VpcId: 'vpc-1', 'EnableDnsHostnames.Value': 'true' },
    ],
    ['deleteVpc', (network) => network.deleteVpc('vpc-1'), { operation: 'DeleteVpc', VpcId: 'vpc-1' }],
    [
      'createGateway',
      (network) => network.createGateway(tags),
      { operation: 'CreateInternetGateway', ...tagged('internet-gateway') },
    ],
    [
      'attachGateway',
      (network) => network.attachGateway('igw-1', 'vpc-1'),
      { operation: 'AttachInternetGateway', InternetGatewayId: 'igw-1', VpcId: 'vpc-1' },
    ],
    [
      'detachGateway',
      (network) => network.detachGateway('igw-1', 'vpc-1'),
      { operation: 'DetachInternetGateway', InternetGatewayId: 'igw-1', VpcId: 'vpc-1' },
    ],
    [
      'deleteGateway',
      (network) => network.deleteGateway('igw-1'),
      { operation: 'DeleteInternetGateway', InternetGatewayId: 'igw-1' },
    ],
    [
      'createSubnet',
      (network) => network.createSubnet({ vpcId: 'vpc-1', zone: 'eu-central-1a', cidr: '10.0.0.0/20', tags }),
      {
        operation: 'CreateSubnet',
        VpcId: 'vpc-1',
        AvailabilityZone: 'eu-central-1a',
        CidrBlock: '10.0.0.0/20',
        ...tagged('subnet'),
      },
    ],
    [
      'deleteSubnet',
      (network) => network.deleteSubnet('subnet-1'),
      { operation: 'DeleteSubnet', SubnetId: 'subnet-1' },
    ],
    [
      'allocateAddress',
      (network) => network.allocateAddress(tags),
      { operation: 'AllocateAddress', Domain: 'vpc', ...tagged('elastic-ip') },
    ],
    [
      'releaseAddress',
      (network) => network.releaseAddress('eipalloc-1'),
      { operation: 'ReleaseAddress', AllocationId: 'eipalloc-1' },
    ],
    [
      'createNatGateway',
      (network) =>
        network.createNatGateway({ subnetId: 'subnet-1', allocationId: 'eipalloc-1', token: 't', tags }),
      {
        operation: 'CreateNatGateway',
        SubnetId: 'subnet-1',
        AllocationId: 'eipalloc-1',
        ConnectivityType: 'public',
        ClientToken: 't',
        ...tagged('natgateway'),
      },
    ],
    [
      'deleteNatGateway',
      (network) => network.deleteNatGateway('nat-1'),
      { operation: 'DeleteNatGateway', NatGatewayId: 'nat-1' },
    ],
    [
      'createRouteTable',
      (network) => network.createRouteTable('vpc-1', 't', tags),
      { operation: 'CreateRouteTable', VpcId: 'vpc-1', ClientToken: 't', ...tagged('route-table') },
    ],
    [
      'a route to an Internet gateway',
      (network) => network.routeTo('rtb-1', 'igw-1', { replace: false }),
      {
        operation: 'CreateRoute',
        RouteTableId: 'rtb-1',
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: 'igw-1',
      },
    ],
    [
      'another route, to a NAT gateway',
      (network) => network.routeTo('rtb-1', 'nat-1', { replace: true }),
      {
        operation: 'ReplaceRoute',
        RouteTableId: 'rtb-1',
        DestinationCidrBlock: '0.0.0.0/0',
        NatGatewayId: 'nat-1',
      },
    ],
    [
      'associate',
      (network) => network.associate('rtb-1', 'subnet-1'),
      { operation: 'AssociateRouteTable', RouteTableId: 'rtb-1', SubnetId: 'subnet-1' },
    ],
    [
      'disassociate',
      (network) => network.disassociate('rtbassoc-1'),
      { operation: 'DisassociateRouteTable', AssociationId: 'rtbassoc-1' },
    ],
    [
      'deleteRouteTable',
      (network) => network.deleteRouteTable('rtb-1'),
      { operation: 'DeleteRouteTable', RouteTableId: 'rtb-1' },
    ],
    [
      'tag',
      (network) => network.tag(['subnet-1', 'subnet-2'], { k: 'v' }),
      {
        operation: 'CreateTags',
        'ResourceId.1': 'subnet-1',
        'ResourceId.2': 'subnet-2',
        'Tag.1.Key': 'k',
        'Tag.1.Value': 'v',
      },
    ],
    [
      'untag, only with that value',
      (network) => network.untag(['subnet-1'], { k: 'v' }),
      { operation: 'DeleteTags', 'ResourceId.1': 'subnet-1', 'Tag.1.Key': 'k', 'Tag.1.Value': 'v' },
    ],
  ])('%s', async (_title, write, form) => {
    const { network, sent } = aWire();
    await write(network);
    expect(sent).toEqual([form]);
  });
});

describe('reads', () => {
  test.each<readonly [string, (network: Network) => Promise<unknown>, Form]>([
    ['VPCs', (network) => network.ownVpcs('u1'), { operation: 'DescribeVpcs', ...byUid }],
    ['gateways', (network) => network.ownGateways('u1'), { operation: 'DescribeInternetGateways', ...byUid }],
    ['subnets', (network) => network.ownSubnets('u1'), { operation: 'DescribeSubnets', ...byUid }],
    ['addresses', (network) => network.ownAddresses('u1'), { operation: 'DescribeAddresses', ...byUid }],
    [
      'NAT gateways',
      (network) => network.ownNatGateways('u1'),
      { operation: 'DescribeNatGateways', ...byUid },
    ],
    [
      'route tables',
      (network) => network.ownRouteTables('u1'),
      { operation: 'DescribeRouteTables', ...byUid },
    ],
    [
      'subnets of a VPC',
      (network) => network.subnetsIn('vpc-1'),
      { operation: 'DescribeSubnets', 'Filter.1.Name': 'vpc-id', 'Filter.1.Value.1': 'vpc-1' },
    ],
    [
      'interfaces in subnets',
      (network) => network.interfacesIn(['subnet-1', 'subnet-2']),
      {
        operation: 'DescribeNetworkInterfaces',
        'Filter.1.Name': 'subnet-id',
        'Filter.1.Value.1': 'subnet-1',
        'Filter.1.Value.2': 'subnet-2',
      },
    ],
  ])('%s: one question', async (_title, read, form) => {
    const { network, sent } = aWire();
    expect(await read(network)).toEqual({ ok: true, value: [] });
    expect(sent).toEqual([form]);
  });

  test('who we are', async () => {
    const { network } = aWire({
      GetCallerIdentity: ['<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:root</Arn>'],
    });
    expect(await network.identity()).toEqual({
      ok: true,
      value: { accountId: '123456789012', arn: 'arn:aws:iam::123456789012:root' },
    });
  });

  test('zones without those that are no availability zones', async () => {
    const zone = (name: string, id: string, type: string) =>
      `<item><zoneName>${name}</zoneName><zoneId>${id}</zoneId><zoneType>${type}</zoneType></item>`;
    const { network } = aWire({
      DescribeAvailabilityZones: [
        `<availabilityZoneInfo>${zone('eu-1a', 'az1', 'availability-zone')}${zone('eu-1-ham-1a', 'ham1', 'local-zone')}</availabilityZoneInfo>`,
      ],
    });
    expect(await network.zones()).toEqual({ ok: true, value: [{ name: 'eu-1a', id: 'az1' }] });
  });

  test("a server that ignores filters slips no stranger's resource in", async () => {
    const vpc = (id: string, tag: string) =>
      `<item><vpcId>${id}</vpcId><state>available</state><cidrBlock>10.0.0.0/16</cidrBlock>${tag}</item>`;
    const { network } = aWire({
      DescribeVpcs: [`<vpcSet>${vpc('vpc-1', tagSet(ours))}${vpc('vpc-2', '')}</vpcSet>`],
    });
    expect(await network.ownVpcs('u1')).toEqual({
      ok: true,
      value: [{ id: 'vpc-1', state: 'available', cidrs: ['10.0.0.0/16'], tags: ours }],
    });
  });

  test('a gateway that was detached has no attachment', async () => {
    const attachments = (state: string) =>
      `<attachmentSet><item><vpcId>vpc-1</vpcId><state>${state}</state></item></attachmentSet>`;
    const { network } = aWire({
      DescribeInternetGateways: ['available', 'detached'].map(
        (state) =>
          `<internetGatewaySet><item><internetGatewayId>igw-1</internetGatewayId>${attachments(state)}${tagSet(ours)}</item></internetGatewaySet>`,
      ),
    });
    expect(await network.ownGateways('u1')).toMatchObject({
      value: [{ attachments: [{ vpcId: 'vpc-1', state: 'available' }] }],
    });
    expect(await network.ownGateways('u1')).toMatchObject({ value: [{ attachments: [] }] });
  });

  test("a NAT gateway says why it failed, in EC2's words", async () => {
    const { network } = aWire({
      DescribeNatGateways: [
        `<natGatewaySet><item><natGatewayId>nat-1</natGatewayId><vpcId>vpc-1</vpcId><state>failed</state><failureCode>Gateway.NotAttached</failureCode><failureMessage>no gateway</failureMessage>${tagSet(ours)}</item></natGatewaySet>`,
      ],
    });
    expect(await network.ownNatGateways('u1')).toEqual({
      ok: true,
      value: [
        {
          id: 'nat-1',
          vpcId: 'vpc-1',
          state: 'failed',
          failure: 'Gateway.NotAttached: no gateway',
          publicIps: [],
          tags: ours,
        },
      ],
    });
  });

  test('addresses of the NAT gateways that work in a VPC', async () => {
    const nat = (vpc: string, state: string, ip: string) =>
      `<item><natGatewayId>nat</natGatewayId><vpcId>${vpc}</vpcId><state>${state}</state><natGatewayAddressSet><item><publicIp>${ip}</publicIp></item></natGatewayAddressSet></item>`;
    const { network } = aWire({
      DescribeNatGateways: [
        `<natGatewaySet>${nat('vpc-1', 'available', '1.1.1.1')}${nat('vpc-1', 'deleted', '2.2.2.2')}${nat('vpc-2', 'available', '3.3.3.3')}</natGatewaySet>`,
      ],
    });
    expect(await network.natAddressesIn('vpc-1')).toEqual({ ok: true, value: ['1.1.1.1'] });
  });

  test('a route table with its default route and its explicit associations', async () => {
    const routes =
      '<routeSet><item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId></item>' +
      '<item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><natGatewayId>nat-1</natGatewayId><state>blackhole</state></item></routeSet>';
    const associations =
      '<associationSet><item><routeTableAssociationId>a-0</routeTableAssociationId><main>true</main></item>' +
      '<item><routeTableAssociationId>a-1</routeTableAssociationId><subnetId>subnet-1</subnetId><associationState><state>associating</state></associationState></item></associationSet>';
    const { network } = aWire({
      DescribeRouteTables: [
        `<routeTableSet><item><routeTableId>rtb-1</routeTableId>${routes}${associations}${tagSet(ours)}</item></routeTableSet>`,
      ],
    });
    expect(await network.ownRouteTables('u1')).toEqual({
      ok: true,
      value: [
        {
          id: 'rtb-1',
          defaultRoute: { targetId: 'nat-1', blackhole: true },
          associations: [{ id: 'a-1', subnetId: 'subnet-1', state: 'associating' }],
          tags: ours,
        },
      ],
    });
  });

  test.each([
    ['requester-managed', '<requesterManaged>true</requesterManaged>', true],
    ['of a load balancer', '<description>ELB net/shop/1</description>', true],
    ['of a NAT gateway', '<description>Interface for NAT Gateway nat-1</description>', true],
    ["somebody's", '<description>my ELB</description><requesterManaged>false</requesterManaged>', false],
  ])('an interface %s', async (_title, fields, byAws) => {
    const { network } = aWire({
      DescribeNetworkInterfaces: [
        `<networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId><subnetId>subnet-1</subnetId>${fields}</item></networkInterfaceSet>`,
      ],
    });
    expect(await network.interfacesIn(['subnet-1'])).toMatchObject({ value: [{ id: 'eni-1', byAws }] });
  });

  test('a VPC that knows its id but not its attributes yet is not there yet', async () => {
    const { network } = aWire({
      DescribeVpcs: ['<vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet>'],
      DescribeVpcAttribute: [{ code: 'InvalidVpcID.NotFound' }, { code: 'InvalidVpcID.NotFound' }],
    });
    expect(await network.network('vpc-1')).toEqual({ ok: true, value: undefined });
  });

  test('what keeps a VPC, the default group aside', async () => {
    const { network } = aWire({
      DescribeNetworkInterfaces: [
        '<networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId><description>lambda</description></item></networkInterfaceSet>',
      ],
      DescribeSecurityGroups: [
        '<securityGroupInfo><item><groupId>sg-0</groupId><groupName>default</groupName></item><item><groupId>sg-1</groupId><groupName>db</groupName></item></securityGroupInfo>',
      ],
      DescribeSubnets: ['<subnetSet><item><subnetId>subnet-1</subnetId></item></subnetSet>'],
      DescribeInternetGateways: [
        '<internetGatewaySet><item><internetGatewayId>igw-1</internetGatewayId></item></internetGatewaySet>',
      ],
    });
    expect(await network.contentsOf('vpc-1')).toEqual({
      ok: true,
      value: [
        'network interface eni-1 lambda',
        'security group sg-1 db',
        'subnet subnet-1',
        'Internet gateway igw-1',
      ],
    });
  });
});

describe('outcomes', () => {
  const draft = { vpcId: 'vpc-1', zone: 'a', cidr: '10.0.0.0/20', tags };
  const nat = { subnetId: 's', allocationId: 'e', token: 't', tags };

  test.each<readonly [string, string, string, (network: Network) => Promise<unknown>]>([
    [
      'enableDns',
      'ModifyVpcAttribute',
      'InvalidVpcID.NotFound',
      (network) => network.enableDns('v', 'enableDnsSupport'),
    ],
    [
      'attach',
      'AttachInternetGateway',
      'InvalidInternetGatewayID.NotFound',
      (network) => network.attachGateway('i', 'v'),
    ],
    ['createSubnet', 'CreateSubnet', 'InvalidVpcID.NotFound', (network) => network.createSubnet(draft)],
    ['a taken range', 'CreateSubnet', 'InvalidSubnet.Conflict', (network) => network.createSubnet(draft)],
    [
      'createNatGateway',
      'CreateNatGateway',
      'InvalidAllocationID.NotFound',
      (network) => network.createNatGateway(nat),
    ],
    [
      'createRouteTable',
      'CreateRouteTable',
      'InvalidVpcID.NotFound',
      (network) => network.createRouteTable('v', 't', {}),
    ],
    [
      'route',
      'CreateRoute',
      'InvalidGatewayID.NotFound',
      (network) => network.routeTo('r', 'igw-1', { replace: false }),
    ],
    [
      'associate',
      'AssociateRouteTable',
      'InvalidSubnetID.NotFound',
      (network) => network.associate('r', 's'),
    ],
  ])('%s on what EC2 does not know yet is tried again soon', async (_title, action, code, write) => {
    const { network } = aWire({ [action]: [{ code }] });
    expect(await write(network)).toMatchObject({ ok: false, error: { code: 'Conflict' } });
  });

  test.each<readonly [string, string, (network: Network) => Promise<unknown>]>([
    ['DeleteVpc', 'InvalidVpcID.NotFound', (network) => network.deleteVpc('v')],
    ['DeleteInternetGateway', 'InvalidInternetGatewayID.NotFound', (network) => network.deleteGateway('i')],
    ['DetachInternetGateway', 'Gateway.NotAttached', (network) => network.detachGateway('i', 'v')],
    ['DeleteSubnet', 'InvalidSubnetID.NotFound', (network) => network.deleteSubnet('s')],
    ['ReleaseAddress', 'InvalidAllocationID.NotFound', (network) => network.releaseAddress('e')],
    ['DeleteNatGateway', 'NatGatewayNotFound', (network) => network.deleteNatGateway('n')],
    ['DisassociateRouteTable', 'InvalidAssociationID.NotFound', (network) => network.disassociate('a')],
    ['DeleteRouteTable', 'InvalidRouteTableID.NotFound', (network) => network.deleteRouteTable('r')],
    ['DeleteTags', 'InvalidSubnetID.NotFound', (network) => network.untag(['s'], {})],
  ])('%s of what is gone is a success', async (action, code, write) => {
    const { network } = aWire({ [action]: [{ code }] });
    expect(await write(network)).toEqual({ ok: true, value: undefined });
  });

  test.each(['AuthFailure', 'InvalidIPAddress.InUse'])('%s: the address is in use', async (code) => {
    const { network } = aWire({ ReleaseAddress: [{ code }] });
    expect(await network.releaseAddress('e')).toMatchObject({ error: { code: 'DependencyInUse' } });
  });

  test('a route that is there already is replaced', async () => {
    const { network, sent } = aWire({ CreateRoute: [{ code: 'RouteAlreadyExists' }] });
    expect(await network.routeTo('rtb-1', 'igw-1', { replace: false })).toMatchObject({ ok: true });
    expect(sent.map(({ operation }) => operation)).toEqual(['CreateRoute', 'ReplaceRoute']);
  });

  test('an answer that says nothing of the outcome', async () => {
    const { network } = aWire({ CreateVpc: [{ code: 'InternalError', status: 500 }] });
    expect(await network.createVpc('10.0.0.0/16', {})).toMatchObject({
      ok: false,
      error: { code: 'Unavailable', outcomeUnknown: true, source: 'aws:ec2.createVpc:InternalError' },
    });
  });
});
