/** What a pass needs: the ports of the server and what belongs to the engine's own process. */
import type { Deps } from '../deps.ts';
import { type Budgets, createBudgets } from './budget.ts';
import { createPacing, type Pacing } from './pacing.ts';

export interface PassDeps extends Deps {
  readonly budgets: Budgets;
  readonly pacing: Pacing;
}

export function passDeps(deps: Deps): PassDeps {
  return {
    ...deps,
    budgets: createBudgets(deps.clock, deps.config.speed),
    pacing: createPacing(deps.config.speed),
  };
}
