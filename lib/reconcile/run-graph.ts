/**
 * Runs the steps of one pass in waves: a wave is everything whose predecessors are done and which has not run yet.
 * Within a wave all look side by side, the intents of its token-less creates are committed together, then they act;
 * steps of one lane act one at a time, and once one of a lane has acted the others wait for the next pass. An act that
 * is complete at once is looked at again in the next wave, so that what follows it need not wait for another message.
 */
import pLimit from 'p-limit';
import { PassDeadlineError } from '../clouds/port.ts';
import type { ClusterView, JsonObject, StepName } from '../domain/cluster.ts';
import type { AnyStep } from '../domain/plan.ts';
import type { StepGraph } from './graph.ts';
import { isFinishedAct, lookedAgain, type StepOutcome } from './outcome.ts';
import {
  carryOut,
  intentKey,
  type Look,
  type Looked,
  look,
  type PlannedStep,
  unreachedOutcome,
} from './run-step.ts';

export interface GraphRun<Ctx> {
  readonly graph: StepGraph<Ctx>;
  readonly ctx: Ctx;
  /** Outputs learned in this pass, filled as the waves go; `view` reads through it. */
  readonly learned: Map<StepName, JsonObject>;
  readonly view: ClusterView;
  readonly look: Look;
  /** Steps that run side by side. */
  readonly concurrency: number;
  /**
   * Asked before the acts of a wave, with the intent keys of its token-less creates: which of them may be carried out
   * now. Commits what it allows. `undefined`: the document moved on, stop without another act.
   */
  claim(keys: readonly string[]): Promise<ClaimAnswer | undefined>;
}

export interface ClaimAnswer {
  /** Cloud milliseconds to wait, by key, for claims that may already have a resource that hides. */
  readonly waitFor: ReadonlyMap<string, number>;
}

export type GraphResult =
  | { readonly kind: 'ran'; readonly outcomes: readonly StepOutcome[] }
  /** A claim found that someone else had written the document. */
  | { readonly kind: 'overtaken' }
  /** A write was refused for the pass's deadline. */
  | { readonly kind: 'late' };

export async function runGraph<Ctx>(run: GraphRun<Ctx>): Promise<GraphResult> {
  const outcomes = new Map<StepName, StepOutcome>();
  const finishedActs = new Map<StepName, StepOutcome>();
  const inapplicable = new Set<StepName>();
  const lanes = new Set<string>();
  for (;;) {
    const ready = run.graph.steps.filter(
      (step) =>
        !outcomes.has(step.name) &&
        !inapplicable.has(step.name) &&
        isReady(run, step, outcomes, inapplicable),
    );
    if (ready.length === 0) break;
    const wave = await runWave(run, ready, lanes);
    if (wave.kind !== 'ran') return wave;
    for (const name of wave.inapplicable) inapplicable.add(name);
    for (const outcome of wave.outcomes) {
      const first = finishedActs.get(outcome.step);
      if (first === undefined && isFinishedAct(outcome)) finishedActs.set(outcome.step, outcome);
      else outcomes.set(outcome.step, first === undefined ? outcome : lookedAgain(first, outcome));
      run.learned.set(outcome.step, { ...run.learned.get(outcome.step), ...outcome.outputs });
    }
  }
  const rest = run.graph.steps.filter((step) => !outcomes.has(step.name) && !inapplicable.has(step.name));
  for (const step of rest) {
    const outcome = unreachedOutcome(step, run.view);
    if (outcome) outcomes.set(step.name, outcome);
  }
  return { kind: 'ran', outcomes: inOrder(run.graph.steps, outcomes) };
}

function isReady<Ctx>(
  run: GraphRun<Ctx>,
  step: AnyStep<Ctx>,
  outcomes: ReadonlyMap<StepName, StepOutcome>,
  inapplicable: ReadonlySet<StepName>,
): boolean {
  return run.graph
    .before(step.name)
    .every((name) => inapplicable.has(name) || outcomes.get(name)?.turn.kind === 'done');
}

