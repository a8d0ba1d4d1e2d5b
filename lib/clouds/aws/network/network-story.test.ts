/** The network steps over a region in memory, pass by pass: what is written, in which order, and what is found again. */
import { describe, expect, test } from '@jest/globals';
import { aControlPlane, anAwsPool, ZONES } from '../../../../test/builders/aws.ts';
import { aRunningNetwork, NetworkStory } from '../../../../test/builders/network-story.ts';
import type { CloudError } from '../../../domain/errors.ts';
import { MINUTE_MS, SECOND_MS } from '../../../domain/time.ts';
import { viewOf } from '../../../reconcile/view.ts';
import { natAddressesOf, subnetsOf, vpcOf, zonesOf } from './outputs.ts';

const [A, B, C] = ZONES;
const operations = (writes: readonly string[]) => {
  const names = writes.map((write) => write.split(' ')[0] ?? '');
  return Object.fromEntries(
    [...new Set(names)].map((name) => [name, names.filter((one) => one === name).length]),
  );
};
const whole = {
  createVpc: 1,
  enableDns: 1,
  createGateway: 1,
  attachGateway: 1,
  createSubnet: 6,
  allocateAddress: 3,
  createRouteTable: 4,
  routeTo: 4,
  associate: 6,
  createNatGateway: 3,
};
const inOneZone = { pools: [aControlPlane({ zones: [A] }), anAwsPool({ zones: [A] })] };

describe('creating', () => {
  test('[A201, A203, A204] per zone two subnets and a NAT gateway, one Internet gateway; not a write too many', async () => {
    const story = new NetworkStory();
    await story.settle();
    expect(operations(story.writes())).toEqual(whole);
    expect([...story.region.subnets.values()].map(({ cidr, zone }) => [cidr, zone])).toEqual([
      ['10.0.128.0/20', A],
      ['10.0.0.0/20', A],
      ['10.0.144.0/20', B],
      ['10.0.16.0/20', B],
      ['10.0.160.0/20', C],
      ['10.0.32.0/20', C],
    ]);
  });

  test('what later steps read', async () => {
    const story = await aRunningNetwork(inOneZone);
    const view = viewOf(story.document);
    const { region } = story;
    const ids = [...region.subnets.keys()];
    expect(vpcOf(view)).toEqual({ id: [...region.vpcs.keys()][0], cidrs: ['10.0.0.0/16'] });
    expect(subnetsOf(view)).toEqual({
      public: { [A]: ids[0] },
      private: { [A]: ids[1] },
      controlPlane: { [A]: ids[1] },
    });
    expect(zonesOf(view)).toEqual([A]);
    expect(natAddressesOf(view)).toEqual([...region.addresses.values()].map(({ publicIp }) => publicIp));
  });

  test('it takes little more than its NAT gateways do', async () => {
    const story = new NetworkStory();
    const startedAt = story.nowMs;
    await story.settle();
    expect(story.lookedMs - startedAt).toBe(102 * SECOND_MS);
    expect(story.passes).toBeLessThan(15);
  });

  test('what hides for half a minute is waited for and not made twice', async () => {
    const story = new NetworkStory();
    story.region.hiddenMs = 30 * SECOND_MS;
    await story.settle();
    expect(operations(story.writes())).toEqual(whole);
  });

  test('every row of the ledger is a resource that exists', async () => {
    const story = await aRunningNetwork();
    const rows = Object.values(story.document.ledger).flat();
    expect(rows.map(({ id }) => id).sort()).toEqual([...story.region.left()].sort());
    expect(rows.every(({ origin }) => origin === 'created')).toBe(true);
  });

  test('twice is once: a settled network is not written again', async () => {
    const story = await aRunningNetwork();
    story.drift();
    await story.settle();
    expect(story.writes()).toEqual([]);
  });

  test('[A92, A212] addresses beyond the quota: the failure is shown, what was made is used later', async () => {
    const quota: CloudError = { code: 'QuotaExceeded', message: 'AddressLimitExceeded', source: 'fake' };
    const story = new NetworkStory();
    // The first act gets one of three, the second look asks for the other two again.
    story.region.refuse('allocateAddress', quota, quota, undefined, quota, quota);
    await story.until('aws/addresses', { phase: 'failed' });
    expect(story.region.addresses.size).toBe(1);
    expect(story.step('aws/addresses')).toMatchObject({
      reason: 'QuotaExceeded',
      message: 'AddressLimitExceeded',
    });
    await story.settle();
    expect(story.region.addresses.size).toBe(3);
  });
});

