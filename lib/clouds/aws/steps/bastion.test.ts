/** The bastion: one, where there is room, replaced when it is gone. */
import { describe, expect, test } from '@jest/globals';
import { anAwsCloud, ZONES } from '../../../../test/builders/aws.ts';
import { anAwsView, RECORDED } from '../../../../test/builders/aws-view.ts';
import type { BastionSpec } from '../../../domain/cluster.ts';
import { type CloudErrorCode, fail, ok } from '../../../domain/errors.ts';
import type { InstanceOrder, InstanceSeen } from '../machines/port.ts';
import { type BastionDesired, bastionStep, planBastion } from './bastion.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const step = bastionStep({ speed: 1 });
const [A, B] = ZONES;

const open: BastionSpec = { enabled: true, allowedCidrs: ['203.0.113.0/24'], rdp: false };
const desiredOf = (bastion: BastionSpec, outputs: object = {}, deleting = false): BastionDesired => {
  const view = anAwsView({
    outputs: { ...RECORDED, 'aws/bastion': { ...outputs } },
    spec: { cloud: anAwsCloud({ bastion }) },
    deleting,
  });
  const desired = step.desired(view);
  if (!desired) throw new Error('not wanted');
  return desired;
};
const fresh = desiredOf(open);
const known = desiredOf(open, { instanceId: 'i-1', attempt: 1 });
const justKnown = desiredOf(open, { instanceId: 'i-1', attempt: 1, since: '2026-11-20T11:59:30.000Z' });
const unwanted = desiredOf({ ...open, enabled: false });
const leaving = desiredOf(open, {}, true);

const instance = (fields: Partial<InstanceSeen> = {}): InstanceSeen => ({
  id: 'i-1',
  state: 'running',
  tags: { 'slipway:role': 'bastion', 'slipway:gen': '1', 'slipway:spec': 'ssh' },
  zone: A,
  instanceType: 't3.micro',
  spot: false,
  publicIp: '198.51.100.1',
  launchedAt: '2026-11-20T12:00:00.000Z',
  ...fields,
});
const { publicIp: _, ...hidden } = instance();

describe('plan', () => {
  test.each<readonly [string, BastionDesired, readonly InstanceSeen[], unknown]>([
    ['none: the first', fresh, [], { kind: 'launch', attempt: 1 }],
    ['gone for good: the next', known, [], { kind: 'launch', attempt: 2 }],
    ['ended: the next', known, [instance({ state: 'gone' })], { kind: 'launch', attempt: 2 }],
    [
      'ended, and more was tried than is recorded',
      fresh,
      [instance({ state: 'gone', tags: { ...instance().tags, 'slipway:gen': '4' } })],
      { kind: 'launch', attempt: 5 },
    ],
    [
      'two: the recorded one stays',
      known,
      [instance({ id: 'i-0' }), instance()],
      { kind: 'terminate', ids: ['i-0'] },
    ],
    [
      'two, none recorded: the lowest id stays',
      fresh,
      [instance(), instance({ id: 'i-0' })],
      { kind: 'terminate', ids: ['i-1'] },
    ],
    [
      '[A207] a desktop is wanted now',
      desiredOf({ ...open, rdp: true }),
      [instance()],
      { kind: 'terminate', ids: ['i-1'] },
    ],
    [
      'not wanted any more',
      unwanted,
      [instance(), instance({ id: 'i-2', state: 'stopped' })],
      { kind: 'terminate', ids: ['i-1', 'i-2'] },
    ],
    ['deleting', leaving, [instance({ state: 'launching' })], { kind: 'terminate', ids: ['i-1'] }],
  ])('%s', (_title, desired, seen, action) => {
    expect(planBastion(desired, seen, NOW_MS)).toMatchObject({ next: 'act', action });
  });

  test.each<readonly [string, BastionDesired, readonly InstanceSeen[], string, string]>([
    ['it runs', known, [instance()], 'done', 'BastionReady'],
    ['it starts', known, [instance({ state: 'launching' })], 'wait', 'StartingBastion'],
    ['it has no address yet', known, [hidden], 'wait', 'StartingBastion'],
    ['people stopped it', known, [instance({ state: 'stopped' })], 'done', 'BastionStopped'],
    ['started a moment ago and not seen', justKnown, [], 'wait', 'StartingBastion'],
    ['not wanted and none', unwanted, [], 'done', 'NoBastion'],
    ['not wanted and on its way out', unwanted, [instance({ state: 'leaving' })], 'wait', 'RemovingBastion'],
    ['deleting: gone', leaving, [instance({ state: 'gone' })], 'done', 'NoBastion'],
  ])('%s', (_title, desired, seen, next, reason) => {
    expect(planBastion(desired, seen, NOW_MS)).toMatchObject({ next, reason });
  });
});

