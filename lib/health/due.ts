/**
 * Reminders: clusters in which something ripens by time alone. One small document each, named for its time, so that a
 * sweep reads what is due and nothing else. One too many does no harm; the same one twice is one.
 */
import type { Deps } from '../deps.ts';
import type { ClusterId } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Address, StoredDocument } from '../store/port.ts';

export interface Reminder {
  readonly cluster: ClusterId;
  /** When to look. */
  readonly atMs: EpochMs;
  /** When the grace is over. */
  readonly dueMs: EpochMs;
  /** A beat after that, as an earlier look found it. */
  readonly confirmedMs?: EpochMs;
}

interface ReminderDocument extends StoredDocument, Reminder {
  readonly type: 'health-due';
}

type StoreDeps = Pick<Deps, 'store'>;

const AT: Address = { container: 'liveness', partition: 'health-due' };
const PREFIX = 'due-';
const TIME_DIGITS = 13;
/** Seconds: of a cluster that is gone, or whose agent never comes back, it disappears by itself. Our choice. */
const TTL_SECONDS = 7 * 24 * 3600;

export async function remindOfHealth({ store }: StoreDeps, reminder: Reminder): Promise<void> {
  const document: ReminderDocument = {
    ...reminder,
    id: idOf(reminder),
    type: 'health-due',
    ttl: TTL_SECONDS,
  };
  await store.upsert(AT, document);
}

/** Oldest first; at most `limit`, the rest is for the next sweep. */
export async function dueReminders(
  { store }: StoreDeps,
  nowMs: EpochMs,
  limit: number,
): Promise<readonly Reminder[]> {
  const page = await store.query<ReminderDocument>({
    ...AT,
    where: [
      { field: 'id', is: '>=', value: PREFIX },
      { field: 'id', is: '<', value: prefixOf(nowMs + 1) },
    ],
    orderBy: { field: 'id', direction: 'asc' },
    limit,
  });
  return page.items.map((item) => item.document);
}

export async function forgetReminder({ store }: StoreDeps, reminder: Reminder): Promise<void> {
  await store.delete(AT, idOf(reminder));
}

function idOf({ atMs, cluster }: Reminder): string {
  return `${prefixOf(atMs)}-${cluster}`;
}

function prefixOf(atMs: EpochMs): string {
  return `${PREFIX}${String(Math.ceil(atMs)).padStart(TIME_DIGITS, '0')}`;
}
