/** One of the workers of main.ts: every so many-th seed of a world, each failure told as it is found. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { WORLDS } from './worlds.ts';

export interface FailedSeed {
  readonly seed: number;
  readonly message: string;
}

export interface SeedRange {
  readonly world: string;
  readonly from: number;
  /** The first seed that is not simulated. */
  readonly to: number;
  /** Between two seeds of this worker. */
  readonly step: number;
}

const RANGE = z.object({ world: z.string(), from: z.number(), to: z.number(), step: z.number() });

const { world, from, to, step } = RANGE.parse(workerData) satisfies SeedRange;
const simulate = WORLDS[world];
if (!simulate) throw new RangeError(`No world named ${world}`);
for (let seed = from; seed < to; seed += step) {
  try {
    await simulate(seed);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    parentPort?.postMessage({ seed, message } satisfies FailedSeed);
  }
}
