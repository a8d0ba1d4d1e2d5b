import { describe, expect, test } from '@jest/globals';
import {
  aBudget,
  aDeployment,
  aSimulatedCluster,
  CLUSTER,
  type ClusterUnderTest,
  TIMES,
} from '../../test/builders/simulated-cluster.ts';

const WAIT = { force: false };
const FORCE = { force: true };

function podsOn(cluster: ClusterUnderTest, node: string): readonly string[] {
  const list = cluster.ask('GET', `/api/v1/namespaces/default/pods?fieldSelector=spec.nodeName=${node}`);
  return JSON.parse(JSON.stringify(list.body)).items.map(
    (pod: { metadata: { name: string } }) => pod.metadata.name,
  );
}

async function cordoned(cluster: ClusterUnderTest, node: string): Promise<ClusterUnderTest> {
  expect(await cluster.api.cordon(node)).toEqual({ ok: true, value: undefined });
  return cluster;
}

describe('drain', () => {
  test('evicts what may go, keeps DaemonSet pods, and is drained once the pods have stopped', async () => {
    const cluster = await cordoned(aSimulatedCluster(['a', 'b']), 'a');
    cluster.ask('POST', '/apis/apps/v1/namespaces/default/deployments', aDeployment('web', 2));
    // Three seeded deployments of two replicas, spread over two nodes before the cordon; web came after it.
    expect(await cluster.api.drain('a', WAIT)).toEqual({
      ok: true,
      value: { state: 'draining', podsLeft: 3 },
    });
    cluster.advance(TIMES.podStopMs);
    expect(await cluster.api.drain('a', WAIT)).toEqual({ ok: true, value: { state: 'drained' } });
    const left = cluster.ask('GET', '/api/v1/pods?fieldSelector=spec.nodeName=a');
    const owners = JSON.parse(JSON.stringify(left.body)).items.map(
      (pod: { metadata: { ownerReferences: { kind: string }[] } }) => pod.metadata.ownerReferences[0]?.kind,
    );
    expect(owners).toEqual(['DaemonSet', 'DaemonSet', 'DaemonSet']);
  });

  test('names the budget that forbids an eviction', async () => {
    const cluster = aSimulatedCluster(['a']);
    cluster.ask('POST', '/apis/apps/v1/namespaces/default/deployments', aDeployment('web', 1));
    const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
    cluster.ask('POST', budgets, aBudget('keep-web', 'web', { minAvailable: 1 }));
    cluster.ask('POST', budgets, aBudget('keep-other', 'other', { minAvailable: 1 }));
    await cordoned(cluster, 'a');
    const drained = await cluster.api.drain('a', WAIT);
    expect(drained).toMatchObject({ ok: true, value: { state: 'blocked' } });
    expect(drained.ok && drained.value).toHaveProperty(
      'budgets',
      expect.arrayContaining(['default/keep-web', 'kube-system/coredns-pdb']),
    );
    expect(JSON.stringify(drained)).not.toContain('keep-other');
    expect(podsOn(cluster, 'a')).toHaveLength(1);
  });

  test('two budgets over one pod are a block with both names, although the API server calls it an error', async () => {
    const cluster = aSimulatedCluster(['a', 'b']);
    await cordoned(cluster, 'b');
    cluster.ask('POST', '/apis/apps/v1/namespaces/default/deployments', aDeployment('web', 1));
    const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
    cluster.ask('POST', budgets, aBudget('one', 'web', { maxUnavailable: 1 }));
    cluster.ask('POST', budgets, aBudget('two', 'web', { maxUnavailable: 1 }));
    const patch = { 'content-type': 'application/merge-patch+json' };
    cluster.ask('PATCH', '/api/v1/nodes/b', { spec: { unschedulable: null } }, patch);
    await cordoned(cluster, 'a');
    const drained = await cluster.api.drain('a', WAIT);
    expect(drained).toMatchObject({ value: { state: 'blocked', budgets: ['default/one', 'default/two'] } });
  });

  test('force deletes the pods that a budget protects', async () => {
    const cluster = aSimulatedCluster(['a']);
    cluster.ask('POST', '/apis/apps/v1/namespaces/default/deployments', aDeployment('web', 1));
    const budget = aBudget('keep-web', 'web', { minAvailable: 1 });
    cluster.ask('POST', '/apis/policy/v1/namespaces/default/poddisruptionbudgets', budget);
    await cordoned(cluster, 'a');
    // Six seeded replicas and web.
    expect(await cluster.api.drain('a', FORCE)).toEqual({
      ok: true,
      value: { state: 'draining', podsLeft: 7 },
    });
    cluster.advance(TIMES.podStopMs);
    expect(await cluster.api.drain('a', FORCE)).toEqual({ ok: true, value: { state: 'drained' } });
    expect(podsOn(cluster, 'a')).toEqual([]);
  });

  test('leaves mirror pods and finished pods alone', async () => {
    const cluster = aSimulatedCluster(['a', 'b']);
    await cordoned(cluster, 'a');
    await cluster.api.drain('a', WAIT);
    cluster.advance(TIMES.podStopMs);
    const pod = (name: string, more: object, status: object) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, ...more },
      spec: { nodeName: 'a' },
      status,
    });
    const mirror = pod(
      'mirror',
      { annotations: { 'kubernetes.io/config.mirror': 'x' } },
      { phase: 'Running' },
    );
    cluster.ask('POST', '/api/v1/namespaces/default/pods', mirror);
    cluster.ask('POST', '/api/v1/namespaces/default/pods', pod('done', {}, { phase: 'Succeeded' }));
    expect(await cluster.api.drain('a', WAIT)).toEqual({ ok: true, value: { state: 'drained' } });
    expect(podsOn(cluster, 'a')).toEqual(['done', 'mirror']);
  });

  test('pods of a dead node are given up a minute after their grace', async () => {
    const cluster = aSimulatedCluster(['a', 'b']);
    expect(podsOn(cluster, 'a')).toEqual([]);
    cluster.clusters.faults.add(CLUSTER, { kind: 'node-lost', node: 'a' });
    await cordoned(cluster, 'a');
    expect(await cluster.api.drain('a', FORCE)).toMatchObject({ value: { state: 'draining', podsLeft: 3 } });
    cluster.advance(TIMES.podStopMs + 60_000);
    expect(await cluster.api.drain('a', FORCE)).toMatchObject({ value: { state: 'draining', podsLeft: 3 } });
    cluster.advance(2_000);
    expect(await cluster.api.drain('a', FORCE)).toEqual({ ok: true, value: { state: 'drained' } });
  });

  test('a node that is gone is cordoned and drained', async () => {
    const cluster = aSimulatedCluster(['a']);
    expect(await cluster.api.cordon('gone')).toEqual({ ok: true, value: undefined });
    expect(await cluster.api.drain('gone', WAIT)).toEqual({ ok: true, value: { state: 'drained' } });
  });
});
