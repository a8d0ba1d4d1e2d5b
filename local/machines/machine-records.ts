/**
 * What is remembered of machines and of the clusters that they made. Plain JSON in the records of the simulated clouds,
 * so that one restart brings everything back to where it was.
 */
import type { Taint } from '../../lib/domain/pool.ts';
import type { EpochMs } from '../../lib/domain/time.ts';
import type { Records, Table } from '../clouds/kit/records.ts';
import type { BootPlan } from './boot-plan.ts';
import type { InitToken, KubeadmOrder } from './kubeadm-order.ts';
import type { SimulatedInstance } from './port.ts';

/**
 * In the order of a boot. `idle`: nothing was asked of it; `failed`: it runs, but will never be a node. `endpoint` is
 * of `kubeadm init`, `etcd-*` of a control plane that joins, `tls-bootstrap` of every node.
 */
export type BootStage =
  | 'starting'
  | 'network'
  | 'packages'
  | 'secret'
  | 'kubeadm'
  | 'static-pods'
  | 'endpoint'
  | 'etcd-join'
  | 'etcd-start'
  | 'etcd-promotion'
  | 'tls-bootstrap'
  | 'joined'
  | 'idle'
  | 'failed';

export interface JoinedNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly externalCloud: boolean;
  readonly controlPlane: boolean;
  /** `v1.33.2` */
  readonly kubeletVersion: string;
  readonly joinedAt: EpochMs;
}

export interface Boot {
  readonly instance: Omit<SimulatedInstance, 'userData'>;
  readonly stage: BootStage;
  /** When the stage began: deadlines count from here. */
  readonly since: EpochMs;
  /** When there is something to do next; absent: never. */
  readonly nextAt?: EpochMs;
  readonly plan?: BootPlan;
  /** By path: what the boot secret brought. Dropped once the machine has joined. */
  readonly secretFiles?: Readonly<Record<string, string>>;
  readonly order?: KubeadmOrder;
  /** What it said last of why it waits: said once, not at every look. */
  readonly waitsFor?: string;
  /** The cluster of local/kube that it belongs to. */
  readonly clusterId?: string;
  /** Since when its API server listens. */
  readonly apiSince?: EpochMs;
  readonly node?: JoinedNode;
  /** Since when it does not run. */
  readonly lostAt?: EpochMs;
  /** It will not come back. */
  readonly isGone?: true;
  readonly isNodeDeleted?: true;
}

export interface EtcdMember {
  /** Hexadecimal, at most 16 digits. */
  readonly id: string;
  readonly instanceId: string;
  /** The node's, empty until the member has started. */
  readonly name: string;
  readonly address: string;
  readonly learner: boolean;
  /** Files that its node keeps of it. */
  readonly snapshots?: readonly string[];
}

export interface EtcdCluster {
  readonly id: string;
  readonly term: number;
  /** Member id; it may be dead, which the next look finds out. */
  readonly leader: string;
  readonly members: readonly EtcdMember[];
}

export interface ClusterRecord {
  /** As local/kube knows it. */
  readonly id: string;
  /** What our control plane calls it; two inits of one uid are two clusters. */
  readonly uid: string;
  readonly madeBy: string;
  readonly endpoint: string;
  readonly version: string;
  readonly serviceCidr: string;
  readonly certSans: readonly string[];
  /** Nodes can join: kubeadm has come to its end. */
  readonly isComplete: boolean;
  readonly tokens: readonly (InitToken & { readonly madeAt: EpochMs })[];
  /** PEM by path. */
  readonly keys: Readonly<Record<string, string>>;
  readonly etcd: EtcdCluster;
}

/** A second init of a cluster, while machines of the first still ran. */
export interface SplitCluster {
  readonly uid: string;
  readonly first: string;
  readonly second: string;
}

export interface MachineTables {
  /** By instance id. */
  readonly boots: Table<Boot>;
  readonly clusters: Table<ClusterRecord>;
  /** By the second cluster's id. */
  readonly splits: Table<SplitCluster>;
}

export const machineTables = (records: Records): MachineTables => ({
  boots: records.table('machines/boots'),
  clusters: records.table('machines/clusters'),
  splits: records.table('machines/splits'),
});
