/**
 * How this AWS behaves: timings, throttling limits and the windows of its eventual consistency. Defaults are the
 * documented or the stricter behaviour; tests narrow what they need.
 */
import type { SecondsRange } from '../../kit/chance.ts';
import type { BucketRule } from '../../kit/token-bucket.ts';

/** Buckets per account, region and action: docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html */
export const LIMITS = {
  reads: { burst: 100, refillPerSecond: 20 },
  /** Describes of everything, without ids or filters. */
  unfilteredReads: { burst: 50, refillPerSecond: 10 },
  writes: { burst: 50, refillPerSecond: 5 },
  RunInstances: { burst: 50, refillPerSecond: 2 },
  /** ELBv2, IAM and the others publish no numbers: ours. */
  otherReads: { burst: 40, refillPerSecond: 10 },
  otherWrites: { burst: 20, refillPerSecond: 5 },
  messages: { burst: 3_000, refillPerSecond: 3_000 },
} as const satisfies Record<string, BucketRule>;
export type LimitName = keyof typeof LIMITS;

/** How long things take, in cloud seconds: each is drawn once per resource. Our estimates where nothing is documented. */
export const TIMINGS = {
  vpcPending: [1, 3],
  natPending: [60, 150],
  natFails: [5, 30],
  natDeleting: [30, 90],
  balancerProvisioning: [90, 240],
  balancerInterfacesLinger: [60, 300],
  targetInitial: [20, 180],
  instancePending: [5, 40],
  instanceStopping: [5, 60],
  profileSpread: [5, 20],
} as const satisfies Record<string, SecondsRange>;
export type TimingName = keyof typeof TIMINGS;

/** How long a write stays unseen by single readers, in cloud seconds; drawn per resource and reader. */
export interface Consistency {
  readonly usual: SecondsRange;
  readonly tail: SecondsRange;
  /** How many of a hundred reads are in the tail. */
  readonly tailPercent: number;
}

export interface AwsSettings {
  readonly limits: Readonly<Record<LimitName, BucketRule>>;
  readonly timings: Readonly<Record<TimingName, SecondsRange>>;
  readonly consistency: Consistency;
  /** Requests whose signature is older than 15 minutes of wall time are refused. */
  readonly checksDates: boolean;
  /** Extra deliveries and disorder of queues. */
  readonly queues: { readonly copies: number; readonly order: 'oldest-first' | 'shuffled' };
  /** Where connections from outside AWS come from: what the groups of load balancers compare. */
  readonly outsideAddress: string;
}

/** Nothing is ever hidden: for tests that are not about it. */
export const CONSISTENT: Consistency = { usual: [0, 0], tail: [0, 0], tailPercent: 0 };

export const DEFAULT_SETTINGS: AwsSettings = {
  limits: LIMITS,
  timings: TIMINGS,
  consistency: { usual: [0, 8], tail: [8, 45], tailPercent: 2 },
  checksDates: true,
  queues: { copies: 1, order: 'oldest-first' },
  outsideAddress: '203.0.113.10',
};
