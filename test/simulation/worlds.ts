/** The worlds that can be simulated by seed, for `npm run simulate`. Each is loaded when it is asked for: some are large. */
import { ROUGH } from './incarnation.ts';

export const WORLDS: Readonly<Record<string, (seed: number) => Promise<unknown>>> = {
  model: async (seed) => (await import('./model-world.ts')).simulateModel({ seed, faults: ROUGH }),
  aks: async (seed) => (await import('./aks-world.ts')).simulateAks({ seed, faults: ROUGH }),
  aws: async (seed) => (await import('./aws-world.ts')).simulateAws({ seed, faults: ROUGH }),
  /** A fleet of 100 clusters for a day. */
  health: async (seed) => (await import('./health-world.ts')).simulateHealth(seed),
};
