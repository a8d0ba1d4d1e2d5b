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

/** How machines of a pool are bought. */
export type Capacity = 'on-demand' | 'spot';

export interface SpotOptions {
  /** Most that is paid, in percent of the on-demand price. */
  readonly maxBidPercent: number;
  /** What happens while no zone is within the bid: wait for the price, or run on-demand until it falls. */
  readonly fallback: 'none' | 'on-demand';
}

export type PoolRole = 'worker' | 'control-plane';

/** A pool after defaults. AKS knows worker pools only; a cluster on machines of its own has one control-plane pool. */
export interface PoolSpec {
  readonly name: string;
  readonly role: PoolRole;
  /** AKS: a system node pool. */
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
  /** Control plane: workloads may run there, so its nodes get no taint. */
  readonly allowWorkloads?: boolean;
  /** Worker pools on AWS; on-demand when absent. */
  readonly capacity?: Capacity;
  /** Present exactly with `capacity: 'spot'`. */
  readonly spot?: SpotOptions;
}

/** On every node that we make: the pool of the spec that it belongs to. */
export const POOL_LABEL = 'slipway.io/pool';
/** On nodes of pools that may be spot: how the machine was bought. */
export const CAPACITY_LABEL = 'slipway.io/capacity';
