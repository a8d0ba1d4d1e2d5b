/** What `kubeadm init` and `kubeadm join` are told: typed objects, written out by the YAML library. Pure. */
import { stringify } from 'yaml';
import type { Tags } from '../../domain/cluster.ts';
import {
  API_SERVER_ARGUMENTS,
  API_SERVER_VOLUMES,
  CONTROLLER_MANAGER_ARGUMENTS,
  KUBELET,
  SCHEDULER_ARGUMENTS,
} from './hardening.ts';
import {
  type ClusterConfiguration,
  type InitConfiguration,
  type JoinConfiguration,
  KUBEADM,
  type NodeRegistration,
  type Timeouts,
} from './kubeadm-types.ts';
import type { BootOrder } from './port.ts';

export interface KubeadmFacts {
  readonly order: BootOrder;
  readonly clusterName: string;
  readonly nodeName: string;
  /** `abcdef.0123456789abcdef` */
  readonly token: string;
  /** `sha256:...` of the cluster's CA. */
  readonly discoveryHash: string;
}

const CRI_SOCKET = 'unix:///run/containerd/containerd.sock';
const LOCAL_ENDPOINT = { localAPIEndpoint: { bindPort: 6443 } };

/** The token that kubeadm makes while it makes the cluster; without one it would make one for a day. */
const INIT_TOKEN_TTL = '30m0s';

/** Longer than kubeadm's own: a new load balancer lets the API server's first requests wait for minutes. Our choice. */
const TIMEOUTS: Timeouts = {
  controlPlaneComponentHealthCheck: '10m0s',
  kubernetesAPICall: '5m0s',
  etcdAPICall: '5m0s',
  tlsBootstrap: '10m0s',
  discovery: '10m0s',
};

export function kubeadmConfig(facts: KubeadmFacts): string {
  const documents =
    facts.order.kind === 'init' ? [clusterOf(facts), initOf(facts), KUBELET] : [joinOf(facts)];
  // kubeadm reads YAML 1.1, where a taint's value `on` would be no string without quotes.
  return documents
    .map((document) => stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, version: '1.1' }))
    .join('---\n');
}

function clusterOf({ order, clusterName }: KubeadmFacts): ClusterConfiguration {
  const [host = order.endpoint] = order.endpoint.split(':');
  return {
    apiVersion: KUBEADM,
    kind: 'ClusterConfiguration',
    clusterName,
    kubernetesVersion: order.kubernetesVersion,
    controlPlaneEndpoint: order.endpoint,
    encryptionAlgorithm: 'ECDSA-P256',
    networking: {
      podSubnet: order.podCidr,
      serviceSubnet: order.serviceCidr,
      dnsDomain: 'cluster.local',
    },
    apiServer: {
      certSANs: [host],
      extraArgs: API_SERVER_ARGUMENTS,
      extraVolumes: API_SERVER_VOLUMES,
    },
    controllerManager: { extraArgs: CONTROLLER_MANAGER_ARGUMENTS },
    scheduler: { extraArgs: SCHEDULER_ARGUMENTS },
  };
}

function initOf(facts: KubeadmFacts): InitConfiguration {
  return {
    apiVersion: KUBEADM,
    kind: 'InitConfiguration',
    bootstrapTokens: [{ token: facts.token, ttl: INIT_TOKEN_TTL }],
    ...LOCAL_ENDPOINT,
    nodeRegistration: registrationOf(facts),
    timeouts: TIMEOUTS,
  };
}

function joinOf(facts: KubeadmFacts): JoinConfiguration {
  const { order, token, discoveryHash } = facts;
  return {
    apiVersion: KUBEADM,
    kind: 'JoinConfiguration',
    discovery: {
      bootstrapToken: { apiServerEndpoint: order.endpoint, token, caCertHashes: [discoveryHash] },
    },
    ...(order.kind === 'join-control-plane' ? { controlPlane: LOCAL_ENDPOINT } : {}),
    nodeRegistration: registrationOf(facts),
    timeouts: TIMEOUTS,
  };
}

function registrationOf({ order, nodeName }: KubeadmFacts): NodeRegistration {
  const labels = kubeletLabels(order.labels);
  return {
    name: nodeName,
    criSocket: CRI_SOCKET,
    taints: order.taints,
    kubeletExtraArgs: [
      { name: 'cloud-provider', value: 'external' },
      ...(labels === '' ? [] : [{ name: 'node-labels', value: labels }]),
    ],
  };
}

/** Kubernetes keeps its own namespaces of labels from kubelets; those are put on the node once it has joined. */
function kubeletLabels(labels: Tags): string {
  return Object.entries(labels)
    .filter(([key]) => isForKubelets(key))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

const RESERVED = /(?:^|\.)(?:kubernetes|k8s)\.io$/;
const ALLOWED = /(?:^|\.)(?:kubelet|node)\.kubernetes\.io$/;

/** https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction */
function isForKubelets(key: string): boolean {
  const slash = key.lastIndexOf('/');
  const prefix = slash === -1 ? '' : key.slice(0, slash);
  return !RESERVED.test(prefix) || ALLOWED.test(prefix);
}
