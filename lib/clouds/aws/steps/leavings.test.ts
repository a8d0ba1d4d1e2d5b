/** What Kubernetes left, in the order in which it lets go. */
import { describe, expect, test } from '@jest/globals';
import { anAwsView } from '../../../../test/builders/aws-view.ts';
import { ok } from '../../../domain/errors.ts';
import type { Leavings } from '../leavings/port.ts';
import type { MemberSeen, RuleSeen } from '../security/port.ts';
import { type LeavingsObserved, leavingsStep, planLeavings } from './leavings.ts';

const desired = { cluster: { id: anAwsView().id, name: 'shop' }, vpcId: 'vpc-1', groupId: 'sg-lb' };
const one = (id: string) => ({ id, name: `name of ${id}` });
const volume = (id: string, inUse: boolean) => ({ ...one(id), inUse });
const reference: RuleSeen = {
  id: 'sgr-1',
  groupId: 'sg-lb',
  protocol: 'tcp',
  from: 1,
  to: 2,
  source: 'sg-k8s',
  ours: false,
};
const nothing: Leavings = { balancers: [], targetGroups: [], groups: [], volumes: [], interfaces: [] };
const seen = (fields: Partial<LeavingsObserved> = {}): LeavingsObserved => ({
  ...nothing,
  references: [],
  members: [],
  ...fields,
});

test.each([
  ['not before the cluster is deleted', {}, undefined],
  ['where to look', { deleting: true }, desired],
  ['a network that never was', { deleting: true, outputs: {} }, { cluster: desired.cluster }],
])('desired: %s', (_title, fields, expected) => {
  expect(leavingsStep.desired(anAwsView(fields))).toEqual(expected);
});

describe('plan', () => {
  const action = { ...nothing, references: [] };
  test.each<readonly [string, LeavingsObserved, unknown]>([
    [
      'a balancer first: what it uses stays until it is gone',
      seen({
        balancers: [one('lb')],
        targetGroups: [one('tg')],
        groups: [one('sg-k8s')],
        references: [reference],
        volumes: [volume('vol-1', false)],
      }),
      { ...action, balancers: [one('lb')], volumes: [volume('vol-1', false)] },
    ],
    [
      'then its target groups, rules and groups',
      seen({ targetGroups: [one('tg')], groups: [one('sg-k8s')], references: [reference] }),
      { ...action, targetGroups: [one('tg')], groups: [one('sg-k8s')], references: [reference] },
    ],
    [
      'a group that interfaces still use is left',
      seen({ targetGroups: [one('tg')], groups: [one('sg-k8s')], members: ['eni-1'] }),
      { ...action, targetGroups: [one('tg')] },
    ],
    [
      'only what nothing holds',
      seen({
        volumes: [volume('vol-1', true), volume('vol-2', false)],
        interfaces: [volume('eni-1', true), volume('eni-2', false)],
      }),
      { ...action, volumes: [volume('vol-2', false)], interfaces: [volume('eni-2', false)] },
    ],
  ])('%s', (_title, observed, expected) => {
    expect(planLeavings(desired, observed)).toMatchObject({ next: 'act', action: expected });
  });

  test.each<readonly [string, LeavingsObserved, string, string]>([
    ['nothing is left', seen(), 'done', 'NoLeftovers'],
    [
      'a volume that a machine holds',
      seen({ volumes: [volume('vol-1', true)] }),
      'wait',
      'RemovingLeftovers',
    ],
    ['an interface in use', seen({ interfaces: [volume('eni-1', true)] }), 'wait', 'RemovingLeftovers'],
    ['a group in use', seen({ groups: [one('sg-k8s')], members: ['eni-1'] }), 'wait', 'RemovingLeftovers'],
  ])('%s', (_title, observed, next, reason) => {
    expect(planLeavings(desired, observed)).toMatchObject({ next, reason });
  });

  test('what is waited for is named', () => {
    const plan = planLeavings(desired, seen({ volumes: [volume('vol-1', true)], members: ['eni-1'] }));
    expect(plan.message).toBe('Waiting for eni-1 and vol-1 to be let go.');
  });
});

describe('against ports', () => {
  function ports(found: Leavings) {
    const calls: string[] = [];
    const note = (verb: string) => async (id: string) => {
      calls.push(`${verb} ${id}`);
      return ok(undefined);
    };
    const member: MemberSeen = { id: 'eni-9', description: '', requesterManaged: true, tags: {} };
    const ctx = {
      leavings: {
        find: async () => ok(found),
        disksOf: async () => ok([]),
        removeClassicBalancer: note('classic'),
        removeVolume: note('volume'),
        removeInterface: note('interface'),
      },
      balancing: { removeBalancer: note('balancer'), removeTargetGroup: note('target group') },
      security: {
        ingress: async (ids: readonly string[]) => {
          calls.push(`rules of ${ids.join(' ')}`);
          return ok([reference, { ...reference, id: 'sgr-2', source: '10.0.0.0/8' }]);
        },
        members: async () => ok([member]),
        revoke: async (groupId: string, ids: readonly string[]) =>
          note('revoke')(`${groupId} ${ids.join(' ')}`),
        remove: note('group'),
      },
    };
    return { ctx, calls };
  }

  test('rules of our group that name one of theirs are found', async () => {
    const found = { ...nothing, groups: [one('sg-k8s')] };
    const { ctx, calls } = ports(found);
    expect(await leavingsStep.observe(ctx, desired)).toEqual({
      ok: true,
      value: { ...found, references: [reference], members: ['eni-9'] },
    });
    expect(calls).toEqual(['rules of sg-k8s sg-lb']);
  });

  test('without groups nothing more is asked', async () => {
    const { ctx, calls } = ports(nothing);
    expect(await leavingsStep.observe(ctx, desired)).toEqual({ ok: true, value: seen() });
    expect(calls).toEqual([]);
  });

  test('references go before what they name', async () => {
    const { ctx, calls } = ports(nothing);
    const action = {
      balancers: [],
      targetGroups: [one('tg')],
      groups: [one('sg-k8s')],
      volumes: [volume('vol-1', false)],
      interfaces: [volume('eni-1', false)],
      references: [reference],
    };
    expect(await leavingsStep.act(ctx, desired, action)).toMatchObject({
      ok: true,
      value: { lookAfterMs: 0 },
    });
    expect(calls).toEqual([
      'revoke sg-lb sgr-1',
      'target group tg',
      'volume vol-1',
      'interface eni-1',
      'group sg-k8s',
    ]);
  });

  test('classic balancers are another API', async () => {
    const { ctx, calls } = ports(nothing);
    const balancers = [one('arn:lb'), { ...one('a0123'), isClassic: true as const }];
    await leavingsStep.act(ctx, desired, { ...nothing, references: [], balancers });
    expect(calls).toEqual(['balancer arn:lb', 'classic a0123']);
  });

  test('a balancer takes a while to let go', async () => {
    const { ctx } = ports(nothing);
    const acted = await leavingsStep.act(ctx, desired, {
      ...nothing,
      references: [],
      balancers: [one('lb')],
    });
    expect(acted).toEqual({ ok: true, value: { event: 'Removed name of lb', lookAfterMs: 10_000 } });
  });
});
