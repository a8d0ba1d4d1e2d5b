/**
 * A profile with a cluster's overrides laid over it, and for every value which of the two it comes from (A8, A10, A11).
 * The two stay apart where they are stored; here they are shown as one. Pure.
 */
import type { ClusterSpec, Json, JsonObject } from '../domain/cluster.ts';
import type { ProfileLayer, ResolvedProfile } from '../domain/profile.ts';

export type ValueSource = 'profile' | 'override';

export interface ResolvedLayer extends ProfileLayer {
  /** By JSON pointer into `values`, for every value that is no object. */
  readonly sources: Readonly<Record<string, ValueSource>>;
}

export interface Resolved {
  readonly layers: readonly ResolvedLayer[];
}

export function resolve(profile: ResolvedProfile, overrides: ClusterSpec['packOverrides']): Resolved {
  return {
    layers: profile.layers.map((layer) => {
      const over = overrides[layer.pack] ?? {};
      const values = mergeValues(layer.values, over);
      return { ...layer, values, sources: Object.fromEntries(sourcesOf(values, over, '')) };
    }),
  };
}

/** Objects merge by key, everything else is replaced. A `null` is a value: overrides hide nothing of a profile. */
export function mergeValues(base: JsonObject, over: JsonObject): JsonObject {
  const laid = Object.entries(over).map(([key, value]) => {
    const below = base[key];
    return [key, isObject(below) && isObject(value) ? mergeValues(below, value) : value] as const;
  });
  return { ...base, ...Object.fromEntries(laid) };
}

type Source = readonly [pointer: string, source: ValueSource];

function sourcesOf(values: JsonObject, over: JsonObject, at: string): readonly Source[] {
  return Object.entries(values).flatMap(([key, value]): readonly Source[] => {
    const here = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const above = over[key];
    if (isObject(value) && Object.keys(value).length > 0) {
      return sourcesOf(value, isObject(above) ? above : {}, here);
    }
    return [[here, Object.hasOwn(over, key) ? 'override' : 'profile']];
  });
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
