/** What is left of operations that nobody asks for any more, in a cluster that a test makes up. */
import { expect, test } from '@jest/globals';
import { anAgentDefinition } from '../../test/builders/agent-definition.ts';
import { ManualTime, settled } from '../../test/fakes/manual-time.ts';
import { kubeClient } from '../kube/client.ts';
import { kubeObjects } from '../kube/objects.ts';
import type { Http } from '../ports.ts';
import { operationLoop } from './operations.ts';
import { newWork } from './work.ts';

const NOW = Date.parse('2026-11-20T18:00:00Z');
const LOG = { debug() {}, info() {}, warn() {}, error() {} };
const BINDING = { metadata: { name: 'scan-1', labels: { 'slipway.io/operation': 'scan-1' } } };
/** Was booted by a patch, and never came back. */
const LOST_NODE = {
  metadata: {
    name: 'node-1',
    annotations: { 'slipway.io/patching': 'patch-1', 'slipway.io/patching-since': '2026-11-20T12:00:00Z' },
  },
  status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
};
const JOB_DONE = { status: { conditions: [{ type: 'Complete', status: 'True' }] } };

function answerTo(path: string): object {
  if (path.endsWith('/nodes')) return { items: [LOST_NODE] };
  if (path.endsWith('/clusterrolebindings')) return { items: [BINDING] };
  if (path.includes('/jobs/patch-1-')) return JOB_DONE;
  if (path.endsWith('/rbac.authorization.k8s.io/v1')) {
    return { resources: [{ name: 'clusterrolebindings', kind: 'ClusterRoleBinding', namespaced: false }] };
  }
  return { items: [], resources: [] };
}

test('a node that never comes back does not keep the rights of a scan from being taken back', async () => {
  const asked: string[] = [];
  const http: Http = async ({ method, url }) => {
    const { pathname } = new URL(url, 'https://kube.test');
    asked.push(`${method} ${pathname}`);
    return { status: 200, headers: {}, body: JSON.stringify(answerTo(pathname)) };
  };
  const ending = new AbortController();
  const { signal } = ending;
  const kube = kubeClient(http, signal);
  const time = new ManualTime(NOW);
  const deps = { kube, objects: kubeObjects(kube), namespace: 'ours', clock: time, log: LOG };
  const results = { tell: async () => {}, isTold: () => false, keepOnly() {} };
  const work = { ...newWork(time), definition: anAgentDefinition() };
  const ended = operationLoop({ deps, results, log: LOG, signal }, work);
  await settled();
  ending.abort();
  await ended;
  expect(asked).toContain('DELETE /apis/rbac.authorization.k8s.io/v1/clusterrolebindings/scan-1');
  // The Job of the patch is what says how far it came.
  expect(asked.filter((one) => one.startsWith('DELETE') && one.includes('/jobs/'))).toEqual([]);
});
