/**
 * Machines of self-managed clusters, whatever cloud they run in. The planner and the steps here know nothing else of a
 * cloud; `lib/clouds/<cloud>` implements MachinePort over its SDK and says the rest as pure data (MachineCloud).
 */
import type { ClusterView, JsonObject } from '../domain/cluster.ts';
import type { Result } from '../domain/errors.ts';
import type { Capacity, PoolSpec } from '../domain/pool.ts';
import type { MachinePrices } from '../domain/prices.ts';
import type { EpochMs, Instant } from '../domain/time.ts';
import type { WorkloadNode } from '../kube/port.ts';
import type { SelfManagedApi } from '../kube/self-managed.ts';
import type { BootPort } from './bootstrap/port.ts';

/** A slot of a pool and which try at filling it. Name, client token, join token and tags are functions of it. */
export interface MachineKey {
  readonly pool: string;
  /** 0, 1, … within the pool. */
  readonly index: number;
  /** 1, 2, …: raised only once the former machine is known to be gone. */
  readonly attempt: number;
}

/** `launching` and `running` cost money; `gone` ones are listed by clouds for a while. */
export type MachineState = 'launching' | 'running' | 'stopped' | 'leaving' | 'gone';

/** A machine as its cloud shows it. All but the state was fixed when it was launched and is read off its tags. */
export interface Machine extends MachineKey {
  /** The cloud's id: `i-0123456789abcdef0`. */
  readonly id: string;
  readonly name: string;
  /** Hash of what cannot change in place: MachineCloud.revision when it was launched. */
  readonly revision: string;
  readonly zone: string;
  readonly capacity: Capacity;
  readonly instanceType: string;
  readonly state: MachineState;
  /** Name of its Kubernetes node, as soon as the cloud says it. */
  readonly nodeName?: string;
  /** `aws:///eu-central-1a/i-0123456789abcdef0` */
  readonly providerId: string;
  readonly launchedAt: Instant;
  /** Why the cloud ended it: `Server.SpotInstanceTermination: …`. */
  readonly endedBecause?: string;
}

/** What to launch. Two orders of one key are the same machine: the cloud's client token is a function of the key. */
export interface MachineOrder extends MachineKey {
  readonly revision: string;
  readonly zone: string;
  readonly capacity: Capacity;
  /** Spot only: decimal dollars an hour. */
  readonly maxPriceUsd?: string;
  /** MachineCloud.template of the pool. */
  readonly template: JsonObject;
  /** Plain text; the adapter encodes it. */
  readonly userData: string;
}

export type TargetHealth = 'healthy' | 'unhealthy' | 'starting' | 'leaving' | 'absent';

export interface MachinePort {
  /** All machines of the cluster that carry our tags, ended ones as long as the cloud shows them. One call. */
  list(): Promise<Result<readonly Machine[]>>;
  /** Repeatable: the same key gives the same machine. `Conflict` when the key was used with other parameters. */
  launch(order: MachineOrder): Promise<Result<Machine>>;
  /** Accepted is a success; what is gone already too. */
  terminate(machines: readonly Machine[]): Promise<Result<void>>;
  /** The end of the machine's console; `undefined`: the cloud has none yet. */
  consoleTail(machine: Machine): Promise<Result<string | undefined>>;
  /** Puts a control-plane machine behind the API server's load balancer; repeating it changes nothing. */
  attach(machine: Machine): Promise<Result<void>>;
  detach(machine: Machine): Promise<Result<void>>;
  /** By machine id; machines that are not listed are `absent`. */
  targets(): Promise<Result<ReadonlyMap<string, TargetHealth>>>;
  /** Present prices of the type in the region. */
  prices(instanceType: string): Promise<Result<MachinePrices>>;
}

/** What a cloud says of its machines, purely. */
export interface MachineCloud {
  /** Name of the step whose end means that machines may be launched; machine steps come after it. */
  readonly after: readonly string[];
  /** `undefined` while something that a machine needs is not recorded yet. Never in it: secrets, what moves by itself. */
  template(view: ClusterView, pool: PoolSpec): JsonObject | undefined;
  /** 12 hex digits over what only a new machine can change: instance type, disk, Kubernetes version, image pack... */
  revision(view: ClusterView, pool: PoolSpec): string;
  /** `shop-1a2b3c-api-0123.elb.eu-central-1.amazonaws.com:6443`; immutable once it is recorded. */
  endpoint(view: ClusterView): string | undefined;
  /** Ranges that kubeadm gets; never overlapping the machines' network. */
  readonly podCidr: string;
  readonly serviceCidr: string;
}

/** What machine steps may reach during one pass; a cloud's own context includes it. */
export interface MachineContext {
  readonly machines: MachinePort;
  readonly boot: BootPort;
  /** One list serves all steps of a pass; a write of MachinePort forgets it. */
  listMachines(): Promise<Result<readonly Machine[]>>;
  /** `NotFound` as long as there is no cluster to connect to. */
  workload(): Promise<Result<SelfManagedApi>>;
  nodes(): Promise<Result<readonly WorkloadNode[]>>;
  now(): EpochMs;
}
