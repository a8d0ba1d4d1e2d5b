import { beforeEach, describe, expect, test } from '@jest/globals';
import { AGENT_CLUSTER, enrolWith, NONCE } from '../../test/builders/agents.ts';
import { aCluster, aProfile } from '../../test/builders/cluster.ts';
import { someDeps, type TestDeps } from '../../test/builders/deps.ts';
import { FakeWorkloadApi } from '../../test/fakes/fake-workload-api.ts';
import type { CallGuard } from '../clouds/port.ts';
import { PassDeadlineError } from '../clouds/port.ts';
import type { ClusterDocument, JsonObject } from '../domain/cluster.ts';
import { ok } from '../domain/errors.ts';
import { HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import { carryOut, look } from '../reconcile/run-step.ts';
import { viewOf } from '../reconcile/view.ts';
import { authenticateAgent } from './authenticate.ts';
import { readEnrolment, shardOf } from './enrolment.ts';
import { AGENT_STEP, agentStep } from './install-step.ts';
import { agentSetup } from './registry.ts';
import { readRoster } from './roster.ts';

const FACTS = { url: 'https://slipway.test', image: 'registry.test/slipway-agent:0.1.0' };
const SHARD = shardOf(AGENT_CLUSTER, 4);
let deps: TestDeps;
let workload: FakeWorkloadApi;
let document: ClusterDocument;
let guard: CallGuard;
let outputs: JsonObject;
let facts: typeof FACTS;

beforeEach(() => {
  const base = someDeps();
  const agents = { ...base.config.agents, publicUrl: FACTS.url, image: FACTS.image };
  deps = { ...base, config: { ...base.config, agents } };
  workload = new FakeWorkloadApi();
  document = aCluster({ id: AGENT_CLUSTER });
  guard = { admit: () => undefined, settled: () => {} };
  outputs = {};
  facts = FACTS;
});

/** One turn of the step: its reason, and what happened. */
async function turn(): Promise<string> {
  const view = { ...viewOf(document), outputs: () => outputs };
  const agents = agentSetup(deps)?.open(guard, view);
  if (agents === undefined) throw new Error('Clusters get no agent here');
  const ctx = { agents, workload: async () => ok(workload), now: () => deps.time.nowMs };
  const looked = await look(agentStep(facts, []), ctx, view, { nowMs: deps.time.nowMs, full: true });
  if (looked.kind !== 'planned') return looked.kind === 'ended' ? looked.outcome.turn.kind : looked.kind;
  const { turn: came, outputs: learned } = await carryOut(looked.planned, ctx);
  outputs = { ...outputs, ...learned };
  return 'reason' in came ? `${came.kind} ${came.reason}` : came.kind;
}

/** Turns until nothing is left to do. */
async function settle(): Promise<readonly string[]> {
  const turns: string[] = [];
  for (let tries = 0; tries < 5; tries += 1) {
    turns.push(await turn());
    if (turns.at(-1)?.startsWith('done')) return turns;
  }
  throw new Error(`Never done: ${turns.join(', ')}`);
}

const applied = (kind: string, name = 'slipway-agent') =>
  workload.applied.find((object) => object.kind === kind && object.metadata.name === name);
const tokenInCluster = () => {
  const data = Object(applied('Secret', 'slipway-agent-bootstrap'))?.data['bootstrap-token'];
  return Buffer.from(data, 'base64').toString('utf8');
};
const entry = async () => (await readRoster(deps, SHARD, 0)).get(AGENT_CLUSTER);

test('applies the agent, what it may do, and a token that is good, in an order that can be applied', async () => {
  expect(await settle()).toEqual(['acted InstallingAgent', 'done AgentInstalled']);
  expect(workload.applied.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'Namespace slipway-system',
    'ServiceAccount slipway-agent',
    'ClusterRole slipway-agent',
    'ClusterRoleBinding slipway-agent',
    'ClusterRole slipway-scan-sbom',
    'Role slipway-agent',
    'RoleBinding slipway-agent',
    'ClusterRole slipway-agent-packs',
    'ClusterRoleBinding slipway-agent-packs',
    'Deployment slipway-agent',
    'Secret slipway-agent-bootstrap',
  ]);
  expect(await entry()).toMatchObject({ name: 'shop', project: 'default', epoch: 0, revision: '1.0' });
  expect((await enrolWith(deps, tokenInCluster())).kind).toBe('enrolled');
});

test('twice is once', async () => {
  await settle();
  const before = JSON.stringify(workload.applied);
  deps.time.nowMs += 5 * MINUTE_MS;
  expect(await settle()).toEqual(['done AgentInstalled']);
  expect(JSON.stringify(workload.applied)).toBe(before);
});

test('is done before the agent has said anything', async () => {
  await settle();
  expect((await readEnrolment(deps, AGENT_CLUSTER))?.document.epoch).toBe(0);
});

test('a pass that died after the token was made gives the cluster the same one', async () => {
  workload.failWith({ code: 'Unavailable', message: 'down', source: 'test' });
  expect(await turn()).toBe('failed');
  const made = (await readEnrolment(deps, AGENT_CLUSTER))?.document.token?.id;
  workload.failWith(undefined);
  await settle();
  expect(tokenInCluster().split('.')[0]).toBe(made);
});

