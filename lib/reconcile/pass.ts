/**
 * One reconcile pass: load, look, plan, act, commit, reschedule. Each order of writes here is a rule of the protocol
 * (docs/protocol.md); the simulation tests fail when one is taken out. Nothing waits: the queue is the loop.
 */
import { announceGeneration } from '../agents/announce.ts';
import { PassDeadlineError } from '../clouds/port.ts';
import { hasNewSummary, summarise } from '../clusters/directory.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { asClusterId } from '../domain/ids.ts';
import { isQuiet } from '../domain/quiet.ts';
import { toEpochMs } from '../domain/time.ts';
import { remindAfterPass } from '../operations/after-pass.ts';
import { arrivalOf, type Delivery } from './arrival.ts';
import { commitOf } from './commit.ts';
import type { PassDeps } from './engine.ts';
import { clusterAddress } from './event-log.ts';
import { farewell } from './farewell.ts';
import { ClaimUnknownError, type Held } from './intents.ts';
import { publishOutbox } from './lifecycle.ts';
import { allDone, type TurnResult, takeTurn } from './take-turn.ts';

/** What the edge tells the broker. Abandoned messages are delivered again. */
export type Verdict = 'complete' | 'abandon';

/** Lost races against changes from outside; after these the message itself comes back. */
const TRIES = 3;

/** Throws when the store or the broker is out of reach: the message is delivered again. */
export async function runPass(deps: PassDeps, delivery: Delivery): Promise<Verdict> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const verdict = await tryPass(deps, delivery);
    if (verdict !== 'again') return verdict;
  }
  return 'abandon';
}

async function tryPass(deps: PassDeps, delivery: Delivery): Promise<Verdict | 'again'> {
  const startedAt = deps.clock.monotonic();
  const id = asClusterId(delivery.message.clusterId);
  const stored = await deps.store.read<ClusterDocument>(clusterAddress(id), id);
  if (!stored) return 'complete';

  const arrival = arrivalOf(delivery, stored.document);
  if (arrival.kind === 'drop') return 'complete';
  if (arrival.kind === 'resend') return finish(deps, stored.document, stored.document);

  const held: Held = { document: stored.document, etag: stored.etag };
  const lookMs = deps.clock.now();
  const turn = await turnOrNothing(deps, { held, startedAt, lookMs });
  switch (turn.kind) {
    case 'overtaken':
      return 'again';
    case 'late':
      deps.logger.warn('Ending a pass that is past its deadline', { clusterId: id });
      return 'abandon';
    case 'ran':
      return conclude(deps, held, turn, lookMs, stored.document);
  }
}

/** An unconfirmed claim ends the pass, because nothing may be created on a maybe; so does a write after the deadline. */
async function turnOrNothing(deps: PassDeps, turn: Parameters<typeof takeTurn>[1]): Promise<TurnResult> {
  try {
    return await takeTurn(deps, turn);
  } catch (error) {
    if (error instanceof ClaimUnknownError || error instanceof PassDeadlineError) return { kind: 'late' };
    throw error;
  }
}

async function conclude(
  deps: PassDeps,
  held: Held,
  turn: Extract<TurnResult, { kind: 'ran' }>,
  lookMs: number,
  read: ClusterDocument,
): Promise<Verdict | 'again'> {
  const { document } = held;
  const cloud = deps.clouds.cloud(document.spec.cloud.type);
  const quietMs = deps.pacing.wall(cloud?.windows.quietMs ?? 0);
  if (isGone(document, turn, { lookMs, quietMs })) {
    return (await farewell(deps, held)) ? 'complete' : 'again';
  }
  const commit = commitOf(
    { ...turn, document, lookMs },
    {
      nowMs: deps.clock.now(),
      pacing: deps.pacing,
      chance: deps.chance,
      deleting: document.deletedAt !== undefined,
    },
    { quietMs, pacing: deps.pacing },
  );
  const written = await deps.store.batch(clusterAddress(document.id), [
    { op: 'replace', document: commit.document, etag: held.etag },
    ...commit.operations,
  ]);
  if (written.kind !== 'written') return 'again';
  return finish(deps, commit.document, read);
}

/** Rule 9: nothing is seen, and whatever was asked for before the deletion would be seen by now. */
function isGone(
  { deletedAt }: ClusterDocument,
  turn: Extract<TurnResult, { kind: 'ran' }>,
  at: { readonly lookMs: number; readonly quietMs: number },
): boolean {
  return (
    deletedAt !== undefined &&
    isQuiet(deletedAt, at.lookMs, at.quietMs) &&
    allDone(turn.outcomes) &&
    turn.owned?.ok === true &&
    turn.owned.value.length === 0
  );
}

/** Side effects after the save; each may be repeated, and the message to come is the last (rule 5). */
async function finish(deps: PassDeps, document: ClusterDocument, read: ClusterDocument): Promise<Verdict> {
  if (document === read || hasNewSummary(read, document)) await summarise(deps, document);
  if (document === read || read.observedGeneration < document.observedGeneration)
    await announceGeneration(deps, document);
  await publishOutbox(deps, document);
  await remindAfterPass(deps, read, document);
  if (document.nextAttemptAt !== null) {
    await deps.queue.sendReconcile(
      { clusterId: document.id, reason: 'next look', wake: document.wake },
      { notBefore: toEpochMs(document.nextAttemptAt) },
    );
  }
  return 'complete';
}
