import { beforeEach, describe, expect, test } from '@jest/globals';
import { HOUR_MS, MINUTE_MS, toInstant } from '../../lib/domain/time.ts';
import { anAgent, type TestAgent } from '../../test/builders/agents.ts';
import { aCreatedCluster } from '../../test/builders/created-cluster.ts';
import { send, type TestApiDeps } from '../../test/builders/http.ts';
import { aReadyProject, viewer } from '../../test/builders/project.ts';
import { aNodeReport, aSample, GIB, someAmounts } from '../../test/builders/reports.ts';
import { getClusterUsage } from './get-cluster-usage.ts';
import { getNodeUsage } from './get-node-usage.ts';
import { listServices } from './list-services.ts';
import { receiveHeartbeat } from './receive-heartbeat.ts';

const params = { project: 'default', cluster: 'shop' };
const NODES = [
  aNodeReport('cp-1', { role: 'control-plane', pool: 'control-plane' }),
  aNodeReport('gpu-1', { pool: 'gpu', requests: { cpuMilli: 1_500, memoryBytes: 2 * GIB } }),
  aNodeReport('work-1'),
];
const USED = { 'cp-1': someAmounts(1_000), 'gpu-1': someAmounts(3_000), 'work-1': someAmounts(600) };

let deps: TestApiDeps;
let agent: TestAgent;
beforeEach(async () => {
  deps = await aReadyProject();
  agent = await anAgent(deps, { cluster: await aCreatedCluster(deps) });
});

let count = 0;
async function report(fields: object): Promise<void> {
  const body = {
    agentVersion: '1.0.0',
    sentAt: toInstant(deps.time.nowMs),
    instance: 'one',
    seq: ++count,
    ...fields,
  };
  const { status } = await send(deps, receiveHeartbeat, { headers: agent.headers, body });
  if (status !== 200) throw new Error(`The report got ${status}`);
}

async function usage(query = '') {
  const { status, body } = await send(deps, getClusterUsage, {
    ...viewer,
    params,
    path: `/api/v1/x?${query}`,
  });
  return { status, body: Object(body) };
}

async function ofNode(node: string, query = '') {
  const at = { ...params, node };
  return send(deps, getNodeUsage, { ...viewer, params: at, path: `/api/v1/x?${query}` });
}

