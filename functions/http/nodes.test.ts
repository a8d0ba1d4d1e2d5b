import { beforeEach, expect, test } from '@jest/globals';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import type { ClusterId } from '../../lib/domain/ids.ts';
import { HOUR_MS, toInstant } from '../../lib/domain/time.ts';
import { clusterAddress } from '../../lib/reconcile/event-log.ts';
import { anAgent, type TestAgent } from '../../test/builders/agents.ts';
import { aCreatedCluster } from '../../test/builders/created-cluster.ts';
import { send, type TestApiDeps } from '../../test/builders/http.ts';
import { aReadyProject, viewer } from '../../test/builders/project.ts';
import { aNodeReport, aSample, GIB, someAmounts } from '../../test/builders/reports.ts';
import { FakeWorkloadApi } from '../../test/fakes/fake-workload-api.ts';
import { getNode } from './get-node.ts';
import { listNodes } from './list-nodes.ts';
import { receiveHeartbeat } from './receive-heartbeat.ts';

const params = { project: 'default', cluster: 'shop' };
const pressed = { type: 'DiskPressure', status: 'True', reason: 'KubeletHasDiskPressure' } as const;

const aPoolStep = {
  title: 'Pool work',
  phase: 'done',
  condition: 'AddingWorkerNode',
  reason: 'PoolReady',
  message: '',
  attempts: 0,
  changedAt: '2026-11-20T11:00:00.000Z',
  outputs: {
    slots: {
      '0': { attempt: 2, id: 'i-2', joined: true, ready: true, replacedBecause: 'NodeNotReady' },
      '1': { attempt: 1, id: 'i-1', joined: true, ready: true },
    },
  },
} as const;

let api: FakeWorkloadApi;
let deps: TestApiDeps;
let agent: TestAgent;
let id: ClusterId;
beforeEach(async () => {
  api = new FakeWorkloadApi();
  api.addNode('work-2');
  api.addNode('work-1', { conditions: [pressed], labels: { 'slipway.io/pool': 'work' } });
  deps = { ...(await aReadyProject()), connectWorkload: api.connect };
  deps.cloud.admin = 'apiVersion: v1';
  id = await aCreatedCluster(deps);
  agent = await anAgent(deps, { cluster: id });
});

async function measure(): Promise<void> {
  const at = deps.time.nowMs;
  const body = {
    agentVersion: '1.0.0',
    sentAt: toInstant(at),
    nodes: [aNodeReport('work-1')],
    samples: [aSample(at, { 'work-1': someAmounts(1_000, 4 * GIB) })],
  };
  await send(deps, receiveHeartbeat, { headers: agent.headers, body });
}

const nodes = async () => (await send(deps, listNodes, { ...viewer, params })).body;
const node = (name: string) => send(deps, getNode, { ...viewer, params: { ...params, node: name } });

test('[A73] nodes are there before an agent is, with conditions and no usage', async () => {
  expect(await nodes()).toMatchObject({
    items: [
      { name: 'work-1', pool: 'work', usage: null, conditions: [pressed] },
      { name: 'work-2', usage: null },
    ],
  });
});

test('[A73, A80] a node shows what it uses beside its conditions', async () => {
  await measure();
  const usage = {
    at: toInstant(deps.time.nowMs),
    coresUsed: 1,
    cpuPercent: 25,
    memoryBytes: 4 * GIB,
    memoryPercent: 25,
    diskBytes: 10 * GIB,
    diskPercent: 16.7,
  };
  expect(await nodes()).toMatchObject({ items: [{ usage }, { usage: null }] });
  expect((await node('work-1')).body).toMatchObject({ usage, conditions: [pressed] });
});

test('[A73] what was measured long ago is not what a node uses', async () => {
  await measure();
  deps.time.nowMs += HOUR_MS;
  expect((await node('work-1')).body).toMatchObject({ usage: null });
});

test('a node says why the machine before it had to go', async () => {
  const at = clusterAddress(id);
  const stored = await deps.store.read<ClusterDocument>(at, id);
  if (!stored) throw new Error('no cluster');
  const document: ClusterDocument = {
    ...stored.document,
    steps: { ...stored.document.steps, 'machines/pool:work': aPoolStep },
  };
  await deps.store.replace(at, document, stored.etag);
  api.changeNode('work-1', { providerId: 'aws:///eu-central-1a/i-2' });
  expect((await node('work-1')).body).toMatchObject({ replacedBecause: 'NodeNotReady' });
  expect((await node('work-2')).body).not.toHaveProperty('replacedBecause');
});

test('[A73] a node that the cluster does not have is 404', async () => {
  await measure();
  expect(await node('other')).toMatchObject({ status: 404, body: { code: 'NODE_NOT_FOUND' } });
});
