/**
 * Empties the channels in which clouds announce what happens to machines. A message is taken away after what it says
 * is stored; one that comes again changes nothing. Correctness never depends on it: machines are observed anyway.
 */
import type { Announcement, CallGuard } from '../clouds/port.ts';
import { PassDeadlineError } from '../clouds/port.ts';
import type { PassDeps } from '../reconcile/engine.ts';
import { accountGuard } from '../reconcile/guard.ts';
import { takeNotice } from './notice.ts';
import { type Place, placesOf } from './places.ts';

/** Batches of one place in one run; the rest waits for the next. */
const BATCHES = 20;

/** Number of notices that reached a cluster. */
export async function drainCloudEvents(deps: PassDeps): Promise<number> {
  const places = await placesOf(deps, ({ announcements }) => announcements !== undefined);
  const taken = await Promise.all(places.map((place) => drainInTime(deps, place)));
  return taken.reduce((sum, count) => sum + count, 0);
}

/** The next run goes on where this one has no time left. */
async function drainInTime(deps: PassDeps, place: Place): Promise<number> {
  try {
    return await drain(deps, place);
  } catch (error) {
    if (error instanceof PassDeadlineError) return 0;
    throw error;
  }
}

async function drain(deps: PassDeps, place: Place): Promise<number> {
  const { probe, access, region } = place;
  const guard = accountGuard(deps, access.account, `${region}/events`);
  let taken = 0;
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const received = await probe.announcements?.receive(access, region, guard);
    if (received === undefined || !received.ok) {
      if (received)
        deps.logger.warn('Leaving cloud events for the next time', { source: received.error.source });
      return taken;
    }
    if (received.value.length === 0) return taken;
    taken += await handle(deps, place, guard, received.value);
  }
  return taken;
}

async function handle(
  deps: PassDeps,
  { probe, access, region }: Place,
  guard: CallGuard,
  announcements: readonly Announcement[],
): Promise<number> {
  const kept = new Set<string>();
  let taken = 0;
  for (const announcement of announcements) {
    if (announcement.kind === 'unreadable') {
      const { what } = announcement;
      deps.logger.warn('Dropped a cloud event that cannot be read', {
        account: access.account.name,
        region,
        what,
      });
    }
    if (announcement.kind !== 'notice') continue;
    if (await takeNotice(deps, announcement)) taken += 1;
    else kept.add(announcement.receipt);
  }
  const receipts = announcements.map(({ receipt }) => receipt).filter((receipt) => !kept.has(receipt));
  const removed = await probe.announcements?.remove(access, region, guard, receipts);
  if (removed && !removed.ok)
    deps.logger.warn('A cloud event will come again', { source: removed.error.source });
  return taken;
}
