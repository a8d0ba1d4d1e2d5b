/**
 * The part of kubeadm's configuration that we write.
 * Source: https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/ and
 * https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
 */
import type { Taint } from '../../domain/pool.ts';

export const KUBEADM = 'kubeadm.k8s.io/v1beta4';

/** A flag of a component, without its dashes. */
export interface Argument {
  readonly name: string;
  readonly value: string;
}

export interface HostPathMount {
  readonly name: string;
  readonly hostPath: string;
  readonly mountPath: string;
  readonly readOnly?: boolean;
  readonly pathType: 'File' | 'DirectoryOrCreate';
}

interface Component {
  readonly extraArgs: readonly Argument[];
  readonly extraVolumes?: readonly HostPathMount[];
}

export interface ClusterConfiguration {
  readonly apiVersion: typeof KUBEADM;
  readonly kind: 'ClusterConfiguration';
  readonly clusterName: string;
  readonly kubernetesVersion: string;
  readonly controlPlaneEndpoint: string;
  readonly encryptionAlgorithm: 'ECDSA-P256';
  readonly networking: {
    readonly podSubnet: string;
    readonly serviceSubnet: string;
    readonly dnsDomain: string;
  };
  readonly apiServer: Component & { readonly certSANs: readonly string[] };
  readonly controllerManager: Component;
  readonly scheduler: Component;
}

export interface NodeRegistration {
  readonly name: string;
  readonly criSocket: string;
  /** Given even when empty: kubeadm would taint control-plane nodes by itself. */
  readonly taints: readonly Taint[];
  readonly kubeletExtraArgs: readonly Argument[];
}

/** Durations as Go writes them. */
export interface Timeouts {
  readonly controlPlaneComponentHealthCheck: string;
  readonly kubernetesAPICall: string;
  readonly etcdAPICall: string;
  readonly tlsBootstrap: string;
  readonly discovery: string;
}

interface LocalEndpoint {
  readonly localAPIEndpoint: { readonly bindPort: number };
}

export interface InitConfiguration extends LocalEndpoint {
  readonly apiVersion: typeof KUBEADM;
  readonly kind: 'InitConfiguration';
  readonly bootstrapTokens: readonly { readonly token: string; readonly ttl: string }[];
  readonly nodeRegistration: NodeRegistration;
  readonly timeouts: Timeouts;
}

export interface JoinConfiguration {
  readonly apiVersion: typeof KUBEADM;
  readonly kind: 'JoinConfiguration';
  readonly discovery: {
    readonly bootstrapToken: {
      readonly apiServerEndpoint: string;
      readonly token: string;
      readonly caCertHashes: readonly string[];
    };
  };
  readonly controlPlane?: LocalEndpoint;
  readonly nodeRegistration: NodeRegistration;
  readonly timeouts: Timeouts;
}

export interface KubeletConfiguration {
  readonly apiVersion: 'kubelet.config.k8s.io/v1beta1';
  readonly kind: 'KubeletConfiguration';
  readonly [field: string]: unknown;
}
