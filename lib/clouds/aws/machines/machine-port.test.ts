/** Machines of a cluster as EC2's instances, there and back. */
import { describe, expect, test } from '@jest/globals';
import { anAwsPool } from '../../../../test/builders/aws.ts';
import { anAwsView } from '../../../../test/builders/aws-view.ts';
import { fail, ok } from '../../../domain/errors.ts';
import type { MachineOrder } from '../../../machines/port.ts';
import { awsMachineCloud } from './machine-cloud.ts';
import { openMachines } from './machine-port.ts';
import type { InstanceOrder, InstanceSeen } from './port.ts';

const view = anAwsView({ spec: { tags: { department: 'finance' } } });
const template = awsMachineCloud.template(view, anAwsPool({ name: 'workers' })) ?? {};
const order: MachineOrder = {
  pool: 'workers',
  index: 2,
  attempt: 3,
  revision: 'abc',
  zone: 'eu-central-1b',
  capacity: 'on-demand',
  template,
  userData: '#cloud-config\n',
};
const seen: InstanceSeen = {
  id: 'i-1',
  state: 'launching',
  tags: {},
  zone: 'eu-central-1b',
  instanceType: 'm5.large',
  spot: false,
  launchedAt: '2026-11-20T12:00:00.000Z',
};
const refused = { code: 'CapacityUnavailable', message: 'no', source: 'aws:x:y' } as const;

function ports(listed: readonly InstanceSeen[] = [], room = true) {
  const orders: InstanceOrder[] = [];
  const ended: string[] = [];
  const machines = openMachines({
    view,
    instances: {
      list: async () => ok(listed),
      run: async (asked) => {
        orders.push(asked);
        return room ? ok(seen) : fail(refused);
      },
      terminate: async (ids) => {
        ended.push(...ids);
        return ok(undefined);
      },
      console: async (id) => ok(id === 'i-1' ? 'token abcdef.0123456789abcdef' : undefined),
    },
    targets: () => ({
      attach: async () => ok(undefined),
      detach: async () => ok(undefined),
      health: async () => ok(new Map([['i-1', 'healthy' as const]])),
    }),
    prices: async () => ok({ spot: [] }),
  });
  return { machines, orders, ended };
}

const tags = {
  department: 'finance',
  Name: 'shop-111111-workers-2-3',
  'slipway:cluster-uid': '11111111-1111-4111-8111-111111111111',
  'slipway:cluster': 'shop',
  'slipway:role': 'node',
  'slipway:pool': 'workers',
  'slipway:node': '2',
  'slipway:gen': '3',
  'slipway:spec': 'abc',
  'kubernetes.io/cluster/shop-111111': 'owned',
};

describe('a launch', () => {
  test('[A183] one instance, in the zone of its order, with everything that it is found by', async () => {
    const { machines, orders } = ports();
    expect(await machines.launch(order)).toEqual({
      ok: true,
      value: {
        pool: 'workers',
        index: 2,
        attempt: 3,
        id: 'i-1',
        name: 'shop-111111-workers-2-3',
        revision: 'abc',
        zone: 'eu-central-1b',
        capacity: 'on-demand',
        instanceType: 'm5.large',
        state: 'launching',
        providerId: 'aws:///eu-central-1b/i-1',
        launchedAt: '2026-11-20T12:00:00.000Z',
      },
    });
    expect(orders).toEqual([
      {
        token: expect.stringMatching(/^[0-9a-f]{48}$/),
        imageId: 'ami-1',
        keyName: 'default',
        instanceType: 'm5.large',
        root: { device: '/dev/sda1', type: 'gp3', sizeGiB: 60 },
        groupIds: ['sg-node', 'sg-lb'],
        profile: 'slip-shop-111111-node',
        hopLimit: 2,
        subnetId: 'subnet-b',
        publicIp: false,
        userData: '#cloud-config\n',
        tags,
      },
    ]);
  });

  test('its token is a function of its key, nothing else', async () => {
    const { machines, orders } = ports();
    await machines.launch(order);
    await machines.launch({ ...order, zone: 'eu-central-1a', userData: 'other' });
    await machines.launch({ ...order, attempt: 4 });
    const [first, again, next] = orders.map(({ token }) => token);
    expect(again).toBe(first);
    expect(next).not.toBe(first);
  });

  test('[A253] spot with its bid', async () => {
    const { machines, orders } = ports();
    await machines.launch({ ...order, capacity: 'spot', maxPriceUsd: '0.0480' });
    expect(orders[0]?.spotMaxUsd).toBe('0.0480');
  });

  test('in a zone without subnet is refused before EC2 is asked', async () => {
    const { machines, orders } = ports();
    expect(await machines.launch({ ...order, zone: 'eu-central-1z' })).toMatchObject({
      ok: false,
      error: { code: 'InvalidRequest', message: 'The cluster has no subnet in zone eu-central-1z.' },
    });
    expect(orders).toEqual([]);
  });

  test('refusals are passed on', async () => {
    expect(await ports([], false).machines.launch(order)).toEqual({ ok: false, error: refused });
  });
});

test('what is no machine of a pool is not listed', async () => {
  const bastion = { ...seen, tags: { 'slipway:role': 'bastion', 'slipway:gen': '1' } };
  const running: InstanceSeen = {
    ...seen,
    tags,
    spot: true,
    state: 'running',
    privateName: 'ip-10-0-0-1.test',
  };
  const listed = await ports([bastion, running]).machines.list();
  expect(listed).toMatchObject({
    ok: true,
    value: [{ pool: 'workers', index: 2, attempt: 3, capacity: 'spot', nodeName: 'ip-10-0-0-1.test' }],
  });
  expect(listed.ok && listed.value.length).toBe(1);
});

test('machines are ended by id, consoles are shown without secrets, targets are known by id', async () => {
  const { machines, ended } = ports();
  const machine = await machines.launch(order);
  if (!machine.ok) throw new Error('not launched');
  await machines.terminate([machine.value]);
  expect(ended).toEqual(['i-1']);
  expect(await machines.consoleTail(machine.value)).toEqual({ ok: true, value: 'token ***' });
  expect(await machines.consoleTail({ ...machine.value, id: 'i-2' })).toEqual({ ok: true, value: undefined });
  expect(await machines.targets()).toEqual({ ok: true, value: new Map([['i-1', 'healthy']]) });
});
