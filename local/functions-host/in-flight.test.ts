import { expect, test } from '@jest/globals';
import { InFlight } from './in-flight.ts';

test('is drained at once when nothing runs', async () => {
  expect(await new InFlight().drained(0)).toBe(true);
});

test('waits for what runs, also for what starts meanwhile, whether it fails or not', async () => {
  const inFlight = new InFlight();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const failing = inFlight.run(async () => {
    await first.promise;
    void inFlight.run(() => second.promise);
    throw new Error('on purpose');
  });
  const drained = inFlight.drained(10_000);

  first.resolve();
  await expect(failing).rejects.toThrow('on purpose');
  second.resolve();

  expect(await drained).toBe(true);
});

test('gives up at its bound and says so', async () => {
  const inFlight = new InFlight();
  void inFlight.run(() => new Promise(() => {}));
  expect(await inFlight.drained(1)).toBe(false);
});
