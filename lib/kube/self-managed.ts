/**
 * What the control plane asks of a cluster that it runs itself, beyond port.ts: its control plane's health, etcd's
 * members, join tokens and the removal of nodes. Implemented by connect-self-managed.ts.
 */
import type { Tags } from '../domain/cluster.ts';
import type { Result } from '../domain/errors.ts';
import type { Taint } from '../domain/pool.ts';
import type { Secret } from '../domain/secret.ts';
import type { Instant } from '../domain/time.ts';
import type { KubernetesObject, WorkloadApi } from './port.ts';

export type ControlPlaneComponent = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';

/** A static pod of the control plane: label `tier: control-plane` in kube-system. */
export interface ControlPlanePod {
  readonly component: ControlPlaneComponent;
  readonly node: string;
  readonly ready: boolean;
}

export interface EtcdMember {
  /** Hexadecimal, as `etcdctl member remove` takes it. */
  readonly id: string;
  /** Name of its node; empty until the member has started. */
  readonly name: string;
  readonly started: boolean;
  readonly learner: boolean;
  readonly leader: boolean;
  /** Answers within its own deadline, no alarm. */
  readonly healthy: boolean;
}

export interface JoinToken {
  /** 6 characters. */
  readonly id: string;
  /** 16 characters. */
  readonly secret: Secret;
  readonly expiresAt: Instant;
}

export interface DaemonSetState {
  readonly namespace: string;
  readonly name: string;
  readonly desired: number;
  readonly ready: number;
}

export interface SelfManagedApi extends WorkloadApi {
  /** `/readyz` says ok. Unreachable is a failure, «not ready» is false. */
  ready(): Promise<Result<boolean>>;
  controlPlanePods(): Promise<Result<readonly ControlPlanePod[]>>;
  /** Asked through the etcd pod of one node, by exec. */
  etcdMembers(via: string): Promise<Result<readonly EtcdMember[]>>;
  /** Through another node than the member's own. A member that is gone is a success. */
  removeEtcdMember(via: string, memberId: string): Promise<Result<void>>;
  /** Asked of the leader's own pod. */
  moveEtcdLeader(via: string, toMemberId: string): Promise<Result<void>>;
  /**
   * A snapshot of what the member on that node knows, on the node's own disk: the file's path there. It takes the place
   * of the one before it.
   */
  saveEtcd(via: string): Promise<Result<string>>;
  /** Gone already is a success. */
  deleteNode(name: string): Promise<Result<void>>;
  /** Adds and changes labels, replaces our taints, leaves everything else. */
  shapeNode(
    name: string,
    shape: { readonly labels: Tags; readonly taints: readonly Taint[] },
  ): Promise<Result<void>>;
  /** Secret `bootstrap-token-<id>` of kube-system, by server-side apply: repeating it extends it. */
  putJoinToken(token: JoinToken): Promise<Result<void>>;
  /** Absent is a success. */
  removeJoinToken(id: string): Promise<Result<void>>;
  /** Names of VolumeAttachments that hold volumes at the node. */
  volumesAttachedTo(node: string): Promise<Result<readonly string[]>>;
  /** Gone already is a success. */
  remove(object: KubernetesObject): Promise<Result<void>>;
  daemonSets(): Promise<Result<readonly DaemonSetState[]>>;
}

export type ConnectSelfManaged = (kubeconfig: Secret) => Result<SelfManagedApi>;