describe('usage of a cluster', () => {
  test('[A73] before anything was measured has every key, and null in it', async () => {
    const at = deps.time.nowMs;
    expect(await usage()).toEqual({
      status: 200,
      body: {
        coresUsed: null,
        cpuUsage: null,
        memoryUsage: null,
        diskUsage: null,
        cpuRequests: null,
        memoryRequests: null,
        include: 'workers',
        from: toInstant(at - HOUR_MS),
        to: toInstant(at),
        stepSeconds: 60,
      },
    });
  });

  test('[A78, A79] requests are null while those of a node are not known', async () => {
    const { requests: _, ...unknown } = aNodeReport('work-1');
    await report({ nodes: [...NODES.slice(0, 2), unknown], samples: [aSample(deps.time.nowMs, USED)] });
    expect((await usage()).body).toMatchObject({ cpuRequests: null, memoryRequests: null });
    expect((await usage('include=control-plane')).body).toMatchObject({ cpuRequests: 0.5 });
  });

  test('[A74, A75] counts workers: cores in all, by pool and by node', async () => {
    await report({ nodes: NODES, samples: [aSample(deps.time.nowMs, USED)] });
    expect((await usage()).body.coresUsed).toEqual({
      total: 3.6,
      byPool: { gpu: 3, work: 0.6 },
      byNode: { 'gpu-1': 3, 'work-1': 0.6 },
    });
  });

  test.each([
    ['all', 4.6],
    ['control-plane', 1],
    ['workers', 3.6],
  ])('[A74] counts %s on request', async (include, total) => {
    await report({ nodes: NODES, samples: [aSample(deps.time.nowMs, USED)] });
    const { body } = await usage(`include=${include}`);
    expect([body.include, body.coresUsed.total, body.cpuUsage.current]).toEqual([include, total, total]);
  });

  test('[A76, A77] shows CPU, memory and disk now and over time, in percent too', async () => {
    const from = deps.time.nowMs - 2 * MINUTE_MS;
    const at = (minute: number) => toInstant(from + minute * MINUTE_MS);
    const samples = [0, 1, 2].map((minute) =>
      aSample(from + minute * MINUTE_MS, { 'work-1': someAmounts(minute * 1_000, 4 * GIB) }),
    );
    await report({ nodes: NODES, samples });
    const { body } = await usage();
    expect(body.cpuUsage).toEqual({
      current: 2,
      percent: 50,
      series: [
        [at(0), 0],
        [at(1), 1],
        [at(2), 2],
      ],
      percentSeries: [
        [at(0), 0],
        [at(1), 25],
        [at(2), 50],
      ],
    });
    expect(body.memoryUsage).toMatchObject({
      current: 4 * GIB,
      percent: 25,
      series: [[at(0), 4 * GIB], {}, {}],
    });
    expect(body.diskUsage).toMatchObject({ current: 10 * GIB, percent: 16.7 });
  });

  test('[A78, A79] shows what all pods ask for', async () => {
    await report({ nodes: NODES });
    expect((await usage()).body).toMatchObject({ cpuRequests: 2, memoryRequests: 3 * GIB, cpuUsage: null });
    expect((await usage('include=all')).body).toMatchObject({ cpuRequests: 2.5, memoryRequests: 4 * GIB });
  });

  test('[A76] has a range and a step', async () => {
    const to = deps.time.nowMs;
    await report({
      nodes: NODES,
      samples: [9, 8, 7, 6, 0].map((ago) => aSample(to - ago * MINUTE_MS, USED)),
    });
    const { body } = await usage(
      `from=${toInstant(to - 10 * MINUTE_MS)}&to=${toInstant(to - 5 * MINUTE_MS)}&step=PT5M`,
    );
    expect(body).toMatchObject({ stepSeconds: 300, from: toInstant(to - 10 * MINUTE_MS) });
    expect(body.cpuUsage.series).toEqual([[toInstant(to - 10 * MINUTE_MS), 3.6]]);
  });

  test('[A73] of an agent that fell silent is history, not now', async () => {
    await report({ nodes: NODES, samples: [aSample(deps.time.nowMs, USED)] });
    deps.time.nowMs += 45 * MINUTE_MS;
    const { body } = await usage();
    expect(body.coresUsed).toBeNull();
    expect(body.cpuUsage).toMatchObject({ current: null, percent: null, series: [[expect.anything(), 3.6]] });
  });

  test('[A71] of an agent with a wrong clock is shown at the right time', async () => {
    const off = 20 * MINUTE_MS;
    const measuredAt = deps.time.nowMs - MINUTE_MS;
    await report({
      sentAt: toInstant(deps.time.nowMs - off),
      nodes: NODES,
      samples: [aSample(measuredAt - off, USED)],
    });
    expect((await usage()).body.cpuUsage.series).toEqual([[toInstant(measuredAt), 3.6]]);
  });

  test('[A71] from the future, or of the day before yesterday, is nobody’s', async () => {
    const { nowMs } = deps.time;
    const samples = [aSample(nowMs - 48 * HOUR_MS, USED), aSample(nowMs + HOUR_MS, USED)];
    await report({ nodes: NODES, samples });
    expect((await usage()).body.cpuUsage).toBeNull();
  });

  test('a node that was measured before it was listed counts, without a percentage', async () => {
    await report({ samples: [aSample(deps.time.nowMs, { 'new-1': someAmounts(500) })] });
    expect((await usage()).body.cpuUsage).toMatchObject({ current: 0.5, percent: null, percentSeries: [] });
  });

  test.each([
    ['[A76]', 'from=2026-11-20T12:00:00Z&to=2026-11-20T11:00:00Z', 'RANGE_INVALID', '/from'],
    ['[A76]', 'from=2030-01-01T00:00:00Z', 'RANGE_INVALID', '/from'],
    ['[A76]', 'from=yesterday', 'RANGE_INVALID', '/from'],
    ['[A76]', 'to=1', 'RANGE_INVALID', '/to'],
    ['[A74]', 'include=some', 'INCLUDE_INVALID', '/include'],
    ['[A76]', 'step=0', 'STEP_INVALID', '/step'],
    ['[A76]', 'step=-60', 'STEP_INVALID', '/step'],
    ['[A76]', 'step=PT0.5S', 'STEP_INVALID', '/step'],
  ])('%s refuses ?%s', async (_, query, code, path) => {
    const { status, body } = await usage(query);
    expect({ status, code: body.code, path: body.errors[0].path }).toEqual({ status: 422, code, path });
  });

  test.each([
    [1, 'step=1', 10],
    [1, '', 60],
    [24, '', 300],
    [24, 'step=60', 300],
    [24, 'step=PT1H', 3_600],
    [24 * 10, 'step=60', 3_600],
    [24 * 365, '', 31_536],
  ])('[A76] %d hours with «%s» come in steps of %d s', async (hours, step, seconds) => {
    const from = toInstant(deps.time.nowMs - hours * HOUR_MS);
    expect((await usage(`from=${from}&${step}`)).body.stepSeconds).toBe(seconds);
  });
});

