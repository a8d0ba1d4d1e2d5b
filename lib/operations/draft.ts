/** What one look has decided so far: all of it is written in one batch. */
import type { NewEvent } from '../reconcile/event-log.ts';
import type { BatchOperation } from '../store/port.ts';
import type { OperationsDocument } from './document.ts';
import type { Transition } from './transitions.ts';

export interface Draft {
  readonly operations: OperationsDocument;
  readonly writes: readonly BatchOperation[];
  readonly events: readonly NewEvent[];
}

/** `etag`: of the operation as it is stored; absent: it begins. */
export function withTransition(
  draft: Draft,
  { operations, operation, event }: Transition,
  etag?: string,
): Draft {
  const write: BatchOperation =
    etag === undefined ? { op: 'create', document: operation } : { op: 'replace', document: operation, etag };
  return { operations, writes: [...draft.writes, write], events: [...draft.events, event] };
}
