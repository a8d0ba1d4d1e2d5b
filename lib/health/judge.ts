/**
 * The one place where evidence becomes a verdict. A report brings nodes and metrics, the sweep the heartbeat and what
 * time alone ripens. Late ones are passed over: what the other has said since counts more.
 */
import { readAgentState } from '../agents/agent-state.ts';
import { isOvertaken } from '../agents/clocks.ts';
import type { Report } from '../agents/port.ts';
import type { HealthThresholds } from '../domain/health.ts';
import type { ClusterId } from '../domain/ids.ts';
import { type EpochMs, HOUR_MS, MINUTE_MS, toEpochMs, toInstant } from '../domain/time.ts';
import { COSTLY_CONDITIONS, lookAtPools } from '../machines/look-at-pools.ts';
import { readSettings } from '../projects/settings.ts';
import { changeHealth, type HealthDeps, type HealthOutcome } from './change.ts';
import { foldNodes, hasNewTrouble, NO_TROUBLES, type NodesState, nextRipeMs, ripen } from './conditions.ts';
import type { HealthDocument } from './document.ts';
import { remindOfHealth } from './due.ts';
import type { HeartbeatState } from './evaluate.ts';
import { foldSamples, type MetricsState, NO_SAMPLES, onlyNodes } from './metrics.ts';
import { heartbeatMissing, heartbeatNever, massSilence } from './reasons.ts';
import { layThresholds } from './thresholds.ts';

/** Metrics of which nothing was heard for so long are not known any more; at least some reports. Our choice. */
const STALE_MS = HOUR_MS;
const STALE_REPORTS = 4;
/** A sample from the future is a wrong clock, not a measurement: it would make us deaf for those that follow. */
const AHEAD_MS = MINUTE_MS;

/** Judges what the agent reported. Called for every beat that carries nodes or samples. Throws StoreUnavailableError. */
export async function judgeReport(deps: HealthDeps, report: Report): Promise<void> {
  const settings = report.samples.length === 0 ? undefined : await readSettings(deps, report.project);
  let isCostly = false;
  const outcome = await changeHealth(deps, {
    cluster: report.cluster,
    async decide(before) {
      if (isOvertaken(report.receivedAtMs, before.reportedAtMs, deps.clock.now())) return before;
      const ofProject = settings?.document.settings.healthThresholds;
      const thresholds = layThresholds(deps.config, ofProject, before.thresholds?.settings);
      const nodes = nodesAfter(before.evidence.nodes, report);
      const metrics = metricsAfter(before.evidence.metrics, report, thresholds, deps.config.agents);
      if (nodes === before.evidence.nodes && metrics === before.evidence.metrics) return before;
      if (await isHeldUp(deps, report)) return before;
      await remind(deps, report.cluster, nodes);
      isCostly = COSTLY_CONDITIONS.some((type) => hasNewTrouble(before.evidence.nodes, nodes, type));
      const { heartbeat } = before.evidence;
      return {
        ...before,
        reportedAtMs: report.receivedAtMs,
        evidence: {
          heartbeat,
          ...(nodes !== undefined && { nodes }),
          ...(metrics !== undefined && { metrics }),
        },
      };
    },
  });
  if (isCostly && outcome.kind === 'changed') await lookAtPools(deps, report.cluster);
}

/** A report that was held up on its way through the server: a newer one was judged, and may have found nothing to change. */
async function isHeldUp(deps: HealthDeps, report: Report): Promise<boolean> {
  const newest = await readAgentState(deps, report.cluster);
  const newestMs = newest && toEpochMs(newest.reportedAt);
  return newestMs !== undefined && isOvertaken(report.receivedAtMs, newestMs, deps.clock.now());
}

/** Before the state is written that waits for it: a reminder in vain does no harm, a missing one a missed verdict. */
async function remind(deps: HealthDeps, cluster: ClusterId, nodes: NodesState | undefined): Promise<void> {
  const atMs = nodes && nextRipeMs(nodes);
  if (atMs !== undefined) await remindOfHealth(deps, { cluster, atMs, dueMs: atMs });
}

