/**
 * Why a command was not carried out, in words that fit every way in: the HTTP edge makes a problem of it, the requests
 * queue a dead letter. A refusal left everything as it was.
 */
import type { Finding } from './findings.ts';

/** What a command can fail to find; its problem's code follows from the word: CLOUD_ACCOUNT_NOT_FOUND. */
export type Findable = 'project' | 'cluster' | 'pool' | 'cloud account' | 'operation' | 'webhook';

export type Refusal =
  /** Also what the caller may not see. */
  | { readonly kind: 'not-found'; readonly what: Findable; readonly name: string }
  /** Every error at once, and the warnings beside them. */
  | { readonly kind: 'invalid'; readonly findings: readonly Finding[] }
  /** If-Match names another generation than this one. */
  | { readonly kind: 'stale'; readonly generation: number }
  /** The name that `confirm` has to repeat. */
  | { readonly kind: 'unconfirmed'; readonly expected: string }
  /** Others kept winning the race for the same object; the same command may be sent again. */
  | { readonly kind: 'contended'; readonly what: string };

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

export const accept = <T>(value: T): Outcome<T> => ({ ok: true, value });
export const refuse = (refusal: Refusal): Outcome<never> => ({ ok: false, refusal });

export function invalid(...findings: readonly Finding[]): Outcome<never> {
  return refuse({ kind: 'invalid', findings });
}

export function notFound(what: Findable, name: string): Outcome<never> {
  return refuse({ kind: 'not-found', what, name });
}
