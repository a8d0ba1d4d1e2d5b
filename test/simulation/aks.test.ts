import { expect, test } from '@jest/globals';
import { simulateAks } from './aks-world.ts';
import { type FaultRates, NO_FAULTS, ROUGH } from './incarnation.ts';
import type { WorldReport } from './world.ts';

async function seeds(from: number, count: number, faults: FaultRates): Promise<readonly WorldReport[]> {
  const reports: WorldReport[] = [];
  for (let seed = from; seed < from + count; seed += 1) {
    const report = await simulateAks({ seed, faults }).catch((error: unknown) => {
      throw new Error(`seed ${seed}: npm run simulate -- aks --seeds 1 --from ${seed}`, { cause: error });
    });
    reports.push(report);
  }
  return reports;
}

test('without faults every cluster on AKS becomes and ends as asked for', async () => {
  const reports = await seeds(1, 8, NO_FAULTS);
  expect(reports.every((report) => report.told.yes > 0)).toBe(true);
}, 600_000);

test('[A84, A85, A247] clusters on AKS converge through crashes, lost and late requests, throttling and failing operations', async () => {
  const reports = await seeds(1, 40, ROUGH);
  const clusters = reports.reduce((sum, report) => sum + report.clusters, 0);
  // A world in which nothing gets far would hold every promise.
  expect(clusters).toBeGreaterThan(60);
}, 600_000);

test('one seed is one history, request by request and without real time', async () => {
  const first = await simulateAks({ seed: 7, faults: ROUGH });
  expect(await simulateAks({ seed: 7, faults: ROUGH })).toEqual(first);
  expect((await simulateAks({ seed: 8, faults: ROUGH })).trace).not.toBe(first.trace);
});
