/** Who leaves a node, by what an API server answers. */
import { expect, test } from '@jest/globals';
import { ManualTime } from '../../test/fakes/manual-time.ts';
import { kubeClient } from '../kube/client.ts';
import { kubeObjects } from '../kube/objects.ts';
import { drainOnce } from './drain.ts';

const NOW = Date.parse('2026-11-20T18:00:00Z');
const LOG = { debug() {}, info() {}, warn() {}, error() {} };

/** A node with one pod, whose eviction is refused so. */
function look(status: number, cause: string) {
  const kube = kubeClient(async ({ method, url }) => {
    const list = { items: url.includes('/pods?') ? [{ metadata: { name: 'web', namespace: 'shop' } }] : [] };
    const refusal = { kind: 'Status', reason: 'Forbidden', details: { causes: [{ reason: cause }] } };
    return method === 'GET'
      ? { status: 200, headers: {}, body: JSON.stringify(list) }
      : { status, headers: {}, body: JSON.stringify(refusal) };
  }, new AbortController().signal);
  const objects = kubeObjects(kube);
  const clock = new ManualTime(NOW);
  return drainOnce({ kube, objects, namespace: 'ours', clock, log: LOG }, 'node-1');
}

test('a pod whose namespace is being deleted goes by itself', async () => {
  expect(await look(403, 'NamespaceTerminating')).toEqual({ ok: true, value: { podsLeft: 1, budgets: [] } });
});

test('what the agent may not evict is refused', async () => {
  expect(await look(403, '')).toMatchObject({ ok: false, error: { status: 403 } });
});
