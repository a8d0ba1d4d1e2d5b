/**
 * One look at a node that has to leave. Never waits: either the node is empty (or given up on, when its pool's drain
 * options say so) or the next pass looks again. Every cloud's pools leave through here.
 */
import { type CloudError, fail, ok, type Result } from '../domain/errors.ts';
import type { DrainOptions } from '../domain/pool.ts';
import { type EpochMs, elapsedMs, type Instant, toInstant } from '../domain/time.ts';
import type { DrainProgress, WorkloadApi } from './port.ts';

/** A node that is on its way out. */
export interface Draining {
  readonly node: string;
  readonly since: Instant;
  /** `namespace/name` of the PodDisruptionBudgets that hold it. */
  readonly budgets: readonly string[];
}

export type DrainTurn =
  | { readonly kind: 'empty' }
  | { readonly kind: 'draining'; readonly draining: Draining };

/** The part of a pass's context that a drain needs. */
export interface DrainContext {
  now(): EpochMs;
  workload(): Promise<Result<WorkloadApi>>;
}

export interface DrainWish {
  readonly node: string;
  readonly options: DrainOptions;
  /** From the passes before, when it was this node's turn already. */
  readonly draining: Draining | undefined;
  /** Cloud milliseconds per wall millisecond. */
  readonly speed: number;
  /** Budgets do not count from the start: the machine is going anyway. */
  readonly hasty?: boolean;
}

export async function drainNode(ctx: DrainContext, wish: DrainWish): Promise<Result<DrainTurn>> {
  const before = wish.draining?.node === wish.node ? wish.draining : undefined;
  const since = before?.since ?? toInstant(ctx.now());
  const expired = elapsedMs(since, ctx.now(), wish.speed) >= wish.options.timeoutMs;
  const { onBlocked } = wish.options;
  if (expired && onBlocked === 'skip') return ok({ kind: 'empty' });
  const force = wish.hasty === true || (expired && onBlocked === 'force');
  const progress = await evict(ctx, wish.node, force);
  if (!progress.ok)
    return unreachable(progress.error, { expired, force: onBlocked === 'force', before, wish, since });
  const draining: Draining = { node: wish.node, since, budgets: budgetsOf(progress.value) };
  switch (progress.value.state) {
    case 'drained':
      return ok({ kind: 'empty' });
    case 'draining':
      return ok({ kind: 'draining', draining });
    case 'blocked':
      return expired && onBlocked === 'wait' ? fail(overdue(draining)) : ok({ kind: 'draining', draining });
  }
}

async function evict(ctx: DrainContext, node: string, force: boolean): Promise<Result<DrainProgress>> {
  const api = await ctx.workload();
  if (!api.ok) return api;
  const cordoned = await api.value.cordon(node);
  return cordoned.ok ? api.value.drain(node, { force }) : cordoned;
}

interface Unreachable {
  readonly expired: boolean;
  readonly force: boolean;
  readonly before: Draining | undefined;
  readonly wish: DrainWish;
  readonly since: string;
}

/** The first failure only starts the clock, so that `force` and `skip` get their turn when the API never answers. */
function unreachable(error: CloudError, at: Unreachable): Result<DrainTurn> {
  if (at.expired && at.force) return ok({ kind: 'empty' });
  if (at.before) return fail(error);
  return ok({ kind: 'draining', draining: { node: at.wish.node, since: at.since, budgets: [] } });
}

function budgetsOf(progress: DrainProgress): readonly string[] {
  return progress.state === 'blocked' ? progress.budgets.toSorted() : [];
}

function overdue({ node, budgets }: Draining): CloudError {
  return {
    code: 'DependencyInUse',
    message: `Node ${node} cannot be drained: PodDisruptionBudget ${budgets.join(', ')} allows no eviction.`,
    hint: 'Relax the budget, add replicas, or set drain.onBlocked of the pool to force or skip.',
    source: 'kube:drain:PodDisruptionBudget',
  };
}
