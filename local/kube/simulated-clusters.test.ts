import { describe, expect, test } from '@jest/globals';
import {
  aBudget,
  aDeployment,
  aMachine,
  aSimulatedCluster,
  CLUSTER,
  type ClusterUnderTest,
  START_MS,
} from '../../test/builders/simulated-cluster.ts';

const MERGE = { 'content-type': 'application/merge-patch+json' };
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

const aConfigMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

/** Answers as clients see them: through JSON. */
function body(cluster: ClusterUnderTest, ...request: Parameters<ClusterUnderTest['ask']>) {
  return JSON.parse(JSON.stringify(cluster.ask(...request).body));
}

const names = (list: { items: { metadata: { name: string } }[] }) =>
  list.items.map(({ metadata }) => metadata.name);

describe('nodes', () => {
  test('are the joined machines, with the labels that AKS gives them', () => {
    const cluster = aSimulatedCluster([]);
    cluster.machines = [
      aMachine('b', { zone: '2', system: true, labels: { team: 'shop' } }),
      aMachine('c', { state: 'starting' }),
      aMachine('d', { state: 'gone' }),
    ];
    expect(names(body(cluster, 'GET', '/api/v1/nodes'))).toEqual(['b']);
    const node = body(cluster, 'GET', '/api/v1/nodes/b');
    expect(node.spec).toEqual({ providerID: 'azure:///subscriptions/s/virtualMachines/b' });
    expect(node.metadata.labels).toEqual({
      agentpool: 'workers',
      'kubernetes.azure.com/agentpool': 'workers',
      'kubernetes.azure.com/mode': 'system',
      'kubernetes.azure.com/role': 'agent',
      'kubernetes.io/arch': 'amd64',
      'kubernetes.io/hostname': 'b',
      'kubernetes.io/os': 'linux',
      'node.kubernetes.io/instance-type': 'Standard_D2s_v5',
      team: 'shop',
      'topology.kubernetes.io/region': 'westeurope',
      'topology.kubernetes.io/zone': 'westeurope-2',
    });
    expect(node.status.capacity).toEqual({
      cpu: '2000m',
      'ephemeral-storage': '134217728Ki',
      memory: '8388608Ki',
      pods: '110',
    });
  });

  test('become Ready a while after they joined', async () => {
    const cluster = aSimulatedCluster([]);
    cluster.machines = [aMachine('a', { joinedAt: START_MS + 60_000 })];
    const ready = async () => {
      const nodes = await cluster.api.listNodes();
      return nodes.ok && nodes.value.map((node) => [node.ready, node.taints.map(({ key }) => key)]);
    };
    const notReady = 'node.kubernetes.io/not-ready';
    expect(await ready()).toEqual([[false, [notReady, notReady]]]);
    cluster.advance(10_000);
    expect(await ready()).toEqual([[true, []]]);
  });

  test('keep what people change while the cloud changes the rest', () => {
    const cluster = aSimulatedCluster(['a']);
    cluster.ask('PATCH', '/api/v1/nodes/a', { metadata: { labels: { mine: '1', team: null } } }, MERGE);
    cluster.machines = [aMachine('a', { labels: { theirs: '2' } })];
    const { labels } = body(cluster, 'GET', '/api/v1/nodes/a').metadata;
    expect([labels.mine, labels.theirs]).toEqual(['1', '2']);
  });

  test('are cordoned with the taint of it, and a machine that comes back starts clean', () => {
    const cluster = aSimulatedCluster(['a']);
    cluster.ask('PATCH', '/api/v1/nodes/a', { spec: { unschedulable: true } }, MERGE);
    expect(cluster.clusters.isCordoned(CLUSTER, 'a')).toBe(true);
    expect(body(cluster, 'GET', '/api/v1/nodes/a').spec.taints).toEqual([
      { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' },
    ]);
    cluster.machines = [aMachine('a', { joinedAt: START_MS + 30_000 })];
    expect(cluster.clusters.isCordoned(CLUSTER, 'a')).toBe(false);
    expect(cluster.clusters.isCordoned(CLUSTER, 'no-such-node')).toBe(false);
  });

  test('that are deleted stay so while their machine runs', () => {
    const cluster = aSimulatedCluster(['a', 'b']);
    expect(cluster.ask('DELETE', '/api/v1/nodes/a').status).toBe(200);
    expect(names(body(cluster, 'GET', '/api/v1/nodes'))).toEqual(['b']);
    expect(cluster.ask('GET', '/api/v1/nodes/a').status).toBe(404);
  });
});

describe('pods', () => {
  const onNode = (cluster: ClusterUnderTest, node: string) =>
    names(body(cluster, 'GET', `/api/v1/namespaces/default/pods?fieldSelector=spec.nodeName=${node}`)).length;

  test('move when their node is gone', () => {
    const cluster = aSimulatedCluster(['a', 'b']);
    cluster.ask('POST', '/apis/apps/v1/namespaces/default/deployments', aDeployment('web', 4));
    expect([onNode(cluster, 'a'), onNode(cluster, 'b')]).toEqual([2, 2]);
    cluster.machines = [aMachine('b')];
    expect([onNode(cluster, 'a'), onNode(cluster, 'b')]).toEqual([0, 4]);
  });

  test('follow their deployment when it is scaled and when it is deleted', () => {
    const cluster = aSimulatedCluster(['a']);
    const deployments = '/apis/apps/v1/namespaces/default/deployments';
    cluster.ask('POST', deployments, aDeployment('web', 1));
    cluster.ask('PATCH', `${deployments}/web`, { spec: { replicas: 3 } }, MERGE);
    expect(onNode(cluster, 'a')).toBe(3);
    expect(body(cluster, 'GET', `${deployments}/web`).status.readyReplicas).toBe(3);
    cluster.ask('DELETE', `${deployments}/web`);
    onNode(cluster, 'a');
    cluster.advance(5_000);
    expect(onNode(cluster, 'a')).toBe(0);
  });

  test('a budget refuses an eviction with the cause that tells it from a throttle', () => {
    const cluster = aSimulatedCluster(['a']);
    cluster.ask('POST', '/apis/apps/v1/namespaces/default/deployments', aDeployment('web', 3));
    const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
    cluster.ask('POST', budgets, aBudget('two-of-three', 'web', { minAvailable: '50%' }));
    expect(body(cluster, 'GET', `${budgets}/two-of-three`).status).toMatchObject({
      expectedPods: 3,
      desiredHealthy: 2,
      currentHealthy: 3,
      disruptionsAllowed: 1,
    });
    cluster.ask('PATCH', '/api/v1/nodes/a', { spec: { unschedulable: true } }, MERGE);
    const [first, second] = names(body(cluster, 'GET', '/api/v1/namespaces/default/pods'));
    const evict = (pod = '') => cluster.ask('POST', `/api/v1/namespaces/default/pods/${pod}/eviction`, {});
    expect(cluster.clusters.heldBy(CLUSTER, 'a')).toBeUndefined();
    expect(evict(first).status).toBe(201);
    expect(cluster.clusters.heldBy(CLUSTER, 'a')).toBe('default/two-of-three');
    expect(cluster.clusters.heldBy(CLUSTER, 'no-such-node')).toBeUndefined();
    const refused = evict(second);
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({
      kind: 'Status',
      reason: 'TooManyRequests',
      message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: {
        causes: [
          {
            reason: 'DisruptionBudget',
            message: 'The disruption budget two-of-three needs 2 healthy pods and has 2 currently',
          },
        ],
      },
    });
  });
});

describe('faults', () => {
  test('a lost node and an injected condition show on their nodes only, until they end', async () => {
    const cluster = aSimulatedCluster(['a', 'b', 'c']);
    const { faults } = cluster.clusters;
    faults.add(CLUSTER, { kind: 'node-lost', node: 'a' });
    const pressure = {
      kind: 'node-condition',
      node: 'b',
      condition: 'DiskPressure',
      status: 'True',
    } as const;
    const injected = faults.add(CLUSTER, pressure);
    const conditions = async () => {
      const nodes = await cluster.api.listNodes();
      if (!nodes.ok) throw new Error(nodes.error.message);
      return nodes.value.map(({ conditions: all }) => all.map(({ status }) => status[0]).join(''));
    };
    expect(await conditions()).toEqual(['UUUUU', 'FTFFT', 'FFFFT']);
    expect(faults.clear(CLUSTER, injected.id)).toBe(true);
    expect(await conditions()).toEqual(['UUUUU', 'FFFFT', 'FFFFT']);
    expect(faults.clear(CLUSTER)).toBe(true);
    expect(faults.clear(CLUSTER)).toBe(false);
    expect(await conditions()).toEqual(['FFFFT', 'FFFFT', 'FFFFT']);
  });

  test('a node that stays lost loses its pods after five minutes, and budgets count their successors', () => {
    const cluster = aSimulatedCluster(['a', 'b']);
    const healthy = () => {
      const path = '/apis/policy/v1/namespaces/kube-system/poddisruptionbudgets/coredns-pdb';
      return (cluster.ask('GET', path).body as { status: { currentHealthy: number } }).status.currentHealthy;
    };
    expect(healthy()).toBe(2);
    cluster.clusters.faults.add(CLUSTER, { kind: 'node-lost', node: 'a' });
    cluster.advance(299_000);
    expect(healthy()).toBe(1);
    cluster.advance(2_000);
    expect(healthy()).toBe(2);
  });

  test('an API server that is down answers nobody', async () => {
    const cluster = aSimulatedCluster(['a']);
    cluster.clusters.faults.add(CLUSTER, { kind: 'api-down' });
    expect(await cluster.api.listNodes()).toMatchObject({ ok: false, error: { code: 'Unavailable' } });
  });
});

describe('a cluster', () => {
  test('forgets everything when it is forgotten', () => {
    const cluster = aSimulatedCluster(['a']);
    cluster.ask('POST', CONFIG_MAPS, aConfigMap('m'));
    cluster.ask('PATCH', '/api/v1/nodes/a', { spec: { unschedulable: true } }, MERGE);
    cluster.clusters.faults.add(CLUSTER, { kind: 'agent-stopped' });
    cluster.clusters.forget(CLUSTER);
    expect(cluster.ask('GET', `${CONFIG_MAPS}/m`).status).toBe(404);
    expect(cluster.clusters.isCordoned(CLUSTER, 'a')).toBe(false);
    expect(cluster.clusters.faults.list(CLUSTER)).toEqual([]);
  });

  test('is the same in two runs', () => {
    const story = () => {
      const cluster = aSimulatedCluster(['a', 'b']);
      cluster.ask('POST', '/apis/apps/v1/namespaces/default/deployments', aDeployment('web', 3));
      return body(cluster, 'GET', '/api/v1/pods');
    };
    expect(story()).toEqual(story());
  });

  test('tokens differ by cluster', () => {
    const { clusters } = aSimulatedCluster(['a']);
    expect(clusters.tokenFor(CLUSTER)).toMatch(/^[0-9a-f]{64}$/);
    expect(clusters.tokenFor('another')).not.toBe(clusters.tokenFor(CLUSTER));
  });
});
