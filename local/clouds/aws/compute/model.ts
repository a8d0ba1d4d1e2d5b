/** What compute consists of, as plain records. States that follow from time alone are worked out on reading. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { Resource } from '../core/shelf.ts';
import type { Ending } from './instance-life.ts';

export interface MetadataOptions {
  readonly tokens: 'optional' | 'required';
  readonly hopLimit: number;
  readonly endpoint: 'enabled' | 'disabled';
  readonly tags: 'enabled' | 'disabled';
}

export interface Instance extends Resource {
  readonly reservationId: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly architecture: string;
  readonly zone: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly privateIp: string;
  /** The primary one; it goes with the instance. */
  readonly interfaceId: string;
  readonly keyName?: string;
  readonly profile?: { readonly id: string; readonly arn: string; readonly name: string };
  /** Base64, as it was given. */
  readonly userData?: string;
  readonly clientToken?: string;
  readonly spot?: {
    readonly requestId: string;
    /** Dollars an hour. */
    readonly maxUsd: number;
  };
  readonly rootDevice: string;
  readonly metadata: MetadataOptions;
  readonly ebsOptimized: boolean;
  readonly monitored: boolean;
  readonly shutdownBehavior: 'stop' | 'terminate';
  readonly isProtected: boolean;
  readonly launchedAt: EpochMs;
  readonly runsAt: EpochMs;
  readonly ending?: Ending;
  /** Maintenance that AWS has announced. */
  readonly maintenance?: Maintenance;
}

export interface Maintenance {
  readonly eventId: string;
  readonly code: 'instance-retirement';
  readonly notBefore: EpochMs;
  readonly notAfter: EpochMs;
}

export interface Volume extends Resource {
  readonly zone: string;
  readonly sizeGiB: number;
  readonly type: string;
  readonly encrypted: boolean;
  readonly snapshotId?: string;
  readonly iops?: number;
  readonly throughput?: number;
  readonly attachment?: VolumeAttachment;
}

export interface VolumeAttachment {
  readonly instanceId: string;
  readonly device: string;
  readonly attachedAt: EpochMs;
  readonly deleteOnTermination: boolean;
}

export interface SpotRequest extends Resource {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly imageId: string;
  readonly zone: string;
  /** As it was given; the on-demand price when it was not. */
  readonly maxPrice: string;
  readonly state: 'active' | 'closed' | 'cancelled';
  /** `fulfilled`, `marked-for-termination`, `instance-terminated-by-price`... */
  readonly status: string;
  readonly statusAt: EpochMs;
}
