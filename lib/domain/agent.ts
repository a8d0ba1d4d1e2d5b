/**
 * What an agent in a cluster and the control plane say to each other, as JSON over HTTPS, always asked by the agent. The
 * agent imports these words and nothing else of the server; the server trusts none of what it is sent.
 */
import type { JsonObject } from './cluster.ts';
import type { HealthThresholds } from './health.ts';
import type { Instant } from './time.ts';

/** `POST /api/agent/v1/enroll`, without any other credential. The token is good once. */
export interface EnrollRequest {
  /** uid of the cluster. */
  readonly cluster: string;
  /** `<id>.<secret>` */
  readonly bootstrapToken: string;
  /** Random, at least 128 bits, the same in every try: a try whose answer was lost gets the same credential again. */
  readonly nonce: string;
  readonly agentVersion: string;
}

/** `POST /api/agent/v1/enroll` with a credential that still holds: the next one. */
export interface RenewRequest {
  readonly cluster: string;
  readonly renew: true;
}

export interface EnrollAnswer {
  /** Bearer token of everything else; bound to the cluster. */
  readonly credential: string;
  readonly expiresAt: Instant;
  /** From then on the agent asks for the next one. */
  readonly renewAt: Instant;
}

/** `POST /api/agent/v1/heartbeat`. */
export interface Heartbeat {
  /** uid; refused when it is not the credential's. Absent: the credential says it. */
  readonly cluster?: string;
  readonly agentVersion: string;
  readonly sentAt: Instant;
  /** Random per start of the agent's process: two that alternate are a copy. */
  readonly instance?: string;
  /** Grows with every beat of an instance; a beat that is not later than the last one is ignored as a replay. */
  readonly seq?: number;
  /** Generation of the definition that the agent has carried out. */
  readonly observedGeneration?: number;
  /**
   * The state of the cluster, each list whole. Sent when it changed since the last one that was acknowledged, and now and
   * then all the same; absent: unchanged.
   */
  readonly nodes?: readonly NodeReport[];
  readonly services?: readonly ServiceReport[];
  readonly packs?: readonly PackReport[];
  /** Of Velero; empty: there are none, or no Velero. */
  readonly backupLocations?: readonly BackupLocationReport[];
  /** What was measured since the last acknowledged sample, oldest first. */
  readonly samples?: readonly UsageSample[];
  /** More of the same report follows in further beats: bodies are bounded. */
  readonly part?: { readonly index: number; readonly of: number };
}

export interface NodeReport {
  readonly name: string;
  /** Our pool label; absent on nodes of others. */
  readonly pool?: string;
  readonly role: 'worker' | 'control-plane';
  readonly kubeletVersion?: string;
  readonly createdAt?: Instant;
  /** Where others reach it: of the internet before of the network. NodePort services are opened there. */
  readonly addresses?: readonly string[];
  readonly capacity: Amounts;
  /** Sums of what its pods ask for; absent: the agent could not list the pods yet. */
  readonly requests?: Amounts;
  readonly conditions: readonly ReportedCondition[];
}

export interface ReportedCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionAt?: Instant;
}

export interface Amounts {
  /** Thousandths of a core. */
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly diskBytes?: number;
}

export interface UsageSample {
  /** By the agent's clock; the server shifts it by what that clock is off. */
  readonly at: Instant;
  /** Used, by node name. */
  readonly nodes: Readonly<Record<string, Amounts>>;
}

export interface ServiceReport {
  readonly namespace: string;
  readonly name: string;
  /** Others are dropped, not refused. */
  readonly type: string;
  readonly ports: readonly {
    readonly name?: string;
    readonly port: number;
    readonly nodePort?: number;
    readonly protocol?: string;
    /** `https` when the service says so itself (appProtocol). */
    readonly appProtocol?: string;
  }[];
  /** Host names or addresses of a load balancer; empty: still pending. */
  readonly ingress: readonly string[];
  /** The pack that made it; absent: somebody else. */
  readonly pack?: string;
}

export interface PackReport {
  readonly name: string;
  readonly version: string;
  readonly state: 'Pending' | 'Installing' | 'Ready' | 'Failed' | 'Removing';
  /** For people; bounded. */
  readonly message?: string;
}

/** A place for backups: a BackupStorageLocation of Velero. */
export interface BackupLocationReport {
  readonly name: string;
  /** Absent: Velero has not looked yet. */
  readonly phase?: 'Available' | 'Unavailable';
}

export interface HeartbeatAnswer {
  readonly serverTime: Instant;
  /** It counted for nothing: not later than one before it. */
  readonly ignored?: 'replayed';
  /** Milliseconds until the next beat; the agent adds its own jitter. */
  readonly beatAfterMs: number;
  /** Samples are sent together this often, milliseconds; sooner when one crosses a threshold. */
  readonly reportEveryMs: number;
  /** Of the newest definition: another one than the agent's is fetched. */
  readonly revision: string;
}

/** `GET /api/agent/v1/definition?since=<revision>`; 304 when it is still that one. */
export interface Definition {
  readonly cluster: string;
  /** Of the cluster's spec. */
  readonly generation: number;
  /** `<generation>.<operations>`: changes with the spec and with what there is to do. */
  readonly revision: string;
  readonly kubernetesVersion: string;
  readonly thresholds: HealthThresholds;
  readonly beatAfterMs: number;
  readonly reportEveryMs: number;
  /** In the order in which they are installed. */
  readonly packs: readonly DefinedPack[];
  /** That are to be carried out or cancelled, oldest first. */
  readonly operations: readonly DefinedOperation[];
}

/** Of the layers that the agent installs; the cloud's own parts come with the cluster. */
export type DefinedPack = { readonly name: string; readonly version: string } & (
  | { readonly kind: 'manifests'; readonly objects: readonly JsonObject[] }
  | {
      readonly kind: 'chart';
      /** `https://` or `oci://` */
      readonly repository: string;
      readonly chart: string;
      readonly chartVersion: string;
      readonly namespace: string;
      readonly release: string;
      readonly values: JsonObject;
    }
);

/** 5,000 nodes with twenty conditions each, and two hours of samples of them: some 130 of what an agent makes a part. */
export const MAX_REPORT_PARTS = 192;
/** More than anybody has; an agent leaves out the rest. */
export const MAX_BACKUP_LOCATIONS = 100;

export const SCAN_KINDS = ['kubeBench', 'kubeHunter', 'sonobuoy', 'sbom'] as const;
export type ScanKind = (typeof SCAN_KINDS)[number];

export type OperationSpec =
  | { readonly kind: 'scan'; readonly scan: ScanKind }
  | {
      readonly kind: 'backup';
      /** Of Velero: name of the BackupStorageLocation. */
      readonly location?: string;
      readonly retentionHours: number;
      readonly namespaces?: readonly string[];
      readonly includeDisks: boolean;
    }
  | { readonly kind: 'restore'; readonly backup: string; readonly namespaces?: readonly string[] }
  | { readonly kind: 'patch'; readonly rebootIfRequired: boolean };

export interface DefinedOperation {
  readonly id: string;
  readonly spec: OperationSpec;
  readonly cancelled: boolean;
}

/** `POST /api/agent/v1/results`: how far an operation is. Repeats change nothing. */
export interface OperationResult {
  readonly operation: string;
  readonly state: 'Running' | 'Succeeded' | 'Failed';
  readonly at: Instant;
  /** For people; bounded. */
  readonly message?: string;
  readonly progress?: { readonly done: number; readonly total: number };
  /** By kind: kube-bench by section, the name of a backup...; at most 256 KiB. */
  readonly data?: JsonObject;
}