describe('lost answers', () => {
  test.each([
    'createVpc',
    'createGateway',
    'allocateAddress',
    'createSubnet',
    'createNatGateway',
    'createRouteTable',
  ] as const)('%s: found again, at once or after it hid', async (operation) => {
    for (const hiddenMs of [0, 30 * SECOND_MS]) {
      const story = new NetworkStory();
      story.region.hiddenMs = hiddenMs;
      story.region.lose(operation);
      await story.settle();
      const { vpcs, gateways, addresses, subnets, nats, tables } = story.region;
      const sizes = [vpcs, gateways, addresses, subnets, nats, tables].map(({ size }) => size);
      expect(sizes).toEqual([1, 1, 3, 6, 3, 4]);
    }
  });

  test.each(['enableDns', 'attachGateway', 'routeTo', 'associate'] as const)(
    '%s: seen to be done',
    async (operation) => {
      const story = new NetworkStory();
      story.region.lose(operation);
      await story.settle();
      expect(operations(story.writes())).toEqual(whole);
    },
  );

  test('a process that dies before its commit, pass by pass, leaves no twin', async () => {
    for (let at = 0; at < 8; at += 1) {
      const story = new NetworkStory(inOneZone);
      for (let pass = 0; pass < at; pass += 1) await story.pass();
      await story.pass({ crash: true });
      await story.settle();
      expect(story.region.left()).toHaveLength(1 + 1 + 2 + 1 + 2 + 1);
      story.delete();
      await story.settle();
      expect(story.region.left()).toEqual([]);
    }
  });
});

describe('twins', () => {
  const twinOf = <T extends { readonly id: string }>(all: Map<string, T>, id: string) => {
    const [first] = [...all.values()];
    if (first) all.set(id, { ...first, id });
  };

  test('the recorded ones stay, the others go', async () => {
    const story = await aRunningNetwork(inOneZone);
    const before = story.region.left();
    const { vpcs, gateways, addresses, tables } = story.region;
    twinOf(vpcs, 'vpc-0');
    twinOf(addresses, 'eipalloc-0');
    const [gateway] = [...gateways.values()];
    if (gateway) gateways.set('igw-0', { ...gateway, id: 'igw-0', attachments: [] });
    const [table] = [...tables.values()];
    if (table) tables.set('rtb-0', { ...table, id: 'rtb-0', associations: [] });
    story.drift();
    await story.settle();
    expect([...story.writes()].sort()).toEqual([
      'deleteGateway igw-0',
      'deleteRouteTable rtb-0',
      'deleteVpc vpc-0',
      'releaseAddress eipalloc-0',
    ]);
    expect(story.region.left()).toEqual(before);
  });
});

describe('drift', () => {
  test('tags that somebody took off the VPC come back', async () => {
    const story = await aRunningNetwork(inOneZone);
    for (const vpc of story.region.vpcs.values()) vpc.tags = {};
    story.drift();
    await story.settle();
    expect(operations(story.writes())).toEqual({ tag: 1 });
    expect([...story.region.vpcs.values()][0]?.tags).toMatchObject({ 'slipway:role': 'vpc' });
  });

  test('a NAT gateway that somebody deleted is made again, and its route follows', async () => {
    const story = await aRunningNetwork(inOneZone);
    for (const nat of story.region.nats.values()) nat.state = 'deleted';
    story.drift();
    await story.settle();
    const writes = story.writes();
    expect(operations(writes)).toEqual({ createNatGateway: 1, routeTo: 1 });
    expect(writes[1]).toMatch(/^routeTo rtb-\d+ nat-\d+ instead$/);
  });

  test('subnets that somebody deleted are made again in their place', async () => {
    const story = await aRunningNetwork(inOneZone);
    const places = [...story.region.subnets.values()].map(({ cidr }) => cidr);
    story.region.subnets.clear();
    story.drift();
    await story.settle();
    expect([...story.region.subnets.values()].map(({ cidr }) => cidr)).toEqual(places);
  });

  test('a blackhole is led to the same target again', async () => {
    const story = await aRunningNetwork(inOneZone);
    const tables = [...story.region.tables.values()];
    for (const table of tables)
      table.defaultRoute = { targetId: table.defaultRoute?.targetId ?? '', blackhole: true };
    story.drift();
    await story.settle();
    expect(operations(story.writes())).toEqual({ routeTo: 2 });
  });
});

describe('zones', () => {
  test('[A240] a zone that comes later gets its part; nothing else is touched', async () => {
    const story = await aRunningNetwork({ pools: [aControlPlane({ zones: [B] })] });
    story.edit({ pools: [aControlPlane({ zones: [B] }), anAwsPool({ zones: [A, B] })] });
    await story.settle();
    expect(operations(story.writes())).toEqual({
      createSubnet: 2,
      allocateAddress: 1,
      createNatGateway: 1,
      createRouteTable: 1,
      routeTo: 1,
      associate: 2,
    });
    expect([...story.region.subnets.values()].map(({ cidr }) => cidr)).toEqual([
      '10.0.144.0/20',
      '10.0.16.0/20',
      '10.0.128.0/20',
      '10.0.0.0/20',
    ]);
  });

  test('a zone that no pool is in any more keeps its part', async () => {
    const story = await aRunningNetwork();
    story.edit(inOneZone);
    story.drift();
    await story.settle();
    expect(story.writes()).toEqual([]);
    expect(zonesOf(viewOf(story.document))).toEqual([A, B, C]);
  });
});

