/** Nodes as API servers show them, the odd ones too. */
import { expect, test } from '@jest/globals';
import { kubeClient } from '../kube/client.ts';
import { observeNodes } from './nodes.ts';

test('[A69] a condition that says neither yes nor no hides none of the others', async () => {
  const conditions = [
    { type: 'Ready', status: 'False', reason: 'KubeletNotReady' },
    { type: 'example.com/Tired', status: '' },
    { type: 'DiskPressure', status: 'True' },
  ];
  const body = JSON.stringify({ items: [{ metadata: { name: 'node-1' }, status: { conditions } }] });
  const kube = kubeClient(async () => ({ status: 200, headers: {}, body }), new AbortController().signal);
  const nodes = await observeNodes(kube);
  expect(nodes.ok && nodes.value[0]?.conditions).toEqual([
    conditions[0],
    { type: 'example.com/Tired', status: 'Unknown' },
    conditions[2],
  ]);
});
