/**
 * A resource whose last operation failed is shown with Azure's words first and repaired by writing it again at the
 * next due look: people see the failure (A90) and attempts go on (A91, A92).
 */
import type { StepRecord } from '../../../domain/cluster.ts';
import type { CloudError } from '../../../domain/errors.ts';
import { type EpochMs, type Instant, toEpochMs } from '../../../domain/time.ts';

/** What the record says of a failure that was shown before; part of a step's desired state. */
export interface Shown {
  readonly reason: string;
  readonly nextAttemptAt?: Instant;
}

export function shownFailure(record: StepRecord | undefined): Shown | undefined {
  if (record?.phase !== 'failed') return undefined;
  const { reason, nextAttemptAt } = record;
  return { reason, ...(nextAttemptAt === undefined ? {} : { nextAttemptAt }) };
}

/** Timers may fire this much early. */
const SLACK_MS = 1_000;

export function isRepairDue(shown: Shown | undefined, failure: CloudError, nowMs: EpochMs): boolean {
  if (shown?.reason !== failure.code) return false;
  return shown.nextAttemptAt === undefined || toEpochMs(shown.nextAttemptAt) <= nowMs + SLACK_MS;
}

export function words(failure: CloudError): string {
  return failure.hint === undefined ? failure.message : `${failure.message} ${failure.hint}`;
}
