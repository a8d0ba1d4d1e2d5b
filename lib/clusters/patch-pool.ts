/** A merge patch of one pool: laid over the pool as a read shows it, then judged like a new one. Pure. */

import { parsePool } from '../api/parse-pool.ts';
import { type Read, read } from '../api/read.ts';
import { renderPool } from '../api/render-cluster.ts';
import type { CloudConfig } from '../domain/cluster.ts';
import { conflict, type Finding, violation } from '../domain/findings.ts';
import type { PoolSpec } from '../domain/pool.ts';
import { isObject, mergePatch } from './merge-patch.ts';

type Patch = Readonly<Record<string, unknown>>;

/**
 * What answers add is ignored, so that one can be edited and sent back. `undefined` when nothing of the patch could be
 * read. `path`: pointer of the patch in the request.
 */
export function patchPool(
  pool: PoolSpec,
  raw: unknown,
  path: string,
  cloud: CloudConfig,
): Read<PoolSpec | undefined> {
  if (!isObject(raw)) return parsePool(raw, path, cloud);
  const { generation: _, warnings: __, ...patch } = raw;
  const findings = [
    ...immutableFindings(pool, patch, path),
    ...autoscaledFindings(pool, patch, path),
    ...controlPlaneSteps(pool, patch, path),
  ];
  const base = boughtAs(pool, sizedAs(pool, patch), patch);
  const parsed = parsePool(mergePatch(base, patch), path, cloud);
  return read(parsed.value, ...findings, ...parsed.findings.filter(({ code }) => !isSaid(code, findings)));
}

/** Switching between a size and a range drops the other one, which nobody has sent. */
function sizedAs(pool: PoolSpec, patch: Patch): Patch {
  const { size: _, ...input } = renderPool(pool);
  if (isObject(patch.autoscale)) return input;
  return pool.autoscale === undefined || patch.autoscale === null ? { ...input, size: pool.size } : input;
}

/** Going back to on-demand drops the bid, and taking the bid away goes back to on-demand. */
function boughtAs({ spot }: PoolSpec, input: Patch, patch: Patch): Patch {
  if (spot === undefined) return input;
  const { spot: _, ...rest } = input;
  if (patch.capacity === 'on-demand' || patch.capacity === null) return rest;
  return patch.spot === null && patch.capacity === undefined ? { ...rest, capacity: 'on-demand' } : input;
}

function immutableFindings(pool: PoolSpec, patch: Patch, path: string): readonly Finding[] {
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
function autoscaledFindings(pool: PoolSpec, patch: Patch, path: string): readonly Finding[] {
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

/** A238, A239: etcd grows by two members at a time and never shrinks. With `chain` the steps follow one another by themselves. */
function controlPlaneSteps({ role, size }: PoolSpec, patch: Patch, path: string): readonly Finding[] {
  const wanted = patch.size;
  if (role !== 'control-plane' || typeof wanted !== 'number') return [];
  if (wanted < size) {
    const message = `The control plane has ${size} nodes; it cannot be made smaller.`;
    return [violation('CONTROL_PLANE_SCALE_DOWN_UNSUPPORTED', `${path}/size`, message)];
  }
  if (size !== 1 || wanted !== 5 || patch.chain === true) return [];
  return [
    violation(
      'CONTROL_PLANE_SCALE_STEP',
      `${path}/size`,
      'A control plane grows from 1 node to 3, and from 3 to 5.',
      'Ask for 3 first, or send "chain": true to have both steps done.',
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
