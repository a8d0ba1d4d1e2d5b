/**
 * When which cluster has to be looked at for its schedules and deadlines: what makes the timer cost what is due and
 * nothing else. A reminder is a hint and never a payload, like a message of the queue: one too many costs a look, two of
 * the same time are one, and it is taken away only after what it reminded of is done. Whoever makes something due at a
 * time leaves a reminder for that time first.
 *
 * Container `liveness`, partition `schedules-<n>`; ids begin with the time, so that the store's own index of ids is the
 * only one that is needed.
 */
import { shardOf } from '../agents/enrolment.ts';
import type { Deps } from '../deps.ts';
import { asClusterId, type ClusterId } from '../domain/ids.ts';
import type { EpochMs } from '../domain/time.ts';
import type { Address, StoredDocument } from '../store/port.ts';

/** Partitions: spreads what is due at the same hour everywhere. Never fewer: reminders stay where they are. */
export const REMINDER_SHARDS = 4;
const DIGITS = 13;

export interface Reminder extends StoredDocument {
  readonly type: 'reminder';
  readonly cluster: string;
  /** The cluster was up for the first time; an instant. */
  readonly upSince?: string;
}

type StoreDeps = Pick<Deps, 'store'>;

/** Repeating it changes nothing. `upSince`: the cluster is up for the first time since then. */
export async function remind(
  { store }: StoreDeps,
  cluster: ClusterId,
  atMs: EpochMs,
  upSince?: string,
): Promise<void> {
  const id = `${startOf(atMs)}-${cluster}${upSince === undefined ? '' : '-up'}`;
  const reminder: Reminder = {
    id,
    type: 'reminder',
    cluster,
    ...(upSince === undefined ? {} : { upSince }),
  };
  await store.create(addressOf(shardOf(cluster, REMINDER_SHARDS)), reminder);
}

/** Up to `untilMs`, oldest first, after the one whose id is `after`; at most `limit`. */
export async function dueReminders(
  { store }: StoreDeps,
  shard: number,
  {
    untilMs,
    after = '',
    limit,
  }: { readonly untilMs: EpochMs; readonly after?: string; readonly limit: number },
): Promise<readonly Reminder[]> {
  const page = await store.query<Reminder>({
    ...addressOf(shard),
    where: [
      { field: 'id', is: '>', value: after },
      { field: 'id', is: '<', value: startOf(untilMs + 1) },
    ],
    orderBy: { field: 'id', direction: 'asc' },
    limit,
  });
  return page.items.map(({ document }) => document);
}

export async function forget({ store }: StoreDeps, reminder: Reminder): Promise<void> {
  const shard = shardOf(asClusterId(reminder.cluster), REMINDER_SHARDS);
  await store.delete(addressOf(shard), reminder.id);
}

function addressOf(shard: number): Address {
  return { container: 'liveness', partition: `schedules-${shard}` };
}

function startOf(atMs: EpochMs): string {
  return `due-${String(atMs).padStart(DIGITS, '0')}`;
}
