/** The words of the pool planners: what is wished for, what was seen, and what may be decided. All of it is data. */
import type { JsonObject, MachineNotice, Tags } from '../../domain/cluster.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Capacity, DrainOptions, PoolRole, SpotOptions, Taint } from '../../domain/pool.ts';
import type { MachinePrices } from '../../domain/prices.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { WorkloadNode } from '../../kube/port.ts';
import type { ControlPlanePod, EtcdMember } from '../../kube/self-managed.ts';
import type { BootKind } from '../bootstrap/port.ts';
import type { Machine, MachineKey, TargetHealth } from '../port.ts';
import type { Because, PoolRecord, Slot } from '../record.ts';

/** What the spec asks of a pool, in the planner's terms. */
export interface PoolWish {
  readonly size: number;
  /** In the order that breaks ties; one empty name for a pool without zones. */
  readonly zones: readonly string[];
  readonly revision: string;
  readonly instanceType: string;
  readonly capacity: Capacity;
  readonly spot?: SpotOptions;
  readonly labels: Tags;
  /** The control plane's own taint among them. */
  readonly taints: readonly Taint[];
}

/** What a machine needs to boot and what is the same for all machines of a pool. */
export interface BootFacts {
  /** Absent while the cloud's part of the cluster is not there yet. */
  readonly template?: JsonObject;
  readonly endpoint?: string;
  /** `v1.33.2` */
  readonly kubernetesVersion: string;
  readonly podCidr: string;
  readonly serviceCidr: string;
}

export interface PoolDesired {
  readonly pool: string;
  readonly role: PoolRole;
  readonly deleting: boolean;
  /** The cluster has its first node: others may join it. */
  readonly initialised: boolean;
  /** Absent: the pool left the spec. */
  readonly wish?: PoolWish;
  readonly boot: BootFacts;
  readonly drain: DrainOptions;
  readonly record: PoolRecord;
  /** By machine id: those of the machines that are recorded. */
  readonly notices: Readonly<Record<string, MachineNotice>>;
  /** Cloud milliseconds per wall millisecond. */
  readonly speed: number;
  /** Cloud milliseconds that a recorded machine may be missing from lists. */
  readonly hiddenMs: number;
}

export interface ControlPlaneFacts {
  readonly targets: ReadonlyMap<string, TargetHealth>;
  readonly pods: readonly ControlPlanePod[];
  /** Absent: no node is Ready enough to be asked. */
  readonly etcd?: readonly EtcdMember[];
}

export interface PoolObserved {
  /** Our own clock when the look was taken. */
  readonly atMs: EpochMs;
  /** Of the whole cluster. */
  readonly machines: readonly Machine[];
  /** Absent: the API server does not answer, and the pool can do without. */
  readonly nodes?: readonly WorkloadNode[];
  /** Spot pools only; absent: nobody knows them, for a reason. */
  readonly prices?: MachinePrices;
  readonly priceTrouble?: string;
  readonly controlPlane?: ControlPlaneFacts;
}

/** `leaving`: it is being ended. `unready`: it has been Ready and is not. */
export type MemberState = 'joining' | 'ready' | 'unready' | 'leaving';

/** The machine of a slot: seen, or recorded and hidden from lists. */
export interface Member extends MachineKey {
  readonly id: string;
  readonly zone: string;
  readonly revision: string;
  readonly capacity: Capacity;
  readonly state: MemberState;
  readonly slot: Slot;
  /** Absent while it hides. */
  readonly machine?: Machine;
  readonly node?: WorkloadNode;
  readonly notice?: MachineNotice;
  /** Cloud milliseconds since it was launched. */
  readonly ageMs: number;
}

export interface Situation {
  readonly desired: PoolDesired;
  readonly observed: PoolObserved;
  readonly nowMs: EpochMs;
  /** 0 for a pool that left the spec. */
  readonly size: number;
  /** The record with what was seen folded in. */
  readonly record: PoolRecord;
  readonly members: readonly Member[];
  /** Second machines of a slot: never made by us, ended when seen. */
  readonly twins: readonly Machine[];
  /** Nodes whose machine is gone, sorted. */
  readonly deadNodes: readonly string[];
}

export interface LaunchOrder extends MachineKey {
  readonly kind: BootKind;
  readonly zone: string;
  readonly capacity: Capacity;
  readonly maxPriceUsd?: string;
  /** Zones that are left for the slot when this one has no room. */
  readonly otherZones: number;
}

export interface Victim {
  readonly member: Member;
  readonly because: Because;
  readonly drain: DrainOptions;
  /** Budgets do not count: the cloud takes the machine anyway. */
  readonly hasty: boolean;
}

export type EtcdAction =
  /** `via`: the node of the only member. */
  | { readonly kind: 'save-etcd'; readonly via: string }
  /** `via`: the leader's own node. */
  | { readonly kind: 'move-leader'; readonly via: string; readonly to: EtcdMember }
  /** `via`: another node than the member's. `victim` leaves the load balancer before. */
  | {
      readonly kind: 'remove-etcd-member';
      readonly via: string;
      readonly member: EtcdMember;
      readonly victim?: Victim;
    };

/** Each carries the record that its outputs are built on. */
export type PoolAction = { readonly record: PoolRecord } & (
  | {
      readonly kind: 'add-machines';
      readonly orders: readonly LaunchOrder[];
      /** One more than wanted: why the old one goes once the new one is Ready. */
      readonly replaces?: Because;
    }
  | { readonly kind: 'remove-machines'; readonly machines: readonly Machine[]; readonly event: string }
  /** Their time to become Ready is over. */
  | { readonly kind: 'remove-stuck'; readonly members: readonly Member[] }
  | { readonly kind: 'remove-nodes'; readonly nodes: readonly string[] }
  | { readonly kind: 'drain'; readonly victims: readonly Victim[] }
  | { readonly kind: 'settle-joined'; readonly members: readonly Member[] }
  /** What was put in place for machines that never joined. */
  | { readonly kind: 'withdraw'; readonly keys: readonly MachineKey[] }
  | { readonly kind: 'extend'; readonly members: readonly Member[] }
  | { readonly kind: 'open'; readonly nodes: readonly Member[] }
  | { readonly kind: 'shape'; readonly nodes: readonly Member[] }
  | { readonly kind: 'attach'; readonly machines: readonly Machine[] }
  | { readonly kind: 'detach'; readonly machines: readonly Machine[] }
  | EtcdAction
  | { readonly kind: 'end'; readonly victim: Victim }
);

export type PoolPlan = Plan<PoolAction>;

/** One thing that a pool may need; the first of a list that does decides. */
export type Rule = (at: Situation) => PoolPlan | undefined;

export function firstOf(rules: readonly Rule[], at: Situation): PoolPlan | undefined {
  for (const rule of rules) {
    const plan = rule(at);
    if (plan) return plan;
  }
  return undefined;
}
