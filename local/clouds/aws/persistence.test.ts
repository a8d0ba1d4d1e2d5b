/** What exists survives the process, and so does what was about to happen. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateRouteTableCommand,
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  DescribeLoadBalancersCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sqliteRecords } from '../kit/records.ts';
import { awsHarness, MINUTE, refusal } from './harness.ts';
import { aNatGateway, aNetwork, aVpc } from './harness-network.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'simulated-aws-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The same file, as a process finds it that was started after the former was killed: nothing was closed. */
const opened = () => sqliteRecords(path.join(folder, 'aws.db'));

test('a killed simulator goes on where it was', async () => {
  const before = awsHarness({ records: opened() });
  const { publicSubnet, vpcId } = await aNetwork(before);
  await before.balancing.send(
    new CreateLoadBalancerCommand({ Name: 'c1-api', Type: 'network', Subnets: [publicSubnet] }),
  );
  const natId = await aNatGateway(before.ec2, publicSubnet);
  const token = { VpcId: vpcId, ClientToken: 'once' };
  const made = await before.ec2.send(new CreateRouteTableCommand(token));
  before.simulator.addFault({ fault: 'quota', name: 'vpcs', limit: 1 });
  const inventory = before.simulator.inventory();

  const after = awsHarness({ records: opened(), clock: before.clock });
  expect(after.simulator.inventory()).toEqual(inventory);
  expect(await refusal(aVpc(after.ec2))).toBe('VpcLimitExceeded');
  const again = await after.ec2.send(new CreateRouteTableCommand(token));
  expect(again.RouteTable?.RouteTableId).toBe(made.RouteTable?.RouteTableId);
  after.clock.advance(4 * MINUTE);
  const { NatGateways } = await after.ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [natId] }));
  expect(NatGateways?.[0]?.State).toBe('available');
  const { LoadBalancers } = await after.balancing.send(new DescribeLoadBalancersCommand({}));
  expect(LoadBalancers?.[0]?.State?.Code).toBe('active');
  expect((await after.ec2.send(new DescribeAddressesCommand({}))).Addresses).toHaveLength(2);
});

test('ids are never given out again after a restart', async () => {
  const before = awsHarness({ records: opened() });
  const first = await aVpc(before.ec2);
  const after = awsHarness({ records: opened(), clock: before.clock });
  expect(await aVpc(after.ec2)).not.toBe(first);
});

test('what was refused has left nothing behind', async () => {
  const before = awsHarness({ records: opened() });
  await aVpc(before.ec2);
  const inventory = before.simulator.inventory();
  expect(await refusal(aVpc(before.ec2, '10.0.0.0/8'))).toBe('InvalidVpc.Range');
  expect(awsHarness({ records: opened(), clock: before.clock }).simulator.inventory()).toEqual(inventory);
});
