import { beforeEach, describe, expect, test } from '@jest/globals';
import { aCluster, NOON_MS } from '../../test/builders/cluster.ts';
import { someDeps, type TestDeps } from '../../test/builders/deps.ts';
import { aNode, aReport, aSample, type ReportParts } from '../../test/builders/health.ts';
import { changeAgentState } from '../agents/agent-state.ts';
import { directoryAddress, entryId, reserveName } from '../clusters/directory.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { QueueUnavailableError } from '../queue/port.ts';
import { clusterAddress, readEvents } from '../reconcile/event-log.ts';
import { readHealth } from './document.ts';
import { dueReminders } from './due.ts';
import { type Heard, judgeReport, judgeRipe, judgeSilence } from './judge.ts';

const MINUTE = 60_000;
const cluster = aCluster();
let deps: TestDeps;

beforeEach(async () => {
  deps = someDeps();
  await deps.store.create(clusterAddress(cluster.id), cluster);
  await reserveName(deps, cluster);
});

function report(parts: ReportParts = {}): Promise<void> {
  deps.time.nowMs = parts.atMs ?? deps.time.nowMs;
  return judgeReport(deps, aReport(cluster, { atMs: deps.time.nowMs, ...parts }));
}

function heard(verdict: Heard['verdict'], sweptAtMs: number, seenAtMs = NOON_MS) {
  deps.time.nowMs = sweptAtMs;
  return judgeSilence(deps, { cluster: cluster.id, sweptAtMs, verdict, seenAtMs });
}

async function health() {
  return (await readHealth(deps, cluster.id))?.document.health;
}

async function stored(): Promise<ClusterDocument> {
  const found = await deps.store.read<ClusterDocument>(clusterAddress(cluster.id), cluster.id);
  if (!found) throw new Error('no cluster');
  return found.document;
}

async function eventReasons(): Promise<readonly string[]> {
  const events = await readEvents(deps.store, await stored(), { limit: 100 });
  return events.map(({ reason, node }) => (node === undefined ? reason : `${reason} ${node}`));
}

async function listedHealth(): Promise<unknown> {
  const entry = await deps.store.read(directoryAddress('default'), entryId('shop'));
  return entry && Reflect.get(Object(Reflect.get(entry.document, 'summary')), 'health');
}

const lifecycle = () => deps.queue.published.map(({ body }) => body);

/** Writes since then; what they were does not matter when there must be none. */
function writes(): number {
  const { by } = deps.store.requestUnits();
  const kinds = Object.entries(by).filter(([key]) => !/read|query/.test(key));
  return kinds.reduce((sum, [, { count }]) => sum + count, 0);
}

describe('a node that may cost its machine', () => {
  const pool = {
    title: 'Pool w',
    phase: 'done',
    condition: 'AddingWorkerNode',
    reason: 'PoolReady',
    message: '',
    attempts: 0,
    changedAt: '2026-11-20T11:00:00.000Z',
    settledHash: 'h',
  } as const;

  async function withSteps(steps: ClusterDocument['steps']): Promise<void> {
    const at = clusterAddress(cluster.id);
    const found = await deps.store.read<ClusterDocument>(at, cluster.id);
    const document: ClusterDocument = { ...cluster, steps };
    await deps.store.replace(at, document, found?.etag ?? '');
  }

  const woken = async () => ({
    nudges: deps.queue.sent.map(({ message }) => message.reason),
    settled: Object.values((await stored()).steps).filter(({ settledHash }) => settledHash !== undefined)
      .length,
  });

  test.each<[string, Parameters<typeof aNode>[1], number]>([
    ['is not Ready', { Ready: 'False' }, 1],
    ['says nothing', { Ready: 'Unknown' }, 1],
    ['is in a deadlock', { KernelDeadlock: 'True' }, 1],
    ['is read-only', { ReadonlyFilesystem: 'True' }, 1],
    ['is under pressure: another machine would not help', { DiskPressure: 'True' }, 0],
    ['is well', {}, 0],
  ])('that %s', async (_what, conditions, nudges) => {
    await withSteps({ 'machines/pool:w': pool, 'aws/network': { ...pool, title: 'Network' } });
    await report({ nodes: [aNode('n1', conditions)] });
    expect(await woken()).toEqual({ nudges: Array(nudges).fill('bad-node'), settled: 2 - nudges });
  });

  test('is told once, and once more when another one turns bad', async () => {
    await withSteps({ 'machines/pool:w': pool });
    await report({ nodes: [aNode('n1', { Ready: 'False' }), aNode('n2')] });
    await withSteps({ 'machines/pool:w': pool });
    await report({ atMs: NOON_MS + MINUTE, nodes: [aNode('n1', { Ready: 'Unknown' }), aNode('n2')] });
    expect((await woken()).nudges).toHaveLength(1);
    const both = [aNode('n1', { Ready: 'Unknown' }), aNode('n2', { Ready: 'Unknown' })];
    await report({ atMs: NOON_MS + 2 * MINUTE, nodes: both });
    expect((await woken()).nudges).toHaveLength(2);
  });

  test.each<[string, ClusterDocument['steps']]>([
    ['whose pool looks anyway', { 'machines/pool:w': { ...pool, phase: 'active' } }],
    ['of a cluster that has no machines of ours', { 'aks/pool:w': pool, 'aks/nodes': pool }],
  ])('%s is not told', async (_what, steps) => {
    await withSteps(steps);
    await report({ nodes: [aNode('n1', { Ready: 'False' })] });
    expect((await woken()).nudges).toEqual([]);
  });
});

