/** The worlds that can be simulated by seed, for `npm run simulate`. */
import { simulateAks } from './aks-world.ts';
import { simulateAws } from './aws-world.ts';
import { simulateHealth } from './health-world.ts';
import { ROUGH } from './incarnation.ts';
import { simulateModel } from './model-world.ts';

export const WORLDS: Readonly<Record<string, (seed: number) => Promise<unknown>>> = {
  model: (seed) => simulateModel({ seed, faults: ROUGH }),
  aks: (seed) => simulateAks({ seed, faults: ROUGH }),
  aws: (seed) => simulateAws({ seed, faults: ROUGH }),
  /** A fleet of 100 clusters for a day. */
  health: simulateHealth,
};
