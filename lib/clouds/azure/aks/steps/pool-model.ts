/** What a pool of the spec needs and what was seen of it: the words that the pool's planners share. */
import type { Autoscale, DrainOptions } from '../../../../domain/pool.ts';
import type { Instant } from '../../../../domain/time.ts';
import type { Draining } from '../../../../kube/drain-node.ts';
import type { AksPool, PoolDraft, PoolSettings } from '../port.ts';
import type { Shown } from '../repair.ts';
import type { SCHEDULE } from '../timing.ts';

export type PoolOperation = Extract<
  keyof typeof SCHEDULE,
  'createPool' | 'updatePool' | 'deletePool' | 'deleteMachines'
>;

export interface PoolDesired {
  readonly id: string;
  readonly pool: string;
  /** Absent: the pool left the spec. */
  readonly draft?: PoolDraft;
  /** The AKS pools that the whole spec asks for, this pool's own among them. */
  readonly staying: readonly string[];
  readonly drain: DrainOptions;
  /** Cloud milliseconds per wall millisecond. */
  readonly speed: number;
  readonly managedTags: readonly string[];
  readonly operation?: PoolOperation;
  readonly operationAt?: Instant;
  readonly draining?: Draining;
  /** Nodes of a leaving pool that are empty. */
  readonly drained: readonly string[];
  /** Nodes that an autoscaled pool had when its replacement began. */
  readonly replaceTotal?: number;
  readonly shown?: Shown;
}

export interface PoolNode {
  readonly name: string;
  /** AKS's name of the machine, which is nearly always the node's. */
  readonly machine: string;
  readonly agentPool: string;
  /** Kubernetes knows the machine. */
  readonly registered: boolean;
  readonly ready: boolean;
  readonly unschedulable: boolean;
  readonly createdAt: Instant;
}

export interface PoolObserved {
  /** The cluster is there and carries our uid. */
  readonly present: boolean;
  /** Something of the cluster is being changed: AKS would refuse a write now. */
  readonly moving: boolean;
  /** The AKS pool of the wanted revision. */
  readonly current?: AksPool;
  /** AKS pools of other revisions, or all of them when the pool left the spec. */
  readonly others: readonly AksPool[];
  /** Another pool of the spec is System, settled and not empty. */
  readonly otherSystemPool: boolean;
  /** Nodes of `current` and `others`; empty when no planner needs them. */
  readonly nodes: readonly PoolNode[];
  /** Nodes of any pool that we closed for a removal which nobody wants any more; empty when nodes were not asked for. */
  readonly closed: readonly string[];
}

export type PoolAction =
  | { readonly kind: 'create'; readonly draft: PoolDraft; readonly replaceTotal?: number }
  | {
      readonly kind: 'update';
      readonly name: string;
      readonly etag: string | undefined;
      readonly settings: PoolSettings;
      /** Past tense, for the event. */
      readonly event: string;
    }
  | {
      readonly kind: 'remove-node';
      readonly node: PoolNode /** The pool goes with it. */;
      readonly last: boolean;
    }
  | { readonly kind: 'drain'; readonly nodes: readonly PoolNode[]; readonly cordon: readonly string[] }
  | { readonly kind: 'open'; readonly nodes: readonly string[] }
  | { readonly kind: 'delete'; readonly name: string };

export function drainMessage(draining: Draining | undefined, node: string): string {
  if (draining?.node !== node || draining.budgets.length === 0) return `Draining node ${node}.`;
  return `Draining node ${node}: PodDisruptionBudget ${draining.budgets.join(', ')} allows no eviction now.`;
}

export function readyOf(observed: PoolObserved, agentPool: string | undefined): number {
  return observed.nodes.filter((node) => node.agentPool === agentPool && node.ready).length;
}

export function sameAutoscale(a: Autoscale | undefined, b: Autoscale | undefined): boolean {
  return a?.min === b?.min && a?.max === b?.max;
}
