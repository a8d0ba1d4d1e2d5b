/**
 * The order of steps as data. Creation runs a step once everything in its `after` is done; deletion walks the same
 * edges backwards: a step goes once everything that leans on it is gone.
 */
import type { StepName } from '../domain/cluster.ts';
import type { AnyStep } from '../domain/plan.ts';

export class StepGraphError extends Error {
  override readonly name = 'StepGraphError';
}

export interface StepGraph<Ctx> {
  readonly steps: readonly AnyStep<Ctx>[];
  /** Steps that must be done before this one may run, in the direction of travel. */
  before(step: StepName): readonly StepName[];
}

/** Throws StepGraphError for a cycle, an unknown name or a name given twice: broken wiring, never bad input. */
export function stepGraph<Ctx>(steps: readonly AnyStep<Ctx>[], deleting: boolean): StepGraph<Ctx> {
  const edges = new Map(steps.map((step) => [step.name, step.after]));
  if (edges.size !== steps.length) throw new StepGraphError('Two steps have the same name');
  for (const step of steps) {
    const unknown = step.after.filter((name) => !edges.has(name));
    if (unknown.length > 0)
      throw new StepGraphError(`${step.name} comes after unknown ${unknown.join(', ')}`);
  }
  refuseCycles(edges);
  const reversed = reverse(edges);
  return { steps, before: (name) => (deleting ? reversed : edges).get(name) ?? [] };
}

function reverse(edges: ReadonlyMap<StepName, readonly StepName[]>): Map<StepName, StepName[]> {
  const reversed = new Map<StepName, StepName[]>([...edges.keys()].map((name) => [name, []]));
  for (const [name, after] of edges) for (const former of after) reversed.get(former)?.push(name);
  return reversed;
}

function refuseCycles(edges: ReadonlyMap<StepName, readonly StepName[]>): void {
  const left = new Set(edges.keys());
  for (;;) {
    const free = [...left].filter((name) => (edges.get(name) ?? []).every((former) => !left.has(former)));
    if (free.length === 0) break;
    for (const name of free) left.delete(name);
  }
  if (left.size > 0) throw new StepGraphError(`Steps wait for each other: ${[...left].join(', ')}`);
}
