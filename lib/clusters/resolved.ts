/** What a cluster is made from: its snapshot of the profile with its overrides, and each value's source (A8, A11). */
import type { ClusterDocument } from '../domain/cluster.ts';
import type { ResolvedProfile } from '../domain/profile.ts';
import { type ResolvedLayer, resolve } from '../profiles/resolve.ts';

export interface ResolvedCluster {
  readonly profile: Pick<ResolvedProfile, 'name' | 'version' | 'cloudType'>;
  readonly layers: readonly ResolvedLayer[];
}

export function resolvedOf({ profile, spec }: Pick<ClusterDocument, 'profile' | 'spec'>): ResolvedCluster {
  const { name, version, cloudType } = profile;
  return { profile: { name, version, cloudType }, layers: resolve(profile, spec.packOverrides).layers };
}
