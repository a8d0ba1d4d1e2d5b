/** Control-plane machines behind the load balancer. */
import { describe, expect, test } from '@jest/globals';
import { type Answer, anAwsWire } from '../../../../test/builders/aws-wire.ts';
import { openTargets } from './targets.ts';

function opened(
  answers: Readonly<Record<string, readonly Answer[]>> = {},
  arn: string | undefined = 'arn:tg',
) {
  const { session, sent } = anAwsWire(answers);
  return { targets: openTargets(() => session.balancing, arn), sent };
}
const target = { TargetGroupArn: 'arn:tg', 'Targets.member.1.Id': 'i-1' };

test('[A208] in and out by instance id', async () => {
  const { targets, sent } = opened();
  expect(await targets.attach('i-1')).toEqual({ ok: true, value: undefined });
  expect(await targets.detach('i-1')).toEqual({ ok: true, value: undefined });
  expect(sent).toEqual([
    { operation: 'RegisterTargets', ...target },
    { operation: 'DeregisterTargets', ...target },
  ]);
});

test('[A208] health by id', async () => {
  const row = (id: string, state: string) =>
    `<member><Target><Id>${id}</Id></Target><TargetHealth><State>${state}</State></TargetHealth></member>`;
  const states = ['healthy', 'unhealthy', 'initial', 'draining', 'unused', 'unavailable'];
  const { targets } = opened({
    DescribeTargetHealth: [
      `<TargetHealthDescriptions>${states.map((state) => row(`i-${state}`, state)).join('')}</TargetHealthDescriptions>`,
    ],
  });
  const seen = await targets.health();
  expect(seen.ok && Object.fromEntries(seen.value)).toEqual({
    'i-healthy': 'healthy',
    'i-unhealthy': 'unhealthy',
    'i-initial': 'starting',
    'i-draining': 'leaving',
    'i-unused': 'starting',
    'i-unavailable': 'starting',
  });
});

describe('refusals', () => {
  test('a machine that does not run yet is tried again soon', async () => {
    const { targets } = opened({ RegisterTargets: [{ code: 'InvalidTarget' }] });
    expect(await targets.attach('i-1')).toMatchObject({ ok: false, error: { code: 'Conflict' } });
  });
  test.each(['InvalidTarget', 'TargetGroupNotFound'])('%s: it is out already', async (code) => {
    const { targets } = opened({ DeregisterTargets: [{ code }] });
    expect(await targets.detach('i-1')).toEqual({ ok: true, value: undefined });
  });
  test('a target group that is gone has no targets', async () => {
    const { targets } = opened({ DescribeTargetHealth: [{ code: 'TargetGroupNotFound' }] });
    expect(await targets.health()).toEqual({ ok: true, value: new Map() });
  });
});

test('without a target group nothing is asked', async () => {
  const targets = openTargets(() => {
    throw new Error('asked');
  }, undefined);
  expect(await targets.attach('i-1')).toMatchObject({ ok: false, error: { code: 'NotFound' } });
  expect(await targets.detach('i-1')).toEqual({ ok: true, value: undefined });
  expect(await targets.health()).toEqual({ ok: true, value: new Map() });
});
