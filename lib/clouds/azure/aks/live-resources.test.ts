import { describe, expect, test } from '@jest/globals';
import { aCluster } from '../../../../test/builders/cluster.ts';
import { type CloudError, fail, ok } from '../../../domain/errors.ts';
import type { WorkloadNode } from '../../../kube/port.ts';
import { viewOf } from '../../../reconcile/view.ts';
import type { OwnedResource } from '../../port.ts';
import { liveResources } from './live-resources.ts';
import type { AksCluster } from './port.ts';

const silence: CloudError = { code: 'Unavailable', message: 'ServerBusy', source: 'test' };
const view = viewOf(aCluster());
const cluster = {
  pools: [{ name: 'system1abc', tags: { slipway_pool: 'system' } }],
} as unknown as AksCluster;
const node: WorkloadNode = {
  name: 'n1',
  providerId: 'azure:///subscriptions/s/vm/n1',
  labels: { agentpool: 'system1abc' },
  taints: [],
  ready: true,
  unschedulable: false,
  zone: 'westeurope-1',
  kubeletVersion: 'v1.33.2',
  createdAt: '2026-11-20T12:00:00.000Z',
  conditions: [],
};
const owned = (kind: string, name: string): OwnedResource => ({
  kind,
  id: `/${name}`,
  name,
  clusterUid: view.id,
});

function asked(answers: { nodes?: 'silent'; owned?: 'silent' } = {}) {
  return {
    cluster: async () => ok(cluster),
    nodes: async () => (answers.nodes ? fail(silence) : ok([node])),
    platform: {
      listTagged: async () =>
        answers.owned
          ? fail(silence)
          : ok([
              owned('Microsoft.ContainerService/managedClusters', 'shop'),
              owned('Microsoft.Network/loadBalancers', 'kubernetes'),
            ]),
    },
  };
}

const machine = {
  kind: 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines',
  id: '/subscriptions/s/vm/n1',
  name: 'n1',
  role: 'system',
  origin: 'created',
  zone: '1',
  state: 'Ready',
};
const balancer = {
  kind: 'Microsoft.Network/loadBalancers',
  id: '/kubernetes',
  name: 'kubernetes',
  role: 'node-infrastructure',
  origin: 'created',
  state: 'Exists',
};

describe('liveResources', () => {
  test('machines with pool, zone and state, and what AKS made around them', async () => {
    expect(await liveResources(asked(), view)).toEqual(ok([balancer, machine]));
  });

  test('without machines while the cluster itself does not answer', async () => {
    expect(await liveResources(asked({ nodes: 'silent' }), view)).toEqual(ok([balancer]));
  });

  test('fails as Azure does', async () => {
    expect(await liveResources(asked({ owned: 'silent' }), view)).toEqual(fail(silence));
  });
});
