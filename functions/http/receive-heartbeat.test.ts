import { beforeEach, describe, expect, test } from '@jest/globals';
import { parts } from '../../agent/beat/parts.ts';
import { readAgentState } from '../../lib/agents/agent-state.ts';
import { readBeats } from '../../lib/agents/beat-log.ts';
import { agentInbox } from '../../lib/agents/inbox.ts';
import type { NodeReport, ServiceReport } from '../../lib/domain/agent.ts';
import type { ClusterId } from '../../lib/domain/ids.ts';
import { HOUR_MS, MINUTE_MS, toInstant } from '../../lib/domain/time.ts';
import { StoreUnavailableError } from '../../lib/store/port.ts';
import { anAgent, type TestAgent } from '../../test/builders/agents.ts';
import { aCreatedCluster } from '../../test/builders/created-cluster.ts';
import { type Received, send, type TestApiDeps } from '../../test/builders/http.ts';
import { aReadyProject, editor, viewer } from '../../test/builders/project.ts';
import { aHugeReport, aNodeReport, aSample, someAmounts } from '../../test/builders/reports.ts';
import { listClusterEvents } from './list-cluster-events.ts';
import { receiveHeartbeat } from './receive-heartbeat.ts';

let deps: TestApiDeps;
let cluster: ClusterId;
let agent: TestAgent;
beforeEach(async () => {
  deps = await aReadyProject();
  cluster = await aCreatedCluster(deps);
  agent = await anAgent(deps, { cluster });
});

let count = 0;
function beat(fields: object = {}): Promise<Received> {
  const body = { agentVersion: '1.0.0', sentAt: now(), instance: 'one', seq: ++count, ...fields };
  return send(deps, receiveHeartbeat, { headers: agent.headers, body });
}

const now = () => toInstant(deps.time.nowMs);
const state = () => readAgentState(deps, cluster);

async function beatsLogged(): Promise<number> {
  const from = { afterId: '', nowMs: deps.time.nowMs };
  const pages = await Promise.all([0, 1, 2, 3].map((shard) => readBeats(deps.store, shard, from)));
  return pages.flatMap(({ beats }) => beats).length;
}

async function reasons(): Promise<readonly string[]> {
  const { body } = await send(deps, listClusterEvents, {
    ...viewer,
    params: { project: 'default', cluster: 'shop' },
  });
  return Object(body).items.map(
    ({ reason, count: times }: { reason: string; count: number }) => `${reason} ${times}`,
  );
}

describe('a beat', () => {
  test('[A66] is logged and answered with our time and what comes next', async () => {
    expect(await beat()).toMatchObject({
      status: 200,
      body: { serverTime: now(), beatAfterMs: 60_000, reportEveryMs: 900_000, revision: '1.0' },
    });
    expect(await beatsLogged()).toBe(1);
  });

  test('[A66] costs one write, shared with others, and no read', async () => {
    await beat();
    deps.store.resetRequestUnits();
    await beat();
    expect(Object.keys(deps.store.requestUnits().by)).toEqual(['liveness.create']);
  });

  test('[A66] that is malformed is refused, and no sign of life', async () => {
    const { status, body } = await beat({ sentAt: 'now' });
    expect([status, Object(body).errors[0].path]).toEqual([422, '/sentAt']);
    expect(await beatsLogged()).toBe(0);
  });

  test('[A51, A66] of another cluster than its credential is refused, and of none we know too', async () => {
    const other = await beat({ cluster: '00000000-0000-4000-8000-000000000000' });
    expect(other).toMatchObject({ status: 403, body: { code: 'CREDENTIAL_OF_OTHER_CLUSTER' } });
    expect((await beat({ cluster })).status).toBe(200);
    const nobody = await send(deps, receiveHeartbeat, {
      ...editor,
      body: { agentVersion: '1', sentAt: now() },
    });
    expect(nobody.status).toBe(401);
  });

  test('[A66] that was counted before is ignored, and so is one before it', async () => {
    await beat({ seq: 7 });
    for (const seq of [7, 3]) expect((await beat({ seq })).body).toMatchObject({ ignored: 'replayed' });
    expect(await beatsLogged()).toBe(1);
    expect((await beat({ seq: 8 })).body).not.toHaveProperty('ignored');
  });

  test('without a number of its own counts by its time', async () => {
    const bare = { instance: undefined, seq: undefined };
    await beat(bare);
    expect((await beat(bare)).body).toMatchObject({ ignored: 'replayed' });
    deps.time.nowMs += 1;
    expect((await beat(bare)).body).not.toHaveProperty('ignored');
  });

  test('is not acknowledged before it is stored, and may then be sent again', async () => {
    const create = deps.store.create.bind(deps.store);
    deps.store.create = async () => {
      throw new StoreUnavailableError('down');
    };
    expect((await beat({ seq: 5 })).status).toBe(503);
    deps.store.create = create;
    expect(await beat({ seq: 5 })).toMatchObject({ status: 200 });
    expect(await beatsLogged()).toBe(1);
  });
});

