/** The middle of a pass: open the cloud, look, plan, act. It commits nothing but intents; the caller commits the rest. */
import { accountAccess } from '../accounts/access.ts';
import type { Cloud, OwnedResource } from '../clouds/port.ts';
import type { ClusterView, JsonObject, StepName } from '../domain/cluster.ts';
import type { CloudError, Result } from '../domain/errors.ts';
import type { EpochMs } from '../domain/time.ts';
import type { PassDeps } from './engine.ts';
import { type StepGraph, stepGraph } from './graph.ts';
import { accountGuard } from './guard.ts';
import { claim, type Held } from './intents.ts';
import { lookedAgain, type StepOutcome } from './outcome.ts';
import { type GraphResult, type GraphRun, runGraph } from './run-graph.ts';
import { failedOutcome, unreachedOutcome } from './run-step.ts';
import { dueLook } from './schedule.ts';
import { viewOf } from './view.ts';

export interface Turn {
  readonly held: Held;
  /** Monotonic milliseconds before the document was read. */
  readonly startedAt: number;
  /** Wall time at which the look begins. */
  readonly lookMs: EpochMs;
}

export type TurnResult =
  | {
      readonly kind: 'ran';
      readonly outcomes: readonly StepOutcome[];
      /** Every step was observed, settled ones included. */
      readonly full: boolean;
      /** While deleting, once every step is done: what still carries our tag. */
      readonly owned?: Result<readonly OwnedResource[]>;
    }
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'late' };

export async function takeTurn(deps: PassDeps, turn: Turn): Promise<TurnResult> {
  const { document } = turn.held;
  const cloud = deps.clouds.cloud(document.spec.cloud.type);
  if (!cloud) throw new Error(`No cloud of type ${document.spec.cloud.type} is built in`);
  const access = await accountAccess(deps, document.project, document.spec.cloud.account);
  const learned = new Map<StepName, JsonObject>();
  const view = viewOf(document, learned);
  const graph = stepGraph(cloud.steps(view), view.deleting);
  if (!access) return { kind: 'ran', outcomes: withoutAccount(graph, view), full: false };

  const guard = accountGuard(deps, access.account, document.spec.cloud.region, turn.startedAt);
  const ctx = cloud.open(access, view, guard);
  const quietMs = deps.pacing.wall(cloud.windows.quietMs);
  const due = dueLook(document, turn.lookMs, { quietMs, pacing: deps.pacing });
  const run: GraphRun<unknown> = {
    graph,
    ctx,
    learned,
    view,
    look: { nowMs: turn.lookMs, full: due.full },
    concurrency: deps.config.passConcurrency,
    claim: (keys) => claim({ store: deps.store, held: turn.held, lookMs: turn.lookMs, quietMs }, keys),
  };
  const result = await runTwiceWhenSettled(run, due.settles);
  if (result.kind !== 'ran' || !view.deleting || !allDone(result.outcomes)) return result;
  return { ...result, owned: await removeLeftovers(cloud, ctx, run) };
}

/**
 * Rule 9: «settled» needs one look at everything that began a quiet time after the last change. When a pass finds all
 * steps done at such a time, it takes that look at once instead of coming back for it.
 */
async function runTwiceWhenSettled(
  run: GraphRun<unknown>,
  settles: boolean,
): Promise<
  Exclude<GraphResult, { kind: 'ran' }> | { kind: 'ran'; outcomes: readonly StepOutcome[]; full: boolean }
> {
  const first = await runGraph(run);
  if (first.kind !== 'ran') return first;
  if (run.look.full || !settles || !allDone(first.outcomes)) return { ...first, full: run.look.full };
  const second = await runGraph({ ...run, look: { ...run.look, full: true } });
  if (second.kind !== 'ran') return second;
  const former = new Map(first.outcomes.map((outcome) => [outcome.step, outcome]));
  const outcomes = second.outcomes.map((outcome) => {
    const before = former.get(outcome.step);
    return before === undefined ? outcome : lookedAgain(before, outcome);
  });
  return { kind: 'ran', outcomes, full: true };
}

export function allDone(outcomes: readonly StepOutcome[]): boolean {
  return outcomes.every((outcome) => outcome.turn.kind === 'done');
}

/** What no step accounts for, such as the twin of a resource whose create was answered too late. */
async function removeLeftovers(
  cloud: Cloud,
  ctx: unknown,
  run: GraphRun<unknown>,
): Promise<Result<readonly OwnedResource[]>> {
  const owned = await cloud.listOwned(ctx, run.view);
  if (!owned.ok) return owned;
  for (const resource of owned.value) {
    const deleted = await cloud.deleteOwned(ctx, resource);
    if (!deleted.ok) return deleted;
  }
  return owned;
}

function withoutAccount(graph: StepGraph<unknown>, view: ClusterView): readonly StepOutcome[] {
  const error: CloudError = {
    code: 'Unauthorized',
    message: `Cloud account ${view.spec.cloud.account} or its secret does not exist.`,
    hint: 'Register the account again under the same name.',
    source: 'slipway:accountAccess',
  };
  return graph.steps.flatMap((step) => {
    if (graph.before(step.name).length === 0) return failedOutcome(step, error);
    return unreachedOutcome(step, view) ?? [];
  });
}
