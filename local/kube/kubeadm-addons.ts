/** What `kubeadm init` leaves in a new cluster. https://kubernetes.io/docs/reference/setup-tools/kubeadm/implementation-details/ */
import type { JsonObject } from '../../lib/domain/cluster.ts';
import type { InitialToken, SelfManagedCluster } from './port.ts';
import { apiService, type SeedObject } from './seed-object.ts';

const NAMESPACE = 'kube-system';
const CONTROL_PLANE = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };

export function kubeadmAddons(cluster: SelfManagedCluster, version: string): readonly SeedObject[] {
  const apps = { apiVersion: 'apps/v1', namespace: NAMESPACE };
  return [
    apiService(hostOf(cluster.serviceCidr, 1)),
    clusterInfo(cluster),
    admins(),
    ...cluster.tokens.map(tokenSecret),
    { ...apps, plural: 'daemonsets', name: 'kube-proxy', content: { spec: kubeProxy(version) } },
    { ...apps, plural: 'deployments', name: 'coredns', content: { spec: coreDns() } },
    {
      plural: 'services',
      apiVersion: 'v1',
      name: 'kube-dns',
      namespace: NAMESPACE,
      content: { spec: { type: 'ClusterIP', clusterIP: hostOf(cluster.serviceCidr, 10) } },
    },
  ];
}

/** Where joining nodes learn the authority from. */
function clusterInfo({ endpoint, certificateAuthority }: SelfManagedCluster): SeedObject {
  const data = Buffer.from(certificateAuthority).toString('base64');
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: '', cluster: { 'certificate-authority-data': data, server: `https://${endpoint}` } }],
  };
  return {
    plural: 'configmaps',
    apiVersion: 'v1',
    name: 'cluster-info',
    namespace: 'kube-public',
    content: { data: { kubeconfig: JSON.stringify(kubeconfig) } },
  };
}

/** https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/ */
function tokenSecret({ id, secret, expiresAt }: InitialToken): SeedObject {
  const fields = {
    'token-id': id,
    'token-secret': secret,
    expiration: expiresAt,
    'usage-bootstrap-authentication': 'true',
    'usage-bootstrap-signing': 'true',
    'auth-extra-groups': 'system:bootstrappers:kubeadm:default-node-token',
  };
  const data = Object.entries(fields).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    plural: 'secrets',
    apiVersion: 'v1',
    name: `bootstrap-token-${id}`,
    namespace: NAMESPACE,
    content: { type: 'bootstrap.kubernetes.io/token', data: Object.fromEntries(data) },
  };
}

const admins = (): SeedObject => ({
  plural: 'clusterrolebindings',
  apiVersion: 'rbac.authorization.k8s.io/v1',
  name: 'kubeadm:cluster-admins',
  content: {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'kubeadm:cluster-admins' }],
  },
});

const kubeProxy = (version: string): JsonObject =>
  podsNamed('kube-proxy', {
    hostNetwork: true,
    containers: [{ name: 'kube-proxy', image: `registry.k8s.io/kube-proxy:${version}` }],
    tolerations: [{ operator: 'Exists' }],
  });

const coreDns = (): JsonObject => ({
  replicas: 2,
  ...podsNamed('kube-dns', {
    containers: [
      {
        name: 'coredns',
        image: 'registry.k8s.io/coredns/coredns:v1.12.0',
        resources: { requests: { cpu: '100m', memory: '70Mi' } },
      },
    ],
    tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }, CONTROL_PLANE],
  }),
});

const podsNamed = (label: string, spec: JsonObject): JsonObject => ({
  selector: { matchLabels: { 'k8s-app': label } },
  template: { metadata: { labels: { 'k8s-app': label } }, spec },
});

/** The n-th address of a range: kubeadm takes the first for the API server and the tenth for DNS. */
function hostOf(cidr: string, n: number): string {
  const [a = 0, b = 0, c = 0, d = 0] = (cidr.split('/')[0] ?? '').split('.').map(Number);
  return [a, b, c, d + n].join('.');
}
