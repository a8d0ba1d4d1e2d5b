/** Is this an agent that may still speak for its cluster? The credential says who, the roster whether. */
import type { Deps } from '../deps.ts';
import { SECOND_MS } from '../domain/time.ts';
import { type Credential, readCredential } from './credential.ts';
import { agentKey } from './keys.ts';
import type { RosterEntry } from './port.ts';
import { readRoster } from './roster.ts';

/** An agent whose credential holds. */
export interface Agent extends Credential {
  /** As it was at most some seconds ago. */
  readonly entry: RosterEntry;
}

export type AgentCheck =
  | { readonly kind: 'agent'; readonly agent: Agent }
  /** No credential, a wrong one, one that is expired or of an earlier enrolment. */
  | { readonly kind: 'unauthenticated' }
  /** The credential is right, but its cluster has left the roster. */
  | { readonly kind: 'absent' };

/** A cluster that was missing a moment ago may just have come. */
const MISSING_MS = SECOND_MS;

/** Throws StoreUnavailableError when the roster cannot be read. */
export async function authenticateAgent(
  deps: Pick<Deps, 'store' | 'clock' | 'secrets'>,
  authorization: string | null,
): Promise<AgentCheck> {
  const text = /^Bearer +([\w.-]+)$/i.exec(authorization ?? '')?.[1];
  const key = text === undefined ? undefined : await agentKey(deps);
  if (text === undefined || key === undefined) return { kind: 'unauthenticated' };
  const credential = readCredential(key, text, deps.clock.now());
  if (credential === undefined) return { kind: 'unauthenticated' };
  const entry = await entryOf(deps, credential);
  if (entry === undefined) return { kind: 'absent' };
  if (entry.epoch !== credential.epoch) return { kind: 'unauthenticated' };
  return { kind: 'agent', agent: { ...credential, entry } };
}

/** Another instance may have enrolled the agent since this one read the roster. */
async function entryOf(
  deps: Pick<Deps, 'store' | 'clock'>,
  { cluster, shard, epoch }: Credential,
): Promise<RosterEntry | undefined> {
  const known = (await readRoster(deps, shard)).get(cluster);
  if (known !== undefined && known.epoch >= epoch) return known;
  return (await readRoster(deps, shard, known === undefined ? MISSING_MS : 0)).get(cluster);
}
