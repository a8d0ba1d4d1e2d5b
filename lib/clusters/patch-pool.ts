/** A merge patch of one pool: laid over the pool as a read shows it, then judged like a new one. Pure. */

import { parsePool } from '../api/parse-pool.ts';
import { type Read, read } from '../api/read.ts';
import { renderPool } from '../api/render-cluster.ts';
import { conflict, type Finding, violation } from '../domain/findings.ts';
import type { PoolSpec } from '../domain/pool.ts';
import { isObject, mergePatch } from './merge-patch.ts';

/** What answers add is ignored, so that one can be edited and sent back. `undefined` when nothing of the patch could be read. `path`: pointer of the patch in the request. */
export function patchPool(pool: PoolSpec, raw: unknown, path: string): Read<PoolSpec | undefined> {
  if (!isObject(raw)) return parsePool(raw, path);
  const { generation: _, warnings: __, ...patch } = raw;
  const findings = [...immutableFindings(pool, patch, path), ...autoscaledFindings(pool, patch, path)];
  const parsed = parsePool(mergePatch(sizedAs(pool, patch), patch), path);
  return read(parsed.value, ...findings, ...parsed.findings.filter(({ code }) => !isSaid(code, findings)));
}

/** Switching between a size and a range drops the other one, which nobody has sent. */
function sizedAs(
  pool: PoolSpec,
  patch: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { size: _, ...input } = renderPool(pool);
  if (isObject(patch.autoscale)) return input;
  return pool.autoscale === undefined || patch.autoscale === null ? { ...input, size: pool.size } : input;
}

function immutableFindings(
  pool: PoolSpec,
  patch: Readonly<Record<string, unknown>>,
  path: string,
): readonly Finding[] {
  return (['name', 'role'] as const)
    .filter((field) => patch[field] !== undefined && patch[field] !== pool[field])
    .map((field) =>
      violation(
        'FIELD_IMMUTABLE',
        `${path}/${field}`,
        `The ${field} of a pool never changes.`,
        'Add another pool and remove this one.',
      ),
    );
}

/** A235: the autoscaler would undo it. */
function autoscaledFindings(
  pool: PoolSpec,
  patch: Readonly<Record<string, unknown>>,
  path: string,
): readonly Finding[] {
  if (pool.autoscale === undefined || patch.size === undefined || patch.autoscale === null) return [];
  if (isObject(patch.autoscale)) return [];
  return [
    conflict(
      'POOL_AUTOSCALED',
      `${path}/size`,
      `Pool ${pool.name} is scaled by the autoscaler between ${pool.autoscale.min} and ${pool.autoscale.max} nodes.`,
      'Change autoscale, or send "autoscale": null together with a size.',
    ),
  ];
}

/** The general rules say the same as the state's own codes. */
function isSaid(code: string, findings: readonly Finding[]): boolean {
  const said = (own: string, path: string) =>
    findings.some((finding) => finding.code === own && finding.path.endsWith(path));
  return (
    (code === 'SIZE_AND_AUTOSCALE' && said('POOL_AUTOSCALED', '/size')) ||
    (code === 'POOL_NAME_INVALID' && said('FIELD_IMMUTABLE', '/name'))
  );
}
