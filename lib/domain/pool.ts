/** Node pools as people ask for them. */
import type { Tags } from './cluster.ts';

export interface Autoscale {
  readonly min: number;
  readonly max: number;
}

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

export type DrainOnBlocked = 'wait' | 'skip' | 'force';

export interface DrainOptions {
  /** Milliseconds until `onBlocked` decides. */
  readonly timeoutMs: number;
  readonly onBlocked: DrainOnBlocked;
}

/** A worker pool of an AKS cluster, after defaults. */
export interface PoolSpec {
  readonly name: string;
  readonly role: 'worker';
  readonly system: boolean;
  /** Nodes wanted. With `autoscale` the cloud moves it and this is the size it starts with. */
  readonly size: number;
  readonly autoscale?: Autoscale;
  readonly instanceType: string;
  readonly disk: { readonly type?: string; readonly sizeGiB: number };
  /** Availability zones, sorted; empty: regional. */
  readonly zones: readonly string[];
  readonly labels: Tags;
  readonly taints: readonly Taint[];
  readonly drain: DrainOptions;
}