describe('a change of the verdict', () => {
  test('[A65] needs the heartbeat and the nodes', async () => {
    await report({ nodes: [aNode('n1')] });
    expect(await health()).toMatchObject({
      status: 'Unknown',
      factors: { nodeConditions: { status: 'Healthy' } },
    });
    await heard('heard', NOON_MS + MINUTE);
    expect(await health()).toMatchObject({ status: 'Healthy', reasons: [] });
  });

  test('[A69] is an event for each problem, a message, and the status that lists and reads show', async () => {
    await report({ nodes: [aNode('n1')] });
    await heard('heard', NOON_MS + MINUTE);
    await report({ atMs: NOON_MS + 2 * MINUTE, nodes: [aNode('n1', { DiskPressure: 'True' })] });
    expect(await stored()).toMatchObject({ health: 'Unhealthy', wake: cluster.wake, generation: 1 });
    expect(await listedHealth()).toBe('Unhealthy');
    expect(await eventReasons()).toEqual(['HealthChanged', 'DiskPressure n1', 'HealthChanged']);
    expect(lifecycle().at(-1)).toMatchObject({
      specversion: '1.0',
      type: 'slipway.health.changed',
      source: '/projects/default/clusters/shop',
      subject: cluster.id,
      data: {
        cluster: 'shop',
        from: 'Healthy',
        status: 'Unhealthy',
        reasons: [{ code: 'DISK_PRESSURE', node: 'n1' }],
      },
    });
    await report({ atMs: NOON_MS + 3 * MINUTE, nodes: [aNode('n1')] });
    expect((await eventReasons()).slice(3)).toEqual(['Resolved n1', 'HealthChanged']);
    expect(await listedHealth()).toBe('Healthy');
  });

  test('that nobody was told of is told by the next one who looks', async () => {
    await report({ nodes: [aNode('n1')] });
    deps.queue.publishLifecycle = async () => {
      throw new Error('crash');
    };
    await expect(heard('heard', NOON_MS + MINUTE)).rejects.toThrow('crash');
    Reflect.deleteProperty(deps.queue, 'publishLifecycle');
    await heard('heard', NOON_MS + MINUTE);
    expect(lifecycle()).toMatchObject([{ data: { from: 'Unknown', status: 'Healthy' } }]);
    await heard('heard', NOON_MS + MINUTE);
    expect(lifecycle()).toHaveLength(1);
  });

  test('while the broker is away is judged, and told afterwards as what came of it', async () => {
    await report({ nodes: [aNode('n1')] });
    await heard('heard', NOON_MS + MINUTE);
    const before = lifecycle().length;
    deps.queue.publishLifecycle = () => Promise.reject(new QueueUnavailableError('away'));
    await heard('missing', NOON_MS + 2 * MINUTE);
    expect(await listedHealth()).toBe('Unhealthy');
    Reflect.deleteProperty(deps.queue, 'publishLifecycle');
    await heard('heard', NOON_MS + 3 * MINUTE);
    expect(lifecycle().slice(before)).toMatchObject([{ data: { from: 'Healthy', status: 'Healthy' } }]);
  });

  test('of a cluster that is gone is none', async () => {
    await deps.store.delete(clusterAddress(cluster.id), cluster.id);
    expect(await heard('missing', NOON_MS)).toEqual({ kind: 'absent' });
    await report({ nodes: [aNode('n1')] });
    expect(await health()).toBeUndefined();
  });
});

