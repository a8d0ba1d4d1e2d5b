/** Five groups before any rule, all rules gone before any group. */
import { describe, expect, test } from '@jest/globals';
import { anAwsView, RECORDED } from '../../../../test/builders/aws-view.ts';
import { fail, ok } from '../../../domain/errors.ts';
import type { GroupSeen, RuleSeen, SecurityPort } from '../security/port.ts';
import {
  type GroupsDesired,
  type GroupsObserved,
  planGroups,
  securityGroupsStep,
} from './security-groups.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const UID = '11111111-1111-4111-8111-111111111111';
const step = securityGroupsStep({ speed: 1 });
const { 'aws/security-groups': recorded, ...before } = RECORDED;

const desiredOf = (view: Parameters<typeof step.desired>[0]): GroupsDesired => {
  const desired = step.desired(view);
  if (!desired) throw new Error('not wanted');
  return desired;
};
const fresh = desiredOf(anAwsView({ outputs: before }));
const known = desiredOf(anAwsView());
const justKnown = { ...known, since: '2026-11-20T11:59:30.000Z' };
const leaving = desiredOf(anAwsView({ deleting: true }));

const group = (role: string, uid = UID): GroupSeen => ({
  id: recorded[role as keyof typeof recorded] ?? 'sg-x',
  name: `shop-111111-${role}`,
  tags: { 'slipway:cluster-uid': uid },
});
const groups = ['bastion', 'controlplane', 'node', 'apiserver-lb', 'lb'].map((role) => group(role));
const rule: RuleSeen = {
  id: 'sgr-1',
  groupId: 'sg-lb',
  protocol: 'tcp',
  from: 80,
  to: 80,
  source: 'sg-k8s',
  ours: false,
};
const seen = (fields: Partial<GroupsObserved> = {}): GroupsObserved => ({
  groups: [],
  rules: [],
  members: [],
  ...fields,
});

test('desired: names in the network; only one group carries the tag of Kubernetes', () => {
  expect(fresh.vpcId).toBe('vpc-1');
  expect(fresh.groups.map(({ name }) => name)).toEqual([
    'shop-111111-bastion',
    'shop-111111-controlplane',
    'shop-111111-node',
    'shop-111111-apiserver-lb',
    'shop-111111-lb',
  ]);
  const marked = fresh.groups.filter(({ tags }) => tags['kubernetes.io/cluster/shop-111111'] !== undefined);
  expect(marked.map(({ role }) => role)).toEqual(['lb']);
});

/** What each group would need, as if it had been set. */
const allRules = (): readonly RuleSeen[] => {
  const plan = planGroups(known, seen({ groups }), NOW_MS);
  if (plan.next !== 'act' || plan.action.kind !== 'rules') throw new Error('no rules');
  return plan.action.changes.flatMap(({ groupId, missing }) =>
    missing.map((wanted, index) => ({ ...wanted, id: `${groupId}-${index}`, groupId, ours: true })),
  );
};

describe('plan', () => {
  test('all groups at once', () => {
    const plan = planGroups(fresh, seen(), NOW_MS);
    expect(plan).toMatchObject({ next: 'act', reason: 'CreatingSecurityGroups', action: { kind: 'create' } });
    expect(plan.next === 'act' && plan.action.kind === 'create' && plan.action.groups).toHaveLength(5);
  });

  test('[A205] then their rules, one request a group; none for the group of the controller', () => {
    const plan = planGroups(known, seen({ groups }), NOW_MS);
    expect(plan).toMatchObject({ next: 'act', reason: 'SettingRules' });
    const ids =
      plan.next === 'act' && plan.action.kind === 'rules' && plan.action.changes.map((c) => c.groupId);
    expect(ids).toEqual(['sg-controlplane', 'sg-node', 'sg-api']);
  });

  test.each<readonly [string, GroupsDesired, GroupsObserved, string, string]>([
    ['all is right', known, seen({ groups, rules: allRules() }), 'done', 'SecurityGroupsReady'],
    ['made a moment ago and not seen', justKnown, seen(), 'wait', 'CreatingSecurityGroups'],
    ['gone for good: made again', known, seen(), 'act', 'CreatingSecurityGroups'],
    [
      "somebody else's of that name",
      fresh,
      seen({ groups: [{ ...group('node', 'other'), id: 'sg-other' }] }),
      'blocked',
      'SecurityGroupNotOurs',
    ],
    [
      'deleting: rules first, those of others too',
      leaving,
      seen({ groups, rules: [rule] }),
      'act',
      'RevokingRules',
    ],
    ['deleting: then the groups', leaving, seen({ groups }), 'act', 'DeletingSecurityGroups'],
    [
      'deleting: AWS takes its interfaces away by itself',
      leaving,
      seen({
        groups,
        members: [{ id: 'eni-1', description: 'ELB net/x', requesterManaged: true, tags: {} }],
      }),
      'wait',
      'WaitingForInterfaces',
    ],
    [
      'deleting: machines of ours end',
      leaving,
      seen({
        groups,
        members: [
          { id: 'eni-1', description: '', requesterManaged: false, tags: { 'slipway:cluster-uid': UID } },
        ],
      }),
      'wait',
      'WaitingForInterfaces',
    ],
    [
      '[A227] deleting: somebody uses our groups, and people are told who',
      leaving,
      seen({ groups, members: [{ id: 'eni-9', description: 'db', requesterManaged: false, tags: {} }] }),
      'blocked',
      'SecurityGroupInUse',
    ],
    ['deleting: gone', leaving, seen(), 'done', 'SecurityGroupsGone'],
    [
      "deleting: what is somebody else's stays",
      leaving,
      seen({ groups: [{ ...group('node', 'other'), id: 'sg-other' }] }),
      'done',
      'SecurityGroupsGone',
    ],
  ])('%s', (_title, desired, observed, next, reason) => {
    expect(planGroups(desired, observed, NOW_MS)).toMatchObject({ next, reason });
  });
});

