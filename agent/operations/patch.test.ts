/** Patching as one look at a cluster that a test makes up. */
import { expect, test } from '@jest/globals';
import { OPERATION_RESULT } from '../../lib/api/schemas/agent.ts';
import { ManualTime } from '../../test/fakes/manual-time.ts';
import { kubeClient } from '../kube/client.ts';
import { kubeObjects } from '../kube/objects.ts';
import { lookAtPatch } from './patch.ts';
import type { OperationDeps } from './step.ts';

const NOW = Date.parse('2026-11-20T18:00:00Z');
const LOG = { debug() {}, info() {}, warn() {}, error() {} };
const PATCH = 'patch-20261120-180000-scheduled';

/** Of an API server that shows these nodes, all at once. */
function depsOf(nodes: readonly object[]): OperationDeps {
  const body = JSON.stringify({ items: nodes });
  const kube = kubeClient(async () => ({ status: 200, headers: {}, body }), new AbortController().signal);
  return { kube, objects: kubeObjects(kube), namespace: 'ours', clock: new ManualTime(NOW), log: LOG };
}

test('of thousands of nodes the result says as much as is kept, what was left out before the rest', async () => {
  const nodes = Array.from({ length: 5_000 }, (_, index) => ({
    metadata: {
      name: `aks-work-12345678-vmss${10_000 + index}`,
      annotations: {
        'slipway.io/patched-by': PATCH,
        ...(index === 4_000 ? { 'slipway.io/patching-skipped': 'it could not be emptied' } : {}),
      },
    },
  }));
  const spec = { kind: 'patch', rebootIfRequired: true } as const;
  const step = await lookAtPatch(depsOf(nodes), { operation: PATCH, spec, cancelled: false });
  const at = new Date(NOW).toISOString();
  const { data } = OPERATION_RESULT.parse({ operation: PATCH, at, ...step });
  expect(data?.nodes).toContainEqual({
    node: 'aks-work-12345678-vmss14000',
    skipped: 'it could not be emptied',
  });
  expect(data).toMatchObject({ total: 5_000, truncated: true });
});