describe('usage of a node', () => {
  test('[A73, A80] is that of the cluster, for one, whatever its role', async () => {
    await report({ nodes: NODES, samples: [aSample(deps.time.nowMs, USED)] });
    expect(await ofNode('cp-1')).toMatchObject({
      status: 200,
      body: {
        coresUsed: { total: 1, byPool: { 'control-plane': 1 }, byNode: { 'cp-1': 1 } },
        cpuUsage: { current: 1, percent: 25 },
        cpuRequests: 0.5,
      },
    });
  });

  test('[A73] of no node is 404', async () => {
    await report({ nodes: NODES });
    expect(await ofNode('other')).toMatchObject({ status: 404, body: { code: 'NODE_NOT_FOUND' } });
    expect(await ofNode('work-1')).toMatchObject({ status: 200, body: { cpuUsage: null, cpuRequests: 0.5 } });
  });

  test('[A76] refuses a range that ends before it begins', async () => {
    expect(await ofNode('work-1', 'from=2030-01-01T00:00:00Z')).toMatchObject({ status: 422 });
  });
});

describe('services of a cluster', () => {
  const list = async () => (await send(deps, listServices, { ...viewer, params })).body;
  const service = {
    namespace: 'shop',
    name: 'web',
    type: 'LoadBalancer',
    ports: [{ port: 80 }],
    ingress: [],
  };

  test('[A81, A82] are those of packs and of everybody else, with links', async () => {
    const services = [
      { ...service, ingress: ['20.50.1.2'] },
      { ...service, namespace: 'monitoring', name: 'grafana', ingress: ['20.50.1.3'], pack: 'prometheus' },
    ];
    await report({ services });
    expect(await list()).toMatchObject({
      items: [
        { name: 'grafana', managedBy: 'profile', pack: 'prometheus', urls: ['http://20.50.1.3/'] },
        { name: 'web', managedBy: 'external', pack: null, urls: ['http://20.50.1.2/'], pending: false },
      ],
    });
  });

  test('[A83] come and go, wait for an address, and are never ClusterIP', async () => {
    expect(await list()).toEqual({ items: [] });
    await report({ services: [service, { ...service, name: 'db', type: 'ClusterIP' }] });
    expect(await list()).toMatchObject({ items: [{ name: 'web', pending: true, urls: [] }] });
    await report({
      services: [{ ...service, name: 'api', type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }],
    });
    expect(await list()).toMatchObject({ items: [{ name: 'api', pending: false }] });
  });
});
