/**
 * The event stream of a cluster. All events of one commit are one `events` document beside the cluster document, so
 * that a pass still commits in one batch; a repeat of an event that is still open only raises a count inside the
 * cluster document, and reading lays those counts over the pages.
 */
import type { ClusterDocument, EventFold } from '../domain/cluster.ts';
import type { ClusterEvent, EventSeverity, EventSignal } from '../domain/events.ts';
import type { ClusterId } from '../domain/ids.ts';
import { type EpochMs, type Instant, toInstant } from '../domain/time.ts';
import type { Address, BatchOperation, DocumentStore, StoredDocument } from '../store/port.ts';

export interface NewEvent {
  readonly severity: EventSeverity;
  readonly signal: EventSignal;
  readonly reason: string;
  readonly message: string;
  /** Name of the step, or `api`. */
  readonly task: string;
  readonly node?: string;
  /** The end of a piece of work: the next event of the task is news again, even when it says the same. */
  readonly closes?: boolean;
}

export interface EventPage extends StoredDocument {
  readonly type: 'events';
  readonly events: readonly ClusterEvent[];
}

/** Seconds; our choice: a quarter, far beyond the 1,000 events that the field keeps. */
const EVENT_TTL_SECONDS = 90 * 24 * 3600;
/** Open events per cluster: more than steps times the problems that one step alternates between. Bounds the document. */
const MAX_FOLDS = 48;
const ID_DIGITS = 10;
/** A pass tells a handful; reading looks one page's worth back for the page that holds a cursor. */
const MAX_PAGE_EVENTS = 100;

export function clusterAddress(id: ClusterId): Address {
  return { container: 'clusters', partition: id };
}

/**
 * The document with its counts, and the operations that belong into the same batch. `closedTasks`: their work ended
 * with this commit, so that what they tell from now on is news.
 */
export function eventOperations(
  document: ClusterDocument,
  events: readonly NewEvent[],
  nowMs: EpochMs,
  closedTasks: readonly string[] = [],
): { readonly document: ClusterDocument; readonly operations: readonly BatchOperation[] } {
  const now = toInstant(nowMs);
  let folds: Record<string, EventFold> = { ...document.folds };
  let sequence = document.eventSequence;
  const news: ClusterEvent[] = [];
  for (const event of events) {
    const key = `${event.task}|${event.reason}|${event.message}`;
    const open = Object.entries(folds).find(([, fold]) => fold.key === key);
    if (open) {
      const [id, fold] = open;
      folds[id] = { ...fold, count: fold.count + 1, at: now, signal: event.signal };
      continue;
    }
    if (event.closes) folds = closeTask(folds, event.task);
    sequence += 1;
    const id = idOf(sequence);
    if (!event.closes) folds[id] = { key, count: 1, at: now, signal: event.signal };
    news.push(firstTold(event, id, now));
  }
  for (const task of closedTasks) folds = closeTask(folds, task);
  return {
    document: { ...document, eventSequence: sequence, folds: bounded(folds) },
    operations: pagesOf(news).map((page) => ({ op: 'create', document: page })),
  };
}

function idOf(sequence: number): string {
  return String(sequence).padStart(ID_DIGITS, '0');
}

function firstTold({ closes: _, ...event }: NewEvent, id: string, at: Instant): ClusterEvent {
  return { id, at, ...event, count: 1, firstAt: at };
}

/** Named after their first event. */
function pagesOf(news: readonly ClusterEvent[]): readonly EventPage[] {
  const pages: EventPage[] = [];
  for (let from = 0; from < news.length; from += MAX_PAGE_EVENTS) {
    const events = news.slice(from, from + MAX_PAGE_EVENTS);
    const id = `events-${events[0]?.id}`;
    pages.push({ id, type: 'events', ttl: EVENT_TTL_SECONDS, events });
  }
  return pages;
}

/** Counts above 1 stay, because the pages do not have them; what never repeated can go. */
function closeTask(folds: Record<string, EventFold>, task: string): Record<string, EventFold> {
  const next: Record<string, EventFold> = {};
  for (const [id, fold] of Object.entries(folds)) {
    if (!fold.key.startsWith(`${task}|`)) next[id] = fold;
    else if (fold.count > 1) next[id] = { ...fold, key: '' };
  }
  return next;
}

function bounded(folds: Record<string, EventFold>): Record<string, EventFold> {
  const entries = Object.entries(folds);
  if (entries.length <= MAX_FOLDS) return folds;
  const worth = ([, fold]: [string, EventFold]) => (fold.count > 1 ? 1 : 0);
  entries.sort((a, b) => worth(b) - worth(a) || b[1].at.localeCompare(a[1].at));
  return Object.fromEntries(entries.slice(0, MAX_FOLDS).sort(([a], [b]) => a.localeCompare(b)));
}

export interface EventQuery {
  /** Id of the last event already seen; events after it are returned. */
  readonly after?: string;
  readonly severity?: EventSeverity;
  /** 1..100 */
  readonly limit: number;
}

/** Oldest first, at most `limit`; the last id is the cursor of the next call. */
export async function readEvents(
  store: DocumentStore,
  document: ClusterDocument,
  query: EventQuery,
): Promise<readonly ClusterEvent[]> {
  const found: ClusterEvent[] = [];
  let from = query.after ?? '';
  for (;;) {
    const pages = await readPages(store, document.id, from, query.limit);
    const events = pages.flatMap((page) => page.events).filter((event) => event.id > from);
    for (const event of events) {
      if (query.severity !== undefined && event.severity !== query.severity) continue;
      found.push(withCount(event, document.folds[event.id]));
      if (found.length === query.limit) return found;
    }
    const last = events.at(-1);
    if (!last) return found;
    from = last.id;
  }
}

/** The page that holds the cursor starts at or before it; pages are small, so looking one page's worth back is enough. */
async function readPages(
  store: DocumentStore,
  id: ClusterId,
  after: string,
  limit: number,
): Promise<readonly EventPage[]> {
  const start = Math.max(0, Number(after || 0) - MAX_PAGE_EVENTS);
  const page = await store.query<EventPage>({
    container: 'clusters',
    partition: id,
    where: [
      { field: 'type', is: '=', value: 'events' },
      { field: 'id', is: '>=', value: `events-${idOf(start)}` },
    ],
    orderBy: { field: 'id', direction: 'asc' },
    limit: Math.min(1000, limit + MAX_PAGE_EVENTS),
  });
  return page.items.map((item) => item.document);
}

function withCount(event: ClusterEvent, fold: EventFold | undefined): ClusterEvent {
  if (!fold || fold.count === 1) return event;
  return { ...event, count: fold.count, at: fold.at, signal: fold.signal };
}

/** Whether `text` can be an event cursor at all: A93. */
export function isEventCursor(text: string): boolean {
  return /^\d{10}$/.test(text);
}
