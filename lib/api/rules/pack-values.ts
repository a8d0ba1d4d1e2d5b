/**
 * Values of packs against what the packs take (A10, A11). A value comes from the profile or from an override, and a
 * finding points at where it was written. Pure.
 */
import type { z } from 'zod';
import { sameValue } from '../../domain/canonical.ts';
import type { CloudType } from '../../domain/cluster.ts';
import type { Finding } from '../../domain/findings.ts';
import { knownPack } from '../../profiles/known-packs.ts';
import type { Resolved, ResolvedLayer } from '../../profiles/resolve.ts';
import { pointer, schemaFindings } from '../schema-findings.ts';

/** JSON pointer in the request for a value of a pack: `/volumeType`. */
export type PointerOf = (valuePath: string) => string;

export interface PackValuesQuestion {
  readonly cloudType: CloudType;
  readonly resolved: Resolved;
  /** As it is stored, for a change: what a cluster lives with already keeps no other change from it. */
  readonly before?: Resolved;
  at(layer: ResolvedLayer): PointerOf;
}

export function packValuesFindings(question: PackValuesQuestion): readonly Finding[] {
  const { cloudType, resolved, before, at } = question;
  return resolved.layers.flatMap((layer) => {
    const stored = before?.layers.find(({ pack }) => pack === layer.pack);
    if (stored !== undefined && sameValue(stored.values, layer.values)) return [];
    const parsed = knownPack(layer.pack)?.values?.(cloudType).safeParse(layer.values);
    return parsed?.error ? notOfPack(parsed.error, layer.values, at(layer)) : [];
  });
}

/** Codes of schemas that say less than «these values are not the pack's». */
const GENERAL = new Set(['REQUIRED', 'TYPE_INVALID', 'VALUE_INVALID', 'UNKNOWN_FIELD']);

export function notOfPack(error: z.ZodError, values: unknown, at: PointerOf): readonly Finding[] {
  return schemaFindings(error, values).map((finding) => ({
    ...finding,
    code: GENERAL.has(finding.code) ? 'PACK_VALUES_INVALID' : finding.code,
    path: at(finding.path),
  }));
}

/** For requests with overrides by pack: the pointer of the override, or `/profile` when the value is the profile's. */
export function inOverrides(layer: ResolvedLayer | undefined, overridesAt: string): PointerOf {
  return (valuePath) =>
    isOverridden(valuePath, layer?.sources ?? {})
      ? overridesAt + pointer([layer?.pack ?? '']) + valuePath
      : '/profile';
}

/** A value that is missing belongs to whoever set what it is missing from. */
function isOverridden(valuePath: string, sources: ResolvedLayer['sources']): boolean {
  const here = Object.entries(sources).filter(
    ([path]) => path === valuePath || path.startsWith(`${valuePath}/`) || valuePath.startsWith(`${path}/`),
  );
  if (here.length > 0) return here.some(([, source]) => source === 'override');
  return valuePath.includes('/') && isOverridden(valuePath.slice(0, valuePath.lastIndexOf('/')), sources);
}
