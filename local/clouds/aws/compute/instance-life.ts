/**
 * The life of an instance as a function of time: pending, running, shutting down, terminated, forgotten. A record says
 * when it starts to run and, once that is settled, when and why it ends; what it is at an instant is worked out here.
 */
import type { EpochMs } from '../../../../lib/domain/time.ts';

export type InstanceState = 'pending' | 'running' | 'shutting-down' | 'terminated';

/** The API's number for each state. */
export const STATE_CODES = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
} as const satisfies Record<InstanceState, number>;

/** Terminated instances stay listed for about an hour: docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html */
export const LISTED_AFTER_END_MS = 60 * 60_000;

export interface Ending {
  /** When it leaves `running`, which may lie ahead: spot instances are warned. */
  readonly startsAt: EpochMs;
  readonly endsAt: EpochMs;
  /** `Client.UserInitiatedShutdown` */
  readonly code: string;
  readonly message: string;
  /** `User initiated (2026-11-20 12:00:00 GMT)` */
  readonly transition: string;
}

export interface Lived {
  readonly launchedAt: EpochMs;
  readonly runsAt: EpochMs;
  readonly ending?: Ending;
}

/** Undefined: no longer listed. */
export function stateAt({ runsAt, ending }: Lived, now: EpochMs): InstanceState | undefined {
  if (!ending || now < ending.startsAt) return now < runsAt ? 'pending' : 'running';
  if (now < ending.endsAt) return 'shutting-down';
  return now < ending.endsAt + LISTED_AFTER_END_MS ? 'terminated' : undefined;
}

/** Counts against quotas and capacity. */
export const holdsCapacity = (lived: Lived, now: EpochMs): boolean => {
  const state = stateAt(lived, now);
  return state === 'pending' || state === 'running';
};
