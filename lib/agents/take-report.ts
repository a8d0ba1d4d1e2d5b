/**
 * What a beat says beyond life: laid over what was reported before, stored when something changed, and handed to usage
 * and health. An agent that has nothing to say costs nothing here, because what it said last is remembered.
 */
import type { Heartbeat } from '../domain/agent.ts';
import type { ClusterId } from '../domain/ids.ts';
import { type EpochMs, type Instant, toEpochMs, toInstant } from '../domain/time.ts';
import type { HealthDeps } from '../health/change.ts';
import { judgeReport } from '../health/judge.ts';
import { appendEvents } from '../reconcile/append-events.ts';
import { newestUsage } from '../usage/newest.ts';
import { recordReport } from '../usage/record.ts';
import { changeAgentState, overlaid } from './agent-state.ts';
import type { Agent } from './authenticate.ts';
import { type Clocks, isClockOff, samplesByOurClock } from './clocks.ts';
import { clockRightAgain, clockSkew } from './events.ts';
import type { AgentInbox } from './inbox.ts';
import type { AgentStateDocument } from './port.ts';
import { gather } from './report-parts.ts';
import type { Mark, StoredFacts } from './streams.ts';

export interface IngestDeps extends HealthDeps {
  readonly inbox: AgentInbox;
}

export interface Arrival {
  readonly agent: Agent;
  readonly mark: Mark;
  readonly beat: Heartbeat;
  readonly nowMs: EpochMs;
}

export type NotTaken =
  /** The last part of a report came, and not all before it. */
  | 'incomplete'
  /** More than any cluster has to say. */
  | 'too-large';

/** `undefined`: it is taken, or there was nothing to take. Throws StoreUnavailableError. */
export async function takeReport(deps: IngestDeps, arrival: Arrival): Promise<NotTaken | undefined> {
  const { agent, mark, nowMs } = arrival;
  const clocks = { sentAtMs: toEpochMs(arrival.beat.sentAt), receivedAtMs: nowMs };
  if (isOldHat(arrival.beat, deps.inbox.streams.factsOf(agent.cluster), clocks)) return undefined;
  const gathered = await gather(deps, agent.cluster, arrival.beat);
  if (gathered.kind !== 'whole') return gathered.kind === 'kept' ? undefined : gathered.kind;

  const { beat } = gathered;
  const state = await changeAgentState(deps, agent.cluster, async (before) => {
    const wasOff = before?.clockIsOff ?? false;
    const clockIsOff = isClockOff(clocks, wasOff);
    // Before the state says that it was said: said twice is folded, never said is lost.
    if (clockIsOff !== wasOff)
      await appendEvents(deps, agent.cluster, [clockIsOff ? clockSkew() : clockRightAgain()]);
    return overlaid(before, beat, { at: toInstant(nowMs), clockIsOff });
  });
  if (state === 'too-large') return state;
  const measuredAt = await handOn(deps, { ...arrival, beat }, state, clocks);
  const { agentVersion, observedGeneration, clockIsOff = false } = state;
  deps.inbox.streams.remember(mark, { agentVersion, observedGeneration, clockIsOff, measuredAt });
  return undefined;
}

function isOldHat(beat: Heartbeat, known: StoredFacts | undefined, clocks: Clocks): boolean {
  const { nodes, services, packs, backupLocations, samples, part } = beat;
  const { agentVersion, observedGeneration } = beat;
  const lists = [nodes, services, packs, backupLocations, samples, part];
  const isBare = lists.every((list) => list === undefined);
  return (
    isBare &&
    known?.agentVersion === agentVersion &&
    (observedGeneration ?? known.observedGeneration) === known.observedGeneration &&
    isClockOff(clocks, known.clockIsOff) === known.clockIsOff
  );
}

/** Nodes and samples only: nothing else is measured or judged. When the newest sample is of, as far as it is known. */
async function handOn(
  deps: IngestDeps,
  { agent, beat, nowMs }: Arrival,
  state: AgentStateDocument,
  clocks: Clocks,
): Promise<Instant | undefined> {
  const { cluster, entry } = agent;
  const known = deps.inbox.streams.factsOf(cluster)?.measuredAt;
  const samples = samplesByOurClock(beat.samples ?? [], clocks);
  if (beat.nodes === undefined && samples.length === 0) return known;
  const measuredAt = samples.at(-1)?.at ?? (await lastMeasuredAt(deps, cluster, known, nowMs));
  const report = {
    cluster,
    project: entry.project,
    receivedAtMs: nowMs,
    heartbeat: beat,
    state: measuredAt === undefined ? state : { ...state, latest: { at: measuredAt } },
    samples,
  };
  await recordReport({ store: deps.store, rollups: deps.inbox.rollups }, report);
  await judgeReport(deps, report);
  return measuredAt;
}

/** Samples may reach another instance: what is known here is only believed while none can have been missed. */
async function lastMeasuredAt(
  deps: IngestDeps,
  cluster: ClusterId,
  known: Instant | undefined,
  nowMs: EpochMs,
): Promise<Instant | undefined> {
  const { reportMs, beatMs } = deps.config.agents;
  if (known !== undefined && nowMs - toEpochMs(known) <= reportMs + beatMs) return known;
  const newest = await newestUsage(deps, cluster);
  return newest && toInstant(newest.atMs);
}
