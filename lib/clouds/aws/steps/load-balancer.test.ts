/** The load balancer: made in one act, completed, never replaced once its address is known. */
import { describe, expect, test } from '@jest/globals';
import { anAwsView, RECORDED } from '../../../../test/builders/aws-view.ts';
import { ok } from '../../../domain/errors.ts';
import type { BalancerSeen, BalancingPort } from '../balancing/port.ts';
import { loadBalancerStep } from './load-balancer.ts';
import { type BalancerDesired, type BalancerObserved, planBalancer } from './load-balancer-plan.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const step = loadBalancerStep({ speed: 1 });
const UID = '11111111-1111-4111-8111-111111111111';
const tags = { 'slipway:cluster-uid': UID };
const subnetIds = ['subnet-pa', 'subnet-pb', 'subnet-pc'];

const { 'aws/load-balancer': _, ...before } = RECORDED;
const desiredOf = (view = anAwsView({ outputs: before })): BalancerDesired => {
  const desired = step.desired(view);
  if (!desired) throw new Error('not wanted');
  return desired;
};
const fresh = desiredOf();
const known = desiredOf(anAwsView());
const justKnown = { ...known, since: '2026-11-20T11:59:30.000Z' };
const leaving = desiredOf(anAwsView({ deleting: true }));

const balancer: BalancerSeen = { arn: 'arn:lb', dnsName: 'shop.elb.test', state: 'active', subnetIds, tags };
const targetGroup = { arn: 'arn:tg', tags };
const details = {
  balancer: { 'load_balancing.cross_zone.enabled': 'true' },
  targetGroup: {
    'preserve_client_ip.enabled': 'false',
    'deregistration_delay.timeout_seconds': '60',
    'target_health_state.unhealthy.connection_termination.enabled': 'false',
  },
  ports: [6443],
};
const whole: BalancerObserved = { balancer, targetGroup, details };
const other = { 'slipway:cluster-uid': 'other' };

test('desired: public subnets of all zones, its own group, names that are found again', () => {
  expect(fresh).toMatchObject({
    name: 'shop-111111-api',
    targetGroup: 'shop-111111-api-6443',
    vpcId: 'vpc-1',
    groupId: 'sg-api',
    subnetIds,
    recorded: {},
  });
});

describe('plan', () => {
  const nothing = { balancer: false, targetGroup: false };
  const all = { balancer: true, targetGroup: true };
  test.each<readonly [string, BalancerDesired, BalancerObserved, unknown]>([
    [
      'nothing is there: everything in one act',
      fresh,
      {},
      { kind: 'complete', balancer: 'create', targetGroup: 'create', attributes: all, listener: true },
    ],
    [
      'a crash after the balancer: the rest',
      fresh,
      { balancer },
      {
        kind: 'complete',
        balancer: { arn: 'arn:lb', dnsName: 'shop.elb.test' },
        targetGroup: 'create',
        attributes: all,
        listener: true,
      },
    ],
    [
      'no listener',
      known,
      { ...whole, details: { ...details, ports: [443] } },
      {
        kind: 'complete',
        balancer: { arn: 'arn:lb', dnsName: 'shop.elb.test' },
        targetGroup: 'arn:tg',
        attributes: nothing,
        listener: true,
      },
    ],
    [
      'client addresses are kept, which locks machines out',
      known,
      {
        ...whole,
        details: {
          ...details,
          targetGroup: { ...details.targetGroup, 'preserve_client_ip.enabled': 'true' },
        },
      },
      {
        kind: 'complete',
        balancer: { arn: 'arn:lb', dnsName: 'shop.elb.test' },
        targetGroup: 'arn:tg',
        attributes: { balancer: false, targetGroup: true },
        listener: false,
      },
    ],
    [
      'a zone more: it keeps what it has',
      known,
      { ...whole, balancer: { ...balancer, subnetIds: ['subnet-x', 'subnet-pa', 'subnet-pb'] } },
      {
        kind: 'complete',
        balancer: { arn: 'arn:lb', dnsName: 'shop.elb.test' },
        targetGroup: 'arn:tg',
        attributes: nothing,
        listener: false,
        subnetIds: ['subnet-x', 'subnet-pa', 'subnet-pb', 'subnet-pc'],
      },
    ],
    [
      'failed before anybody knew it',
      fresh,
      { ...whole, balancer: { ...balancer, state: 'failed' } },
      { kind: 'delete-balancer', arn: 'arn:lb' },
    ],
    ['deleting: the balancer first', leaving, whole, { kind: 'delete-balancer', arn: 'arn:lb' }],
    ['deleting: its group then', leaving, { targetGroup }, { kind: 'delete-target-group', arn: 'arn:tg' }],
  ])('%s', (_title, desired, observed, action) => {
    expect(planBalancer(desired, observed, NOW_MS)).toMatchObject({ next: 'act', action });
  });

  test.each<readonly [string, BalancerDesired, BalancerObserved, string, string]>([
    ['all is right', known, whole, 'done', 'LoadBalancerReady'],
    [
      'machines need not wait for it to be active',
      known,
      { ...whole, balancer: { ...balancer, state: 'provisioning' } },
      'done',
      'LoadBalancerReady',
    ],
    ['made a moment ago and not seen', justKnown, {}, 'wait', 'CreatingLoadBalancer'],
    ['[A208] vanished: never another address', known, {}, 'blocked', 'LoadBalancerGone'],
    [
      'somebody made another one',
      justKnown,
      { ...whole, balancer: { ...balancer, dnsName: 'new.elb.test' } },
      'blocked',
      'LoadBalancerGone',
    ],
    [
      'failed when it is in use',
      known,
      { ...whole, balancer: { ...balancer, state: 'failed' } },
      'blocked',
      'LoadBalancerFailed',
    ],
    ["somebody else's", fresh, { balancer: { ...balancer, tags: other } }, 'blocked', 'LoadBalancerNotOurs'],
    [
      "somebody else's target group",
      fresh,
      { targetGroup: { ...targetGroup, tags: {} } },
      'blocked',
      'LoadBalancerNotOurs',
    ],
    [
      'recorded and not tagged yet: ours',
      known,
      { ...whole, balancer: { ...balancer, tags: {} }, targetGroup: { ...targetGroup, tags: {} } },
      'done',
      'LoadBalancerReady',
    ],
    ['deleting: gone', leaving, {}, 'done', 'LoadBalancerDeleted'],
    [
      "deleting: what is somebody else's stays",
      { ...leaving, recorded: {} },
      { balancer: { ...balancer, tags: other }, targetGroup: { ...targetGroup, tags: other } },
      'done',
      'LoadBalancerDeleted',
    ],
  ])('%s', (_title, desired, observed, next, reason) => {
    expect(planBalancer(desired, observed, NOW_MS)).toMatchObject({ next, reason });
  });
});

