/** EC2 instances of one cluster, machines and bastion alike, in our own words. */
import type { Tags } from '../../../domain/cluster.ts';
import type { Result } from '../../../domain/errors.ts';
import type { Instant } from '../../../domain/time.ts';
import type { MachineState } from '../../../machines/port.ts';

export interface InstanceSeen {
  readonly id: string;
  readonly state: MachineState;
  readonly tags: Tags;
  readonly zone: string;
  readonly instanceType: string;
  readonly spot: boolean;
  /** `ip-10-0-0-12.eu-central-1.compute.internal`; the name of its node. */
  readonly privateName?: string;
  readonly publicIp?: string;
  readonly launchedAt: Instant;
  /** `Server.SpotInstanceTermination: …`, of instances that end or ended. */
  readonly endedBecause?: string;
}

export interface InstanceOrder {
  /** Client token: the same one gives the same instance. */
  readonly token: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly keyName: string;
  readonly subnetId: string;
  readonly groupIds: readonly string[];
  readonly publicIp: boolean;
  readonly root: { readonly device: string; readonly type: string; readonly sizeGiB: number };
  /** Instance profile. */
  readonly profile?: string;
  /** How far an answer of the metadata service may travel: 1 keeps it from pods. */
  readonly hopLimit: number;
  /** Plain text. */
  readonly userData?: string;
  /** Absent: on-demand. Decimal dollars an hour; an empty text: up to the on-demand price. */
  readonly spotMaxUsd?: string;
  /** Volumes and interfaces get the same, without the tags that Kubernetes looks for. */
  readonly tags: Tags;
}

export interface InstancesPort {
  /** All that carry the cluster's uid, ended ones as long as EC2 shows them. */
  list(): Promise<Result<readonly InstanceSeen[]>>;
  /**
   * Repeatable. `Conflict`: the token was used with other parameters, or what the order leans on is not visible yet.
   * `CapacityUnavailable`: try another zone.
   */
  run(order: InstanceOrder): Promise<Result<InstanceSeen>>;
  /** Ids that were just listed. Accepted is a success, gone already too. */
  terminate(ids: readonly string[]): Promise<Result<void>>;
  /** Everything that EC2 still has of its console; `undefined`: nothing yet. */
  console(id: string): Promise<Result<string | undefined>>;
}