test('what changed nothing writes nothing', async () => {
  const nodes = [aNode('n1')];
  await report({ nodes, samples: [aSample(NOON_MS, { n1: {} })] });
  await heard('heard', NOON_MS + MINUTE);
  const before = writes();
  for (let minute = 2; minute < 30; minute += 1) {
    const atMs = NOON_MS + minute * MINUTE;
    await report({ atMs, nodes, samples: [aSample(atMs, { n1: { cpu: 70 } })] });
  }
  expect(writes()).toBe(before);
});

describe('[A72] samples', () => {
  const nodes = [aNode('n1')];
  const run = async (from: number, to: number, cpu: number) => {
    for (let minute = from; minute <= to; minute += 1) {
      const atMs = NOON_MS + minute * MINUTE;
      await report({ atMs, knownNodes: nodes, samples: [aSample(atMs, { n1: { cpu } })] });
    }
  };

  test('above the threshold for the window make it unhealthy, and below it for half of it healthy again', async () => {
    await report({ nodes });
    await heard('heard', NOON_MS);
    await run(1, 10, 95);
    expect((await health())?.status).toBe('Healthy');
    await run(11, 11, 95);
    expect(await health()).toMatchObject({
      status: 'Unhealthy',
      reasons: [{ code: 'CPU_HIGH', node: 'n1' }],
    });
    await run(12, 16, 20);
    expect((await health())?.status).toBe('Unhealthy');
    await run(17, 17, 20);
    expect((await health())?.status).toBe('Healthy');
  });

  test('of the future are not believed', async () => {
    await report({ nodes });
    const ahead = Array.from({ length: 20 }, (_, index) =>
      aSample(NOON_MS + (10 + index) * MINUTE, { n1: { cpu: 99 } }),
    );
    await report({ knownNodes: nodes, samples: ahead });
    expect((await health())?.factors.metrics.status).toBe('Unknown');
  });

  test('that stop coming leave nothing to claim', async () => {
    await report({ nodes });
    await run(0, 11, 95);
    await report({ atMs: NOON_MS + 90 * MINUTE, nodes });
    expect(await health()).toMatchObject({ factors: { metrics: { status: 'Unknown' } } });
  });
});

describe('a grace', () => {
  const down = [aNode('n1', { Ready: 'Unknown' })];

  test('leaves a reminder, and ripens as far as the agent confirmed', async () => {
    await report({ nodes: down });
    await heard('heard', NOON_MS + MINUTE);
    const reminders = await dueReminders(deps, NOON_MS + 10 * MINUTE, 10);
    expect(reminders).toMatchObject([{ cluster: cluster.id, dueMs: NOON_MS + 10 * MINUTE }]);
    await judgeRipe(deps, cluster.id, NOON_MS + 9 * MINUTE);
    expect((await health())?.status).toBe('Healthy');
    await judgeRipe(deps, cluster.id, NOON_MS + 10 * MINUTE);
    expect((await health())?.reasons).toMatchObject([{ code: 'NODE_NOT_READY', node: 'n1' }]);
  });
});

describe('the heartbeat', () => {
  test.each([
    ['never', 'Unhealthy', 'HEARTBEAT_NEVER'],
    ['missing', 'Unhealthy', 'HEARTBEAT_MISSING'],
    ['mass', 'Unknown', 'MASS_SILENCE'],
  ] as const)('%s: %s', async (verdict, status, code) => {
    await report({ nodes: [aNode('n1')] });
    await heard(verdict, NOON_MS + MINUTE);
    expect(await health()).toMatchObject({ status, reasons: [{ factor: 'heartbeat', code }] });
  });

  test('of a mass silence is no event and no message of its own', async () => {
    await report({ nodes: [aNode('n1')] });
    await heard('heard', NOON_MS + MINUTE);
    const before = [await eventReasons(), lifecycle()];
    await heard('mass', NOON_MS + 2 * MINUTE);
    expect([await eventReasons(), lifecycle()]).toEqual(before);
    expect(await listedHealth()).toBe('Unknown');
    await heard('heard', NOON_MS + 3 * MINUTE);
    expect([await eventReasons(), lifecycle()]).toEqual(before);
    expect(await listedHealth()).toBe('Healthy');
  });

  test('what a mass silence hid is told when it is over', async () => {
    await report({ nodes: [aNode('n1')] });
    await heard('heard', NOON_MS + MINUTE);
    await heard('mass', NOON_MS + 2 * MINUTE);
    await heard('missing', NOON_MS + 3 * MINUTE);
    expect(lifecycle().at(-1)).toMatchObject({ data: { from: 'Healthy', status: 'Unhealthy' } });
  });

  test('a sweep that was held up has no say after a later one, even one that found nothing new', async () => {
    await report({ nodes: [aNode('n1')] });
    await heard('heard', NOON_MS + MINUTE);
    await heard('heard', NOON_MS + 3 * MINUTE);
    await heard('missing', NOON_MS + 2 * MINUTE);
    expect((await health())?.status).toBe('Healthy');
  });

  test('judges alone while nobody speaks, and leaves to the others what they know', async () => {
    await report({ nodes: [aNode('n1', { DiskPressure: 'True' })] });
    await heard('mass', NOON_MS + MINUTE);
    expect(await health()).toMatchObject({
      status: 'Unknown',
      reasons: [{ code: 'MASS_SILENCE' }, { code: 'DISK_PRESSURE' }],
    });
    await heard('heard', NOON_MS + 2 * MINUTE);
    expect((await health())?.status).toBe('Unhealthy');
  });
});

