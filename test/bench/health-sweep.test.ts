import { expect, test } from '@jest/globals';
import { measureSweeps } from './health-sweep.ts';

test('a sweep costs a fraction of a request unit for each beat, and looks only at who is due', async () => {
  const sweeps = await measureSweeps(4_000, 4);
  expect(sweeps.map(({ told }) => told)).toEqual([30, 14, 14, 14]);
  for (const { requestUnits, clusters, told } of sweeps) {
    expect(clusters).toBe(4_000);
    expect(requestUnits).toBeLessThan(0.06 * clusters + 60 * told);
  }
});
