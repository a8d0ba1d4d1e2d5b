/** The end of a cluster's machines: all at once, no drain, because everything that runs on them ends, too. Pure. */
import { act, done, wait } from '../../domain/plan.ts';
import type { Machine } from '../port.ts';
import { END_LOOK_MS, HIDDEN_LOOK_MS } from '../timing.ts';
import { hiddenOf } from './count.ts';
import type { PoolPlan, Situation } from './model.ts';
import { removingNotes } from './notes.ts';
import { POOL_REMOVED } from './workers.ts';

export function planEnding(at: Situation): PoolPlan {
  const own = at.observed.machines.filter(({ pool }) => pool === at.desired.pool);
  return endAll(at, own) ?? done(POOL_REMOVED, removingNotes(at));
}

/** `undefined`: they are all gone. */
export function endAll(at: Situation, all: readonly Machine[]): PoolPlan | undefined {
  const notes = removingNotes(at);
  const present = all.filter(({ state }) => state !== 'gone');
  const machines: readonly Machine[] = present.filter((machine) => machine.state !== 'leaving');
  if (machines.length > 0) {
    const event = `Asked to end ${machines
      .map(({ name }) => name)
      .slice(0, 5)
      .join(', ')}${machines.length > 5 ? ' and more' : ''}`;
    return act({ kind: 'remove-machines', record: at.record, machines, event }, 'RemovingMachines', notes);
  }
  if (present.length > 0) return wait(END_LOOK_MS, 'WaitingForMachineToEnd', notes);
  return hiddenOf(at).length > 0 ? wait(HIDDEN_LOOK_MS, 'LookingForMachine', notes) : undefined;
}
