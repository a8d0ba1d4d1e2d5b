import { expect, test } from '@jest/globals';
import { type AwsWorldOptions, simulateAws } from './aws-world.ts';
import { NO_FAULTS, ROUGH } from './incarnation.ts';
import type { WorldReport } from './world.ts';

/** Hundreds of longer ones are run by hand: `npm run simulate -- aws --seeds 300`. */
const SHORT = { roughMinutes: 25, calmMinutes: 80, deleteMinutes: 30 } as const;
/** A seed takes some ten seconds; nothing fails for being slow on a busy machine. */
const LIMIT_MS = 900_000;

async function seeds(
  from: number,
  count: number,
  options: Omit<AwsWorldOptions, 'seed'>,
): Promise<readonly WorldReport[]> {
  const reports: WorldReport[] = [];
  for (let seed = from; seed < from + count; seed += 1) {
    const report = await simulateAws({ ...options, seed }).catch((error: unknown) => {
      throw new Error(`seed ${seed} of ${JSON.stringify(options)}`, { cause: error });
    });
    reports.push(report);
  }
  return reports;
}

test(
  'one seed is one history, request by request and without real time',
  async () => {
    const options = { ...SHORT, roughMinutes: 15, faults: ROUGH, seed: 7 };
    // The first one of this process: what is loaded once must not show.
    const first = await simulateAws(options);
    expect(await simulateAws(options)).toEqual(first);
  },
  LIMIT_MS,
);

test(
  'without faults every cluster on EC2 becomes and ends as asked for',
  async () => {
    const reports = await seeds(1, 2, { ...SHORT, faults: NO_FAULTS });
    expect(reports.every((report) => report.told.yes > 0)).toBe(true);
  },
  LIMIT_MS,
);

test(
  '[A84, A85, A238, A247] clusters on EC2 converge through crashes, lost and late requests, lost machines and spot prices',
  async () => {
    const reports = await seeds(1, 4, { ...SHORT, faults: ROUGH });
    const clusters = reports.reduce((sum, report) => sum + report.clusters, 0);
    // A world in which nothing gets far would hold every promise.
    expect(clusters).toBeGreaterThan(4);
  },
  LIMIT_MS,
);
