import { beforeEach, describe, expect, test } from '@jest/globals';
import { readAudit } from '../../lib/audit/record.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import { judgeReport, judgeSilence } from '../../lib/health/judge.ts';
import { sweepHealth } from '../../lib/health/sweep.ts';
import { NOON_MS } from '../../test/builders/cluster.ts';
import { aClusterInput } from '../../test/builders/cluster-input.ts';
import { aNode, aReport, aSample, beats, enlisted } from '../../test/builders/health.ts';
import { type Received, send, sendTo, type TestApiDeps } from '../../test/builders/http.ts';
import { admin, aReadyProject, editor, viewer } from '../../test/builders/project.ts';
import { createCluster } from './create-cluster.ts';
import { endpoints } from './index.ts';
import { putSettings } from './put-settings.ts';

const MINUTE = 60_000;
const CLUSTERS = '/api/v1/projects/default/clusters';
let deps: TestApiDeps;
let shop: ClusterDocument;

beforeEach(async () => {
  const ready = await aReadyProject();
  deps = { ...ready, config: { ...ready.config, agents: { ...ready.config.agents, shards: 1 } } };
  await send(deps, createCluster, { ...editor, params: { project: 'default' }, body: aClusterInput() });
  const page = await deps.store.query<ClusterDocument>({ container: 'clusters', where: [], limit: 1 });
  const [found] = page.items;
  if (!found) throw new Error('no cluster');
  shop = found.document;
  await enlisted(deps, shop);
});

const get = (path: string, headers = viewer.headers) => sendTo(deps, endpoints, 'GET', { path, headers });
const health = () => get(`${CLUSTERS}/shop/health`);

function put(body: unknown, more: Readonly<Record<string, string>> = {}, who = editor): Promise<Received> {
  const headers = { ...who.headers, ...more };
  return sendTo(deps, endpoints, 'PUT', { path: `${CLUSTERS}/shop/health/thresholds`, headers, body });
}

/** The agent beats once a minute for so long, and the sweep runs every minute. */
async function pass(minutes: number, isAlive: boolean): Promise<void> {
  for (let done = 0; done < minutes; done += 1) {
    deps.time.nowMs += MINUTE;
    const at = { atMs: deps.time.nowMs - 1_000, seq: deps.time.nowMs };
    if (isAlive) await beats(deps, { ...at, clusters: [shop.id] });
    await sweepHealth(deps, { periodMs: MINUTE, isPastDue: false });
  }
}

describe('[A64, A65] health of a cluster', () => {
  test('before its agent was heard of is Unknown, and says why', async () => {
    expect(await health()).toMatchObject({
      status: 200,
      body: {
        status: 'Unknown',
        reasons: [{ factor: 'heartbeat', code: 'HEARTBEAT_AWAITED' }],
        factors: {
          heartbeat: { status: 'Unknown' },
          nodeConditions: { status: 'Unknown' },
          metrics: { status: 'Unknown' },
        },
        thresholds: {
          heartbeat: { unhealthyAfter: 'PT10M' },
          metrics: { cpu: { percent: 90, window: 'PT10M' } },
        },
        generation: 0,
      },
    });
  });

  test('[A67, A68] shows a silence with its likely causes after ten minutes', async () => {
    await judgeReport(deps, aReport(shop, { nodes: [aNode('n1')] }));
    await pass(3, true);
    expect(await health()).toMatchObject({ body: { status: 'Healthy', reasons: [] } });
    const lastSeenAt = new Date(deps.time.nowMs - 1_000).toISOString();
    await pass(11, false);
    expect(await health()).toMatchObject({
      body: {
        status: 'Unhealthy',
        reasons: [
          {
            factor: 'heartbeat',
            code: 'HEARTBEAT_MISSING',
            message: expect.stringMatching(new RegExp(`${lastSeenAt}.*network.*agent was stopped`)),
          },
        ],
      },
    });
  });

  test('[A69, A70] names the node whose condition is bad, of whatever type', async () => {
    await judgeReport(
      deps,
      aReport(shop, { nodes: [aNode('n1', { DiskPressure: 'True', GpuBroken: 'True' })] }),
    );
    await pass(1, true);
    expect(await health()).toMatchObject({
      body: {
        status: 'Unhealthy',
        reasons: [
          { factor: 'nodeConditions', code: 'DISK_PRESSURE', node: 'n1' },
          {
            factor: 'nodeConditions',
            code: 'NODE_CONDITION',
            node: 'n1',
            message: 'Node n1 reports GpuBroken.',
          },
        ],
      },
    });
  });

  test('is in lists, in their filter, and in the status of reads', async () => {
    await judgeReport(deps, aReport(shop, { nodes: [aNode('n1')] }));
    await pass(1, true);
    expect(await get(`${CLUSTERS}?health=Healthy`)).toMatchObject({
      body: { items: [{ name: 'shop', status: { health: 'Healthy' } }] },
    });
    expect(await get(`${CLUSTERS}?health=Unknown`)).toMatchObject({ body: { items: [] } });
    expect(await get(`${CLUSTERS}/shop`)).toMatchObject({ body: { status: { health: 'Healthy' } } });
    expect(await get(`${CLUSTERS}/shop/status`)).toMatchObject({ body: { health: 'Healthy' } });
  });

  test('is an event when it changes', async () => {
    await judgeReport(deps, aReport(shop, { nodes: [aNode('n1', { MemoryPressure: 'True' })] }));
    await pass(1, true);
    const { body } = await get(`${CLUSTERS}/shop/events`);
    expect(body).toMatchObject({
      items: [
        { reason: 'ClusterRequested' },
        { severity: 'Warning', reason: 'MemoryPressure', task: 'health', node: 'n1' },
        { severity: 'Warning', reason: 'HealthChanged', task: 'health' },
      ],
    });
  });

  test('answers 304 while nothing changed', async () => {
    const { headers } = await health();
    const again = { ...viewer.headers, 'if-none-match': headers.get('etag') ?? '' };
    expect((await get(`${CLUSTERS}/shop/health`, again)).status).toBe(304);
    await judgeSilence(deps, { cluster: shop.id, sweptAtMs: NOON_MS, verdict: 'never', seenAtMs: 0 });
    expect((await get(`${CLUSTERS}/shop/health`, again)).status).toBe(200);
  });

  test('of a cluster that is not there is 404', async () => {
    expect(await get(`${CLUSTERS}/nobody/health`)).toMatchObject({
      status: 404,
      body: { code: 'CLUSTER_NOT_FOUND' },
    });
  });
});