type Wave =
  | {
      readonly kind: 'ran';
      readonly outcomes: readonly StepOutcome[];
      readonly inapplicable: readonly StepName[];
    }
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'late' };

async function runWave<Ctx>(
  run: GraphRun<Ctx>,
  ready: readonly AnyStep<Ctx>[],
  lanes: Set<string>,
): Promise<Wave> {
  const limit = pLimit(run.concurrency);
  const looked = await allOf(ready.map((step) => limit(() => look(step, run.ctx, run.view, run.look))));
  if (looked === 'late') return { kind: 'late' };

  const planned = looked.flatMap((one) => (one.kind === 'planned' ? [one.planned] : []));
  const { acting, resting } = takeLanes(planned, lanes);
  const claimed = await claimFor(run, acting);
  if (claimed === undefined) return { kind: 'overtaken' };

  const acted = await allOf(claimed.go.map((one) => limit(() => carryOut(one, run.ctx))));
  if (acted === 'late') return { kind: 'late' };
  return {
    kind: 'ran',
    outcomes: [...endedOf(looked), ...resting, ...claimed.wait, ...acted],
    inapplicable: ready
      .filter((_step, index) => looked[index]?.kind === 'inapplicable')
      .map((step) => step.name),
  };
}

/** Waits for all, even when one was late: a request that is under way must not outlive the pass unseen. */
async function allOf<T>(work: readonly Promise<T>[]): Promise<readonly T[] | 'late'> {
  const settled = await Promise.allSettled(work);
  const thrown = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  const bug = thrown.find((reason) => !(reason instanceof PassDeadlineError));
  if (bug !== undefined) throw bug;
  if (thrown.length > 0) return 'late';
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

function endedOf<Ctx>(looked: readonly Looked<Ctx>[]): readonly StepOutcome[] {
  return looked.flatMap((one) => (one.kind === 'ended' ? [one.outcome] : []));
}

/** At most one step of a lane acts in a pass; the others show that they wait for their turn. */
function takeLanes<Ctx>(
  planned: readonly PlannedStep<Ctx>[],
  lanes: Set<string>,
): { readonly acting: readonly PlannedStep<Ctx>[]; readonly resting: readonly StepOutcome[] } {
  const acting: PlannedStep<Ctx>[] = [];
  const resting: StepOutcome[] = [];
  for (const one of planned) {
    const { lane } = one.step;
    if (one.plan.next === 'act' && (lane === undefined || !lanes.has(lane))) {
      if (lane !== undefined) lanes.add(lane);
      acting.push(one);
    } else resting.push(one.outcome);
  }
  return { acting, resting };
}

async function claimFor<Ctx>(
  run: GraphRun<Ctx>,
  acting: readonly PlannedStep<Ctx>[],
): Promise<{ readonly go: readonly PlannedStep<Ctx>[]; readonly wait: readonly StepOutcome[] } | undefined> {
  const keys = acting.flatMap((one) => claimKey(one) ?? []);
  if (keys.length === 0) return { go: acting, wait: [] };
  const answer = await run.claim(keys);
  if (answer === undefined) return undefined;
  const go: PlannedStep<Ctx>[] = [];
  const wait: StepOutcome[] = [];
  for (const one of acting) {
    const forMs = answer.waitFor.get(claimKey(one) ?? '');
    if (forMs === undefined) go.push(one);
    else wait.push({ ...one.outcome, turn: { kind: 'waiting', reason: 'LookingForLostCreate', forMs } });
  }
  return { go, wait };
}

function claimKey<Ctx>(planned: PlannedStep<Ctx>): string | undefined {
  const { plan, step } = planned;
  return plan.next === 'act' && plan.claim !== undefined ? intentKey(step.name, plan.claim) : undefined;
}

function inOrder<Ctx>(
  steps: readonly AnyStep<Ctx>[],
  outcomes: ReadonlyMap<StepName, StepOutcome>,
): readonly StepOutcome[] {
  return steps.flatMap((step) => outcomes.get(step.name) ?? []);
}
