/**
 * What the agent may do in its cluster, and no more: what it watches, its own namespace, and what its operations need.
 * To install packs it has to be able to make what packs are made of, which is nearly everything; that role is a second
 * one, and clusters whose profile has no add-ons do not have it. Which roles an add-on gives its programs stands by name
 * in its file (packs/addons): nobody may give what he has not got without leave to. agent/rights.test.ts runs the agent with
 * exactly these rules: nothing is refused, and nothing is left over.
 *
 * `nodes/proxy` is how a kubelet is asked how full its disks are; there is no narrower right for it through the API server:
 * https://kubernetes.io/docs/reference/access-authn-authz/kubelet-authn-authz/
 */
import type { KubernetesObject } from '../../kube/port.ts';
import { AGENT, CREDENTIAL_SECRET, LABELS, NAMESPACE } from './facts.ts';

/** https://kubernetes.io/docs/reference/access-authn-authz/rbac/ */
export interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

const READ = ['get', 'list', 'watch'];
/** What the agent and helm do to objects of packs. */
const CHANGE = [...READ, 'create', 'patch', 'delete'];
const PACKS = `${AGENT}-packs`;
/** agent/operations/scans.ts gives it to the scan that lists what runs, for as long as that takes. */
const SBOM = 'slipway-scan-sbom';
const RBAC = 'rbac.authorization.k8s.io';

/** Heartbeats and reports; patching cordons nodes, evicts their pods and opens them again; Velero does backups. */
const CLUSTER_RULES: readonly Rule[] = [
  { apiGroups: [''], resources: ['nodes'], verbs: ['list', 'patch'] },
  { apiGroups: [''], resources: ['nodes/proxy'], verbs: ['get'] },
  { apiGroups: [''], resources: ['pods', 'services'], verbs: ['list'] },
  { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['list'] },
  { apiGroups: ['metrics.k8s.io'], resources: ['nodes'], verbs: ['list'] },
  { apiGroups: ['velero.io'], resources: ['backups', 'restores'], verbs: ['get', 'create'] },
  { apiGroups: ['velero.io'], resources: ['backupstoragelocations'], verbs: ['list'] },
  // Scans that look around get a role while they run: one of these two, and no other.
  { apiGroups: [RBAC], resources: ['clusterrolebindings'], verbs: ['list', 'create', 'patch', 'delete'] },
  { apiGroups: [RBAC], resources: ['clusterroles'], resourceNames: ['cluster-admin', SBOM], verbs: ['bind'] },
];

/** Scans and patches are Jobs beside the agent, and it reads what they wrote. */
const OWN_RULES: readonly Rule[] = [
  { apiGroups: [''], resources: ['secrets'], verbs: ['create'] },
  { apiGroups: [''], resources: ['secrets'], resourceNames: [CREDENTIAL_SECRET], verbs: ['get', 'patch'] },
  { apiGroups: [''], resources: ['configmaps'], verbs: ['list', 'create', 'patch', 'delete'] },
  { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['create', 'patch', 'delete'] },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list', 'create', 'delete'] },
];

/** Reads what is there; of Secrets nothing. */
const SBOM_RULES: readonly Rule[] = [
  {
    apiGroups: [''],
    resources: ['nodes', 'pods', 'namespaces', 'services', 'serviceaccounts', 'configmaps'],
    verbs: ['get', 'list'],
  },
  { apiGroups: ['apps', 'batch'], resources: ['*'], verbs: ['get', 'list'] },
];

/** What packs consist of; whatever a pack needs besides stands in its own file (packs/addons). */
const PACK_RULES: readonly Rule[] = [
  {
    apiGroups: [''],
    resources: [
      'namespaces',
      'serviceaccounts',
      'configmaps',
      'secrets',
      'services',
      'persistentvolumeclaims',
      'limitranges',
      'resourcequotas',
    ],
    verbs: CHANGE,
  },
  { apiGroups: ['apps'], resources: ['deployments', 'daemonsets', 'statefulsets'], verbs: CHANGE },
  // Helm keeps its releases in Secrets, which it replaces, and watches pods until they are ready.
  { apiGroups: [''], resources: ['secrets'], verbs: ['update'] },
  { apiGroups: [''], resources: ['pods'], verbs: READ },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: READ },
  { apiGroups: ['batch'], resources: ['jobs', 'cronjobs'], verbs: CHANGE },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: CHANGE },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: CHANGE },
  {
    apiGroups: ['networking.k8s.io'],
    resources: ['ingresses', 'ingressclasses', 'networkpolicies'],
    verbs: CHANGE,
  },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses', 'csidrivers'], verbs: CHANGE },
  { apiGroups: ['scheduling.k8s.io'], resources: ['priorityclasses'], verbs: CHANGE },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: CHANGE },
  { apiGroups: ['apiregistration.k8s.io'], resources: ['apiservices'], verbs: CHANGE },
  {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'],
    verbs: CHANGE,
  },
  {
    apiGroups: [RBAC],
    resources: ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'],
    verbs: CHANGE,
  },
];

/** `packs`: what the packs of this cluster need beside what all need; absent: it has none. */
export function accessObjects(packs: readonly Rule[] | undefined): readonly KubernetesObject[] {
  return [
    ...clusterWide(AGENT, CLUSTER_RULES),
    clusterRole(SBOM, SBOM_RULES),
    role(OWN_RULES),
    bindingOf('RoleBinding', 'Role', AGENT, NAMESPACE),
    ...(packs === undefined ? [] : clusterWide(PACKS, [...PACK_RULES, ...packs])),
  ];
}

function clusterWide(name: string, rules: readonly Rule[]): readonly KubernetesObject[] {
  return [clusterRole(name, rules), bindingOf('ClusterRoleBinding', 'ClusterRole', name)];
}

const clusterRole = (name: string, rules: readonly Rule[]): KubernetesObject => ({
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRole',
  metadata: { name, labels: LABELS },
  rules,
});

function role(rules: readonly Rule[]): KubernetesObject {
  const metadata = { name: AGENT, namespace: NAMESPACE, labels: LABELS };
  return { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules };
}

function bindingOf(
  kind: 'RoleBinding' | 'ClusterRoleBinding',
  roleKind: 'Role' | 'ClusterRole',
  name: string,
  namespace?: string,
): KubernetesObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind,
    metadata: { name, labels: LABELS, ...(namespace === undefined ? {} : { namespace }) },
    roleRef: { apiGroup: RBAC, kind: roleKind, name },
    subjects: [{ kind: 'ServiceAccount', name: AGENT, namespace: NAMESPACE }],
  };
}