describe('act', () => {
  function ports(refusals: Readonly<Record<string, CloudErrorCode>> = {}) {
    const orders: InstanceOrder[] = [];
    const instances = {
      list: async () => ok([]),
      run: async (order: InstanceOrder) => {
        orders.push(order);
        const code = refusals[order.subnetId];
        return code === undefined
          ? ok(instance({ zone: B }))
          : fail({ code, message: 'no', source: 'aws:x:y' });
      },
      terminate: async () => ok(undefined),
      console: async () => ok(undefined),
    };
    return { ctx: { instances, now: () => NOW_MS }, orders };
  }

  test('[A206, A225] small, in a public subnet, with an address, the key and nothing else', async () => {
    const { ctx, orders } = ports();
    expect(await step.act(ctx, fresh, { kind: 'launch', attempt: 2 })).toMatchObject({
      ok: true,
      value: { outputs: { instanceId: 'i-1', attempt: 2, since: '2026-11-20T12:00:00.000Z' } },
    });
    expect(orders).toEqual([
      {
        token: expect.stringMatching(/^[0-9a-f]{48}$/),
        imageId: 'ami-1',
        instanceType: 't3.micro',
        keyName: 'default',
        subnetId: 'subnet-pa',
        groupIds: ['sg-bastion'],
        publicIp: true,
        root: { device: '/dev/sda1', type: 'gp3', sizeGiB: 10 },
        hopLimit: 1,
        tags: {
          Name: 'shop-111111-bastion',
          'slipway:cluster-uid': '11111111-1111-4111-8111-111111111111',
          'slipway:cluster': 'shop',
          'slipway:role': 'bastion',
          'slipway:gen': '2',
          'slipway:spec': 'ssh',
        },
      },
    ]);
  });

  test('[A207] with RDP it installs a desktop', async () => {
    const { ctx, orders } = ports();
    await step.act(ctx, desiredOf({ ...open, rdp: true }), { kind: 'launch', attempt: 1 });
    expect(orders[0]?.userData).toBe('#cloud-config\n{"package_update":true,"packages":["xfce4","xrdp"]}\n');
  });

  test.each<readonly [string, Readonly<Record<string, CloudErrorCode>>, readonly string[], boolean]>([
    ['no room in a zone: the next', { 'subnet-pa': 'CapacityUnavailable' }, ['subnet-pa', 'subnet-pb'], true],
    [
      'no room anywhere',
      {
        'subnet-pa': 'CapacityUnavailable',
        'subnet-pb': 'CapacityUnavailable',
        'subnet-pc': 'CapacityUnavailable',
      },
      ['subnet-pa', 'subnet-pb', 'subnet-pc'],
      false,
    ],
    ['another refusal counts at once', { 'subnet-pa': 'QuotaExceeded' }, ['subnet-pa'], false],
  ])('%s', async (_title, refusals, subnets, works) => {
    const { ctx, orders } = ports(refusals);
    const acted = await step.act(ctx, fresh, { kind: 'launch', attempt: 1 });
    expect(orders.map(({ subnetId }) => subnetId)).toEqual(subnets);
    expect(acted.ok).toBe(works);
    expect(new Set(orders.map(({ token }) => token)).size).toBe(subnets.length);
  });

  test('without a network there is nothing to start it in', async () => {
    const { ctx, orders } = ports();
    const { draft: __, ...desired } = fresh;
    expect(await step.act(ctx, desired, { kind: 'launch', attempt: 1 })).toMatchObject({ ok: false });
    expect(orders).toEqual([]);
  });
});

test('only bastions are looked at; the address is recorded', async () => {
  const machine = instance({ id: 'i-9', tags: { 'slipway:role': 'node' } });
  const instances = {
    list: async () => ok([machine, instance()]),
    run: async () => ok(instance()),
    terminate: async () => ok(undefined),
    console: async () => ok(undefined),
  };
  expect(await step.observe({ instances, now: () => NOW_MS }, known)).toEqual({
    ok: true,
    value: [instance()],
  });
  expect(step.read?.(known, [instance()])).toEqual({
    outputs: { publicIp: '198.51.100.1' },
    resources: [
      {
        kind: 'AWS::EC2::Instance',
        id: 'i-1',
        name: 'shop-111111-bastion',
        role: 'bastion',
        origin: 'created',
        zone: A,
        state: 'running',
      },
    ],
  });
});
