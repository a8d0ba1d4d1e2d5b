/**
 * The seam between the simulated clouds, which own machines, and the simulated Kubernetes clusters, which show those
 * machines as nodes. A cloud implements MachineSource; nothing here knows any cloud. A cluster id is whatever the
 * cloud names its clusters by; it becomes a path segment, so it is `[A-Za-z0-9._-]{1,128}`. Clusters that no cloud runs
 * (kubeadm on instances: local/machines) say so with `selfManaged`.
 */
import type { Taint } from '../../lib/domain/pool.ts';
import type { EpochMs } from '../../lib/domain/time.ts';
import type { ControlPlaneComponent } from '../../lib/kube/self-managed.ts';

export interface SimulatedMachine {
  /** The node's name: `aks-workers-12345678-vmss000000`. */
  readonly name: string;
  readonly pool: string;
  /** AKS: the value of the label `agentpool`; the pool's name when absent. */
  readonly agentPool?: string;
  /** `1` or `westeurope-1`; absent: regional. */
  readonly zone?: string;
  readonly region: string;
  readonly instanceType: string;
  /** As the cloud controller writes it into the node: `azure:///subscriptions/...`. */
  readonly providerId: string;
  /** `v1.33.2`. */
  readonly kubeletVersion: string;
  /** `joined` and `lost` machines are nodes; a `lost` one does not run any more, but nobody deleted its node yet. */
  readonly state: 'starting' | 'joined' | 'lost' | 'gone';
  /** Since when it is lost. */
  readonly lostAt?: EpochMs;
  /** When it joined, in wall milliseconds; required to become Ready. */
  readonly joinedAt?: EpochMs;
  /** On top of the well-known ones, which are derived. */
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  /** AKS: the mode of its pool. */
  readonly system?: boolean;
  /** Self-managed clusters only. */
  readonly kubeadm?: KubeadmNode;
}

/** What kubeadm and the kubelet made of a machine. */
export interface KubeadmNode {
  readonly internalIp: string;
  /** `cloud-provider: external`: tainted until the cloud controller has seen it. */
  readonly awaitsCloud: boolean;
  /** What the cloud says when its controller asks for an instance by the node's name. */
  readonly instance: 'exists' | 'not-found' | 'terminated';
  /** Its static pods, and whether each is ready; absent: a worker. */
  readonly controlPlane?: Readonly<Record<ControlPlaneComponent, boolean>>;
}

export interface MachineSource {
  /** `undefined`: there is no such cluster, or its API server is not up (yet, or while it is stopped). */
  machines(clusterId: string): readonly SimulatedMachine[] | undefined;
  /** What the control plane runs: `v1.33.2`. */
  version(clusterId: string): string | undefined;
  /** `undefined`: its cloud runs the control plane. */
  selfManaged?(clusterId: string): SelfManagedCluster | undefined;
}

export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A Service of type LoadBalancer, as the cloud controller knows it. */
export interface BalancedService {
  readonly clusterId: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly port: number; readonly nodePort: number }[];
}

/** The volume behind a PersistentVolumeClaim, as the storage driver knows it. */
export interface ClaimedVolume {
  /** `pvc-<uid of the claim>`: also what the PersistentVolume is called. */
  readonly name: string;
  readonly claim: { readonly namespace: string; readonly name: string };
  readonly sizeGiB: number;
  /** `gp3` */
  readonly type: string;
  readonly encrypted: boolean;
  /** What the driver was told to tag volumes with. */
  readonly clusterTag?: string;
  /** Its zone is where a volume is made. */
  readonly node: string;
  /** A pod on that node uses it: it is attached there. */
  readonly isUsed: boolean;
}

export interface InitialToken {
  readonly id: string;
  readonly secret: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** A cluster that kubeadm made, as far as its API shows it. */
export interface SelfManagedCluster {
  /** PEM. */
  readonly certificateAuthority: string;
  /** `host:6443` */
  readonly endpoint: string;
  /** `10.96.0.0/12` */
  readonly serviceCidr: string;
  /** Bootstrap tokens that kubeadm made with it. */
  readonly tokens: readonly InitialToken[];
  /** Runs etcdctl beside the node's etcd; `undefined`: no etcd runs there. `args` without the program's name. */
  etcdctl(node: string, args: readonly string[]): ProgramResult | undefined;
  /** Its node was deleted through the API. */
  nodeDeleted(node: string): void;
  /** DNS name of the cloud's balancer for the service, made when it is missing; `undefined`: this cloud makes none. */
  ensureBalancer(service: BalancedService): string | undefined;
  /** Whether all that belongs to it is gone. */
  removeBalancer(service: BalancedService): boolean;
  /** Id of the volume, made when it is missing and attached where it is used; `undefined`: this cloud makes none. */
  ensureVolume(volume: ClaimedVolume): string | undefined;
  removeVolume(id: string): void;
}

/** What a kubeconfig of a simulated cluster has to say. A cloud that writes its own needs all of it. */
export interface ClusterAccess {
  /** `https://127.0.0.1:16443/clusters/<id>` */
  readonly server: string;
  /** PEM; kubeconfigs carry it in base64 as `certificate-authority-data`. Absent in process. */
  readonly certificateAuthority?: string;
  /** `tls-server-name` of the kubeconfig: the certificate carries no address. */
  readonly serverName?: string;
  /** The only token that the cluster accepts. Deterministic for a cluster and a seed. */
  readonly token: string;
}

/** What a cloud may ask of the clusters: SimulatedClusters implements it. */
export interface ClusterSide {
  /** Clouds that remove a node of their own choice prefer cordoned ones. */
  isCordoned(clusterId: string, node: string): boolean;
  /** `namespace/name` of a PodDisruptionBudget that a drain of the node would fail on now. */
  heldBy(clusterId: string, node: string): string | undefined;
  /** The cluster is gone: so are its objects and its faults. */
  forget(clusterId: string): void;
  access(clusterId: string): ClusterAccess;
  /** The admin kubeconfig, YAML. */
  kubeconfig(clusterId: string): string;
}
