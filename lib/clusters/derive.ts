/**
 * Changes of a cluster as functions from the document as it is to the spec as it would be, with everything that the pure
 * rules have to say. The same functions serve the change itself, its plan, and another try after a lost race.
 */

import { readValues } from '../api/parse-cluster.ts';
import { parsePool } from '../api/parse-pool.ts';
import { withoutEchoes } from '../api/read.ts';
import { poolSetFindings } from '../api/rules/pool-set.ts';
import type { ScheduleContext } from '../api/rules/schedules.ts';
import type { ClusterDocument, ClusterSpec } from '../domain/cluster.ts';
import { type Finding, violation } from '../domain/findings.ts';
import type { PoolSpec } from '../domain/pool.ts';
import { accept, notFound, type Outcome } from '../domain/refusal.ts';
import { strangerFindings } from '../profiles/overrides.ts';
import { isObject } from './merge-patch.ts';
import { patchPool } from './patch-pool.ts';
import { patchSpec } from './patch-spec.ts';

export interface Derived {
  readonly spec: ClusterSpec;
  readonly findings: readonly Finding[];
  /** The pool that the request is about, when that is all. */
  readonly pool?: string;
  /** Pointer of the values in the request, when it is about one pack. */
  readonly valuesAt?: string;
  /** Whether the cloud could have something to say about the change. */
  readonly asksCloud: boolean;
}

export type Derive = (current: ClusterDocument) => Outcome<Derived>;

export function deriveClusterPatch(raw: unknown, context: ScheduleContext): Derive {
  return (current) => {
    const { value, findings } = patchSpec(current, raw, context);
    return accept({ spec: value, findings, asksCloud: false });
  };
}

export function deriveNewPool(raw: unknown): Derive {
  return ({ spec }) => {
    const { value: pool, findings } = parsePool(raw, '', spec.cloud);
    if (!pool) return accept({ spec, findings, asksCloud: false });
    return accept({ ...withPools(spec, [...spec.pools, pool], findings), pool: pool.name });
  };
}

export function derivePoolPatch(name: string, raw: unknown): Derive {
  return ({ spec }) => {
    const pool = spec.pools.find((candidate) => candidate.name === name);
    if (!pool) return notFound('pool', name);
    const { value: next, findings } = patchPool(pool, raw, '', spec.cloud);
    if (!next) return accept({ spec, findings, asksCloud: false });
    const pools = spec.pools.map((candidate) => (candidate === pool ? next : candidate));
    return accept({ ...withPools(spec, pools, findings), pool: name });
  };
}

export function derivePoolRemoval(name: string): Derive {
  return ({ spec }) => {
    const pools = spec.pools.filter((candidate) => candidate.name !== name);
    if (pools.length === spec.pools.length) return notFound('pool', name);
    return accept({ ...withPools(spec, pools, []), pool: name });
  };
}

/** All pools at once, for plans: existing ones are patched, unknown ones added, absent ones removed. */
export function derivePools(raw: unknown): Derive {
  return ({ spec }) => {
    if (!Array.isArray(raw)) {
      const finding = violation('TYPE_INVALID', '/pools', 'pools is a list of pools.');
      return accept({ spec, findings: [finding], asksCloud: false });
    }
    const items: readonly unknown[] = raw;
    const reads = items.map((item, index) => readPool(spec, item, `/pools/${index}`));
    const pools = reads.map(({ value }) => value).filter((value) => value !== undefined);
    return accept(
      withPools(
        spec,
        pools,
        reads.flatMap(({ findings }) => findings),
      ),
    );
  };
}

function readPool({ pools, cloud }: ClusterSpec, raw: unknown, path: string) {
  const name = isObject(raw) ? raw.name : undefined;
  const pool = pools.find((candidate) => candidate.name === name);
  return pool ? patchPool(pool, raw, path, cloud) : parsePool(raw, path, cloud);
}

/** Replaces the overrides of one pack; no values at all take them away. */
export function derivePackValues(pack: string, raw: unknown): Derive {
  return ({ spec, profile }) => {
    const { value, findings } = readValues(raw, '/values');
    const { [pack]: _, ...others } = spec.packOverrides;
    const packOverrides = Object.keys(value).length === 0 ? others : { ...others, [pack]: value };
    return accept({
      spec: { ...spec, packOverrides },
      findings: [
        ...findings,
        ...strangerFindings(profile, { [pack]: value }, () => ''),
        ...sizeFindings(packOverrides),
      ],
      valuesAt: '/values',
      asksCloud: true,
    });
  };
}

/** With the profile's own values the document stays below the store's 2 MB. */
const MAX_OVERRIDES_BYTES = 1024 * 1024;

function sizeFindings(packOverrides: ClusterSpec['packOverrides']): readonly Finding[] {
  const bytes = Buffer.byteLength(JSON.stringify(packOverrides));
  if (bytes <= MAX_OVERRIDES_BYTES) return [];
  const message = `The overrides of all packs together may have ${MAX_OVERRIDES_BYTES} bytes; these have ${bytes}.`;
  return [violation('PACK_VALUES_TOO_LARGE', '/values', message)];
}

function withPools(spec: ClusterSpec, pools: readonly PoolSpec[], findings: readonly Finding[]): Derived {
  const { cloud, purpose } = spec;
  const together = poolSetFindings({ cloud, pools, purpose, at: 'change', path: '' });
  return {
    spec: { ...spec, pools },
    findings: withoutEchoesOfFields(findings, together),
    asksCloud: true,
  };
}

/** What is said of all pools has the whole body as its place; only an error there makes it an echo. */
function withoutEchoesOfFields(fields: readonly Finding[], together: readonly Finding[]): readonly Finding[] {
  const [placed, whole] = [
    together.filter(({ path }) => path !== ''),
    together.filter(({ path }) => path === ''),
  ];
  return [...withoutEchoes(fields, placed), ...whole];
}
