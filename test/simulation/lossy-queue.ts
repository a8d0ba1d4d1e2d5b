/** The broker of a simulation: due messages in any order, some lost, some delivered twice, as the seed decides. */
import type { ReconcileMessage } from '../../lib/queue/port.ts';
import { MemoryQueue, type SendFate } from '../fakes/memory-queue.ts';
import type { Dice } from './dice.ts';
import type { FaultRates } from './incarnation.ts';
import type { Scheduler } from './scheduler.ts';

export interface LossyQueueOptions {
  readonly scheduler: Scheduler;
  readonly dice: Dice;
  readonly rates: () => FaultRates;
  /** Asked before the dice: a world's own reason to lose a message. */
  readonly loses?: (message: ReconcileMessage) => boolean;
}

export function lossyQueue({ scheduler, dice, rates, loses }: LossyQueueOptions): MemoryQueue {
  let issued = 0;
  return new MemoryQueue({
    now: () => scheduler.now(),
    ids: { uuid: () => `message-${++issued}` },
    choose: (count) => Math.floor(dice.next() * count),
    fate(message): SendFate {
      if (loses?.(message)) return { kind: 'drop' };
      if (dice.hits(rates().dropped)) return { kind: 'drop' };
      return { kind: 'deliver', copies: dice.hits(rates().doubled) ? 2 : 1 };
    },
  });
}
