/**
 * What is in a cluster before anyone touches it: the namespaces of Kubernetes and what AKS runs in kube-system, budgets
 * included, because those are what a careless drain meets first; or the little that kubeadm leaves there.
 */
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { type Cluster, keep, stored } from './cluster.ts';
import { kubeadmAddons } from './kubeadm-addons.ts';
import { type ApiObject, timestamp, uidFor } from './object.ts';
import { resource } from './resources.ts';
import { apiService, type SeedObject } from './seed-object.ts';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
/** With what one of their pods asks for: https://learn.microsoft.com/azure/aks/node-resource-reservations */
const DAEMON_SETS = {
  'azure-ip-masq-agent': { cpu: '100m', memory: '50Mi' },
  'csi-azuredisk-node': { cpu: '30m', memory: '60Mi' },
  'kube-proxy': { cpu: '100m' },
};
const DEPLOYMENTS = {
  coredns: { cpu: '100m', memory: '70Mi' },
  'konnectivity-agent': { cpu: '20m', memory: '20Mi' },
  'metrics-server': { cpu: '44m', memory: '55Mi' },
};
const REPLICAS = 2;

export function seed(cluster: Cluster): void {
  if (stored(cluster, resource('namespaces')).length > 0) return;
  const addons = cluster.selfManaged ? kubeadmAddons(cluster.selfManaged, cluster.version) : aksAddons();
  for (const object of [...namespaces(), ...addons]) put(cluster, object);
}

function namespaces(): readonly SeedObject[] {
  return NAMESPACES.flatMap((name): readonly SeedObject[] => [
    {
      plural: 'namespaces',
      apiVersion: 'v1',
      name,
      content: { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } },
    },
    { plural: 'serviceaccounts', apiVersion: 'v1', name: 'default', namespace: name, content: {} },
  ]);
}

function aksAddons(): readonly SeedObject[] {
  const namespace = 'kube-system';
  const apps = { apiVersion: 'apps/v1', namespace };
  return [
    apiService('10.0.0.1'),
    ...Object.entries(DAEMON_SETS).map(([name, requests]) => ({
      ...apps,
      plural: 'daemonsets',
      name,
      content: { spec: workload(name, requests) },
    })),
    ...Object.entries(DEPLOYMENTS).flatMap(([name, requests]): readonly SeedObject[] => [
      {
        ...apps,
        plural: 'deployments',
        name,
        content: { spec: { replicas: REPLICAS, ...workload(name, requests) } },
      },
      {
        plural: 'poddisruptionbudgets',
        apiVersion: 'policy/v1',
        name: `${name}-pdb`,
        namespace,
        content: { spec: { minAvailable: 1, selector: { matchLabels: { 'k8s-app': name } } } },
      },
    ]),
  ];
}

/** Cluster services run anywhere, as those of AKS do. */
const workload = (name: string, requests: JsonObject): JsonObject => ({
  selector: { matchLabels: { 'k8s-app': name } },
  template: {
    metadata: { labels: { 'k8s-app': name } },
    spec: {
      containers: [{ name, image: `mcr.microsoft.com/oss/kubernetes/${name}`, resources: { requests } }],
      tolerations: [{ operator: 'Exists' }],
    },
  },
});

function put(cluster: Cluster, { plural, apiVersion, name, namespace, content }: SeedObject): void {
  const { kind } = resource(plural);
  const object: ApiObject = {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid: uidFor(`${cluster.id}/${plural}/${namespace ?? ''}/${name}`),
      creationTimestamp: timestamp(cluster.nowMs),
      generation: 1,
    },
    ...content,
  };
  keep(cluster, resource(plural), object);
}
