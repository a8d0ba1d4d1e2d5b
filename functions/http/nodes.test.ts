import { beforeEach, expect, test } from '@jest/globals';
import { asClusterId } from '../../lib/domain/ids.ts';
import { HOUR_MS, toInstant } from '../../lib/domain/time.ts';
import { anAgent, type TestAgent } from '../../test/builders/agents.ts';
import { aClusterInput } from '../../test/builders/cluster-input.ts';
import { send, type TestApiDeps } from '../../test/builders/http.ts';
import { aReadyProject, editor, viewer } from '../../test/builders/project.ts';
import { aNodeReport, aSample, GIB, someAmounts } from '../../test/builders/reports.ts';
import { FakeWorkloadApi } from '../../test/fakes/fake-workload-api.ts';
import { createCluster } from './create-cluster.ts';
import { getNode } from './get-node.ts';
import { listNodes } from './list-nodes.ts';
import { receiveHeartbeat } from './receive-heartbeat.ts';

const params = { project: 'default', cluster: 'shop' };
const pressed = { type: 'DiskPressure', status: 'True', reason: 'KubeletHasDiskPressure' } as const;

let deps: TestApiDeps;
let agent: TestAgent;
beforeEach(async () => {
  const api = new FakeWorkloadApi();
  api.addNode('work-2');
  api.addNode('work-1', { conditions: [pressed], labels: { 'slipway.io/pool': 'work' } });
  deps = { ...(await aReadyProject()), connectWorkload: api.connect };
  deps.cloud.admin = 'apiVersion: v1';
  const made = await send(deps, createCluster, {
    ...editor,
    params: { project: 'default' },
    body: aClusterInput(),
  });
  agent = await anAgent(deps, { cluster: asClusterId(String(Object(made.body).id)) });
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

test('[A73] a node that the cluster does not have is 404', async () => {
  await measure();
  expect(await node('other')).toMatchObject({ status: 404, body: { code: 'NODE_NOT_FOUND' } });
});
