/**
 * Intents: the memory of token-less creates whose answer may be lost (protocol rule 8). One write claims all creates of
 * a wave before any of them is sent; it does not raise `wake`, because it is part of the pass that is running.
 */
import type { ClusterDocument } from '../domain/cluster.ts';
import { isQuiet } from '../domain/quiet.ts';
import { type EpochMs, toEpochMs, toInstant } from '../domain/time.ts';
import { type DocumentStore, StoreUnavailableError } from '../store/port.ts';
import { clusterAddress } from './event-log.ts';
import type { ClaimAnswer } from './run-graph.ts';

/** The document as this pass knows it; a claim moves it on, and the commit builds on what the claim left. */
export interface Held {
  document: ClusterDocument;
  etag: string;
}

/** The store did not say whether the claim was written: nothing may be created on a maybe. */
export class ClaimUnknownError extends Error {
  override readonly name = 'ClaimUnknownError';
}

export interface Claims {
  readonly store: DocumentStore;
  readonly held: Held;
  readonly lookMs: EpochMs;
  /** Q in wall milliseconds. */
  readonly quietMs: number;
}

/** `undefined`: someone else has written the document. Throws ClaimUnknownError. */
export async function claim(claims: Claims, keys: readonly string[]): Promise<ClaimAnswer | undefined> {
  const { held, lookMs, quietMs } = claims;
  const waitFor = new Map<string, number>();
  for (const key of keys) {
    const open = held.document.intents[key];
    if (open && !isQuiet(open.at, lookMs, quietMs)) waitFor.set(key, toEpochMs(open.at) + quietMs - lookMs);
  }
  const fresh = keys.filter((key) => !waitFor.has(key));
  if (fresh.length > 0 && !(await commitIntents(claims, fresh))) return undefined;
  return { waitFor };
}

async function commitIntents({ store, held, lookMs }: Claims, keys: readonly string[]): Promise<boolean> {
  const at = toInstant(lookMs);
  const document: ClusterDocument = {
    ...held.document,
    revision: held.document.revision + 1,
    intents: { ...held.document.intents, ...Object.fromEntries(keys.map((key) => [key, { at }])) },
  };
  try {
    const written = await store.replace(clusterAddress(document.id), document, held.etag);
    if (written.kind !== 'written') return false;
    held.document = document;
    held.etag = written.etag;
    return true;
  } catch (error) {
    if (error instanceof StoreUnavailableError)
      throw new ClaimUnknownError('Claim not confirmed', { cause: error });
    throw error;
  }
}