test('another reason for the same verdict is no change for lists, and no message', async () => {
  await heard('heard', NOON_MS);
  await report({ atMs: NOON_MS + MINUTE, nodes: [aNode('n1', { DiskPressure: 'True' })] });
  const before = lifecycle().length;
  deps.store.resetRequestUnits();
  const worse = aNode('n1', { DiskPressure: 'True', MemoryPressure: 'True' });
  await report({ atMs: NOON_MS + 2 * MINUTE, nodes: [worse] });
  expect((await health())?.reasons).toHaveLength(2);
  expect(lifecycle()).toHaveLength(before);
  expect(Object.keys(deps.store.requestUnits().by).filter((key) => key.startsWith('directory.'))).toEqual([]);
});

test('what was measured hours ago and kept meanwhile says nothing of now', async () => {
  const samples = Array.from({ length: 12 }, (_, index) =>
    aSample(NOON_MS - (180 - index) * MINUTE, { n1: { cpu: 99 } }),
  );
  await report({ nodes: [aNode('n1')], samples });
  expect((await health())?.factors.metrics.status).toBe('Unknown');
});

test('a list without nodes proves as little as none', async () => {
  await heard('heard', NOON_MS);
  await report({ atMs: NOON_MS + MINUTE, nodes: [aNode('n1')] });
  await report({ atMs: NOON_MS + 2 * MINUTE, nodes: [] });
  expect(await health()).toMatchObject({ status: 'Unknown', reasons: [{ code: 'NODES_UNREPORTED' }] });
});

test('a silence that is told twice keeps the time of its beginning', async () => {
  await heard('missing', NOON_MS + MINUTE);
  await heard('missing', NOON_MS + 2 * MINUTE);
  expect((await health())?.reasons[0]?.since).toBe('2026-11-20T12:01:00.000Z');
});

test('a report that was overtaken by another is passed over', async () => {
  await report({ nodes: [aNode('n1')] });
  await report({ atMs: NOON_MS + 2 * MINUTE, nodes: [aNode('n1', { MemoryPressure: 'True' })] });
  await judgeReport(
    deps,
    aReport(cluster, { atMs: NOON_MS + MINUTE, nodes: [aNode('n1', { DiskPressure: 'True' })] }),
  );
  expect((await health())?.reasons.map(({ code }) => code)).toEqual(['HEARTBEAT_AWAITED', 'MEMORY_PRESSURE']);
});

test('a report that was overtaken by one that found nothing to judge is passed over', async () => {
  await report({ nodes: [aNode('n1')] });
  deps.time.nowMs = NOON_MS + 2 * MINUTE;
  const { state } = aReport(cluster, { atMs: deps.time.nowMs, nodes: [aNode('n1')] });
  await changeAgentState(deps, cluster.id, async () => state);
  const late = { atMs: NOON_MS + MINUTE, nodes: [aNode('n1', { DiskPressure: 'True' })] };
  await judgeReport(deps, aReport(cluster, late));
  expect((await health())?.reasons.map(({ code }) => code)).toEqual(['HEARTBEAT_AWAITED']);
});

test('after our clock was put back the next report counts, and not when it comes right', async () => {
  await report({ nodes: [aNode('n1')] });
  const atMs = NOON_MS - 60 * MINUTE;
  deps.time.nowMs = atMs;
  await judgeReport(deps, aReport(cluster, { atMs, nodes: [aNode('n1', { DiskPressure: 'True' })] }));
  expect((await health())?.reasons.map(({ code }) => code)).toEqual(['HEARTBEAT_AWAITED', 'DISK_PRESSURE']);
});
