/**
 * Whether the layers of a profile make a cluster: what every cluster needs, nothing twice, nothing that is made for other
 * clouds, a version that runs (A4, A5, A7). Pure.
 */
import type { CloudType } from '../domain/cluster.ts';
import { type Finding, violation } from '../domain/findings.ts';
import type { Layer, ResolvedProfile } from '../domain/profile.ts';
import { knownPack } from './known-packs.ts';
import { versionFindings } from './kubernetes-versions.ts';

/** Without these there is no Kubernetes, no network for pods and no storage for them; our own machines need a system too. */
const NEEDED = {
  aks: ['kubernetes', 'cni', 'csi'],
  azure: ['os', 'kubernetes', 'cni', 'csi'],
  aws: ['os', 'kubernetes', 'cni', 'csi'],
} as const satisfies Record<CloudType, readonly Layer[]>;

/** `path`: where the request names the profile. */
export function compositionFindings(profile: ResolvedProfile, path: string): readonly Finding[] {
  const { layers, name, version, cloudType } = profile;
  const missing = NEEDED[cloudType].filter((needed) => !layers.some(({ layer }) => layer === needed));
  const packs = layers.map(({ pack }) => pack);
  const twice = [...new Set(packs.filter((pack, index) => packs.indexOf(pack) !== index))];
  return [
    ...missing.map((layer) =>
      violation('PROFILE_LAYER_MISSING', path, `Profile ${name} ${version} has no ${layer} layer.`),
    ),
    ...twice.map((pack) =>
      violation('PACK_DUPLICATE', path, `Profile ${name} ${version} has ${pack} twice.`),
    ),
    ...packs.flatMap((pack) => misplacedFindings(profile, pack, path)),
    ...versionFindings(profile, path),
  ];
}

/** Packs that nobody knows may be made for any cloud. */
function misplacedFindings({ cloudType }: ResolvedProfile, pack: string, path: string): readonly Finding[] {
  const { clouds } = knownPack(pack) ?? {};
  if (clouds === undefined || clouds.includes(cloudType)) return [];
  const message = `Pack ${pack} is made for ${clouds.join(' and ')}, the profile for ${cloudType}.`;
  return [violation('PACK_CLOUD_MISMATCH', path, message)];
}
