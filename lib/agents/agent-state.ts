/**
 * What a cluster's agent last reported, in the cluster's own partition. Written only when something in it changed, and
 * packed: twenty nodes with their conditions are 30 kB of which hardly anything differs. The only file that knows how it
 * is stored.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Deps } from '../deps.ts';
import type { Heartbeat } from '../domain/agent.ts';
import type { ClusterId } from '../domain/ids.ts';
import type { Instant } from '../domain/time.ts';
import { clusterAddress } from '../reconcile/event-log.ts';
import { type Packed, pack, unpack } from '../store/packed.ts';
import type { StoredDocument } from '../store/port.ts';
import type { AgentStateDocument } from './port.ts';

const ID = 'agent-state';
/** Far above the largest clusters, and below the 2 MB of a document. */
const MAX_PACKED_BYTES = 1_500_000;

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
  return stored && { id: ID, type: 'agent-state', ...unpack(stored.document.packed) };
}

/** False: it is larger than anything that a cluster can be, and was not written. */
export async function writeAgentState(
  { store }: StateDeps,
  cluster: ClusterId,
  { id: _id, type, ...state }: AgentStateDocument,
): Promise<boolean> {
  const packed = pack<State>(state);
  if (packed.length > MAX_PACKED_BYTES) return false;
  const document: PackedState = { id: ID, type, packed };
  await store.upsert(clusterAddress(cluster), document);
  return true;
}

/** Each list as it last came; what the beat does not carry stays. */
export function overlaid(
  before: AgentStateDocument | undefined,
  beat: Heartbeat,
  { at, clockIsOff }: { readonly at: Instant; readonly clockIsOff: boolean },
): AgentStateDocument {
  const observedGeneration = beat.observedGeneration ?? before?.observedGeneration;
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
  };
}

/** Apart from when it was said. */
export function isNews(before: AgentStateDocument | undefined, now: AgentStateDocument): boolean {
  return !isDeepStrictEqual({ ...before, reportedAt: '' }, { ...now, reportedAt: '' });
}
