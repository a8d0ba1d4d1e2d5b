/**
 * The cluster: what people asked for (spec), what was resolved for it (profile snapshot) and what the loop knows
 * (status, step records, ledger). One document, one writer at a time by If-Match.
 */
import type { Condition } from './conditions.ts';
import type { CloudErrorCode } from './errors.ts';
import type { EventSignal } from './events.ts';
import type { HealthStatus } from './health.ts';
import type { ClusterId } from './ids.ts';
import type { PoolSpec } from './pool.ts';
import type { ResolvedProfile } from './profile.ts';
import type { Schedules } from './schedules.ts';
import type { Instant } from './time.ts';

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export type CloudType = 'aks' | 'azure' | 'aws';
export type Tags = Readonly<Record<string, string>>;

export type AzurePlacement =
  | { readonly mode: 'dynamic' }
  | {
      readonly mode: 'static';
      readonly virtualNetwork: string;
      /** The cluster's own resource group when absent. */
      readonly virtualNetworkResourceGroup?: string;
      readonly controlPlaneSubnet: string;
      readonly workerSubnet: string;
    };

export interface AksCloud {
  readonly type: 'aks';
  /** Name of a cloud account of the same project. */
  readonly account: string;
  readonly region: string;
  readonly subscriptionId: string;
  /** Exists already; never created or deleted by us. */
  readonly resourceGroup: string;
  readonly sshPublicKey: string;
  readonly placement: AzurePlacement;
}

export type AwsPlacement =
  | { readonly mode: 'dynamic' }
  | {
      readonly mode: 'static';
      readonly vpcId: string;
      /** One private subnet per zone each; never created or deleted by us. */
      readonly controlPlaneSubnetIds: readonly string[];
      readonly workerSubnetIds: readonly string[];
      /** For the load balancer and the bastion, one per zone; found in the VPC when absent. */
      readonly publicSubnetIds?: readonly string[];
    };

/** The single way in to machines without public addresses. */
export interface BastionSpec {
  readonly enabled: boolean;
  /** Empty: nobody is let in yet. */
  readonly allowedCidrs: readonly string[];
  readonly rdp: boolean;
}

export interface AwsCloud {
  readonly type: 'aws';
  readonly account: string;
  readonly region: string;
  /** Name of a key pair that exists in the region. */
  readonly sshKeyPair: string;
  readonly placement: AwsPlacement;
  readonly bastion: BastionSpec;
  /** IPv4 range of a VPC that we make; `10.0.0.0/16` when absent. */
  readonly vpcCidr?: string;
  /** Who may reach the API server; everybody when absent. */
  readonly apiAllowedCidrs?: readonly string[];
}

/** Grows with the issues that build the other clouds. */
export type CloudConfig = AksCloud | AwsCloud;

/** What a cloud announced about one machine; the pool that owns it acts on it. */
export interface MachineNotice {
  readonly kind: 'interruption' | 'rebalance' | 'maintenance' | 'state-change';
  /** When it was said, by the cloud. */
  readonly at: Instant;
  /** For people: «EC2 takes this spot instance back». */
  readonly message: string;
}

export type Purpose = 'production' | 'non-production';

export interface ClusterSpec {
  readonly description?: string;
  readonly tags: Tags;
  readonly purpose?: Purpose;
  readonly profile: { readonly name: string; readonly version: string };
  /** By pack name; merged over the profile's values, kept apart so that the source of each value is known. */
  readonly packOverrides: Readonly<Record<string, JsonObject>>;
  readonly cloud: CloudConfig;
  readonly pools: readonly PoolSpec[];
  readonly schedules?: Schedules;
}

export type StepName = string;

export type Origin = 'created' | 'adopted';

/** One cloud resource of the cluster. `adopted` ones are in no delete plan, ever. */
export interface LedgerEntry {
  /** The cloud's own type name: `Microsoft.ContainerService/managedClusters`. */
  readonly kind: string;
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly origin: Origin;
  readonly zone?: string;
  readonly state: string;
}

export type StepPhase = 'pending' | 'active' | 'failed' | 'done';

/** What the loop remembers of one step between passes. */
export interface StepRecord {
  readonly title: string;
  readonly phase: StepPhase;
  /** The condition that the step last worked for. */
  readonly condition: Condition['type'];
  readonly reason: string;
  readonly message: string;
  /** Failed tries in a row; 0 after a success. */
  readonly attempts: number;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  /** When phase or reason last changed. */
  readonly changedAt: Instant;
  readonly nextAttemptAt?: Instant;
  readonly progress?: { readonly done: number; readonly total: number };
  readonly errorCode?: CloudErrorCode;
  /** What someone can do about the failure. */
  readonly hint?: string;
  /** Ids and endpoints for later steps. Never a secret. */
  readonly outputs?: JsonObject;
  /** When the outputs last changed: «recorded id not seen» is believed only after the hidden window. */
  readonly recordedAt?: Instant;
  /** Said once that nothing moves here: A94. */
  readonly stalled?: boolean;
  /** Hash of the desired state that was observed to be right; equal: not observed again until the next full look. */
  readonly settledHash?: string;
}

