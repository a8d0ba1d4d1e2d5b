import { describe, expect, test } from '@jest/globals';
import {
  aMachine,
  aSimulatedCluster,
  CLUSTER,
  type ClusterUnderTest,
  START_MS,
} from '../../../test/builders/simulated-cluster.ts';

const METRICS = '/apis/metrics.k8s.io/v1beta1';
const HOUR_MS = 3_600_000;

interface Usage {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly usage: { readonly cpu: string; readonly memory: string };
  readonly containers: readonly { readonly usage: Usage['usage'] }[];
}

function items(cluster: ClusterUnderTest, path: string): readonly Usage[] {
  const answer = cluster.ask('GET', `${METRICS}/${path}`);
  expect(answer.status).toBe(200);
  return JSON.parse(JSON.stringify(answer.body)).items;
}

/** Percent of the processors, and of the memory, by node. */
function percents(cluster: ClusterUnderTest): Record<string, readonly [number, number]> {
  const shares = items(cluster, 'nodes').map(({ metadata: { name }, usage }) => {
    const machine = cluster.machines.find((one) => one.name === name);
    const cpu = Number.parseInt(usage.cpu, 10) / 1e6 / (machine?.cpuMilli ?? 0);
    const memory = (Number.parseInt(usage.memory, 10) * 1024) / (machine?.memoryBytes ?? 0);
    return [name, [Math.round(cpu * 1000) / 10, Math.round(memory * 1000) / 10]] as const;
  });
  return Object.fromEntries(shares);
}

describe('load', () => {
  test('varies from node to node and over the day, and never comes near a threshold', () => {
    const cluster = aSimulatedCluster(['a', 'b']);
    const seen = Array.from({ length: 24 * 7 }, () => {
      cluster.advance(HOUR_MS);
      return percents(cluster);
    });
    const all = seen.flatMap((at) => Object.values(at).flat());
    expect(Math.min(...all)).toBeGreaterThan(3);
    expect(Math.max(...all)).toBeLessThan(80);
    const cpuOfA = seen.map((at) => at.a?.[0] ?? 0);
    expect(new Set(cpuOfA).size).toBeGreaterThan(50);
    expect(Math.max(...cpuOfA) - Math.min(...cpuOfA)).toBeGreaterThan(15);
    expect(seen.filter((at) => at.a?.[0] === at.b?.[0]).length).toBeLessThan(20);
  });

  test('is the same whenever it is asked for the same moment', () => {
    expect(percents(aSimulatedCluster(['a', 'b']))).toEqual(percents(aSimulatedCluster(['a', 'b'])));
  });

  test('is what a fault says, on one node or on all', () => {
    const cluster = aSimulatedCluster(['a', 'b']);
    const { faults } = cluster.clusters;
    faults.add(CLUSTER, { kind: 'load', cpuPercent: 95, memoryPercent: 40 });
    expect(percents(cluster)).toEqual({ a: [95, 40], b: [95, 40] });
    faults.add(CLUSTER, { kind: 'load', node: 'a', cpuPercent: 10, memoryPercent: 99 });
    expect(percents(cluster)).toEqual({ a: [10, 99], b: [95, 40] });
    faults.clear(CLUSTER);
    expect(percents(cluster)).toEqual(percents(aSimulatedCluster(['a', 'b'])));
  });

  test('of which a fault says one part is as usual in the other', () => {
    const cluster = aSimulatedCluster(['a']);
    const usual = percents(cluster).a;
    cluster.clusters.faults.add(CLUSTER, { kind: 'load', cpuPercent: 97 });
    expect(percents(cluster).a).toEqual([97, usual?.[1]]);
  });
});

describe('the metrics API', () => {
  test('is there, discovery included, while a metrics server runs', () => {
    const cluster = aSimulatedCluster(['a']);
    const groups = () => JSON.stringify(cluster.ask('GET', '/apis').body);
    expect(items(cluster, 'nodes')).toHaveLength(1);
    expect(groups()).toContain('metrics.k8s.io');
    expect(cluster.ask('GET', METRICS).body).toMatchObject({
      resources: [
        { name: 'nodes', kind: 'NodeMetrics', verbs: ['get', 'list'] },
        { name: 'pods', kind: 'PodMetrics' },
      ],
    });
    cluster.ask('DELETE', '/apis/apps/v1/namespaces/kube-system/deployments/metrics-server');
    cluster.advance(10_000);
    expect(cluster.ask('GET', `${METRICS}/nodes`).status).toBe(404);
    expect(groups()).not.toContain('metrics.k8s.io');
  });

  test('knows a node once it was measured, and not while its kubelet is silent', () => {
    const cluster = aSimulatedCluster(['a']);
    cluster.machines = [aMachine('a'), aMachine('b', { joinedAt: START_MS + 60_000 })];
    const known = () => items(cluster, 'nodes').map(({ metadata }) => metadata.name);
    expect(known()).toEqual(['a']);
    cluster.advance(25_000);
    expect(known()).toEqual(['a', 'b']);
    cluster.clusters.faults.add(CLUSTER, { kind: 'node-lost', node: 'b' });
    expect(known()).toEqual(['a']);
    expect(cluster.ask('GET', `${METRICS}/nodes/a`).body).toMatchObject({ kind: 'NodeMetrics' });
    expect(cluster.ask('GET', `${METRICS}/nodes/b`).status).toBe(404);
  });

  test('pods use what their nodes use, but for what the system takes', () => {
    const cluster = aSimulatedCluster(['a']);
    const cpu = (usage: Usage['usage'] | undefined) => Number.parseInt(usage?.cpu ?? '', 10);
    const pods = items(cluster, 'pods').map(({ containers }) => cpu(containers[0]?.usage));
    const [node] = items(cluster, 'nodes');
    expect(pods.reduce((sum, one) => sum + one, 0) / cpu(node?.usage)).toBeCloseTo(0.8, 5);
    expect(items(cluster, 'namespaces/default/pods')).toEqual([]);
    expect(items(cluster, 'pods?labelSelector=k8s-app%3Dcoredns')).toHaveLength(2);
  });
});

describe('the summary of a kubelet', () => {
  const summary = (cluster: ClusterUnderTest, node: string) =>
    cluster.ask('GET', `/api/v1/nodes/${node}/proxy/stats/summary`);

  test('says how full the disk is, of which the node says how large it is', () => {
    const cluster = aSimulatedCluster(['a']);
    const capacityBytes = 128 * 1024 ** 3;
    const { node } = JSON.parse(JSON.stringify(summary(cluster, 'a').body));
    expect(node).toMatchObject({ nodeName: 'a', fs: { capacityBytes } });
    expect(node.fs.usedBytes + node.fs.availableBytes).toBe(capacityBytes);
    expect(node.fs.usedBytes).toBeGreaterThan(0.1 * capacityBytes);
    expect(cluster.ask('GET', '/api/v1/nodes/a').body).toMatchObject({
      status: { capacity: { 'ephemeral-storage': `${capacityBytes / 1024}Ki` } },
    });
  });

  test('does not come from a kubelet that is silent, nor from a node that is none', () => {
    const cluster = aSimulatedCluster(['a']);
    cluster.clusters.faults.add(CLUSTER, { kind: 'node-lost', node: 'a' });
    expect(summary(cluster, 'a').status).toBe(503);
    expect(summary(cluster, 'b').status).toBe(404);
  });
});