describe('act', () => {
  function ports() {
    const calls: string[] = [];
    const note = (name: string) => async () => {
      calls.push(name);
      return ok(undefined);
    };
    const balancing: BalancingPort = {
      find: async () => ok({}),
      details: async () => ok(details),
      createBalancer: async ({ subnetIds: ids, groupId }) => {
        calls.push(`balancer ${ids.length} ${groupId}`);
        return ok({ arn: 'arn:new', dnsName: 'new.elb.test' });
      },
      createTargetGroup: async ({ name, vpcId, port }) => {
        calls.push(`group ${name} ${vpcId} ${port}`);
        return ok('arn:tg');
      },
      createListener: note('listener'),
      setBalancer: note('balancer attributes'),
      setTargetGroup: note('group attributes'),
      setSubnets: note('subnets'),
      removeBalancer: note('remove balancer'),
      removeTargetGroup: note('remove group'),
    };
    return { ctx: { balancing, now: () => NOW_MS }, calls };
  }
  const actOn = async (desired: BalancerDesired, observed: BalancerObserved) => {
    const { ctx, calls } = ports();
    const plan = planBalancer(desired, observed, NOW_MS);
    if (plan.next !== 'act') throw new Error('nothing to do');
    return { acted: await step.act(ctx, desired, plan.action), calls };
  };

  test('five writes make it, and its address is recorded', async () => {
    const { acted, calls } = await actOn(fresh, {});
    expect(calls).toEqual([
      'balancer 3 sg-api',
      'group shop-111111-api-6443 vpc-1 6443',
      'balancer attributes',
      'group attributes',
      'listener',
    ]);
    expect(acted).toEqual({
      ok: true,
      value: {
        event: 'Created load balancer new.elb.test',
        outputs: {
          arn: 'arn:new',
          dnsName: 'new.elb.test',
          targetGroupArn: 'arn:tg',
          since: '2026-11-20T12:00:00.000Z',
        },
        lookAfterMs: 0,
      },
    });
  });

  test('a zone more is one write', async () => {
    const { calls } = await actOn(known, { ...whole, balancer: { ...balancer, subnetIds: ['subnet-pa'] } });
    expect(calls).toEqual(['subnets']);
  });

  test.each([
    [whole, 'remove balancer'],
    [{ targetGroup }, 'remove group'],
  ])('removal', async (observed, call) => {
    expect((await actOn(leaving, observed)).calls).toEqual([call]);
  });
});

describe('read', () => {
  test('a balancer whose answer was lost is recorded when it is seen', () => {
    expect(step.read?.(fresh, whole)?.outputs).toEqual({
      arn: 'arn:lb',
      dnsName: 'shop.elb.test',
      targetGroupArn: 'arn:tg',
    });
    expect(step.read?.(known, whole)?.outputs).toEqual({ targetGroupArn: 'arn:tg' });
  });
  test('not one that has failed or is not ours', () => {
    expect(step.read?.(fresh, { balancer: { ...balancer, state: 'failed' } })?.outputs).toEqual({});
    expect(step.read?.(fresh, { balancer: { ...balancer, tags: other } })).toEqual({
      outputs: {},
      resources: [],
    });
  });
  test('rows of the ledger', () => {
    expect(step.read?.(known, whole)?.resources?.map(({ kind, id, state }) => [kind, id, state])).toEqual([
      ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'arn:lb', 'active'],
      ['AWS::ElasticLoadBalancingV2::TargetGroup', 'arn:tg', 'Exists'],
    ]);
  });
});