describe('[A72] thresholds', () => {
  const OWN = { heartbeat: { unhealthyAfter: 'PT5M' }, metrics: { cpu: { percent: 70, window: 'PT5M' } } };

  test('of the cluster lie over those of its project, and {} goes back to them', async () => {
    const body = { healthThresholds: { metrics: { memory: { percent: 60, window: 'PT1H' } } } };
    await send(deps, putSettings, { ...admin, params: { project: 'default' }, body });
    expect(await put(OWN)).toMatchObject({
      status: 200,
      body: {
        heartbeat: { unhealthyAfter: 'PT5M' },
        metrics: { cpu: { percent: 70, window: 'PT5M' }, memory: { percent: 60 }, disk: { percent: 85 } },
        generation: 1,
      },
    });
    expect(await health()).toMatchObject({ body: { thresholds: { metrics: { cpu: { percent: 70 } } } } });
    expect(await put({})).toMatchObject({
      body: { heartbeat: { unhealthyAfter: 'PT10M' }, metrics: { cpu: { percent: 90 } }, generation: 2 },
    });
  });

  test('decide', async () => {
    await judgeReport(deps, aReport(shop, { nodes: [aNode('n1')] }));
    await pass(2, true);
    await put(OWN);
    for (let minute = 0; minute <= 5; minute += 1) {
      const atMs = deps.time.nowMs + minute * MINUTE;
      const samples = [aSample(atMs, { n1: { cpu: 75 } })];
      await judgeReport(deps, aReport(shop, { atMs, knownNodes: [aNode('n1')], samples }));
    }
    expect(await health()).toMatchObject({
      body: { reasons: [{ factor: 'metrics', code: 'CPU_HIGH', node: 'n1' }] },
    });
    await pass(5, false);
    expect(await health()).toMatchObject({
      body: { reasons: [{ code: 'HEARTBEAT_MISSING' }, { code: 'CPU_HIGH' }] },
    });
  });

  test('that are wrong are all named at once', async () => {
    const wrong = {
      heartbeat: { unhealthyAfter: 'P3D' },
      metrics: {
        cpu: { percent: 120, window: 'PT5M' },
        memory: { percent: 0, window: 'soon' },
        disk: { percent: -5, window: 'PT1S' },
        gpu: { percent: 5, window: 'PT5M' },
      },
    };
    const { status, body } = await put(wrong);
    expect(status).toBe(422);
    const found = [...Object(body).errors].map(({ path, code }) => `${path} ${code}`);
    expect(found.sort()).toEqual([
      '/heartbeat/unhealthyAfter THRESHOLD_INVALID',
      '/metrics/cpu/percent THRESHOLD_INVALID',
      '/metrics/disk/percent THRESHOLD_INVALID',
      '/metrics/disk/window THRESHOLD_INVALID',
      '/metrics/gpu UNKNOWN_FIELD',
      '/metrics/memory/percent THRESHOLD_INVALID',
      '/metrics/memory/window DURATION_INVALID',
    ]);
  });

  test('of a project are checked alike', async () => {
    const body = { healthThresholds: { metrics: { cpu: { percent: 101, window: 'PT5M' } } } };
    const answer = await send(deps, putSettings, { ...admin, params: { project: 'default' }, body });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'THRESHOLD_INVALID', errors: [{ path: '/healthThresholds/metrics/cpu/percent' }] },
    });
  });

  test('that are shorter than four beats are raised, with a warning', async () => {
    expect(await put({ heartbeat: { unhealthyAfter: 'PT1M' } })).toMatchObject({
      status: 200,
      body: { heartbeat: { unhealthyAfter: 'PT4M' }, warnings: [{ code: 'THRESHOLD_RAISED' }] },
    });
  });

  test('that are the same change nothing; a stale If-Match is 412; a viewer may not', async () => {
    await put(OWN);
    expect(await put(OWN, { 'if-match': '"1.0"' })).toMatchObject({ status: 200, body: { generation: 1 } });
    expect((await put({}, { 'if-match': '"0.0"' })).status).toBe(412);
    expect((await put({}, {}, viewer)).status).toBe(403);
  });

  test('what was read can be sent back', async () => {
    const { body } = await put(OWN);
    expect((await put(body)).status).toBe(200);
  });

  test('are on record, for auditors and in the events', async () => {
    await put(OWN);
    const items = await readAudit(deps, 'default', { limit: 10 });
    expect(items.at(-1)).toMatchObject({
      what: 'cluster.put-health-thresholds',
      generationBefore: 0,
      generationAfter: 1,
    });
    expect(await get(`${CLUSTERS}/shop/events`)).toMatchObject({
      body: { items: [{}, { reason: 'ThresholdsChanged', task: 'api' }] },
    });
  });
});