/** The very same state when the report says nothing new. */
function nodesAfter(
  before: NodesState | undefined,
  { state, heartbeat, receivedAtMs }: Report,
): NodesState | undefined {
  if (heartbeat.nodes === undefined) return before;
  if (state.nodes.length === 0) return undefined;
  const at = { receivedAtMs, sentAtMs: toEpochMs(heartbeat.sentAt) };
  const after = foldNodes(before ?? NO_TROUBLES, state.nodes, at);
  return before && JSON.stringify(before) === JSON.stringify(after) ? before : after;
}

function metricsAfter(
  before: MetricsState | undefined,
  { state, samples, receivedAtMs }: Report,
  { metrics: thresholds }: HealthThresholds,
  { beatMs, reportMs }: { readonly beatMs: number; readonly reportMs: number },
): MetricsState | undefined {
  const oldestMs = receivedAtMs - Math.max(STALE_MS, STALE_REPORTS * reportMs);
  const fresh = samples.filter(({ at }) => {
    const atMs = toEpochMs(at);
    return atMs > oldestMs && atMs <= receivedAtMs + AHEAD_MS;
  });
  const isStale = state.latest === undefined || toEpochMs(state.latest.at) <= oldestMs;
  if (fresh.length === 0 && isStale) return undefined;
  const known = onlyNodes(before ?? NO_SAMPLES, state.nodes);
  const after = foldSamples(known, fresh, state.nodes, { thresholds, beatMs });
  return after === NO_SAMPLES ? before : after;
}

/** What the sweep found out about the heartbeat of one cluster. */
export interface Heard {
  readonly cluster: ClusterId;
  /** When the sweep that says so began: a later one counts more. */
  readonly sweptAtMs: EpochMs;
  readonly verdict: 'heard' | 'never' | 'missing' | 'mass';
  /** When it was last heard of; 0: never. */
  readonly seenAtMs: EpochMs;
}

/** Judges the heartbeat. `absent`: the cluster is gone. Throws StoreUnavailableError. */
export function judgeSilence(deps: HealthDeps, heard: Heard): Promise<HealthOutcome> {
  return changeHealth(deps, {
    cluster: heard.cluster,
    decide: (before) => withHeartbeat(before, heard),
  });
}

/** The sweep is kept also when it says nothing new, or an earlier one that was held up would have the last word. */
function withHeartbeat(before: HealthDocument, heard: Heard): HealthDocument {
  if (heard.sweptAtMs <= before.sweptAtMs) return before;
  const heartbeat = heartbeatOf(heard, before.evidence.heartbeat);
  return { ...before, sweptAtMs: heard.sweptAtMs, evidence: { ...before.evidence, heartbeat } };
}

function heartbeatOf({ verdict, sweptAtMs, seenAtMs }: Heard, known: HeartbeatState): HeartbeatState {
  if (verdict === 'heard') return { status: 'heard' };
  const since = toInstant(sweptAtMs);
  const seenAt = toInstant(seenAtMs);
  const reason = {
    never: () => heartbeatNever(since),
    missing: () => heartbeatMissing(since, seenAt),
    mass: () => massSilence(since, seenAt),
  }[verdict]();
  const isKnown = known.status === 'silent' && known.reason.message === reason.message;
  return isKnown ? known : { status: 'silent', reason };
}

/** Lets ripen what the agent confirmed until then: it beat, and did not say otherwise. Throws StoreUnavailableError. */
export function judgeRipe(
  deps: HealthDeps,
  cluster: ClusterId,
  confirmedMs: EpochMs,
): Promise<HealthOutcome> {
  return changeHealth(deps, {
    cluster,
    async decide(before) {
      const { nodes } = before.evidence;
      const ripened = nodes && ripen(nodes, confirmedMs);
      if (ripened === undefined || ripened === nodes) return before;
      await remind(deps, cluster, ripened);
      return { ...before, evidence: { ...before.evidence, nodes: ripened } };
    },
  });
}