describe('NAT gateways that fail', () => {
  test('the failure is shown, then the gateway is deleted and made again with another token', async () => {
    const story = new NetworkStory(inOneZone);
    story.region.natFailure = 'InsufficientFreeAddressesInSubnet: no free address';
    await story.until('aws/nat-gateways', { phase: 'failed' });
    expect(story.step('aws/nat-gateways')).toMatchObject({
      reason: 'NatGatewayFailed',
      message: 'NAT gateways failed. eu-central-1a: InsufficientFreeAddressesInSubnet: no free address.',
    });
    story.region.natFailure = undefined;
    await story.settle();
    const states = [...story.region.nats.values()].map(({ state, tags }) => [tags['slipway:gen'], state]);
    expect(states).toEqual([
      ['1', 'deleted'],
      ['2', 'available'],
    ]);
  });
});

describe('deleting', () => {
  test('[A227] nothing is left, in the order in which EC2 lets go', async () => {
    const story = await aRunningNetwork(inOneZone);
    story.delete();
    await story.settle();
    expect(story.region.left()).toEqual([]);
    const firsts = [...new Set(story.writes().map((write) => write.split(' ')[0]))];
    expect(firsts).toEqual([
      'deleteNatGateway',
      'releaseAddress',
      'detachGateway',
      'deleteSubnet',
      'deleteGateway',
      'deleteRouteTable',
      'deleteVpc',
    ]);
  });

  test('half a network goes, too, whatever pass it was deleted in', async () => {
    for (let at = 0; at < 10; at += 1) {
      const story = new NetworkStory();
      story.region.hiddenMs = 20 * SECOND_MS;
      for (let pass = 0; pass < at; pass += 1) await story.pass();
      story.delete();
      await story.settle();
      expect(story.region.left()).toEqual([]);
    }
  });

  test('interfaces of a load balancer are waited for without a write', async () => {
    const story = await aRunningNetwork(inOneZone);
    const [subnetId = ''] = story.region.subnets.keys();
    const ours = { id: 'eni-1', subnetId, description: 'ELB net/shop/1', byAws: true };
    story.region.interfaces.push(ours);
    story.delete();
    await story.until('aws/subnets', { reason: 'WaitingForInterfaces' });
    story.writes();
    for (let pass = 0; pass < 5; pass += 1) await story.pass();
    expect(story.writes()).toEqual([]);
    story.region.interfaces.length = 0;
    await story.settle();
    expect(story.region.left()).toEqual([]);
  });

  test('after 20 minutes people hear which interfaces stay, and it goes on once they are gone', async () => {
    const story = await aRunningNetwork(inOneZone);
    const [subnetId = ''] = story.region.subnets.keys();
    story.region.interfaces.push({ id: 'eni-1', subnetId, description: 'ELB net/shop/1', byAws: true });
    story.delete();
    await story.until('aws/subnets', { reason: 'WaitingForInterfaces' });
    const waitsFrom = story.nowMs;
    await story.until('aws/subnets', { phase: 'failed' });
    expect(story.nowMs - waitsFrom).toBeGreaterThanOrEqual(20 * MINUTE_MS);
    expect(story.step('aws/subnets')).toMatchObject({
      phase: 'failed',
      reason: 'InterfacesRemain',
      message: 'AWS still keeps network interfaces in the subnets: eni-1 (ELB net/shop/1).',
    });
    await story.pass();
    expect(story.step('aws/subnets')?.reason).toBe('InterfacesRemain');
    story.region.interfaces.length = 0;
    await story.settle();
    expect(story.region.left()).toEqual([]);
  });

  test("somebody's own interface is named from the first refusal on", async () => {
    const story = await aRunningNetwork(inOneZone);
    const [subnetId = ''] = story.region.subnets.keys();
    story.region.interfaces.push({ id: 'eni-7', subnetId, description: 'lambda', byAws: false });
    story.delete();
    await story.until('aws/subnets', { reason: 'DependencyInUse' });
    expect(story.step('aws/subnets')?.message).toBe(
      `Subnet ${subnetId} still holds network interfaces: eni-7 (lambda).`,
    );
  });

  test('a VPC that cannot go says what is in it', async () => {
    const story = await aRunningNetwork(inOneZone);
    const [vpc] = [...story.region.vpcs.values()];
    const alien = {
      id: 'subnet-x',
      vpcId: vpc?.id ?? '',
      zone: A,
      cidr: '10.0.48.0/20',
      state: 'available',
      tags: {},
    };
    story.region.subnets.set('subnet-x', alien);
    story.delete();
    await story.until('aws/vpc', { reason: 'DependencyInUse' });
    expect(story.step('aws/vpc')?.message).toBe(`VPC ${vpc?.id} still holds subnet subnet-x.`);
    story.region.subnets.clear();
    await story.settle();
    expect(story.region.left()).toEqual([]);
  });

  test('keys of another AWS account see nothing; the cluster is not forgotten for that', async () => {
    const story = await aRunningNetwork(inOneZone);
    story.region.accountId = '210987654321';
    story.delete();
    await story.until('aws/account', { phase: 'failed' });
    expect(story.step('aws/account')).toMatchObject({ reason: 'AccountChanged' });
  });
});
