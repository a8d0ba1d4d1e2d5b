/**
 * What a cluster's agent last reported, in the cluster's own partition. Written only when something in it changed, and
 * packed: twenty nodes with their conditions are 30 kB of which hardly anything differs. The only file that knows how it
 * is stored.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Deps } from '../deps.ts';
import type { Heartbeat } from '../domain/agent.ts';
import type { ClusterId } from '../domain/ids.ts';
import { type EpochMs, type Instant, toEpochMs } from '../domain/time.ts';
import { clusterAddress } from '../reconcile/event-log.ts';
import { type Packed, pack, unpack } from '../store/packed.ts';
import { type StoredDocument, StoreUnavailableError } from '../store/port.ts';
import { isOvertaken } from './clocks.ts';
import type { AgentStateDocument } from './port.ts';

const ID = 'agent-state';
/** Far above the largest clusters, and below the 2 MB of a document. */
const MAX_PACKED_BYTES = 1_500_000;
/** An agent speaks once at a time; more than a late report beside the next one is rare. */
const TRIES = 5;

type State = Omit<AgentStateDocument, 'id' | 'type'>;

interface PackedState extends StoredDocument {
  readonly type: 'agent-state';
  readonly packed: Packed<State>;
}

type StateDeps = Pick<Deps, 'store'>;

/** `undefined`: no agent of the cluster has reported yet. */
export async function readAgentState(
  { store }: StateDeps,
  cluster: ClusterId,
): Promise<AgentStateDocument | undefined> {
  const stored = await store.read<PackedState>(clusterAddress(cluster), ID);
  return stored && unpacked(stored.document);
}

/**
 * Writes what `decide` makes of the state, when that is news; it may be called again with a newer one. What was received
 * before the state that is there leaves it alone: a report that was held up on its way is no news any more. `too-large`:
 * more than anything that a cluster can be, and not written. Throws StoreUnavailableError, also when others keep winning.
 */
export async function changeAgentState(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  cluster: ClusterId,
  decide: (before: AgentStateDocument | undefined) => Promise<AgentStateDocument>,
): Promise<AgentStateDocument | 'too-large'> {
  const at = clusterAddress(cluster);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const stored = await store.read<PackedState>(at, ID);
    const before = stored && unpacked(stored.document);
    const state = await decide(before);
    if (before !== undefined && isHeldUp(state, before, clock.now())) return before;
    if (!isNews(before, state)) return state;
    const document = packed(state);
    if (document.packed.length > MAX_PACKED_BYTES) return 'too-large';
    const written = stored ? store.replace(at, document, stored.etag) : store.create(at, document);
    if ((await written).kind === 'written') return state;
  }
  throw new StoreUnavailableError('What an agent reported was changed by others all the time');
}

function isHeldUp(state: AgentStateDocument, before: AgentStateDocument, nowMs: EpochMs): boolean {
  return isOvertaken(toEpochMs(state.reportedAt), toEpochMs(before.reportedAt), nowMs);
}

function packed({ id: _id, type, ...state }: AgentStateDocument): PackedState {
  return { id: ID, type, packed: pack<State>(state) };
}

function unpacked(document: PackedState): AgentStateDocument {
  return { id: ID, type: 'agent-state', ...unpack(document.packed) };
}

/** Each list as it last came; what the beat does not carry stays. */
export function overlaid(
  before: AgentStateDocument | undefined,
  beat: Heartbeat,
  { at, clockIsOff }: { readonly at: Instant; readonly clockIsOff: boolean },
): AgentStateDocument {
  const observedGeneration = beat.observedGeneration ?? before?.observedGeneration;
  // Another version may be an older one, which never says it.
  const isSame = before?.agentVersion === beat.agentVersion;
  const backupLocations = beat.backupLocations ?? (isSame ? before.backupLocations : undefined);
  return {
    id: ID,
    type: 'agent-state',
    agentVersion: beat.agentVersion,
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    ...(clockIsOff ? { clockIsOff } : {}),
    reportedAt: at,
    nodes: beat.nodes ?? before?.nodes ?? [],
    services: beat.services ?? before?.services ?? [],
    packs: beat.packs ?? before?.packs ?? [],
    ...(backupLocations === undefined ? {} : { backupLocations }),
  };
}

/** Apart from when it was said. */
function isNews(before: AgentStateDocument | undefined, now: AgentStateDocument): boolean {
  return !isDeepStrictEqual({ ...before, reportedAt: '' }, { ...now, reportedAt: '' });
}
