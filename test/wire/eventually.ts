/** Repeats an expectation until it holds; for what other processes do in their own time. */
import { setTimeout as sleep } from 'node:timers/promises';

export async function eventually(expectation: () => Promise<void>, withinMs = 8_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await expectation();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}
