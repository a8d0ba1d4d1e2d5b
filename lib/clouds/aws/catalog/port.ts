/**
 * What AWS sells and allows: regions, zones, instance types, key pairs, limits, permissions, and the names that a form
 * offers. Asked on behalf of people (validation, account checks), never by a pass.
 */
import type { Tags } from '../../../domain/cluster.ts';
import type { Result } from '../../../domain/errors.ts';
import type { PolicyStatement } from '../permissions.ts';

export interface Identity {
  readonly account: string;
  readonly arn: string;
  readonly isRoot: boolean;
}

export interface RegionSeen {
  readonly name: string;
  /** Opted in, or needs no opting in. */
  readonly enabled: boolean;
}

export interface ZoneSeen {
  /** `eu-central-1a` */
  readonly name: string;
  readonly available: boolean;
}

/** Families that share a quota of running vCPUs. */
export type VcpuFamily = 'standard' | 'graphics' | 'accelerated' | 'other';

export interface MachineType {
  readonly name: string;
  readonly vCpus: number;
  readonly memoryGiB: number;
  readonly gpus: number;
  readonly architectures: readonly string[];
  readonly spot: boolean;
  /** Nitro types have a console that can be read at any time and encrypted disks for sure. */
  readonly nitro: boolean;
  /** Zones that offer it. */
  readonly zones: readonly string[];
}

export interface NetworkSeen {
  readonly id: string;
  readonly cidrs: readonly string[];
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
}

export interface SubnetSeen {
  readonly id: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly cidr: string;
  readonly freeAddresses: number;
  /** Where its default route leads; `unknown`: its route table could not be read off. */
  readonly egress: 'internet-gateway' | 'other' | 'none' | 'unknown';
  readonly tags: Tags;
}

export interface RunningMachine {
  readonly instanceType: string;
  readonly spot: boolean;
}

/** What exists in a region and counts against a quota. */
export interface RegionUsage {
  readonly vpcs: number;
  readonly addresses: number;
  readonly internetGateways: number;
  readonly networkBalancers: number;
  /** By zone; failed and deleted ones do not count, deleting ones do. */
  readonly natGateways: Readonly<Record<string, number>>;
  readonly machines: readonly RunningMachine[];
}

export type LimitName =
  | 'standard-vcpus'
  | 'graphics-vcpus'
  | 'accelerated-vcpus'
  | 'spot-standard-vcpus'
  | 'spot-graphics-vcpus'
  | 'spot-accelerated-vcpus'
  | 'vpcs'
  | 'addresses'
  | 'internet-gateways'
  | 'nat-gateways'
  | 'network-balancers';

export type Limits = Readonly<Record<LimitName, number>>;

export interface AwsCatalog {
  identity(): Promise<Result<Identity>>;
  regions(): Promise<Result<readonly RegionSeen[]>>;
  zones(region: string): Promise<Result<readonly ZoneSeen[]>>;
  keyPairs(region: string): Promise<Result<readonly string[]>>;
  /** Those of these names that exist; all that the region offers without names. */
  machineTypes(region: string, names?: readonly string[]): Promise<Result<readonly MachineType[]>>;
  networks(region: string): Promise<Result<readonly NetworkSeen[]>>;
  /** `undefined`: there is none. */
  network(region: string, id: string): Promise<Result<NetworkSeen | undefined>>;
  subnets(region: string, vpcId: string): Promise<Result<readonly SubnetSeen[]>>;
  usage(region: string): Promise<Result<RegionUsage>>;
  limits(region: string): Promise<Result<Limits>>;
  /** Those of the statements' actions that the account may not do. `Unauthorized` when it may not even ask; root cannot be asked about. */
  deniedActions(
    identity: Identity,
    statements: readonly PolicyStatement[],
  ): Promise<Result<readonly string[]>>;
}
