/** What a pool's record says of its machines one by one, for people who watch a change (A248). Pure. */
import type { StepRecord } from '../domain/cluster.ts';
import { POOL_STEP } from './names.ts';
import { type Because, type Leaving, parseRecord, type Slot } from './record.ts';

export interface NodeTask {
  /** Slot and attempt of the machine: `0-2`, as its name ends. */
  readonly machine: string;
  readonly phase: 'Adding' | 'Ready' | 'NotReady' | 'Removing';
  /** The cloud's id, as soon as there is one. */
  readonly machineId?: string;
  /** Why it goes. */
  readonly removedBecause?: Because;
  /** Why the machine before it had to go. */
  readonly replacedBecause?: Because;
}

/** `undefined`: the step is no pool of machines. */
export function nodeTasks(step: string, { outputs }: StepRecord): readonly NodeTask[] | undefined {
  if (!step.startsWith(POOL_STEP)) return undefined;
  const { slots, leaving } = parseRecord(outputs ?? {});
  return Object.entries(slots)
    .filter(([, { id }]) => id !== undefined)
    .map(([index, slot]) => nodeTask(index, slot, leaving));
}

function nodeTask(index: string, slot: Slot, leaving: readonly Leaving[]): NodeTask {
  const going = leaving.find((one) => String(one.index) === index && one.attempt === slot.attempt);
  return {
    machine: `${index}-${slot.attempt}`,
    phase: phaseOf(slot, going),
    ...(slot.id === undefined ? {} : { machineId: slot.id }),
    ...(going === undefined ? {} : { removedBecause: going.because }),
    ...(slot.replacedBecause === undefined ? {} : { replacedBecause: slot.replacedBecause }),
  };
}

function phaseOf({ ready, unreadyAt }: Slot, going: Leaving | undefined): NodeTask['phase'] {
  if (going !== undefined) return 'Removing';
  if (unreadyAt !== undefined) return 'NotReady';
  return ready ? 'Ready' : 'Adding';
}
