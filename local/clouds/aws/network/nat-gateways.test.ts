/** NAT gateways take their time, to come, to fail and to go. */
import {
  AllocateAddressCommand,
  CreateNatGatewayCommand,
  DeleteNatGatewayCommand,
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DisassociateAddressCommand,
  type EC2Client,
  ReleaseAddressCommand,
} from '@aws-sdk/client-ec2';
import { expect, test } from '@jest/globals';
import { awsHarness, MINUTE, refusal } from '../harness.ts';
import { aNatGateway, anInternetGateway, aRouteTable, aSubnet, aVpc, given } from '../harness-network.ts';

async function aPublicSubnet(ec2: EC2Client): Promise<string> {
  const vpcId = await aVpc(ec2);
  const subnet = await aSubnet(ec2, vpcId, '10.0.128.0/20');
  await aRouteTable(ec2, vpcId, subnet, { GatewayId: await anInternetGateway(ec2, vpcId) });
  return subnet;
}

async function look(ec2: EC2Client, id: string) {
  const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [id] }));
  return given(NatGateways?.[0]);
}

test('are pending for one to two and a half minutes, then have a public address', async () => {
  const { ec2, clock } = awsHarness();
  const id = await aNatGateway(ec2, await aPublicSubnet(ec2));
  expect((await look(ec2, id)).State).toBe('pending');
  clock.advance(59_000);
  expect((await look(ec2, id)).State).toBe('pending');
  clock.advance(92_000);
  const gateway = await look(ec2, id);
  expect(gateway).toMatchObject({ State: 'available', ConnectivityType: 'public' });
  const { Addresses } = await ec2.send(new DescribeAddressesCommand({}));
  expect(gateway.NatGatewayAddresses).toMatchObject([
    { PublicIp: Addresses?.[0]?.PublicIp, NetworkInterfaceId: Addresses?.[0]?.NetworkInterfaceId },
  ]);
});

test('fail when their subnet leads nowhere, and are listed for an hour', async () => {
  const { ec2, clock } = awsHarness();
  const id = await aNatGateway(ec2, await aSubnet(ec2, await aVpc(ec2), '10.0.0.0/20'));
  clock.advance(30_000);
  expect(await look(ec2, id)).toMatchObject({ State: 'failed', FailureCode: 'Gateway.NotAttached' });
  clock.advance(59 * MINUTE);
  const { Addresses } = await ec2.send(new DescribeAddressesCommand({}));
  expect(Addresses?.[0]?.AssociationId).toBeDefined();
  clock.advance(2 * MINUTE);
  expect(await refusal(look(ec2, id))).toBe('NatGatewayNotFound');
  const after = await ec2.send(new DescribeAddressesCommand({}));
  expect(after.Addresses?.[0]?.AssociationId).toBeUndefined();
});

test('fail when their address is taken', async () => {
  const { ec2, clock } = awsHarness();
  const SubnetId = await aPublicSubnet(ec2);
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({}));
  await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
  const second = await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
  clock.advance(MINUTE);
  expect(await look(ec2, given(second.NatGateway?.NatGatewayId))).toMatchObject({
    State: 'failed',
    FailureCode: 'Resource.AlreadyAssociated',
  });
});

test('fail later when a fault says so', async () => {
  const { ec2, clock, simulator } = awsHarness();
  simulator.addFault({ fault: 'error', operation: 'CreateNatGateway', code: 'InternalError', when: 'late' });
  const id = await aNatGateway(ec2, await aPublicSubnet(ec2));
  clock.advance(MINUTE);
  expect(await look(ec2, id)).toMatchObject({ State: 'failed', FailureCode: 'InternalError' });
});

test('keep their address and interface until they are gone, and are listed for an hour after', async () => {
  const { ec2, clock } = awsHarness();
  const id = await aNatGateway(ec2, await aPublicSubnet(ec2));
  clock.advance(3 * MINUTE);
  const { Addresses } = await ec2.send(new DescribeAddressesCommand({}));
  const { AllocationId, AssociationId } = given(Addresses?.[0]);
  const release = () => ec2.send(new ReleaseAddressCommand({ AllocationId }));
  expect(await refusal(release())).toBe('InvalidIPAddress.InUse');
  expect(await refusal(ec2.send(new DisassociateAddressCommand({ AssociationId })))).toBe('AuthFailure');
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: id }));
  expect((await look(ec2, id)).State).toBe('deleting');
  expect(await refusal(release())).toBe('InvalidIPAddress.InUse');
  clock.advance(90_000);
  expect((await look(ec2, id)).State).toBe('deleted');
  await release();
  expect((await ec2.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces).toEqual([]);
  clock.advance(61 * MINUTE);
  expect(await refusal(look(ec2, id))).toBe('NatGatewayNotFound');
});

test('a client token makes one, also when the first answer was lost', async () => {
  const { ec2, simulator } = awsHarness();
  const SubnetId = await aPublicSubnet(ec2);
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({}));
  const create = () =>
    ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId, ClientToken: 'cluster/a/1' }));
  simulator.addFault({
    fault: 'error',
    operation: 'CreateNatGateway',
    code: 'ConnectionReset',
    when: 'after',
  });
  await expect(create()).rejects.toMatchObject({ code: 'ECONNRESET' });
  const { NatGateway } = await create();
  const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({}));
  expect(NatGateways?.map(({ NatGatewayId }) => NatGatewayId)).toEqual([NatGateway?.NatGatewayId]);
});

test('count against the quota of their zone while they are being deleted', async () => {
  const { ec2, simulator, clock } = awsHarness();
  simulator.addFault({ fault: 'quota', name: 'natGatewaysPerZone', limit: 1 });
  const subnet = await aPublicSubnet(ec2);
  const id = await aNatGateway(ec2, subnet);
  expect(await refusal(aNatGateway(ec2, subnet))).toBe('NatGatewayLimitExceeded');
  await ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: id }));
  expect(await refusal(aNatGateway(ec2, subnet))).toBe('NatGatewayLimitExceeded');
  clock.advance(2 * MINUTE);
  expect(await aNatGateway(ec2, subnet)).toMatch(/^nat-/);
});

test('can be filtered by state, with the filter that is called Filter', async () => {
  const { ec2, clock } = awsHarness();
  const id = await aNatGateway(ec2, await aPublicSubnet(ec2));
  clock.advance(3 * MINUTE);
  const found = async (state: string) => {
    const Filter = [{ Name: 'state', Values: [state] }];
    const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({ Filter }));
    return NatGateways?.map(({ NatGatewayId }) => NatGatewayId);
  };
  expect(await found('available')).toEqual([id]);
  expect(await found('pending')).toEqual([]);
});

test('a public one needs an address, a private one has none', async () => {
  const { ec2 } = awsHarness();
  const SubnetId = await aPublicSubnet(ec2);
  expect(await refusal(ec2.send(new CreateNatGatewayCommand({ SubnetId })))).toBe('MissingParameter');
  const AllocationId = 'eipalloc-0123456789abcdef0';
  expect(await refusal(ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId })))).toBe(
    'InvalidAllocationID.NotFound',
  );
  const wanted = { SubnetId, AllocationId, ConnectivityType: 'private' as const };
  expect(await refusal(ec2.send(new CreateNatGatewayCommand(wanted)))).toBe('InvalidParameterCombination');
});
