/**
 * The seam between simulated clouds, which own instances, networks and load balancers, and what runs on the instances:
 * cloud-init, kubeadm, an API server, etcd (this folder). A cloud implements MachineHost; MachineSide is what it asks
 * in return. Nothing runs between requests: both sides work out where things stand now, on cloud time.
 */
import type { EpochMs } from '../../lib/domain/time.ts';
import type { BalancedService, ClaimedVolume } from '../kube/port.ts';

export interface SimulatedInstance {
  /** `i-0123456789abcdef0` */
  readonly id: string;
  readonly region: string;
  /** `eu-central-1a` */
  readonly zone: string;
  readonly privateIp: string;
  /** `ip-10-0-0-12.eu-central-1.compute.internal`: also the local host name of the instance's metadata. */
  readonly privateDnsName: string;
  readonly instanceType: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly providerId: string;
  /** As it was given, decoded from base64, gzip as one character per byte (latin1); absent: a machine that does nothing (a bastion). */
  readonly userData?: string;
  /** Cloud time at which it entered `running`; it is listed only while it runs. */
  readonly runningSince: EpochMs;
  /** `slipway:cluster-uid` of its tags: what the clusters of local/kube are known by. */
  readonly clusterUid?: string;
}

export interface PlacedVolume extends Omit<ClaimedVolume, 'node' | 'isUsed'> {
  readonly zone: string;
  /** Instance id; absent: it is to be attached to none. */
  readonly attachedTo?: string;
}

export interface MachineHost {
  /** Instances that run now, of all regions. */
  instances(): readonly SimulatedInstance[];
  /** Whether the instance gets out to the Internet: its route table, the NAT gateway or Internet gateway, its groups. */
  reachesInternet(instanceId: string): boolean;
  /** Whether `from` may open a connection to `to` on the port: security groups of both, same network. */
  reachesPeer(from: string, to: string, port: number): boolean;
  /**
   * Registered instances behind a load balancer's name and port that the caller's packets would be sent to: the balancer
   * is active, the listener there, the groups let `from` (an instance id, or `internet`) in. Empty: no connection.
   */
  behind(host: string, port: number, from: string): readonly string[];
  /** Content of a boot secret as the instance's own role may read it. */
  bootSecret(name: string, instanceId: string): string | undefined;
  /** What the instance writes to its serial console, at that cloud time. */
  console(instanceId: string, atMs: EpochMs, line: string): void;
  /**
   * What the cluster's cloud controller makes for a Service of type LoadBalancer: its DNS name; `undefined`: refused for
   * now. Repeatable. A cloud without it leaves such services pending. `askedBy`: the instance on which the one runs who
   * asks.
   */
  ensureBalancer?(service: BalancedService, askedBy: string): string | undefined;
  /** Whether all of it is gone. Repeatable. */
  removeBalancer?(service: BalancedService, askedBy: string): boolean;
  /** What the storage driver makes for a claim: the volume's id; `undefined`: refused. Repeatable. */
  ensureVolume?(order: PlacedVolume, askedBy: string): string | undefined;
  removeVolume?(id: string, askedBy: string): void;
}

export interface MachineSide {
  /**
   * Whether something on the instance accepts connections on the port: what health checks of load balancers probe. It
   * may be asked from within a question of its own to the host: then it answers with what it knows so far.
   */
  listens(instanceId: string, port: number): boolean;
  /** The instance is gone: so is what ran on it. Its etcd member stays in the member list, as in life. */
  gone(instanceId: string): void;
}
