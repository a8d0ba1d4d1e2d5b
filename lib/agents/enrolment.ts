/**
 * How a cluster's agent got, or is to get, its credential. One document beside the cluster, always written with
 * If-Match: of a hundred agents that show the same token at once, the one whose write comes first is enrolled. No part
 * of a token and no credential is in it: both are derived from what it says and the key (keys.ts).
 */
import { createHash } from 'node:crypto';
import type { Deps } from '../deps.ts';
import type { ClusterId } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
import { clusterAddress } from '../reconcile/event-log.ts';
import { type Stored, type StoredDocument, StoreUnavailableError } from '../store/port.ts';

export interface EnrolmentDocument extends StoredDocument {
  readonly id: typeof ENROLMENT;
  readonly type: typeof ENROLMENT;
  /** Partition of its liveness; stays when the number of shards is changed. */
  readonly shard: number;
  /** Of the newest enrolment; 0: none yet. */
  readonly epoch: number;
  /** The newest one; earlier ones are good for nothing. */
  readonly token?: TokenRecord;
  /** Until when the newest credential holds. */
  readonly credentialUntilMs?: EpochMs;
  /** An agent came with a token that is used up: it has lost its credential, or is a copy. Ends with the next token. */
  readonly askedAgainAtMs?: EpochMs;
}

export interface TokenRecord {
  readonly id: string;
  readonly expiresAtMs: EpochMs;
  readonly used?: {
    readonly atMs: EpochMs;
    /** Hash of the nonce that it came with: the same one gets the same answer again for a while. */
    readonly nonceHash: string;
    /** Of the credential that it was exchanged for. */
    readonly expiresAtMs: EpochMs;
  };
}

type StoreDeps = Pick<Deps, 'store'>;

const ENROLMENT = 'agent-enrolment';
/** As for the roster: each round of a race has a winner. */
const TRIES = 100;

export function readEnrolment(
  { store }: StoreDeps,
  cluster: ClusterId,
): Promise<Stored<EnrolmentDocument> | undefined> {
  return store.read<EnrolmentDocument>(clusterAddress(cluster), ENROLMENT);
}

/** The document; a new one when there is none. */
export async function ensureEnrolment(
  deps: Pick<Deps, 'store' | 'config'>,
  cluster: ClusterId,
): Promise<EnrolmentDocument> {
  const fresh: EnrolmentDocument = {
    id: ENROLMENT,
    type: ENROLMENT,
    shard: shardOf(cluster, deps.config.agents.shards),
    epoch: 0,
  };
  return (await changeEnrolment(deps, cluster, (enrolment) => enrolment ?? fresh)) ?? fresh;
}

type Present = EnrolmentDocument | undefined;

/**
 * `change` may be called again with a newer one; the same one (or `undefined`) writes nothing. Gives what is stored now.
 * Throws StoreUnavailableError: the write may have happened.
 */
export async function changeEnrolment(
  { store }: StoreDeps,
  cluster: ClusterId,
  change: (enrolment: Present) => Present,
): Promise<Present> {
  const at = clusterAddress(cluster);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await readEnrolment({ store }, cluster);
    const next = change(stored?.document);
    if (next === undefined || next === stored?.document) return stored?.document;
    const written = stored === undefined ? store.create(at, next) : store.replace(at, next, stored.etag);
    if ((await written).kind === 'written') return next;
  }
  throw new StoreUnavailableError('The enrolment of an agent was changed by others all the time');
}

/** Spreads clusters evenly; the same uid always gives the same shard. */
export function shardOf(cluster: ClusterId, shards: number): number {
  return createHash('sha256').update(cluster).digest().readUInt32BE(0) % shards;
}