/** A token-less create that may have happened: committed before the call, closed by a definite answer. Rule 8. */
export interface Intent {
  readonly at: Instant;
}

/** What came of an event after it was written. */
export interface EventFold {
  /** Equal for events that say the same: task, reason and message. */
  readonly key: string;
  readonly count: number;
  readonly at: Instant;
  readonly signal: EventSignal;
}

export type ClusterState = 'Pending' | 'Provisioning' | 'Running' | 'Updating' | 'Deleting';

/** The stored document. `wake`, `nextAttemptAt` and `changedAt` belong to the protocol: docs/protocol.md. */
export interface ClusterDocument {
  readonly id: ClusterId;
  readonly type: 'cluster';
  readonly schemaVersion: 1;
  readonly project: string;
  readonly name: string;
  readonly spec: ClusterSpec;
  /** Immutable snapshot of the profile that the cluster was made from. */
  readonly profile: ResolvedProfile;
  /** Raised by every change of the spec. */
  readonly generation: number;
  /** Raised by every write of the document: the second half of the ETag. */
  readonly revision: number;
  /** The last generation that a pass planned. */
  readonly observedGeneration: number;
  /** Raised by each pass and each change from outside; a message with a lower one is dropped. */
  readonly wake: number;
  /** The document is the outbox: the sweep re-sends what is overdue. `null` only when nothing is left to do. */
  readonly nextAttemptAt: Instant | null;
  /** Time of the last change from outside. */
  readonly changedAt: Instant;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly deletedAt?: Instant;
  readonly createdBy: string;
  /** Set once every condition had succeeded for the first time: Provisioning ends here. */
  readonly provisionedAt?: Instant;
  readonly steps: Readonly<Record<StepName, StepRecord>>;
  readonly conditions: readonly Condition[];
  readonly ledger: Readonly<Record<StepName, readonly LedgerEntry[]>>;
  readonly intents: Readonly<Record<string, Intent>>;
  /** By the cloud's id of the machine; the newest ones: ids never come back, so old ones do no harm. */
  readonly notices?: Readonly<Record<string, MachineNotice>>;
  /** Number of the last event; event ids are this number, padded. */
  readonly eventSequence: number;
  /** Events that may still repeat, by event id: their counts live here, so that a repeat costs no write of its own. */
  readonly folds: Readonly<Record<string, EventFold>>;
  /** When all steps were last observed, settled ones included. */
  readonly lastFullLookAt?: Instant;
  readonly kubernetesVersion?: string;
  readonly apiEndpoint?: string;
  /** The verdict of lib/health, written with the event that tells its change; absent: there is none yet. */
  readonly health?: HealthStatus;
  /** Set when passes died of a bug until the message was dead-lettered; cleared by the next pass that ends well. */
  readonly crash?: { readonly attempts: number; readonly at: Instant };
  /** What the last commit has to tell others: published after it, and again when that pass is known to have died. */
  readonly outbox?: Outbox;
}

/** Names only: what they say is read off the document when it is published. */
export interface Outbox {
  /** The wake of the commit: makes the ids of its messages. */
  readonly wake: number;
  readonly at: Instant;
  /** Conditions whose status changed. */
  readonly conditions: readonly Condition['type'][];
  /** The change of this generation is carried out. */
  readonly finished?: number;
  /** Steps that have not moved for so long that people are told: A94. */
  readonly stalled?: readonly StepName[];
}

/** What steps may see of a cluster: everything a pure decision needs, nothing that moves during a pass. */
export interface ClusterView {
  readonly id: ClusterId;
  readonly project: string;
  readonly name: string;
  readonly spec: ClusterSpec;
  /** What the cloud announced about machines, by their ids. */
  readonly notices: Readonly<Record<string, MachineNotice>>;
  readonly profile: ResolvedProfile;
  readonly generation: number;
  readonly deleting: boolean;
  /** Outputs of each step so far, this pass's included. */
  outputs(step: StepName): JsonObject;
  /** The record of a step, from earlier passes. */
  record(step: StepName): StepRecord | undefined;
  /** Names of all steps with a record: pools that left the spec are found here. */
  readonly recordedSteps: readonly StepName[];
}
