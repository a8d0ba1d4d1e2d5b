/**
 * What charts bring into a simulated cluster: as much as others can see of it. Charts that nobody knows here bring a
 * Deployment and its Service, because that is what most do.
 */
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { account, deployment, marks, type Release, service } from './chart-objects.ts';
import { clusterRole } from './chart-roles.ts';
import { veleroObjects } from './velero-chart.ts';

/** In the order in which they have to be there; the namespace is helm's to make. `undefined`: its values are wrong. */
export function objectsOf(release: Release): readonly JsonObject[] | undefined {
  switch (release.chart) {
    case 'prometheus':
      return prometheus(release);
    case 'metrics-server':
      return metricsServer(release);
    case 'velero':
      return veleroObjects(release);
    case 'ingress-nginx':
      return [
        deployment(release, `${release.name}-controller`, {
          image: 'registry.k8s.io/ingress-nginx/controller',
        }),
        service(release, `${release.name}-controller`, 'LoadBalancer', [
          { name: 'http', port: 80 },
          { name: 'https', port: 443, appProtocol: 'https' },
        ]),
      ];
    default:
      return [
        deployment(release, release.name, { image: `${release.chart}:${release.version}` }),
        service(release, release.name, 'ClusterIP', [{ port: 80 }]),
      ];
  }
}

function prometheus(release: Release): readonly JsonObject[] {
  const server = `${release.name}-server`;
  return [
    account(release, server),
    ...clusterRole(release, server, [
      {
        apiGroups: [''],
        resources: ['nodes', 'nodes/proxy', 'nodes/metrics', 'services', 'endpoints', 'pods', 'configmaps'],
        verbs: ['get', 'list', 'watch'],
      },
      { nonResourceURLs: ['/metrics'], verbs: ['get'] },
    ]),
    deployment(release, server, { image: 'quay.io/prometheus/prometheus', serviceAccountName: server }),
    ...kubeStateMetrics(release),
    service(release, server, 'ClusterIP', [{ name: 'http', port: 80 }]),
  ];
}

/** Lists of nearly everything: https://github.com/kubernetes/kube-state-metrics */
function kubeStateMetrics(release: Release): readonly JsonObject[] {
  const name = `${release.name}-kube-state-metrics`;
  const core = ['configmaps', 'secrets', 'nodes', 'pods', 'services', 'namespaces', 'persistentvolumeclaims'];
  const verbs = ['list', 'watch'];
  return [
    account(release, name),
    ...clusterRole(release, name, [
      { apiGroups: [''], resources: core, verbs },
      { apiGroups: ['apps'], resources: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'], verbs },
      { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs },
    ]),
    deployment(release, name, { image: 'registry.k8s.io/kube-state-metrics', serviceAccountName: name }),
  ];
}

const metricsServer = (release: Release): readonly JsonObject[] => [
  deployment(release, release.name, { image: 'registry.k8s.io/metrics-server/metrics-server' }),
  service(release, release.name, 'ClusterIP', [{ name: 'https', port: 443 }]),
  {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.metrics.k8s.io', ...marks(release) },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      service: { name: release.name, namespace: release.namespace },
    },
  },
];
