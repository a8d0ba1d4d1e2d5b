/**
 * The resources that the simulated API servers serve whatever happens, as discovery shows them. custom-resources.ts adds
 * what a cluster defines itself; anything else answers 404.
 */

export interface KubeResource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
}

const inCore = (plural: string, kind: string, ...shortNames: readonly string[]): KubeResource => ({
  group: '',
  version: 'v1',
  plural,
  kind,
  namespaced: true,
  shortNames,
});

const inGroup =
  (group: string, version = 'v1') =>
  (plural: string, kind: string, ...shortNames: readonly string[]): KubeResource => ({
    ...inCore(plural, kind, ...shortNames),
    group,
    version,
  });

const clusterWide = (resource: KubeResource): KubeResource => ({ ...resource, namespaced: false });

const inApps = inGroup('apps');
const inRbac = inGroup('rbac.authorization.k8s.io');
const inStorage = inGroup('storage.k8s.io');
const inNetworking = inGroup('networking.k8s.io');

export const RESOURCES: readonly KubeResource[] = [
  clusterWide(inCore('nodes', 'Node', 'no')),
  clusterWide(inCore('namespaces', 'Namespace', 'ns')),
  inCore('pods', 'Pod', 'po'),
  inCore('secrets', 'Secret'),
  inCore('configmaps', 'ConfigMap', 'cm'),
  inCore('services', 'Service', 'svc'),
  inCore('serviceaccounts', 'ServiceAccount', 'sa'),
  inCore('events', 'Event', 'ev'),
  inCore('persistentvolumeclaims', 'PersistentVolumeClaim', 'pvc'),
  clusterWide(inCore('persistentvolumes', 'PersistentVolume', 'pv')),
  inCore('resourcequotas', 'ResourceQuota', 'quota'),
  inCore('limitranges', 'LimitRange', 'limits'),
  inApps('deployments', 'Deployment', 'deploy'),
  inApps('daemonsets', 'DaemonSet', 'ds'),
  inApps('statefulsets', 'StatefulSet', 'sts'),
  inApps('replicasets', 'ReplicaSet', 'rs'),
  inGroup('autoscaling', 'v2')('horizontalpodautoscalers', 'HorizontalPodAutoscaler', 'hpa'),
  clusterWide(inGroup('apiregistration.k8s.io')('apiservices', 'APIService')),
  inGroup('policy')('poddisruptionbudgets', 'PodDisruptionBudget', 'pdb'),
  inGroup('batch')('jobs', 'Job'),
  inGroup('batch')('cronjobs', 'CronJob', 'cj'),
  inGroup('coordination.k8s.io')('leases', 'Lease'),
  inRbac('roles', 'Role'),
  inRbac('rolebindings', 'RoleBinding'),
  clusterWide(inRbac('clusterroles', 'ClusterRole')),
  clusterWide(inRbac('clusterrolebindings', 'ClusterRoleBinding')),
  clusterWide(inStorage('storageclasses', 'StorageClass', 'sc')),
  clusterWide(inStorage('volumeattachments', 'VolumeAttachment')),
  clusterWide(inStorage('csidrivers', 'CSIDriver')),
  clusterWide(inStorage('csinodes', 'CSINode')),
  inNetworking('networkpolicies', 'NetworkPolicy', 'netpol'),
  inNetworking('ingresses', 'Ingress', 'ing'),
  clusterWide(inNetworking('ingressclasses', 'IngressClass')),
  clusterWide(inGroup('scheduling.k8s.io')('priorityclasses', 'PriorityClass', 'pc')),
  clusterWide(
    inGroup('apiextensions.k8s.io')('customresourcedefinitions', 'CustomResourceDefinition', 'crd'),
  ),
  clusterWide(
    inGroup('admissionregistration.k8s.io')('mutatingwebhookconfigurations', 'MutatingWebhookConfiguration'),
  ),
  clusterWide(
    inGroup('admissionregistration.k8s.io')(
      'validatingwebhookconfigurations',
      'ValidatingWebhookConfiguration',
    ),
  ),
];

export const groupVersion = ({ group, version }: Pick<KubeResource, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

/** `deployments.apps`, as error messages and the store name it. */
export const qualifiedName = ({ plural, group }: Pick<KubeResource, 'plural' | 'group'>): string =>
  group === '' ? plural : `${plural}.${group}`;

/** For the simulator's own use of built-in resources; throws for what is not served. */
export function resource(plural: string): KubeResource {
  const found = RESOURCES.find((candidate) => candidate.plural === plural);
  if (found === undefined) throw new Error(`No such resource: ${plural}`);
  return found;
}
