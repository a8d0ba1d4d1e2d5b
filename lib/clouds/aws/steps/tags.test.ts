/** Tags that people change reach what exists; nothing is asked before. */
import { describe, expect, test } from '@jest/globals';
import { anAwsView } from '../../../../test/builders/aws-view.ts';
import type { Tags } from '../../../domain/cluster.ts';
import { ok } from '../../../domain/errors.ts';
import type { OwnedResource } from '../../port.ts';
import type { OwnedPort } from '../owned/port.ts';
import { type TagsDesired, tagsStep } from './tags.ts';

const vpc: OwnedResource = { kind: 'AWS::EC2::VPC', id: 'vpc-1', name: 'shop-vpc', clusterUid: 'u1' };
const viewWith = (tags: Tags, applied?: Tags, deleting = false) =>
  anAwsView({
    spec: { tags },
    outputs: applied === undefined ? {} : { 'aws/tags': { applied: { ...applied } } },
    deleting,
  });
const desiredOf = (tags: Tags, applied?: Tags): TagsDesired => {
  const desired = tagsStep.desired(viewWith(tags, applied));
  if (!desired) throw new Error('not wanted');
  return desired;
};

function ports() {
  const calls: unknown[] = [];
  const owned: OwnedPort = {
    list: async () => {
      calls.push('list');
      return ok([vpc]);
    },
    remove: async () => ok(undefined),
    retag: async (resources, change) => {
      calls.push([resources, change]);
      return ok(undefined);
    },
  };
  return { ctx: { owned }, calls };
}

test.each<readonly [string, Tags, Tags | undefined, readonly unknown[], string]>([
  ['the first pass only remembers', { team: 'a' }, undefined, [], 'done'],
  ['nothing changed', { team: 'a' }, { team: 'a' }, [], 'done'],
  ['another value', { team: 'b' }, { team: 'a' }, ['list'], 'act'],
  ['one more', { team: 'a', cost: '1' }, { team: 'a' }, ['list'], 'act'],
  ['one less', {}, { team: 'a' }, ['list'], 'act'],
  [
    'a key that is ours changes nothing',
    { Name: 'x', 'slipway:pool': 'y', team: 'a' },
    { team: 'a' },
    [],
    'done',
  ],
])('%s', async (_title, tags, applied, questions, next) => {
  const { ctx, calls } = ports();
  const desired = desiredOf(tags, applied);
  const seen = await tagsStep.observe(ctx, desired);
  expect(calls).toEqual(questions);
  expect(seen.ok && tagsStep.plan(desired, seen.value, 0)).toMatchObject({ next });
});

describe('a change', () => {
  test('[A182] puts what is wanted and takes what was wanted, with the value that it had', async () => {
    const { ctx, calls } = ports();
    const desired = desiredOf({ team: 'b' }, { team: 'a', cost: '1' });
    const plan = tagsStep.plan(desired, [vpc], 0);
    if (plan.next !== 'act') throw new Error('nothing to do');
    expect(await tagsStep.act(ctx, desired, plan.action)).toMatchObject({
      ok: true,
      value: { outputs: { applied: { team: 'b' } }, lookAfterMs: 0 },
    });
    expect(calls).toEqual([[[vpc], { put: { team: 'b' }, take: { cost: '1' } }]]);
  });

  test('is remembered from the first pass on', () => {
    expect(tagsStep.read?.(desiredOf({ team: 'a' }), [])).toEqual({ outputs: { applied: { team: 'a' } } });
    expect(tagsStep.read?.(desiredOf({ team: 'b' }, { team: 'a' }), [])).toEqual({});
  });

  test('does not concern a cluster that goes', () => {
    expect(tagsStep.desired(viewWith({ team: 'b' }, { team: 'a' }, true))).toBeUndefined();
  });
});
