/** Beats until it is told to end. Nothing that goes wrong in one beat ends the loop. */
import type { Chance, Logger } from '../../lib/domain/ports.ts';
import type { Time } from '../ports.ts';
import type { Beaten } from './beat.ts';
import { backoff, steady } from './delays.ts';

/** Milliseconds over which the first beats of agents that start together are spread. */
const START_WITHIN_MS = 2_000;

export interface BeatLoopOptions {
  readonly time: Time;
  readonly chance: Chance;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** A sign of life; what goes wrong with it is only said. */
  readonly alive?: () => Promise<void>;
  beat(): Promise<Beaten>;
}

export async function beatLoop(options: BeatLoopOptions): Promise<void> {
  const { time, chance, log, signal, beat } = options;
  let failures = 0;
  await time.sleep(chance.next() * START_WITHIN_MS, signal);
  while (!signal.aborted) {
    await showLife(options);
    const beaten = await attempted(beat, log);
    failures = beaten.kind === 'acknowledged' ? 0 : failures + 1;
    const ms =
      beaten.kind === 'acknowledged'
        ? steady(beaten.pace.beatAfterMs, chance)
        : backoff(failures, chance, beaten.retryAfterMs);
    await time.sleep(ms, signal);
  }
}

async function showLife({ alive, log }: BeatLoopOptions): Promise<void> {
  try {
    await alive?.();
  } catch (thrown) {
    log.warn('No sign of life could be left', { error: thrown });
  }
}

async function attempted(beat: BeatLoopOptions['beat'], log: Logger): Promise<Beaten> {
  try {
    return await beat();
  } catch (thrown) {
    log.error('Beat failed', { error: thrown });
    return { kind: 'failed', retryAfterMs: 0 };
  }
}
