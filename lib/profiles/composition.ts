/** Whether the layers of a profile make a cluster: what every cluster needs, and nothing twice (A5, A7). Pure. */
import { type Finding, violation } from '../domain/findings.ts';
import type { Layer, ResolvedProfile } from '../domain/profile.ts';

/** Without these there is no Kubernetes, no network for pods and no storage for them. */
const NEEDED = ['kubernetes', 'cni', 'csi'] as const satisfies readonly Layer[];

/** `path`: where the request names the profile. */
export function compositionFindings({ layers, name, version }: ResolvedProfile, path: string) {
  const missing = NEEDED.filter((needed) => !layers.some(({ layer }) => layer === needed));
  const packs = layers.map(({ pack }) => pack);
  const twice = [...new Set(packs.filter((pack, index) => packs.indexOf(pack) !== index))];
  return [
    ...missing.map(
      (layer): Finding =>
        violation('PROFILE_LAYER_MISSING', path, `Profile ${name} ${version} has no ${layer} layer.`),
    ),
    ...twice.map(
      (pack): Finding => violation('PACK_DUPLICATE', path, `Profile ${name} ${version} has ${pack} twice.`),
    ),
  ];
}
