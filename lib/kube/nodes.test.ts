import { describe, expect, test } from '@jest/globals';
import { aSimulatedCluster, CLUSTER } from '../../test/builders/simulated-cluster.ts';
import { Node } from './nodes.ts';

const NODE = {
  metadata: { name: 'a', creationTimestamp: '2026-11-20T18:00:00Z' },
  spec: {},
  status: { nodeInfo: { kubeletVersion: 'v1.33.2' } },
};

describe('a node in our words', () => {
  test('is in no zone when the label holds the fault domain of a regional machine', () => {
    const labels = { 'topology.kubernetes.io/zone': '0' };
    expect(Node.parse({ ...NODE, metadata: { ...NODE.metadata, labels } })).not.toHaveProperty('zone');
  });

  test('comes with its zone, type, taints and conditions', () => {
    expect(
      Node.parse({
        metadata: {
          ...NODE.metadata,
          labels: {
            'topology.kubernetes.io/zone': 'westeurope-1',
            'node.kubernetes.io/instance-type': 'Standard_D2s_v5',
          },
        },
        spec: {
          providerID: 'azure:///a',
          unschedulable: true,
          taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule', timeAdded: '2026-11-20T18:00:00Z' }],
        },
        status: {
          nodeInfo: { kubeletVersion: 'v1.33.2', osImage: 'Ubuntu' },
          conditions: [
            {
              type: 'Ready',
              status: 'True',
              reason: 'KubeletReady',
              message: 'm',
              lastTransitionTime: '2026-11-20T18:00:10Z',
            },
          ],
        },
      }),
    ).toEqual({
      name: 'a',
      providerId: 'azure:///a',
      labels: {
        'topology.kubernetes.io/zone': 'westeurope-1',
        'node.kubernetes.io/instance-type': 'Standard_D2s_v5',
      },
      taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }],
      ready: true,
      unschedulable: true,
      zone: 'westeurope-1',
      instanceType: 'Standard_D2s_v5',
      kubeletVersion: 'v1.33.2',
      createdAt: '2026-11-20T18:00:00.000Z',
      conditions: [
        {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'm',
          lastTransitionAt: '2026-11-20T18:00:10.000Z',
        },
      ],
    });
  });

  test.each<[string, true | undefined]>([
    ['disabled', true],
    ['Disabled', undefined],
    ['', undefined],
  ])('left alone when its people wrote «%s»', (written, leftAlone) => {
    const annotations = { 'slipway.io/remediation': written };
    const node = Node.parse({ ...NODE, metadata: { ...NODE.metadata, annotations } });
    expect(node.leftAlone).toBe(leftAlone);
  });

  test('that has just registered is not ready', () => {
    expect(Node.parse(NODE)).toEqual({
      name: 'a',
      labels: {},
      taints: [],
      ready: false,
      unschedulable: false,
      kubeletVersion: 'v1.33.2',
      createdAt: '2026-11-20T18:00:00.000Z',
      conditions: [],
    });
  });

  test.each(['False', 'Unknown'])('whose Ready is %s is not ready', (status) => {
    const conditions = [
      { type: 'Ready', status },
      { type: 'Other', status: 'True' },
    ];
    expect(Node.parse({ ...NODE, status: { conditions } }).ready).toBe(false);
  });

  test('with a condition of endless words keeps the first of them', () => {
    const conditions = [{ type: 'Ready', status: 'True', message: 'x'.repeat(100_000) }];
    expect(Node.parse({ ...NODE, status: { conditions } }).conditions[0]?.message).toHaveLength(1_024);
  });
});

describe('a connection', () => {
  test('says the version, cordons twice as once and applies', async () => {
    const cluster = aSimulatedCluster(['a']);
    expect(await cluster.api.version()).toEqual({ ok: true, value: 'v1.33.2' });
    for (let times = 0; times < 2; times++) {
      expect(await cluster.api.cordon('a')).toEqual({ ok: true, value: undefined });
      expect(cluster.clusters.isCordoned(CLUSTER, 'a')).toBe(true);
    }
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'agent', namespace: 'kube-system' },
      spec: { replicas: 2 },
    };
    for (let times = 0; times < 2; times++) {
      expect(await cluster.api.apply(deployment)).toEqual({ ok: true, value: undefined });
    }
    const stored = cluster.ask('GET', '/apis/apps/v1/namespaces/kube-system/deployments/agent');
    expect(stored.body).toMatchObject({
      metadata: { managedFields: [{ manager: 'slipway', operation: 'Apply' }] },
      spec: { replicas: 2 },
    });
  });

  test('opens a node that it closed and tells its own cordon from that of others', async () => {
    const cluster = aSimulatedCluster(['a', 'b']);
    const seen = async () => {
      const nodes = await cluster.api.listNodes();
      return nodes.ok && nodes.value.map((node) => [node.name, node.unschedulable, node.cordonedByUs]);
    };
    const merge = { 'content-type': 'application/merge-patch+json' };
    cluster.ask('PATCH', '/api/v1/nodes/b', { spec: { unschedulable: true } }, merge);
    await cluster.api.cordon('a');
    expect(await seen()).toEqual([
      ['a', true, true],
      ['b', true, undefined],
    ]);
    for (let times = 0; times < 2; times++) {
      expect(await cluster.api.uncordon('a')).toEqual({ ok: true, value: undefined });
    }
    expect(await seen()).toEqual([
      ['a', false, undefined],
      ['b', true, undefined],
    ]);
    expect(await cluster.api.uncordon('gone')).toEqual({ ok: true, value: undefined });
  });

  test('takes back what someone else changed in a field of ours', async () => {
    const cluster = aSimulatedCluster(['a']);
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm', namespace: 'default' } };
    await cluster.api.apply({ ...configMap, data: { a: 'ours' } });
    const path = '/api/v1/namespaces/default/configmaps/m';
    const merge = { 'content-type': 'application/merge-patch+json' };
    cluster.ask('PATCH', path, { data: { a: 'theirs', b: 'theirs' } }, merge);
    await cluster.api.apply({ ...configMap, data: { a: 'ours' } });
    expect(cluster.ask('GET', path).body).toMatchObject({ data: { a: 'ours', b: 'theirs' } });
  });

  test('cannot apply what the cluster does not serve, nor where there is no namespace', async () => {
    const { api } = aSimulatedCluster(['a']);
    expect(await api.apply({ apiVersion: 'v1', kind: 'Widget', metadata: { name: 'w' } })).toMatchObject({
      ok: false,
      error: { code: 'NotFound', message: 'The cluster does not serve Widget in v1.' },
    });
    const lost = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm', namespace: 'no-such' } };
    expect(await api.apply(lost)).toMatchObject({
      error: { code: 'NotFound', message: 'namespaces "no-such" not found' },
    });
  });
});