describe('is applied again', () => {
  beforeEach(settle);

  test('when another version is wanted', async () => {
    facts = { ...FACTS, image: 'registry.test/slipway-agent:0.2.0' };
    expect(await settle()).toEqual(['acted InstallingAgent', 'done AgentInstalled']);
    expect(JSON.stringify(applied('Deployment'))).toContain('slipway-agent:0.2.0');
  });

  test('when the deployment moved', async () => {
    facts = { ...FACTS, url: 'https://elsewhere.test' };
    await settle();
    expect(JSON.stringify(applied('Deployment'))).toContain('https://elsewhere.test');
  });

  test('when somebody deleted or changed a part of it, but not in a loop', async () => {
    const role = applied('ClusterRole');
    if (role === undefined) throw new Error('no role');
    await workload.apply({ ...role, rules: [] });
    expect(await turn()).toBe('done AgentInstalled');
    deps.time.nowMs += MINUTE_MS;
    expect(await settle()).toEqual(['acted RestoringAgent', 'done AgentInstalled']);
    expect(applied('ClusterRole')).toEqual(role);
  });

  test('with the generation that the roster missed', async () => {
    document = { ...document, generation: 7 };
    expect(await settle()).toEqual(['acted InvitingAgent', 'done AgentInstalled']);
    expect((await entry())?.revision).toBe('7.0');
  });
});

describe('the token', () => {
  beforeEach(settle);

  test('that nobody used is replaced at half of its time, so that there always is a good one', async () => {
    const first = tokenInCluster();
    deps.time.nowMs += 29 * MINUTE_MS;
    await settle();
    expect(tokenInCluster()).toBe(first);
    deps.time.nowMs += MINUTE_MS;
    expect(await settle()).toEqual(['acted InvitingAgent', 'done AgentInstalled']);
    expect(tokenInCluster()).not.toBe(first);
    expect((await enrolWith(deps, first)).kind).toBe('refused');
    expect((await enrolWith(deps, tokenInCluster())).kind).toBe('enrolled');
  });

  test('that is used up stays, as long as the agent keeps its credential', async () => {
    const first = tokenInCluster();
    await enrolWith(deps, first);
    deps.time.nowMs += 20 * HOUR_MS;
    expect(await settle()).toEqual(['done AgentInstalled']);
    expect(tokenInCluster()).toBe(first);
  });

  test.each([
    ['whose credential ran out', 25 * HOUR_MS, false],
    ['that lost its credential and came again', MINUTE_MS, true],
  ])('is a new one for an agent %s', async (_what, afterMs, comesAgain) => {
    const first = tokenInCluster();
    await enrolWith(deps, first);
    deps.time.nowMs += afterMs;
    if (comesAgain) await enrolWith(deps, first, { nonce: `${NONCE}-2` });
    await settle();
    const enrolled = await enrolWith(deps, tokenInCluster());
    const credential = enrolled.kind === 'enrolled' ? enrolled.answer.credential : '';
    expect((await authenticateAgent(deps, `Bearer ${credential}`)).kind).toBe('agent');
  });
});

describe('while the cluster is deleted', () => {
  beforeEach(async () => {
    await settle();
    document = { ...document, deletedAt: '2026-11-20T13:00:00.000Z' };
  });

  test('it leaves the roster, once, and asks the cluster for nothing', async () => {
    workload.failWith({ code: 'Unavailable', message: 'gone', source: 'test' });
    expect(await settle()).toEqual(['acted ForgettingAgent', 'done AgentForgotten']);
    expect(await entry()).toBeUndefined();
    expect(await settle()).toEqual(['done AgentForgotten']);
  });

  test('one that never got an agent has nothing to leave', async () => {
    deps = { ...deps, store: someDeps().store };
    expect(await settle()).toEqual(['done AgentForgotten']);
  });
});

test('a pass past its deadline brings nothing back onto the roster', async () => {
  guard = { admit: () => ({ why: 'deadline' }), settled: () => {} };
  await expect(turn()).rejects.toThrow(PassDeadlineError);
  expect(await readEnrolment(deps, AGENT_CLUSTER)).toBeUndefined();
});

test('an account whose budget of calls is spent gets its agent all the same', async () => {
  guard = { admit: () => ({ why: 'budget', retryAfterMs: 1000 }), settled: () => {} };
  expect(await settle()).toEqual(['acted InstallingAgent', 'done AgentInstalled']);
});

test('a key that is too young is waited for', async () => {
  const { secrets } = deps;
  const young = Object.assign(Object.create(secrets), { first: async () => undefined });
  deps = { ...deps, secrets: young };
  expect(await turn()).toBe('acted InstallingAgent');
  expect(workload.applied).toEqual([]);
  deps = { ...deps, secrets };
  expect(await settle()).toEqual(['acted InstallingAgent', 'done AgentInstalled']);
});

test('a profile without add-ons gives the agent no right to install any', async () => {
  const { layers } = aProfile();
  document = { ...document, profile: aProfile({ layers: layers.filter(({ layer }) => layer !== 'addon') }) };
  await settle();
  expect(applied('ClusterRole', 'slipway-agent-packs')).toBeUndefined();
});

test('the step is called so, whatever the cloud, and belongs to its own milestone', () => {
  const { name, condition, title } = agentStep(FACTS, []);
  expect([name, condition, title]).toEqual([AGENT_STEP, 'InstallingAgent', 'Install the agent']);
  expect(agentSetup(someDeps())).toBeUndefined();
});
