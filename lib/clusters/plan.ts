/**
 * What a change would do, before it is done: the change is derived and judged as if it were meant, and the engine's own
 * planners look at the result. Nothing is written.
 */
import type { ScheduleContext } from '../api/rules/schedules.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { type Finding, violation } from '../domain/findings.ts';
import { accept, invalid, type Outcome } from '../domain/refusal.ts';
import { toInstant } from '../domain/time.ts';
import type { PassDeps } from '../reconcile/engine.ts';
import { type PlanPreview, planCluster } from '../reconcile/preview.ts';
import { assessChange } from './change-spec.ts';
import { type Derive, deriveClusterPatch, derivePools } from './derive.ts';
import { isObject } from './merge-patch.ts';
import { type NodeCounts, nodesBetween, nodesOf } from './plan-nodes.ts';
import { scheduleContext } from './schedule-context.ts';

export interface ClusterPlan extends PlanPreview {
  readonly nodes: NodeCounts;
}

/** `raw`: the body of PATCH, `{"pools": [...]}` with all pools as they should be, or `{"delete": true}`. */
export async function planChange(
  deps: PassDeps,
  document: ClusterDocument,
  raw: unknown,
): Promise<Outcome<ClusterPlan>> {
  const { isDeletion, patch } = readIntent(raw);
  if (isDeletion === undefined) return invalid(deleteInvalid());
  if (isDeletion) return accept(await planDeletion(deps, document));
  const context = await scheduleContext(deps, document.id, patch);
  const change = { derive: deriveAll(patch, context), strict: false };
  const assessed = await assessChange(deps, document, change);
  if (!assessed.ok) return assessed;
  const { spec, findings } = assessed.value;
  const preview = await planCluster(deps, { ...document, spec });
  return accept({
    ...preview,
    nodes: nodesBetween(document.spec, spec),
    findings: [...findings, ...preview.findings],
  });
}

export async function planNew(deps: PassDeps, document: ClusterDocument): Promise<ClusterPlan> {
  const preview = await planCluster(deps, document);
  return { ...preview, nodes: { created: nodesOf(document.spec), replaced: 0, deleted: 0 } };
}

async function planDeletion(deps: PassDeps, document: ClusterDocument): Promise<ClusterPlan> {
  const deleting = { ...document, deletedAt: document.deletedAt ?? toInstant(deps.clock.now()) };
  const preview = await planCluster(deps, deleting);
  return { ...preview, nodes: { created: 0, replaced: 0, deleted: nodesOf(document.spec) } };
}

function readIntent(raw: unknown): { readonly isDeletion: boolean | undefined; readonly patch: unknown } {
  if (!isObject(raw) || raw.delete === undefined) return { isDeletion: false, patch: raw };
  const { delete: isDeletion, ...patch } = raw;
  return { isDeletion: typeof isDeletion === 'boolean' ? isDeletion : undefined, patch };
}

function deleteInvalid(): Finding {
  return violation('TYPE_INVALID', '/delete', 'delete is true or false.');
}

/** Pools have routes of their own, so a patch has none; a plan takes both at once. */
function deriveAll(raw: unknown, context: ScheduleContext): Derive {
  if (!isObject(raw) || raw.pools === undefined) return deriveClusterPatch(raw, context);
  const { pools, ...patch } = raw;
  return (current) => {
    const patched = deriveClusterPatch(patch, context)(current);
    if (!patched.ok) return patched;
    const derived = derivePools(pools)({ ...current, spec: patched.value.spec });
    if (!derived.ok) return derived;
    return accept({ ...derived.value, findings: [...patched.value.findings, ...derived.value.findings] });
  };
}
