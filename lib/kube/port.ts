/**
 * What the control plane asks of a cluster's own Kubernetes API: nodes, their removal, and applying objects. Every
 * answer is hostile input: sizes are bounded and shapes are parsed. Failures are values in the words of domain/errors.
 */
import type { Tags } from '../domain/cluster.ts';
import type { Result } from '../domain/errors.ts';
import type { Taint } from '../domain/pool.ts';
import type { Secret } from '../domain/secret.ts';
import type { Instant } from '../domain/time.ts';

export interface NodeCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionAt?: Instant;
}

export interface WorkloadNode {
  readonly name: string;
  readonly providerId?: string;
  readonly labels: Tags;
  readonly taints: readonly Taint[];
  readonly ready: boolean;
  readonly unschedulable: boolean;
  /** It was cordoned by us, not by its people: only such nodes are opened again. */
  readonly cordonedByUs?: true;
  /** Its people look into it: whatever it reports, its machine is not replaced for it. */
  readonly leftAlone?: true;
  readonly zone?: string;
  readonly instanceType?: string;
  readonly kubeletVersion: string;
  readonly createdAt: Instant;
  readonly conditions: readonly NodeCondition[];
}

/** One look at a drain. It never waits: the next pass looks again. */
export type DrainProgress =
  | { readonly state: 'drained' }
  | { readonly state: 'draining'; readonly podsLeft: number }
  /** A PodDisruptionBudget forbids the eviction now; `budgets` are `namespace/name`. */
  | { readonly state: 'blocked'; readonly podsLeft: number; readonly budgets: readonly string[] };

export interface WorkloadApi {
  /** `v1.33.2` as the API server says it. */
  version(): Promise<Result<string>>;
  listNodes(): Promise<Result<readonly WorkloadNode[]>>;
  /** Marks the node unschedulable; repeating it changes nothing. A node that is gone is a success. */
  cordon(node: string): Promise<Result<void>>;
  /** Takes back a `cordon`. A node that is gone is a success. */
  uncordon(node: string): Promise<Result<void>>;
  /** Evicts what may be evicted (DaemonSet and mirror pods stay) and reports what is left. */
  drain(node: string, options: { readonly force: boolean }): Promise<Result<DrainProgress>>;
  /** Server-side apply as field manager `slipway`. */
  apply(object: KubernetesObject): Promise<Result<void>>;
  /** The object as it is now; `undefined`: there is none, or nothing that serves its kind. */
  read(object: KubernetesObject): Promise<Result<KubernetesObject | undefined>>;
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Tags;
    readonly annotations?: Tags;
  };
  readonly [field: string]: unknown;
}

/** Opens the API that a kubeconfig names. Fails as `Unauthorized` or `Unavailable`, never throws for what it is sent. */
export type ConnectWorkloadApi = (kubeconfig: Secret) => Result<WorkloadApi>;
