/** The real world behind the ports of domain/ports.ts. With config.ts and app.ts the only place that may ask for it. */
import { randomUUID } from 'node:crypto';
import type { Chance, Clock, Ids, Timers } from './domain/ports.ts';

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
export const systemChance: Chance = { next: () => Math.random() };
export const systemIds: Ids = { uuid: () => randomUUID() };
export const systemTimers: Timers = {
  after(ms, run) {
    setTimeout(run, ms);
  },
};
