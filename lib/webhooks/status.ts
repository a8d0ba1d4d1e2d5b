/**
 * How a hook fares: one small document each, apart from the settings, whose generation it must not move. Written when
 * something changes for whoever reads it (it fails, it works again, it fails differently, a message was given up), and
 * else once an hour, so that a busy hook costs a read per message and no write.
 */
import { projectAddress } from '../api/auth/grants.ts';
import type { Deps } from '../deps.ts';
import { type EpochMs, HOUR_MS, type Instant, SECOND_MS, toEpochMs, toInstant } from '../domain/time.ts';
import type { StoredDocument } from '../store/port.ts';

export interface HookStatus {
  /** To within an hour while nothing changes. */
  readonly lastAttemptAt: Instant;
  readonly lastDeliveredAt?: Instant;
  /** Since when nothing arrives; absent: the last attempt arrived. */
  readonly failingSince?: Instant;
  readonly lastError?: string;
  /** When a message was last given up. */
  readonly lastGivenUpAt?: Instant;
}

interface StatusDocument extends StoredDocument {
  readonly type: 'webhook-status';
  readonly status: HookStatus;
}

export type Attempted =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly error: string; readonly givenUp: boolean };

/** A late attempt may write the status of a hook that is gone; nobody would delete it. */
const TTL_SECONDS = (90 * 24 * HOUR_MS) / SECOND_MS;
const REFRESH_MS = HOUR_MS;
/** Attempts to write against others that write the same; what they saw is as true. */
const TRIES = 2;

type StoreDeps = Pick<Deps, 'store'>;

export async function readHookStatus(
  { store }: StoreDeps,
  project: string,
  hook: string,
): Promise<HookStatus | undefined> {
  const stored = await store.read<StatusDocument>(projectAddress(project), idOf(hook));
  return stored?.document.status;
}

export async function removeHookStatus({ store }: StoreDeps, project: string, hook: string): Promise<void> {
  await store.delete(projectAddress(project), idOf(hook));
}

export async function recordAttempt(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  at: { readonly project: string; readonly hook: string },
  attempted: Attempted,
): Promise<void> {
  const address = projectAddress(at.project);
  const nowMs = clock.now();
  for (let tried = 0; tried < TRIES; tried += 1) {
    const stored = await store.read<StatusDocument>(address, idOf(at.hook));
    const before = stored?.document.status;
    const status = statusAfter(before, attempted, toInstant(nowMs));
    if (before !== undefined && !isNews(before, status, attempted, nowMs)) return;
    const document: StatusDocument = {
      id: idOf(at.hook),
      type: 'webhook-status',
      ttl: TTL_SECONDS,
      status,
    };
    const written = stored
      ? await store.replace(address, document, stored.etag)
      : await store.create(address, document);
    if (written.kind === 'written') return;
  }
}

function statusAfter(before: HookStatus | undefined, attempted: Attempted, now: Instant): HookStatus {
  const { failingSince, lastError: _lastError, ...kept } = before ?? {};
  if (attempted.kind === 'delivered') return { ...kept, lastAttemptAt: now, lastDeliveredAt: now };
  return {
    ...kept,
    lastAttemptAt: now,
    failingSince: failingSince ?? now,
    lastError: attempted.error,
    ...(attempted.givenUp ? { lastGivenUpAt: now } : {}),
  };
}

function isNews(before: HookStatus, after: HookStatus, attempted: Attempted, nowMs: EpochMs): boolean {
  return (
    before.failingSince !== after.failingSince ||
    before.lastError !== after.lastError ||
    (attempted.kind === 'failed' && attempted.givenUp) ||
    nowMs - toEpochMs(before.lastAttemptAt) >= REFRESH_MS
  );
}

function idOf(hook: string): string {
  return `webhook:${hook}`;
}
