/**
 * What Kubernetes itself made in the cloud, and what machines left: load balancers of Services with their groups,
 * volumes of claims, network interfaces. Nothing else knows of it once the cluster's API is gone.
 */
import type { ClusterView } from '../../../domain/cluster.ts';
import type { Result } from '../../../domain/errors.ts';

export interface Leaving {
  readonly id: string;
  readonly name: string;
}

/** A load balancer; `id` is its ARN. */
export interface BalancerLeaving extends Leaving {
  /** Of the API before ELBv2: `id` is its name. */
  readonly isClassic?: true;
}

export interface Attachable extends Leaving {
  readonly inUse: boolean;
  readonly zone?: string;
}

export interface Leavings {
  readonly balancers: readonly BalancerLeaving[];
  readonly targetGroups: readonly Leaving[];
  readonly groups: readonly Leaving[];
  readonly volumes: readonly Attachable[];
  /** Of machines of ours. */
  readonly interfaces: readonly Attachable[];
}

/** Where to look. Without a network nothing of the kind can exist. */
export interface LeavingsPlace {
  readonly cluster: Pick<ClusterView, 'id' | 'name'>;
  readonly vpcId?: string;
}

export interface LeavingsPort {
  find(place: LeavingsPlace): Promise<Result<Leavings>>;
  /** Root disks of a cluster's own machines, which go with them. */
  disksOf(uid: string): Promise<Result<readonly Attachable[]>>;
  /** Absent is a success for all of them. */
  removeClassicBalancer(name: string): Promise<Result<void>>;
  removeVolume(id: string): Promise<Result<void>>;
  removeInterface(id: string): Promise<Result<void>>;
}
