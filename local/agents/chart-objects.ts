/** Objects that charts are made of, marked as helm marks them. */
import type { JsonObject } from '../../lib/domain/cluster.ts';

export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  readonly values: JsonObject;
}

/** Helm marks all that it makes. */
export const marks = ({ name, namespace }: Release) => ({
  labels: { 'app.kubernetes.io/managed-by': 'Helm', 'app.kubernetes.io/instance': name },
  annotations: { 'meta.helm.sh/release-name': name, 'meta.helm.sh/release-namespace': namespace },
});

export const account = (release: Release, name: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace: release.namespace, ...marks(release) },
});

const RBAC = 'rbac.authorization.k8s.io';

export const clusterBinding = (
  release: Release,
  name: string,
  role: string,
  serviceAccount: string,
): JsonObject => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name, ...marks(release) },
  roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
  subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace: release.namespace }],
});

export interface PodOf {
  readonly image: string;
  readonly serviceAccountName?: string;
  readonly volumes?: readonly JsonObject[];
}

export const deployment = (release: Release, name: string, pod: PodOf): JsonObject =>
  workload(release, 'Deployment', name, pod);

/** On every node, whatever its taints. */
export const daemonSet = (release: Release, name: string, pod: PodOf): JsonObject =>
  workload(release, 'DaemonSet', name, pod);

function workload(
  release: Release,
  kind: 'Deployment' | 'DaemonSet',
  name: string,
  { image, serviceAccountName = 'default', volumes = [] }: PodOf,
): JsonObject {
  const selector = { 'app.kubernetes.io/instance': release.name, 'app.kubernetes.io/name': name };
  const tolerations = kind === 'DaemonSet' ? [{ operator: 'Exists' }] : [];
  const spec = {
    serviceAccountName,
    tolerations,
    volumes,
    containers: [{ name, image, resources: REQUESTS }],
  };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace: release.namespace, ...marks(release) },
    spec: {
      ...(kind === 'Deployment' ? { replicas: 1 } : {}),
      selector: { matchLabels: selector },
      template: { metadata: { labels: selector }, spec },
    },
  };
}

/** Charts as they come ask for little. */
const REQUESTS = { requests: { cpu: '50m', memory: '64Mi' } };

export function service(
  release: Release,
  name: string,
  type: 'ClusterIP' | 'LoadBalancer',
  ports: readonly JsonObject[],
): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: release.namespace, ...marks(release) },
    spec: {
      type,
      selector: { 'app.kubernetes.io/instance': release.name, 'app.kubernetes.io/name': name },
      ports: ports.map((port) => ({ protocol: 'TCP', ...port })),
    },
  };
}
