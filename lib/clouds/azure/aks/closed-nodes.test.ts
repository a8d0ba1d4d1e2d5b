import { expect, test } from '@jest/globals';
import { current, desired, NOON_MS, old, quiet, short } from '../../../../test/builders/aks-pool.ts';
import { aRunningCluster } from '../../../../test/builders/aks-story.ts';
import { FakeWorkloadApi } from '../../../../test/fakes/fake-workload-api.ts';
import { closedNodes } from './closed-nodes.ts';
import { planPool } from './steps/pool-plan.ts';

const labels = (pool: string) => ({ labels: { 'kubernetes.azure.com/agentpool': pool } });

test('only nodes that stay and that we closed ourselves count as closed', async () => {
  const api = new FakeWorkloadApi();
  api.addNode('stays', labels('webnew1'));
  api.addNode('open', labels('webnew1'));
  api.addNode('leaves', labels('webold1'));
  api.addNode('theirs', { ...labels('webnew1'), unschedulable: true });
  await api.cordon('stays');
  await api.cordon('leaves');
  const nodes = await api.listNodes();
  expect(nodes.ok && closedNodes(nodes.value, ['webnew1'])).toEqual(['stays']);
});

test.each([
  ['while AKS is busy with another change', { moving: true }],
  ['before a node of another revision is drained into it', { others: [old] }],
])('a pool opens them %s', (_when, fields) => {
  const observed = { ...quiet, current, closed: ['n1', 'n2'], ...fields };
  expect(short(planPool(desired, observed, NOON_MS))).toEqual(['OpeningNodes', 'open n1 n2', undefined]);
});

test('[A247] a node that was being drained takes pods again when its pool stays after all', async () => {
  const story = await aRunningCluster();
  const nodes = await story.workload.listNodes();
  const name = nodes.ok ? nodes.value[0]?.name : undefined;
  if (name === undefined) throw new Error('no node came up');
  await story.workload.cordon(name);
  await story.pass(true);
  expect(story.workload.node(name)?.unschedulable).toBe(false);
});
