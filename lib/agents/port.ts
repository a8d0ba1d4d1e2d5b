/**
 * What the parts of the server that deal with agents share: who an agent is, who belongs to a shard, what a beat leaves
 * behind, and what was last reported. docs/adr/0011 says why liveness and status are kept apart.
 *
 * Container `liveness`, partition `shard-<n>`:
 *   `roster`      the clusters of the shard with what a beat has to be checked against. Read by every instance every
 *                 few seconds as a whole, so that a beat costs no read of its own.
 *   `roster-revision`  which one it is: read instead of it while nothing changed.
 *   `beats-...`   one per commit of one instance: everything that beat since its last commit. Expires.
 *   `seen`        what the sweep made of the beats: when each cluster was last heard of. Only the sweep writes it.
 * Container `clusters`, partition = cluster uid: `agent-state`, `health`, operations, enrolment.
 * Container `usage`, partition = cluster uid: blocks of samples.
 */
import type {
  BackupLocationReport,
  Heartbeat,
  NodeReport,
  PackReport,
  ServiceReport,
  UsageSample,
} from '../domain/agent.ts';
import type { ClusterId } from '../domain/ids.ts';
import type { EpochMs, Instant } from '../domain/time.ts';
import type { Address, StoredDocument } from '../store/port.ts';

/** What a credential says, once it is verified. */
export interface AgentIdentity {
  readonly cluster: ClusterId;
  readonly shard: number;
  /** Raised by every enrolment: credentials of earlier ones end with it. */
  readonly epoch: number;
}

export interface RosterEntry {
  readonly name: string;
  readonly project: string;
  /** 0 until an agent has enrolled. */
  readonly epoch: number;
  /** Of the newest definition: `<generation>.<operations>`. */
  readonly revision: string;
  /** When the cluster got its agent: the grace of a cluster that never beat starts here. */
  readonly since: Instant;
  /** Names the cluster within its shard where there are many of them, and is never another one's: a uid has 36 characters. */
  readonly seat: number;
}

export interface RosterDocument extends StoredDocument {
  readonly id: 'roster';
  readonly type: 'roster';
  /** Raised by every change. */
  readonly revision: number;
  /** That were given so far. */
  readonly seats: number;
  /** By cluster uid. */
  readonly clusters: Readonly<Record<string, RosterEntry>>;
}

/** One beat as the log keeps it. */
export interface Beat {
  /** Of the cluster, on the roster of the shard. */
  readonly seat: number;
  /** When we received it: the server's clock decides. */
  readonly atMs: EpochMs;
  readonly epoch: number;
  /** Of the agent that sent it: `processOf` in beat-log.ts. */
  readonly process: number;
  /** The beat's own, or its `sentAt` in milliseconds when it carries none. */
  readonly seq: number;
}

/** Takes beats and writes many of them at once. */
export interface BeatLog {
  /** Resolves when the beat is stored: what was acknowledged is never lost. Throws StoreUnavailableError. */
  record(shard: number, beat: Beat): Promise<void>;
}

/** The latest that a cluster's agent reported, each part as it last came. agent-state.ts reads and writes it, packed. */
export interface AgentStateDocument extends StoredDocument {
  readonly id: 'agent-state';
  readonly type: 'agent-state';
  readonly agentVersion: string;
  readonly observedGeneration?: number;
  /** Too far from ours to be right; said once, and once more when it is right again. */
  readonly clockIsOff?: boolean;
  /** When something in here last changed. */
  readonly reportedAt: Instant;
  readonly nodes: readonly NodeReport[];
  readonly services: readonly ServiceReport[];
  readonly packs: readonly PackReport[];
  /** Absent: its agent has not said, or is too old to. */
  readonly backupLocations?: readonly BackupLocationReport[];
  /** The newest sample. Not stored with the rest: a report brings it, or finds it in the newest block of usage. */
  readonly latest?: Pick<UsageSample, 'at'>;
}

/** A beat that carried more than life: what health and usage are made of. Times are already the server's. */
export interface Report {
  readonly cluster: ClusterId;
  readonly project: string;
  readonly receivedAtMs: EpochMs;
  readonly heartbeat: Heartbeat;
  /** As it is with this report laid over it. */
  readonly state: AgentStateDocument;
  readonly samples: readonly UsageSample[];
}

export function shardAddress(shard: number): Address {
  return { container: 'liveness', partition: `shard-${shard}` };
}
