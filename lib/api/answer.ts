/**
 * What a route's logic returns: a value, so that it can neither answer twice nor go on after an answer. lib/api/respond.ts
 * turns it into HTTP; nothing here knows of requests.
 */
import type { Problem } from './problem.ts';

export interface Success {
  readonly kind: 'success';
  readonly status: number;
  /** Serialised as JSON; a string with `contentType` goes out as it is. Absent: no body. */
  readonly body?: unknown;
  readonly contentType?: string;
  /** Quoted already, as `etagOf` makes it. */
  readonly etag?: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type Answer = Success | Problem;

export interface AnswerOptions {
  readonly etag?: string;
  /** Path of the new object: `/api/v1/projects/default/clusters/shop`. */
  readonly location?: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function answer(status: number, body?: unknown, options: AnswerOptions = {}): Success {
  const { etag, location, contentType, headers } = options;
  return {
    kind: 'success',
    status,
    ...(body === undefined ? {} : { body }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(etag === undefined ? {} : { etag }),
    headers: { ...headers, ...(location === undefined ? {} : { location }) },
  };
}
