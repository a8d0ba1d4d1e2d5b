/**
 * Waits only so long for a look at the cluster: nodes that do not answer must not keep the agent from saying that it
 * lives. A look that takes longer goes on, and is what the next beat tells.
 */
import type { Time } from '../ports.ts';
import type { Observation, Observer } from './observer.ts';

/** For all that a look asks, milliseconds. Our choice: docs/limits.md. */
const LOOK_MS = 20_000;

export function patient(inner: Observer, time: Time, signal: AbortSignal): Observer {
  let underWay: Promise<void> | undefined;
  let seen: Observation | undefined;
  const look = async (ask: Parameters<Observer['observe']>[0]): Promise<void> => {
    seen = await inner.observe(ask);
  };
  return {
    async observe(ask) {
      if (seen === undefined) {
        underWay ??= look(ask).finally(() => {
          underWay = undefined;
        });
        const ending = new AbortController();
        const late = time.sleep(LOOK_MS, AbortSignal.any([signal, ending.signal]));
        await Promise.race([underWay, late]).finally(() => ending.abort());
      }
      const told = seen ?? {};
      seen = undefined;
      return told;
    },
  };
}
