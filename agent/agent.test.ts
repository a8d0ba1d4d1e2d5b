/** The agent as a whole against a simulated cluster and a fake control plane. */
import { expect, test } from '@jest/globals';
import {
  type AgentWorld,
  anAgentWorld,
  type Started,
  stopsAgents,
  TOKEN,
} from '../test/builders/agent-world.ts';

const kept = stopsAgents();

const start = (world: AgentWorld): Started => kept(world.start());

test('[A66] enrols once, then beats as often as it is told to', async () => {
  const world = anAgentWorld();
  start(world);
  await world.advance(5_000);
  expect(world.server.enrolments).toHaveLength(1);
  expect(world.server.beats).toHaveLength(1);
  await world.advance(600_000);
  expect(world.server.beats).toHaveLength(11);
  expect(world.server.enrolments).toHaveLength(1);
  expect(world.server.beats.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test('[A69] the first beat carries the nodes, a steady one nothing but life', async () => {
  const world = anAgentWorld();
  world.cluster.ask(
    'PATCH',
    '/api/v1/nodes/node-1',
    { metadata: { labels: { 'slipway.io/pool': 'workers' } } },
    { 'content-type': 'application/merge-patch+json' },
  );
  start(world);
  await world.advance(5_000);
  const [first] = world.server.beats;
  expect(first?.nodes?.map(({ name, role, pool, capacity }) => ({ name, role, pool, capacity }))).toEqual([
    {
      name: 'node-1',
      role: 'worker',
      pool: 'workers',
      capacity: { cpuMilli: 2000, memoryBytes: 8 * 1024 ** 3, diskBytes: expect.any(Number) },
    },
    {
      name: 'node-2',
      role: 'worker',
      pool: undefined,
      capacity: { cpuMilli: 2000, memoryBytes: 8 * 1024 ** 3, diskBytes: expect.any(Number) },
    },
  ]);
  expect(first?.nodes?.[0]?.conditions).toContainEqual(
    expect.objectContaining({ type: 'Ready', status: 'True' }),
  );
  await world.advance(120_000);
  expect(Object.keys(world.server.beats[2] ?? {}).sort()).toEqual([
    'agentVersion',
    'instance',
    'observedGeneration',
    'sentAt',
    'seq',
  ]);
});

test('a start after the first goes on with the credential that was kept', async () => {
  const world = anAgentWorld();
  const first = start(world);
  await world.advance(5_000);
  await first.stop();
  world.files.clear();
  start(world);
  await world.advance(5_000);
  expect(world.server.enrolments).toHaveLength(1);
  expect(world.server.beats).toHaveLength(2);
  expect(world.server.beats[1]?.instance).not.toBe(world.server.beats[0]?.instance);
});

test('an enrolment whose answer is lost is the same enrolment, after a restart too', async () => {
  const world = anAgentWorld();
  world.server.next.push('lost');
  const first = start(world);
  await world.advance(1_500);
  await first.stop();
  start(world);
  await world.advance(5_000);
  expect(world.server.enrolments).toHaveLength(2);
  expect(new Set(world.server.enrolments.map(({ nonce }) => nonce)).size).toBe(1);
  expect(world.server.beats).toHaveLength(1);
});

test('renews when half of its time is over', async () => {
  const world = anAgentWorld();
  world.server.beatAfterMs = 3_600_000;
  start(world);
  await world.advance(11 * 3_600_000);
  expect(world.server.renewals).toBe(0);
  await world.advance(2 * 3_600_000);
  expect(world.server.renewals).toBe(1);
  await world.advance(36 * 3_600_000);
  expect(world.server.renewals).toBe(4);
  expect(world.server.enrolments).toHaveLength(1);
});

test('refused for good, it enrols again as soon as another token lies there', async () => {
  const world = anAgentWorld();
  start(world);
  await world.advance(900_000);
  world.server.revoke();
  await world.advance(3_600_000);
  // The old token was asked with once and not again.
  expect(world.server.enrolments).toHaveLength(2);
  const beats = world.server.beats.length;
  const another = 'def456.fedcba9876543210fedcba9876543210';
  world.server.tokens.add(another);
  world.files.set('/var/run/slipway/bootstrap-token', another);
  await world.advance(600_000);
  expect(world.server.enrolments.map(({ bootstrapToken }) => bootstrapToken)).toEqual([
    TOKEN,
    TOKEN,
    another,
  ]);
  expect(world.server.beats.length).toBeGreaterThan(beats);
});

test('an outage of the control plane loses nothing that changed meanwhile', async () => {
  const world = anAgentWorld(['node-1']);
  start(world);
  await world.advance(5_000);
  world.server.down = true;
  await world.advance(300_000);
  world.cluster.ask('POST', '/api/v1/namespaces/default/services', {
    metadata: { name: 'shop' },
    spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080 }] },
  });
  await world.advance(600_000);
  world.server.down = false;
  await world.advance(310_000);
  expect(world.server.beats.at(1)?.services).toEqual([
    {
      namespace: 'default',
      name: 'shop',
      type: 'NodePort',
      ports: [expect.objectContaining({ port: 80 })],
      ingress: [],
    },
  ]);
});

test('a body that is refused once does not end the beats', async () => {
  const world = anAgentWorld();
  start(world);
  await world.advance(1_500);
  world.server.next.push({ status: 422, code: 'METRIC_INVALID' });
  await world.advance(70_000);
  const [, bare] = world.server.beats;
  expect(Object.keys(bare ?? {}).sort()).toEqual(['agentVersion', 'instance', 'sentAt', 'seq']);
});

test('Retry-After is the least that it waits', async () => {
  const world = anAgentWorld();
  start(world);
  await world.advance(5_000);
  world.server.next.push({ status: 429, headers: { 'retry-after': '240' } });
  await world.advance(60_000 + 235_000);
  expect(world.server.beats).toHaveLength(1);
  await world.advance(10_000);
  expect(world.server.beats).toHaveLength(2);
});