describe('against a port', () => {
  function ports(refuses?: string) {
    const calls: string[] = [];
    const security: SecurityPort = {
      groups: async () => ok(groups),
      ingress: async (ids) => ok(ids.includes('sg-lb') ? [rule] : []),
      members: async () => ok([]),
      async create({ name }) {
        calls.push(`create ${name}`);
        return name === refuses
          ? fail({ code: 'QuotaExceeded', message: 'full', source: 'aws:x:y' })
          : ok(`sg-of-${name}`);
      },
      async authorize(groupId, rules) {
        calls.push(`authorize ${groupId} ${rules.length}`);
        return ok(undefined);
      },
      async revoke(groupId, ids) {
        calls.push(`revoke ${groupId} ${ids.join(' ')}`);
        return ok(undefined);
      },
      async remove(groupId) {
        calls.push(`remove ${groupId}`);
        return ok(undefined);
      },
    };
    return { ctx: { security, now: () => NOW_MS }, calls };
  }
  const actOn = async (desired: GroupsDesired, observed: GroupsObserved, refuses?: string) => {
    const { ctx, calls } = ports(refuses);
    const plan = planGroups(desired, observed, NOW_MS);
    if (plan.next !== 'act') throw new Error('nothing to do');
    return { acted: await step.act(ctx, desired, plan.action), calls };
  };

  test('what was made is recorded, and when', async () => {
    const { acted, calls } = await actOn(fresh, seen());
    expect(calls).toHaveLength(5);
    expect(acted).toMatchObject({
      ok: true,
      value: {
        outputs: {
          node: 'sg-of-shop-111111-node',
          lb: 'sg-of-shop-111111-lb',
          since: '2026-11-20T12:00:00.000Z',
        },
        lookAfterMs: 0,
      },
    });
  });

  test('a part that was refused is missing the next time', async () => {
    const { acted } = await actOn(fresh, seen(), 'shop-111111-lb');
    expect(acted.ok && Object.keys(acted.value.outputs ?? {})).toEqual([
      'bastion',
      'controlplane',
      'node',
      'apiserver-lb',
      'since',
    ]);
  });

  test('stale rules go after the new ones are there', async () => {
    const stale = { ...rule, id: 'sgr-9', groupId: 'sg-node', ours: true };
    const [first = stale, ...rest] = allRules().filter(({ groupId }) => groupId === 'sg-node');
    const others = allRules().filter(({ groupId }) => groupId !== 'sg-node');
    expect(first.groupId).toBe('sg-node');
    const { calls } = await actOn(known, seen({ groups, rules: [...others, ...rest, stale] }));
    expect(calls).toEqual(['authorize sg-node 1', 'revoke sg-node sgr-9']);
  });

  test('deleting asks who is a member, creating does not', async () => {
    const { ctx } = ports();
    expect(await step.observe(ctx, leaving)).toEqual({ ok: true, value: seen({ groups, rules: [rule] }) });
    const { calls } = await actOn(leaving, seen({ groups, rules: [rule] }));
    expect(calls).toEqual(['revoke sg-lb sgr-1']);
    expect((await actOn(leaving, seen({ groups }))).calls).toEqual([
      'remove sg-bastion',
      'remove sg-controlplane',
      'remove sg-node',
      'remove sg-api',
      'remove sg-lb',
    ]);
  });

  test('ids that were seen and not recorded are recorded, and rows say what each is for', () => {
    expect(step.read?.(fresh, seen({ groups }))?.outputs).toEqual(recorded);
    expect(step.read?.(known, seen({ groups }))?.outputs).toBeUndefined();
    expect(step.read?.(known, seen({ groups: [group('node')] }))?.resources).toEqual([
      {
        kind: 'AWS::EC2::SecurityGroup',
        id: 'sg-node',
        name: 'shop-111111-node',
        role: 'node',
        origin: 'created',
        state: 'Exists',
      },
    ]);
  });
});
