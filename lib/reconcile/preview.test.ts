import { expect, test } from '@jest/globals';
import { storeAccount } from '../../test/builders/account.ts';
import { aCluster } from '../../test/builders/cluster.ts';
import { someDeps } from '../../test/builders/deps.ts';
import { refusal, ScriptedCloud, type ScriptedStep } from '../../test/fakes/scripted-cloud.ts';
import { createRegistry } from '../clouds/registry.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { act, blocked, done, type Plan, type PlanNotes, wait } from '../domain/plan.ts';
import { passDeps } from './engine.ts';
import { planCluster } from './preview.ts';

async function preview(steps: readonly ScriptedStep[], document: ClusterDocument = aCluster()) {
  const base = someDeps();
  await storeAccount(base);
  const cloud = new ScriptedCloud(...steps);
  const plan = await planCluster(passDeps({ ...base, clouds: createRegistry([cloud], []) }), document);
  return { plan, cloud };
}

const doing = (kind: string, notes: PlanNotes = {}) =>
  act({ kind }, 'Because', notes) as unknown as Plan<string>;

test.each<[string, Plan<string>, string, string]>([
  ['creates', doing('create'), 'create', 'in-place'],
  ['adds', doing('add-node'), 'create', 'in-place'],
  ['deletes', doing('delete'), 'delete', 'rolling'],
  ['removes', doing('remove-node'), 'delete', 'rolling'],
  ['changes', doing('update'), 'update', 'in-place'],
  ['has no name', act('write', 'Because'), 'update', 'in-place'],
  ['removes nodes', doing('drain', { condition: 'RemovingNode' }), 'delete', 'rolling'],
  ['replaces nodes', doing('create', { condition: 'ReplacingNode' }), 'replace', 'rolling'],
  ['waits', wait(1, 'Because'), 'wait', 'none'],
  ['is blocked', blocked('Foreign', 'Because'), 'wait', 'none'],
  ['is right', done('Because'), 'none', 'none'],
])('a step that %s', async (_what, planned, action, effect) => {
  const { plan } = await preview([{ name: 'a', plans: [planned] }]);
  expect(plan.steps).toEqual([{ step: 'a', action, target: 'Title of a', reason: 'Because', effect }]);
});

test.each([undefined, null, 7, { kind: 7 }, {}])(
  'an action without a verb changes something: %p',
  async (action) => {
    const planned = act(action, 'Because') as unknown as Plan<string>;
    const { plan } = await preview([{ name: 'a', plans: [planned] }]);
    expect(plan.steps.map((step) => step.action)).toEqual(['update']);
  },
);

test("the planner's words are the reason, and the summary has what will be done", async () => {
  const { plan } = await preview([
    { name: 'a', plans: [doing('create', { message: 'Creating it.' })] },
    { name: 'b', plans: [wait(1, 'Coming')] },
    { name: 'c', plans: [done('Right')] },
    { name: 'd', plans: [doing('update')] },
  ]);
  expect(plan.summary).toBe('Title of a: Creating it.; Title of d: Because');
});

test('nothing to do is said, too', async () => {
  const { plan } = await preview([{ name: 'a', plans: [done('Right')] }]);
  expect(plan.summary).toBe('Nothing changes.');
  expect(plan.findings).toEqual([]);
});

test('what comes after something that is not done is done later; while deleting, the other way round', async () => {
  const steps: readonly ScriptedStep[] = [
    { name: 'pool', after: ['cluster', 'network'], plans: [doing('create')] },
    { name: 'network', plans: [done('Right')] },
    { name: 'cluster', after: ['network'], plans: [doing('create')] },
  ];
  const { plan, cloud } = await preview(steps);
  expect(plan.steps.map((step) => [step.step, step.reason])).toEqual([
    ['network', 'Right'],
    ['cluster', 'Because'],
    ['pool', 'Later: Because'],
  ]);
  expect(cloud.looks).toEqual(['network', 'cluster', 'pool']);

  const deleting = await preview(steps, aCluster({ deletedAt: '2026-11-20T12:00:00.000Z' }));
  expect(deleting.plan.steps.map((step) => [step.step, step.action, step.reason])).toEqual([
    ['pool', 'delete', 'Because'],
    ['cluster', 'delete', 'Later: Because'],
    ['network', 'none', 'Right'],
  ]);
});

test('what the cloud does not say is a warning, and what follows it comes later', async () => {
  const { plan } = await preview([
    { name: 'a', plans: [refusal('Unavailable', 'no answer')] },
    { name: 'b', after: ['a'], plans: [doing('create')] },
  ]);
  expect(plan.findings).toEqual([
    { severity: 'warning', code: 'NOT_VERIFIED', path: '', message: 'Title of a: no answer' },
  ]);
  expect(plan.steps.map((step) => step.reason)).toEqual(['Later: Because']);
});

test('equal plans have equal hashes', async () => {
  const hash = async (...plans: readonly Plan<string>[]) =>
    (await preview(plans.map((plan, index) => ({ name: `s${index}`, plans: [plan] })))).plan.hash;
  expect(await hash(doing('create'))).toBe(await hash(doing('create')));
  expect(await hash(doing('create'))).not.toBe(await hash(doing('delete')));
  expect(await hash(doing('create'))).toMatch(/^[0-9a-f]{16}$/);
});

test.each([
  ['without the account', aCluster({ project: 'other' }), true],
  ['without the cloud', aCluster(), false],
])('%s nothing can be planned', async (_what, document, hasCloud) => {
  const base = someDeps();
  await storeAccount(base);
  const clouds = createRegistry(hasCloud ? [new ScriptedCloud()] : [], []);
  expect(await planCluster(passDeps({ ...base, clouds }), document)).toMatchObject({
    summary: 'Nothing changes.',
    steps: [],
    findings: [{ severity: 'error', code: 'CLOUD_ACCOUNT_NOT_FOUND', path: '/cloud/account' }],
  });
});

test('steps without business are left out, settled ones are looked at all the same', async () => {
  const base = someDeps();
  await storeAccount(base);
  const cloud = new ScriptedCloud(
    { name: 'a', plans: [doing('update')] },
    { name: 'b', plans: [done('Right')] },
  );
  const [a, b] = cloud.steps();
  if (!a || !b) throw new Error('two steps');
  const steps = () => [a, { ...b, desired: () => undefined }];
  const clouds = createRegistry([Object.assign(cloud, { steps })], []);
  const { steps: planned } = await planCluster(passDeps({ ...base, clouds }), aCluster());
  expect(planned.map(({ step }) => step)).toEqual(['a']);
});
