import { expect, test } from '@jest/globals';
import { CLUSTERS, simulateHealth } from './health-world.ts';

test('[A68, A70, A72] 1,000 cluster-days, and no verdict is false or missed', async () => {
  const fleets = 1_000 / CLUSTERS;
  for (let seed = 1; seed <= fleets; seed += 1) {
    await simulateHealth(seed).catch((error: unknown) => {
      throw new Error(`seed ${seed}`, { cause: error });
    });
  }
  expect(fleets).toBe(10);
}, 600_000);
