/** The changes of a cluster that people can ask for, by name: what each derives, and what the event stream says of it. */
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import type { Outcome } from '../domain/refusal.ts';
import type { AdmissionDeps } from './admission.ts';
import { clusterChanged, packValuesChanged, poolAdded, poolChanged, poolRemoved } from './change-events.ts';
import { changeSpec } from './change-spec.ts';
import type { Changed } from './changed.ts';
import {
  deriveClusterPatch,
  deriveNewPool,
  derivePackValues,
  derivePoolPatch,
  derivePoolRemoval,
} from './derive.ts';
import { scheduleContext } from './schedule-context.ts';

export type EditDeps = AdmissionDeps & Pick<Deps, 'queue' | 'clock' | 'logger'>;

export interface Edit {
  readonly document: ClusterDocument;
  readonly ifGeneration?: number;
  readonly strict: boolean;
}

export async function patchCluster(deps: EditDeps, edit: Edit, raw: unknown): Promise<Outcome<Changed>> {
  return changeSpec(deps, {
    ...edit,
    derive: deriveClusterPatch(raw, await scheduleContext(deps, edit.document.id, raw)),
    reason: 'cluster-patched',
    event: clusterChanged,
  });
}

export function addPool(deps: EditDeps, edit: Edit, raw: unknown): Promise<Outcome<Changed>> {
  return changeSpec(deps, {
    ...edit,
    derive: deriveNewPool(raw),
    reason: 'pool-added',
    event: poolAdded,
  });
}

export function changePool(
  deps: EditDeps,
  edit: Edit,
  pool: string,
  raw: unknown,
): Promise<Outcome<Changed>> {
  return changeSpec(deps, {
    ...edit,
    derive: derivePoolPatch(pool, raw),
    reason: 'pool-patched',
    event: poolChanged(pool),
  });
}

/** A244: what a removal would leave too small is a state in the way, not a broken rule. */
const TOO_SMALL = new Set(['MIN_CPU', 'MIN_MEMORY', 'NO_SCHEDULABLE_NODES']);

export function removePool(deps: EditDeps, edit: Edit, pool: string): Promise<Outcome<Changed>> {
  return changeSpec(deps, {
    ...edit,
    derive: derivePoolRemoval(pool),
    conflicts: TOO_SMALL,
    reason: 'pool-removed',
    event: () => poolRemoved(pool),
  });
}

export function putPackValues(
  deps: EditDeps,
  edit: Edit,
  pack: string,
  raw: unknown,
): Promise<Outcome<Changed>> {
  return changeSpec(deps, {
    ...edit,
    derive: derivePackValues(pack, raw),
    reason: 'pack-values-put',
    event: () => packValuesChanged(pack),
  });
}
