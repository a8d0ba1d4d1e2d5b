/**
 * A heartbeat, from the credential to the answer. The usual one says only that the agent lives: it costs no read and no
 * write of its own, because what it is checked against is remembered and the beat log writes many at once. What more one
 * carries is take-report.ts.
 */
import { readCluster } from '../clusters/read.ts';
import type { Heartbeat, HeartbeatAnswer } from '../domain/agent.ts';
import { type EpochMs, toEpochMs, toInstant } from '../domain/time.ts';
import { appendEvents } from '../reconcile/append-events.ts';
import type { Agent } from './authenticate.ts';
import { processOf } from './beat-log.ts';
import { agentCopied } from './events.ts';
import { parseRevision } from './roster.ts';
import type { Mark } from './streams.ts';
import { type IngestDeps, type NotTaken, takeReport } from './take-report.ts';

export type Ingested =
  | { readonly kind: 'answer'; readonly answer: HeartbeatAnswer }
  /** Far more beats than this cluster can have reason to send. */
  | { readonly kind: 'too-many'; readonly retryAfterMs: number }
  /** It claims a generation that nobody has asked for yet. */
  | { readonly kind: 'from-future' }
  | { readonly kind: NotTaken };

/** Throws StoreUnavailableError: nothing of it counts, and the same beat may be sent again. */
export async function ingest(deps: IngestDeps, agent: Agent, beat: Heartbeat): Promise<Ingested> {
  if (!deps.inbox.limit.takes(agent.cluster, deps.clock.monotonic()))
    return { kind: 'too-many', retryAfterMs: deps.config.agents.beatMs };
  const nowMs = deps.clock.now();
  const mark = markOf(agent, beat);
  if (deps.inbox.streams.isReplay(mark)) return answered(deps, agent, nowMs, 'replayed');
  if (await isFromFuture(deps, agent, beat)) return { kind: 'from-future' };
  const [notTaken] = await Promise.all([
    takeReport(deps, { agent, mark, beat, nowMs }),
    deps.inbox.beats.record(agent.shard, {
      seat: agent.entry.seat,
      atMs: nowMs,
      epoch: mark.epoch,
      process: processOf(mark.instance),
      seq: mark.seq,
    }),
  ]);
  if (notTaken !== undefined) return { kind: notTaken };
  if (deps.inbox.streams.accept(mark, nowMs)) await appendEvents(deps, agent.cluster, [agentCopied()]);
  return answered(deps, agent, nowMs);
}

function markOf({ cluster, epoch }: Agent, { instance = '', seq, sentAt }: Heartbeat): Mark {
  return { cluster, epoch, instance, seq: seq ?? toEpochMs(sentAt) };
}

function answered({ config }: IngestDeps, { entry }: Agent, nowMs: EpochMs, ignored?: 'replayed'): Ingested {
  const answer: HeartbeatAnswer = {
    serverTime: toInstant(nowMs),
    ...(ignored === undefined ? {} : { ignored }),
    beatAfterMs: config.agents.beatMs,
    reportEveryMs: config.agents.reportMs,
    revision: entry.revision,
  };
  return { kind: 'answer', answer };
}

/** What we remember may be older than what the agent has fetched, so the cluster itself has the last word. */
async function isFromFuture(
  deps: IngestDeps,
  { cluster, entry }: Agent,
  { observedGeneration }: Heartbeat,
): Promise<boolean> {
  if (observedGeneration === undefined || observedGeneration <= parseRevision(entry.revision).generation)
    return false;
  const document = await readCluster(deps, cluster);
  return document === undefined || observedGeneration > document.generation;
}
