/**
 * Who did what: exactly one record per mutation, refused ones included, written before its answer leaves. Records are
 * created and never changed; they hold names and numbers, no bodies, so no secret can be in one.
 */
import type { Deps } from '../deps.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import type { StoredDocument } from '../store/port.ts';

export interface AuditObject {
  /** `cluster`, `pool`, `cloud-account`, `project`, `member`, ... */
  readonly kind: string;
  readonly name: string;
  readonly uid?: string;
}

export interface AuditEntry {
  readonly project: string;
  /** Subject of the token, or `service:requests`. */
  readonly who: string;
  /** `cluster.create`, `pool.delete`, ... */
  readonly what: string;
  readonly object: AuditObject;
  readonly generationBefore?: number;
  readonly generationAfter?: number;
  /** The HTTP status of the answer, also for commands from the queue. */
  readonly status: number;
  /** Code of the problem, when it was refused. */
  readonly code?: string;
  readonly correlationId: string;
}

export interface AuditRecord extends AuditEntry, StoredDocument {
  readonly type: 'audit';
  readonly at: Instant;
  readonly result: 'accepted' | 'refused';
}

/** Seconds; our choice: a year. */
const TTL_SECONDS = 365 * 24 * 3600;
/** Enough for epoch milliseconds until the year 2286, so that ids sort by time. */
const EPOCH_DIGITS = 13;

type AuditDeps = Pick<Deps, 'store' | 'clock' | 'ids'>;

export async function recordAudit(deps: AuditDeps, entry: AuditEntry): Promise<void> {
  const nowMs = deps.clock.now();
  const record: AuditRecord = {
    ...entry,
    id: `${String(nowMs).padStart(EPOCH_DIGITS, '0')}-${deps.ids.uuid()}`,
    type: 'audit',
    ttl: TTL_SECONDS,
    at: toInstant(nowMs),
    result: entry.status < 400 ? 'accepted' : 'refused',
  };
  await deps.store.create({ container: 'audit', partition: entry.project }, record);
}

/** Oldest first, after the record whose id is `after`. */
export async function readAudit(
  { store }: Pick<Deps, 'store'>,
  project: string,
  query: { readonly after?: string; readonly limit: number },
): Promise<readonly AuditRecord[]> {
  const page = await store.query<AuditRecord>({
    container: 'audit',
    partition: project,
    where: query.after === undefined ? [] : [{ field: 'id', is: '>', value: query.after }],
    orderBy: { field: 'id', direction: 'asc' },
    limit: query.limit,
  });
  return page.items.map((item) => item.document);
}

const RECORD_ID = /^\d{13}-[0-9a-f-]{36}$/;

/** Whether `text` can be a position in the audit log at all. */
export function isAuditCursor(text: string): boolean {
  return RECORD_ID.test(text);
}
