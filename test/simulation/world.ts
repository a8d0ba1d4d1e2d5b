/** What the worlds of all clouds take, and what they tell about a seed that held. */
import type { Deployment } from './deployment.ts';
import type { FaultRates } from './incarnation.ts';
import type { People } from './people.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly faults: FaultRates;
  /** Virtual minutes with faults and people, then minutes in peace. */
  readonly roughMinutes?: number;
  readonly calmMinutes?: number;
}

/** What was asked of the cloud. */
interface Asked {
  readonly requests: number;
  /** Hash of all requests in their order. */
  readonly trace: string;
}

export interface WorldReport extends Asked {
  readonly events: number;
  readonly deliveries: number;
  readonly told: { readonly yes: number; readonly no: number };
  readonly clusters: number;
}

export function reportOf({ scheduler, workers }: Deployment, people: People, asked: Asked): WorldReport {
  return {
    events: scheduler.count,
    deliveries: workers.deliveries,
    requests: asked.requests,
    told: people.told,
    clusters: people.clusters,
    trace: asked.trace,
  };
}
