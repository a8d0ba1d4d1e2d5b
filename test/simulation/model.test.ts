import { expect, test } from '@jest/globals';
import { NO_FAULTS, ROUGH } from './incarnation.ts';
import { simulateModel } from './model-world.ts';

test('without faults every cluster converges and every deletion leaves nothing', async () => {
  for (let seed = 1; seed <= 20; seed += 1) await simulateModel({ seed, faults: NO_FAULTS });
});

test('[A85] converges through crashes, frozen workers, lost, doubled and late messages and answers', async () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    await simulateModel({ seed, faults: ROUGH }).catch((error: unknown) => {
      throw new Error(`seed ${seed}`, { cause: error });
    });
  }
}, 600_000);

test('one seed is one history', async () => {
  const first = await simulateModel({ seed: 7, faults: ROUGH });
  expect(await simulateModel({ seed: 7, faults: ROUGH })).toEqual(first);
});
