/** Seeds of the AWS world with every test run, as short as they can be and still see clusters come, change and go. */
import { type AwsWorldOptions, simulateAws } from './aws-world.ts';
import type { WorldReport } from './world.ts';

/** Hundreds of longer ones are run by hand: `npm run simulate -- aws --seeds 300`. */
export const SHORT = { roughMinutes: 25, calmMinutes: 80, deleteMinutes: 30 } as const;
/** A seed takes some ten seconds; nothing fails for being slow on a busy machine. */
export const LIMIT_MS = 900_000;

export async function seeds(
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