describe('an agent that beats without end', () => {
  test('is told to calm down, and costs nothing meanwhile', async () => {
    await beat();
    while (deps.inbox.limit.takes(cluster, deps.clock.monotonic()));
    deps.store.resetRequestUnits();
    const { status, body, headers } = await beat({ nodes: [aNodeReport('n1')] });
    expect([status, Object(body).code, headers.get('retry-after')]).toEqual([429, 'TOO_MANY_BEATS', '60']);
    expect(deps.store.requestUnits().count).toBe(0);
    deps.time.nowMs += MINUTE_MS;
    expect((await beat()).status).toBe(200);
    expect(await beatsLogged()).toBe(2);
  });
});

describe('the generation that an agent has carried out', () => {
  test('[A52] is kept', async () => {
    await beat({ observedGeneration: 1 });
    expect(await state()).toMatchObject({ observedGeneration: 1, agentVersion: '1.0.0' });
  });

  test('[A52] is refused when it comes from the future', async () => {
    expect(await beat({ observedGeneration: 2 })).toMatchObject({
      status: 422,
      body: { code: 'OBSERVED_GENERATION_FROM_FUTURE', errors: [{ path: '/observedGeneration' }] },
    });
    expect(await state()).toBeUndefined();
  });

  test('[A52] may be newer than what the roster remembers', async () => {
    const stored = await deps.store.read({ container: 'clusters', partition: cluster }, cluster);
    await deps.store.upsert(
      { container: 'clusters', partition: cluster },
      { ...Object(stored).document, generation: 3 },
    );
    expect((await beat({ observedGeneration: 3 })).status).toBe(200);
    expect((await beat({ observedGeneration: 4 })).status).toBe(422);
  });
});

describe('the clock of an agent', () => {
  const MINUTES = (minutes: number) => toInstant(deps.time.nowMs + minutes * MINUTE_MS);

  test('[A66] that is off is accepted and said once; ours decides', async () => {
    for (const minutes of [-20, -20, -19]) {
      expect(await beat({ sentAt: MINUTES(minutes) })).toMatchObject({
        status: 200,
        body: { serverTime: now() },
      });
      deps.time.nowMs += MINUTE_MS;
    }
    expect(await reasons()).toEqual(['ClusterRequested 1', 'ClockSkew 1']);
    await beat();
    await beat();
    expect(await reasons()).toEqual(['ClusterRequested 1', 'ClockSkew 1', 'Resolved 1']);
  });

  test('[A66] is said once by all instances of the server', async () => {
    await beat({ sentAt: MINUTES(20) });
    const timers = { after: (_ms: number, run: () => void) => queueMicrotask(run) };
    deps = { ...deps, inbox: agentInbox({ ...deps, timers, windowMs: 0 }) };
    await beat({ sentAt: MINUTES(20) });
    expect(await reasons()).toEqual(['ClusterRequested 1', 'ClockSkew 1']);
  });

  test.each([[5], [-5]])('that is off by %d minutes is right', async (minutes) => {
    await beat({ sentAt: MINUTES(minutes) });
    expect(await reasons()).toEqual(['ClusterRequested 1']);
  });
});

describe('a copy of an agent', () => {
  const from = (instance: string) => beat({ instance });

  test('is noticed when two take turns, and said once an hour', async () => {
    for (const instance of ['one', 'two', 'one', 'two']) await from(instance);
    expect(await reasons()).toEqual(['ClusterRequested 1']);
    for (const instance of ['one', 'two', 'one', 'two', 'one']) await from(instance);
    expect(await reasons()).toEqual(['ClusterRequested 1', 'AgentCopied 1']);
    deps.time.nowMs += HOUR_MS;
    for (const instance of ['two', 'one', 'two']) await from(instance);
    expect(await reasons()).toEqual(['ClusterRequested 1', 'AgentCopied 2']);
  });

  test('is none when the agent starts again and again', async () => {
    for (const instance of ['one', 'two', 'three', 'four', 'five', 'six', 'seven']) {
      await from(instance);
      await from(instance);
    }
    expect(await reasons()).toEqual(['ClusterRequested 1']);
  });

  test('is none when a beat of the former process is late, once a restart', async () => {
    for (const instance of ['one', 'two', 'one', 'two', 'two']) await from(instance);
    deps.time.nowMs += HOUR_MS;
    for (const instance of ['three', 'two', 'three', 'three']) await from(instance);
    expect(await reasons()).toEqual(['ClusterRequested 1']);
  });
});

