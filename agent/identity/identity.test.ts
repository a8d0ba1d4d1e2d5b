/** Who the agent is, with a clock that is wrong and answers that are somebody else's. */
import { expect, test } from '@jest/globals';
import { type AgentWorld, anAgentWorld, type Started, stopsAgents } from '../../test/builders/agent-world.ts';

const DAY = 86_400_000;
const kept = stopsAgents();

/** An agent whose clock is off by so much. */
function startOff(world: AgentWorld, offMs: number): Started {
  const { time } = world;
  return kept(
    world.start({
      time: {
        now: () => time.now() + offMs,
        monotonic: () => time.monotonic(),
        sleep: (ms, signal) => time.sleep(ms, signal),
      },
    }),
  );
}

test.each([[-3], [-0.8], [0.8], [3]])(
  '[A66] an agent whose clock is off by %p days stays who it is, and does not renew all the time',
  async (days) => {
    const world = anAgentWorld();
    world.server.beatAfterMs = 3_600_000;
    startOff(world, days * DAY);
    await world.advance(40 * 3_600_000);
    expect(world.server.enrolments).toHaveLength(1);
    expect(world.server.beats.length).toBeGreaterThan(36);
    expect(world.server.renewals).toBeGreaterThan(2);
    expect(world.server.renewals).toBeLessThan(10);
  },
);

test.each([401, 403])('the %p of a proxy does not end a credential', async (status) => {
  const world = anAgentWorld();
  kept(world.start());
  await world.advance(5_000);
  world.server.next.push({ status }, { status });
  await world.advance(600_000);
  expect(world.server.enrolments).toHaveLength(1);
  expect(world.server.beats.length).toBeGreaterThan(5);
});

test('[A51] a credential of another cluster is given up for one of its own', async () => {
  const world = anAgentWorld();
  kept(world.start());
  await world.advance(5_000);
  const own = 'def456.fedcba9876543210fedcba9876543210';
  world.server.tokens.add(own);
  world.files.set('/var/run/slipway/bootstrap-token', own);
  world.server.next.push({ status: 403, code: 'CREDENTIAL_OF_OTHER_CLUSTER' });
  await world.advance(600_000);
  expect(world.server.enrolments.at(-1)?.bootstrapToken).toBe(own);
  expect(world.server.beats.length).toBeGreaterThan(5);
});
