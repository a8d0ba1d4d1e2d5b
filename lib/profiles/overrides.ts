/** Overrides lie over packs of the profile, and over no others (A10). Pure. */
import type { ClusterSpec } from '../domain/cluster.ts';
import { type Finding, violation } from '../domain/findings.ts';
import type { ResolvedProfile } from '../domain/profile.ts';

/** `at`: JSON pointer of a pack's overrides in the request. */
export function strangerFindings(
  profile: ResolvedProfile,
  overrides: ClusterSpec['packOverrides'],
  at: (pack: string) => string,
): readonly Finding[] {
  const packs = profile.layers.map((layer) => layer.pack);
  return Object.keys(overrides)
    .filter((pack) => !packs.includes(pack))
    .map((pack) =>
      violation(
        'PACK_NOT_IN_PROFILE',
        at(pack),
        `Profile ${profile.name} ${profile.version} has no pack «${pack}»; it has ${packs.toSorted().join(', ')}.`,
      ),
    );
}
