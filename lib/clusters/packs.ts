/**
 * The packs of a cluster as people read them: each layer of the resolved profile, with its version, its values and where
 * each comes from, and how far it is installed in the cluster.
 */
import type { ClusterDocument } from '../domain/cluster.ts';
import { type ResolvedLayer, resolve } from '../profiles/resolve.ts';

export interface ClusterPack extends ResolvedLayer {
  /** Agents install packs and report on them; what none has reported on is pending (A7). */
  readonly status: 'pending' | 'installing' | 'ready' | 'error';
  /** Of the cluster. */
  readonly generation: number;
}

/** In the order in which they are installed. */
export function packsOf({
  profile,
  spec,
  generation,
}: Pick<ClusterDocument, 'profile' | 'spec' | 'generation'>): readonly ClusterPack[] {
  return resolve(profile, spec.packOverrides).layers.map((layer) => ({
    ...layer,
    status: 'pending',
    generation,
  }));
}
