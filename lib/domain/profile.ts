/** Cluster profiles: layers of packs with values. A cluster keeps an immutable snapshot of the one it was made from. */
import type { CloudType, JsonObject } from './cluster.ts';

export type Layer = 'os' | 'kubernetes' | 'cni' | 'csi' | 'addon';

export interface ProfileLayer {
  readonly layer: Layer;
  readonly pack: string;
  readonly version: string;
  readonly registry?: string;
  readonly values: JsonObject;
}

export interface ProfileVersion {
  readonly name: string;
  readonly version: string;
  readonly cloudType: CloudType;
  readonly description?: string;
  readonly layers: readonly ProfileLayer[];
}

/** The snapshot. Overrides stay in the spec; `resolve` in lib/profiles merges the two and names each value's source. */
export type ResolvedProfile = ProfileVersion;
