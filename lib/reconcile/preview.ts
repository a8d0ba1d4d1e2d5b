/**
 * What a change would do, before it is done: the same steps, the same look and the same pure planners as a pass, with
 * the acts left out. What only a later pass can know (it follows from an act) is listed as coming after it.
 */
import { accountAccess } from '../accounts/access.ts';
import type { ClusterDocument, JsonObject, StepName } from '../domain/cluster.ts';
import type { Finding } from '../domain/findings.ts';
import { violation } from '../domain/findings.ts';
import type { AnyStep, Plan } from '../domain/plan.ts';
import type { PassDeps } from './engine.ts';
import { stepGraph } from './graph.ts';
import { accountGuard } from './guard.ts';
import { hashOf } from './hash.ts';
import { look } from './run-step.ts';
import { viewOf } from './view.ts';

export interface PreviewStep {
  readonly step: StepName;
  readonly action: 'create' | 'update' | 'replace' | 'delete' | 'wait' | 'none';
  readonly target: string;
  readonly reason: string;
  readonly effect: 'none' | 'in-place' | 'rolling';
}

export interface PlanPreview {
  /** Equal for equal plans; POST update/apply may insist on it. */
  readonly hash: string;
  readonly summary: string;
  readonly steps: readonly PreviewStep[];
  readonly findings: readonly Finding[];
}

/** `document` as it would be stored; it need not exist. Reads from the cloud, writes nothing anywhere. */
export async function planCluster(deps: PassDeps, document: ClusterDocument): Promise<PlanPreview> {
  const steps: PreviewStep[] = [];
  const findings: Finding[] = [];
  const cloud = deps.clouds.cloud(document.spec.cloud.type);
  const access = await accountAccess(deps, document.project, document.spec.cloud.account);
  if (!cloud || !access)
    return previewOf(
      [],
      [violation('CLOUD_ACCOUNT_NOT_FOUND', '/cloud/account', 'The cloud account is missing.')],
    );

  const learned = new Map<StepName, JsonObject>();
  const view = viewOf(document, learned);
  const guard = accountGuard(deps, access.account, document.spec.cloud.region);
  const ctx = cloud.open(access, view, guard);
  const graph = stepGraph(cloud.steps(view), view.deleting);
  const held = new Set<StepName>();
  for (const step of inTravelOrder(graph.steps, graph.before)) {
    const waits = graph.before(step.name).some((name) => held.has(name));
    const looked = await look(step, ctx, view, { nowMs: deps.clock.now(), full: true });
    if (looked.kind === 'inapplicable') continue;
    if (looked.kind === 'ended') {
      const { turn } = looked.outcome;
      if (turn.kind === 'failed') findings.push(unknownFinding(step, turn.error.message));
      held.add(step.name);
      continue;
    }
    learned.set(step.name, looked.planned.outcome.outputs);
    if (looked.planned.plan.next !== 'done') held.add(step.name);
    steps.push(previewStep(step, looked.planned.plan, waits, view.deleting));
  }
  return previewOf(steps, findings);
}

function inTravelOrder<Ctx>(
  steps: readonly AnyStep<Ctx>[],
  before: (name: StepName) => readonly StepName[],
): readonly AnyStep<Ctx>[] {
  const placed = new Set<StepName>();
  const order: AnyStep<Ctx>[] = [];
  while (order.length < steps.length) {
    const next = steps.filter(
      (step) => !placed.has(step.name) && before(step.name).every((name) => placed.has(name)),
    );
    for (const step of next) placed.add(step.name);
    order.push(...next);
  }
  return order;
}

function previewStep<Ctx>(
  step: AnyStep<Ctx>,
  plan: Plan<unknown>,
  waits: boolean,
  deleting: boolean,
): PreviewStep {
  const base = { step: step.name, target: step.title, reason: plan.message ?? plan.reason };
  switch (plan.next) {
    case 'act':
      return { ...base, ...actionOf(plan, deleting), ...(waits ? { reason: `Later: ${base.reason}` } : {}) };
    case 'wait':
      return { ...base, action: 'wait', effect: 'none' };
    case 'blocked':
      return { ...base, action: 'wait', effect: 'none', reason: plan.message };
    case 'done':
      return { ...base, action: 'none', effect: 'none' };
  }
}

/** Planners name their actions by a verb; the milestone that they work for says the rest. */
function actionOf(
  plan: Plan<unknown> & { next: 'act' },
  deleting: boolean,
): Pick<PreviewStep, 'action' | 'effect'> {
  if (deleting || plan.condition === 'RemovingNode') return { action: 'delete', effect: 'rolling' };
  if (plan.condition === 'ReplacingNode') return { action: 'replace', effect: 'rolling' };
  const kind = kindOf(plan.action);
  if (/delete|remove/i.test(kind)) return { action: 'delete', effect: 'rolling' };
  return /create|add/i.test(kind)
    ? { action: 'create', effect: 'in-place' }
    : { action: 'update', effect: 'in-place' };
}

function kindOf(action: unknown): string {
  if (typeof action !== 'object' || action === null || !('kind' in action)) return '';
  return typeof action.kind === 'string' ? action.kind : '';
}

function unknownFinding<Ctx>(step: AnyStep<Ctx>, message: string): Finding {
  return { severity: 'warning', code: 'NOT_VERIFIED', path: '', message: `${step.title}: ${message}` };
}

function previewOf(steps: readonly PreviewStep[], findings: readonly Finding[]): PlanPreview {
  const acts = steps.filter((step) => step.action !== 'none' && step.action !== 'wait');
  const summary =
    acts.length === 0 ? 'Nothing changes.' : acts.map((step) => `${step.target}: ${step.reason}`).join('; ');
  return { hash: hashOf(steps), summary, steps, findings };
}
