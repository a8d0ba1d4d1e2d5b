/**
 * What is in a cluster before anyone touches it: the namespaces of Kubernetes and what AKS runs in kube-system, budgets
 * included, because those are what a careless drain meets first.
 */
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { type Cluster, keep, stored } from './cluster.ts';
import { type ApiObject, timestamp, uidFor } from './object.ts';
import { resource } from './resources.ts';

const NAMESPACES = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
const DAEMON_SETS = ['azure-ip-masq-agent', 'csi-azuredisk-node', 'kube-proxy'];
const DEPLOYMENTS = ['coredns', 'konnectivity-agent', 'metrics-server'];
const REPLICAS = 2;

export function seed(cluster: Cluster): void {
  if (stored(cluster, resource('namespaces')).length > 0) return;
  for (const name of NAMESPACES) {
    put(cluster, 'namespaces', 'v1', name, undefined, {
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
    put(cluster, 'serviceaccounts', 'v1', 'default', name, {});
  }
  put(cluster, 'services', 'v1', 'kubernetes', 'default', {
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.0.0.1',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 443 }],
    },
  });
  for (const name of DAEMON_SETS) {
    put(cluster, 'daemonsets', 'apps/v1', name, 'kube-system', { spec: workload(name) });
  }
  for (const name of DEPLOYMENTS) {
    put(cluster, 'deployments', 'apps/v1', name, 'kube-system', {
      spec: { replicas: REPLICAS, ...workload(name) },
    });
    put(cluster, 'poddisruptionbudgets', 'policy/v1', `${name}-pdb`, 'kube-system', {
      spec: { minAvailable: 1, selector: { matchLabels: { 'k8s-app': name } } },
    });
  }
}

/** Cluster services run anywhere, as those of AKS do. */
const workload = (name: string): JsonObject => ({
  selector: { matchLabels: { 'k8s-app': name } },
  template: {
    metadata: { labels: { 'k8s-app': name } },
    spec: {
      containers: [{ name, image: `mcr.microsoft.com/oss/kubernetes/${name}` }],
      tolerations: [{ operator: 'Exists' }],
    },
  },
});

function put(
  cluster: Cluster,
  plural: string,
  apiVersion: string,
  name: string,
  namespace: string | undefined,
  content: JsonObject,
): void {
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
