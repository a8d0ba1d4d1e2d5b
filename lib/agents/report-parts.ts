/**
 * Reports that are too large for one body come in several beats, in order. Each part but the last waits in the cluster's
 * partition, because the next one may reach another instance; the last one finds them there.
 */
import type { Deps } from '../deps.ts';
import type { Heartbeat } from '../domain/agent.ts';
import type { ClusterId } from '../domain/ids.ts';
import { clusterAddress } from '../reconcile/event-log.ts';
import { type Packed, pack, unpack } from '../store/packed.ts';
import type { StoredDocument } from '../store/port.ts';

/** Our choice: a report takes seconds, and one that was given up is sent again from its first part. */
const TTL_SECONDS = 600;
const TYPE = 'report-part';

const LISTS = ['nodes', 'services', 'packs', 'backupLocations', 'samples'] as const;
type Content = Pick<Heartbeat, (typeof LISTS)[number]>;

interface PartDocument extends StoredDocument {
  readonly type: typeof TYPE;
  readonly index: number;
  readonly of: number;
  readonly packed: Packed<Content>;
}

export type Gathered =
  | { readonly kind: 'whole'; readonly beat: Heartbeat }
  /** More follows. */
  | { readonly kind: 'kept' }
  /** The last part came, and not all before it: the agent sends everything again. */
  | { readonly kind: 'incomplete' };

/** Repeats change nothing: a part replaces the one of its number that the same process sent before. */
export async function gather(
  { store }: Pick<Deps, 'store'>,
  cluster: ClusterId,
  beat: Heartbeat,
): Promise<Gathered> {
  const { part, instance = '' } = beat;
  if (part === undefined) return { kind: 'whole', beat };
  const prefix = `${TYPE}-${instance}-`;
  if (part.index < part.of - 1) {
    const document: PartDocument = {
      id: `${prefix}${part.index}`,
      type: TYPE,
      ttl: TTL_SECONDS,
      ...part,
      packed: pack(contentOf(beat)),
    };
    await store.upsert(clusterAddress(cluster), document);
    return { kind: 'kept' };
  }
  // By their ids: an earlier report in more parts may have left others, and together they are more than a page holds.
  const stored = await Promise.all(
    Array.from({ length: part.index }, (_, index) =>
      store.read<PartDocument>(clusterAddress(cluster), `${prefix}${index}`),
    ),
  );
  const parts = stored.flatMap((one) => (one?.document.of === part.of ? [one.document] : []));
  if (parts.length !== part.of - 1) return { kind: 'incomplete' };
  const contents = [...parts.map(({ packed }) => unpack(packed)), contentOf(beat)];
  return { kind: 'whole', beat: { ...beat, ...contents.reduce(together) } };
}

const contentOf = (beat: Content): Content =>
  Object.fromEntries(LISTS.flatMap((name) => (beat[name] === undefined ? [] : [[name, beat[name]]])));

/** Lists that both carry go on from one to the other. */
function together(a: Content, b: Content): Content {
  const both = LISTS.flatMap((name) => {
    const [first, more] = [a[name], b[name]];
    return first === undefined || more === undefined ? [] : [[name, [...first, ...more]] as const];
  });
  return { ...a, ...b, ...Object.fromEntries(both) };
}
