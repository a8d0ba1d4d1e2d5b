/** Roles and profiles: only what is missing is made, only what is ours goes. */
import { describe, expect, test } from '@jest/globals';
import { anAwsView } from '../../../../test/builders/aws-view.ts';
import { fail, ok } from '../../../domain/errors.ts';
import type { IdentityPort, IdentitySeen } from '../identity/port.ts';
import {
  instanceProfilesStep,
  type PairSeen,
  type ProfilesDesired,
  planProfiles,
} from './instance-profiles.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 12);
const step = instanceProfilesStep({ speed: 1 });
const tags = { 'slipway:cluster-uid': '11111111-1111-4111-8111-111111111111' };
const [CONTROL, NODE] = ['slip-shop-111111-controlplane', 'slip-shop-111111-node'] as const;

const desiredOf = (outputs: object = {}, deleting = false): ProfilesDesired => {
  const view = anAwsView({ outputs: { 'aws/instance-profiles': { ...outputs } }, deleting });
  const desired = step.desired(view);
  if (!desired) throw new Error('not wanted');
  return desired;
};
const wanted = desiredOf();
const justMade = desiredOf({ since: '2026-11-20T11:59:30.000Z' });
const leaving = desiredOf({}, true);
const policyOf = (name: string) => wanted.pairs.find((pair) => pair.name === name)?.policy ?? '';

const pair = (name: string, fields: Partial<IdentitySeen> = {}): PairSeen => ({
  name,
  role: { tags, policy: policyOf(name) },
  profile: { tags, roles: [name] },
  ...fields,
});
const bare = (name: string): PairSeen => ({ name });
const foreign = { 'slipway:cluster-uid': 'other' };

test('desired: one pair for the control plane, one for workers', () => {
  expect(wanted.pairs.map(({ name }) => name)).toEqual([CONTROL, NODE]);
  expect(wanted.pairs[1]?.tags).toMatchObject({ ...tags, 'slipway:role': 'node' });
});

describe('plan', () => {
  const everything = { role: true, policy: true, profile: true, membership: true };
  test.each<readonly [string, ProfilesDesired, readonly PairSeen[], readonly unknown[]]>([
    [
      'nothing is there',
      wanted,
      [bare(CONTROL), bare(NODE)],
      [
        { name: CONTROL, ...everything },
        { name: NODE, ...everything },
      ],
    ],
    [
      'somebody changed a policy',
      justMade,
      [pair(CONTROL, { role: { tags, policy: '{}' } }), pair(NODE)],
      [{ name: CONTROL, role: false, policy: true, profile: false, membership: false }],
    ],
    [
      'a profile without its role',
      wanted,
      [pair(CONTROL), pair(NODE, { profile: { tags, roles: [] } })],
      [{ name: NODE, role: false, policy: false, profile: false, membership: true }],
    ],
  ])('%s', (_title, desired, seen, gaps) => {
    expect(planProfiles(desired, seen, NOW_MS)).toMatchObject({
      next: 'act',
      action: { kind: 'ensure', gaps },
    });
  });

  test.each<readonly [string, ProfilesDesired, readonly PairSeen[], string, string]>([
    ['all is right', wanted, [pair(CONTROL), pair(NODE)], 'done', 'InstanceProfilesReady'],
    [
      'made a moment ago and not seen',
      justMade,
      [bare(CONTROL), pair(NODE)],
      'wait',
      'CreatingInstanceProfiles',
    ],
    [
      'made a moment ago and not tagged yet',
      justMade,
      [pair(CONTROL, { role: { tags: {} } }), pair(NODE)],
      'wait',
      'CreatingInstanceProfiles',
    ],
    [
      "somebody else's role",
      wanted,
      [pair(CONTROL, { role: { tags: foreign } }), bare(NODE)],
      'blocked',
      'InstanceProfileNotOurs',
    ],
    ['deleting: both', leaving, [pair(CONTROL), pair(NODE)], 'act', 'DeletingInstanceProfiles'],
    [
      'deleting: half a pair',
      leaving,
      [{ name: NODE, profile: { tags, roles: [] } }],
      'act',
      'DeletingInstanceProfiles',
    ],
    ['deleting: gone', leaving, [bare(CONTROL), bare(NODE)], 'done', 'InstanceProfilesGone'],
    [
      "deleting: what is somebody else's stays",
      leaving,
      [pair(CONTROL, { role: { tags: foreign }, profile: { tags: foreign, roles: [] } })],
      'done',
      'InstanceProfilesGone',
    ],
  ])('%s', (_title, desired, seen, next, reason) => {
    expect(planProfiles(desired, seen, NOW_MS)).toMatchObject({ next, reason });
  });
});

describe('against a port', () => {
  function ports(refused?: string) {
    const calls: string[] = [];
    const refusal = fail({ code: 'Unauthorized', message: 'no', source: 'aws:x:y' });
    const identity: IdentityPort = {
      find: async (name) => {
        calls.push(`find ${name}`);
        return name === refused ? refusal : ok({});
      },
      ensure: async ({ name }) => {
        calls.push(`ensure ${name}`);
        return name === refused ? refusal : ok(undefined);
      },
      remove: async (name) => {
        calls.push(`remove ${name}`);
        return name === refused ? refusal : ok(undefined);
      },
    };
    return { ctx: { identity, now: () => NOW_MS }, calls };
  }

  test('one pair that cannot be looked at is no absence', async () => {
    expect(await step.observe(ports(NODE).ctx, wanted)).toMatchObject({
      ok: false,
      error: { code: 'Unauthorized' },
    });
    expect(await step.observe(ports().ctx, wanted)).toEqual({ ok: true, value: [bare(CONTROL), bare(NODE)] });
  });

  test('only the gaps are filled', async () => {
    const { ctx, calls } = ports();
    const gap = { name: NODE, role: false, policy: true, profile: false, membership: false };
    expect(await step.act(ctx, wanted, { kind: 'ensure', gaps: [gap] })).toMatchObject({
      ok: true,
      value: { outputs: { since: '2026-11-20T12:00:00.000Z' }, lookAfterMs: 0 },
    });
    expect(calls).toEqual([`ensure ${NODE}`]);
  });

  test.each([
    [undefined, true],
    [NODE, false],
  ])('what IAM confirmed is not looked for again', async (refused, removed) => {
    const acted = await step.act(ports(refused).ctx, leaving, { kind: 'remove', names: [CONTROL, NODE] });
    expect(acted).toMatchObject({ ok: true, value: { outputs: { removed } } });
  });

  test('after that nothing is asked', async () => {
    const { ctx, calls } = ports();
    expect(await step.observe(ctx, desiredOf({ removed: true }, true))).toEqual({ ok: true, value: [] });
    expect(calls).toEqual([]);
  });

  test('rows of the ledger have ids of their own', () => {
    expect(step.read?.(wanted, [pair(NODE)])?.resources?.map(({ kind, id }) => [kind, id])).toEqual([
      ['AWS::IAM::Role', `role/${NODE}`],
      ['AWS::IAM::InstanceProfile', `instance-profile/${NODE}`],
    ]);
  });
});
