/**
 * The words for what can go wrong at a cloud. Adapters translate into this closed set, in one table per cloud;
 * nothing outside an adapter reads a cloud's own code. Expected failures are values; only bugs throw.
 */

/** Every way a cloud call can fail, in our words. */
export type CloudErrorCode =
  | 'Throttled'
  | 'Unavailable'
  | 'Conflict'
  | 'NotFound'
  | 'CapacityUnavailable'
  | 'QuotaExceeded'
  | 'Unauthorized'
  | 'PolicyDenied'
  | 'DependencyInUse'
  | 'InvalidRequest'
  | 'Unknown';

export interface CloudError {
  readonly code: CloudErrorCode;
  /** The cloud's own code and words, fit for the cluster's owner. Never a secret, never a stack. */
  readonly message: string;
  /** The cloud's own Retry-After, in cloud milliseconds, when it sent one. */
  readonly retryAfterMs?: number;
  /** What the owner can do about it, when we know. */
  readonly hint?: string;
  /** `azure:managedClusters.createOrUpdate:QuotaExceeded`. For logs; nothing branches on it. */
  readonly source: string;
  /**
   * True when the request may have taken effect although it failed (timeout, lost answer, 5xx). A token-less create
   * that ends so keeps its intent open: protocol rule 8.
   */
  readonly outcomeUnknown?: boolean;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: CloudError };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const fail = (error: CloudError): Result<never> => ({ ok: false, error });

export function map<T, U>(result: Result<T>, change: (value: T) => U): Result<U> {
  return result.ok ? ok(change(result.value)) : result;
}

/** What the loop does about a failed call. Nothing is final: `slow` tries every few minutes and at once after a change. */
export type RetryClass = 'after-hint' | 'backoff' | 'soon' | 'slow';

export const RETRY = {
  Throttled: 'after-hint',
  Unavailable: 'backoff',
  Conflict: 'soon',
  NotFound: 'backoff',
  CapacityUnavailable: 'slow',
  QuotaExceeded: 'slow',
  Unauthorized: 'slow',
  PolicyDenied: 'slow',
  DependencyInUse: 'backoff',
  InvalidRequest: 'slow',
  Unknown: 'backoff',
} as const satisfies Record<CloudErrorCode, RetryClass>;

/** Who has to move for the error to go away; people see it with the failed condition. */
export type Blame = 'cloud' | 'account' | 'request' | 'slipway';

export const BLAME = {
  Throttled: 'cloud',
  Unavailable: 'cloud',
  Conflict: 'cloud',
  NotFound: 'cloud',
  CapacityUnavailable: 'cloud',
  QuotaExceeded: 'account',
  Unauthorized: 'account',
  PolicyDenied: 'account',
  DependencyInUse: 'cloud',
  InvalidRequest: 'request',
  Unknown: 'slipway',
} as const satisfies Record<CloudErrorCode, Blame>;
