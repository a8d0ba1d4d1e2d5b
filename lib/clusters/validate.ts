/** The dry run of create: the same judgement, and what would follow from it (A13). */
import type { Finding } from '../domain/findings.ts';
import type { PassDeps } from '../reconcile/engine.ts';
import { assessNew, type NewRequest } from './assess-new.ts';
import { isError } from './create.ts';
import { type ClusterPlan, planNew } from './plan.ts';
import { type ResolvedCluster, resolvedOf } from './resolved.ts';

export interface Validation {
  /** The ones that create would answer with. */
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  /** As soon as profile and spec can be read. */
  readonly resolved?: ResolvedCluster;
  /** Only of what could be created. */
  readonly plan?: ClusterPlan;
}

export async function validateNew(deps: PassDeps, request: NewRequest): Promise<Validation> {
  const { document, findings } = await assessNew(deps, request);
  const errors = findings.filter(isError);
  const warnings = findings.filter((finding) => !isError(finding));
  if (!document) return { errors, warnings };
  const resolved = resolvedOf(document);
  if (errors.length > 0) return { errors, warnings, resolved };
  return { errors, warnings, resolved, plan: await planNew(deps, document) };
}
