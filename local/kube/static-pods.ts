/**
 * Static pods of self-managed control planes: kubelets run them from files and show them through the API, where nobody
 * can end them. https://kubernetes.io/docs/tasks/configure-pod-container/static-pod/
 */
import type { JsonObject } from '../../lib/domain/cluster.ts';
import type { ControlPlaneComponent } from '../../lib/kube/self-managed.ts';
import { type Cluster, keep, storedOne } from './cluster.ts';
import { sameJson } from './merge.ts';
import { uidOf } from './node-marks.ts';
import { node } from './nodes.ts';
import { type ApiObject, timestamp, uidFor } from './object.ts';
import { silentNodes } from './pods.ts';
import type { SimulatedMachine } from './port.ts';
import { resource } from './resources.ts';

const PODS = resource('pods');
const NAMESPACE = 'kube-system';

/** What they ask for, as kubeadm writes it. */
const REQUESTS = {
  etcd: { cpu: '100m', memory: '100Mi' },
  'kube-apiserver': { cpu: '250m' },
  'kube-controller-manager': { cpu: '200m' },
  'kube-scheduler': { cpu: '100m' },
} as const satisfies Record<ControlPlaneComponent, JsonObject>;

/** Their images, as kubeadm writes the manifests. */
const COMPONENTS = {
  etcd: 'registry.k8s.io/etcd:3.5.21-0',
  'kube-apiserver': 'registry.k8s.io/kube-apiserver',
  'kube-controller-manager': 'registry.k8s.io/kube-controller-manager',
  'kube-scheduler': 'registry.k8s.io/kube-scheduler',
} as const satisfies Record<ControlPlaneComponent, string>;

export function mirrorStaticPods(cluster: Cluster): void {
  const silent = silentNodes(cluster);
  for (const machine of cluster.machines) {
    const components = machine.kubeadm?.controlPlane;
    if (components === undefined || node(cluster, machine.name) === undefined) continue;
    for (const component of componentNames) {
      mirror(cluster, machine, component, components[component] && !silent.has(machine.name));
    }
  }
}

const componentNames = Object.keys(COMPONENTS) as readonly ControlPlaneComponent[];

function mirror(
  cluster: Cluster,
  machine: SimulatedMachine,
  component: ControlPlaneComponent,
  ready: boolean,
): void {
  const name = `${component}-${machine.name}`;
  const live = storedOne(cluster, PODS, `${NAMESPACE}/${name}`);
  const status = statusOf(ready, timestamp(machine.joinedAt ?? cluster.nowMs));
  if (live !== undefined && sameJson(live.status, status)) return;
  keep(cluster, PODS, { ...(live ?? staticPod(cluster, machine, component, name)), status });
}

function statusOf(ready: boolean, at: string) {
  const condition = (type: string, holds: boolean) => ({ type, status: holds ? 'True' : 'False' });
  return {
    phase: 'Running',
    startTime: at,
    conditions: [
      condition('Initialized', true),
      condition('Ready', ready),
      condition('ContainersReady', ready),
      condition('PodScheduled', true),
    ],
  };
}

function staticPod(
  cluster: Cluster,
  machine: SimulatedMachine,
  component: ControlPlaneComponent,
  name: string,
): ApiObject {
  const tag = component === 'etcd' ? '' : `:${cluster.version}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: NAMESPACE,
      uid: uidFor(`${cluster.id}/pods/${NAMESPACE}/${name}/${uidOf(cluster, machine)}`),
      creationTimestamp: timestamp(cluster.nowMs),
      labels: { component, tier: 'control-plane' },
      annotations: {
        'kubernetes.io/config.mirror': uidFor(name).replaceAll('-', ''),
        'kubernetes.io/config.source': 'file',
      },
      ownerReferences: [
        {
          apiVersion: 'v1',
          kind: 'Node',
          name: machine.name,
          uid: uidOf(cluster, machine),
          controller: true,
        },
      ],
    },
    spec: {
      nodeName: machine.name,
      hostNetwork: true,
      priorityClassName: 'system-node-critical',
      containers: [
        {
          name: component,
          image: `${COMPONENTS[component]}${tag}`,
          resources: { requests: REQUESTS[component] },
        },
      ],
      tolerations: [{ effect: 'NoExecute', operator: 'Exists' }],
    },
  };
}