describe('what a beat reports', () => {
  const node: NodeReport = aNodeReport('node-1');
  const service: ServiceReport = {
    namespace: 'a',
    name: 'web',
    type: 'NodePort',
    ports: [{ port: 80 }],
    ingress: [],
  };

  test('[A69] nodes are kept with their conditions, of whatever type', async () => {
    const conditions = [{ type: 'example.com/Tired', status: 'False' as const, reason: 'Slept' }];
    await beat({ nodes: [{ ...node, conditions }] });
    expect((await state())?.nodes).toEqual([{ ...node, conditions }]);
  });

  test('[A83] each list replaces the one before it; what is not said stays', async () => {
    await beat({ nodes: [node], services: [service, { ...service, type: 'ClusterIP', name: 'db' }] });
    await beat({ packs: [{ name: 'prometheus', version: '1.0.0', state: 'Ready' }] });
    expect(await state()).toMatchObject({
      nodes: [node],
      services: [service],
      packs: [{ name: 'prometheus' }],
    });
    await beat({ services: [] });
    expect(await state()).toMatchObject({ nodes: [node], services: [], packs: [{}] });
  });

  test('[A66] said again, it is not written again', async () => {
    await beat({ nodes: [node], services: [service] });
    deps.store.resetRequestUnits();
    await beat({ nodes: [node], services: [service] });
    expect(deps.store.requestUnits().by).not.toHaveProperty('clusters.upsert');
  });

  test('[A71] a measurement that is none is refused', async () => {
    const samples = [{ at: now(), nodes: { 'node-1': { cpuMilli: -1, memoryBytes: 1 } } }];
    expect(await beat({ samples })).toMatchObject({ status: 422, body: { code: 'METRIC_INVALID' } });
  });

  test('[A66] in parts counts when the last one is there', async () => {
    const whole = { nodes: [node, aNodeReport('node-2')], services: [service] };
    await beat({ nodes: whole.nodes.slice(0, 1), services: [], part: { index: 0, of: 3 } });
    await beat({ nodes: whole.nodes.slice(1), part: { index: 1, of: 3 } });
    expect((await state())?.nodes ?? []).toEqual([]);
    expect((await beat({ services: [service], part: { index: 2, of: 3 } })).status).toBe(200);
    expect(await state()).toMatchObject(whole);
  });

  test('[A69] may be of the largest cluster that there is, after an outage', async () => {
    const { nodes, samples } = aHugeReport(now());
    const all = parts({ nodes }, samples);
    for (const part of all) expect(await beat(part)).toMatchObject({ status: 200 });
    expect((await state())?.nodes).toEqual(nodes);
  });

  test('parts of one sample are one sample', async () => {
    const at = deps.time.nowMs;
    await beat({
      nodes: [node],
      samples: [aSample(at, { 'node-1': someAmounts(1) })],
      part: { index: 0, of: 2 },
    });
    await beat({ samples: [aSample(at, { 'node-2': someAmounts(2) })], part: { index: 1, of: 2 } });
    const { items } = await deps.store.query({
      container: 'usage',
      partition: cluster,
      where: [],
      limit: 10,
    });
    expect(items).toHaveLength(1);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['are missing', async () => beat({ nodes: [], part: { index: 0, of: 3 } })],
    [
      'have expired',
      async () => {
        await beat({ nodes: [], part: { index: 0, of: 3 } });
        await beat({ nodes: [], part: { index: 1, of: 3 } });
        deps.time.nowMs += 10 * MINUTE_MS;
      },
    ],
    [
      'are of another process',
      async () => {
        await beat({ nodes: [], part: { index: 0, of: 3 } });
        await beat({ nodes: [], part: { index: 1, of: 3 }, instance: 'two' });
      },
    ],
  ])('is refused when parts of it %s', async (_, before) => {
    await before();
    expect(await beat({ services: [service], part: { index: 2, of: 3 } })).toMatchObject({
      status: 409,
      body: { code: 'REPORT_INCOMPLETE' },
    });
    expect((await state())?.services ?? []).toEqual([]);
  });
});
