/**
 * One beat: look, say it, take the answer. What was not acknowledged is said again in the next beat, under a number of
 * its own. Nothing here waits or loops; loop.ts does.
 */
import type { Amounts, Definition, HeartbeatAnswer, NodeReport, PackReport } from '../../lib/domain/agent.ts';
import type { Clock, Logger } from '../../lib/domain/ports.ts';
import { toInstant } from '../../lib/domain/time.ts';
import type { Observer } from '../collect/observer.ts';
import type { Identity } from '../identity/identity.ts';
import { type ControlPlane, isUnknown, type Refusal } from '../server/control-plane.ts';
import { AGENT_VERSION } from '../version.ts';
import { contents, type Lists } from './contents.ts';
import { FIRST_PACE, type Pace, paceOf } from './pace.ts';
import { type Payload, parts, SMALL_PART_BYTES } from './parts.ts';
import { type SampleRing, sampleRing } from './samples.ts';
import { breaches, crossed } from './urgent.ts';

/** What the other loop knows and a beat tells. */
export interface Carried {
  readonly observedGeneration: number | undefined;
  readonly definition: Definition | undefined;
  readonly packs: readonly PackReport[] | undefined;
}

export interface BeatOptions {
  readonly server: Pick<ControlPlane, 'heartbeat'>;
  readonly identity: Identity;
  readonly observer: Observer;
  readonly clock: Clock;
  readonly log: Logger;
  /** Random, of this process. */
  readonly instance: string;
  carried(): Carried;
  /** Of every answer. */
  answered(answer: HeartbeatAnswer): void;
  /** The control plane knows of no such generation: it was put back to an earlier state. */
  generationRefused(): void;
}

export type Beaten =
  | { readonly kind: 'acknowledged'; readonly pace: Pace }
  | { readonly kind: 'failed'; readonly retryAfterMs: number };

export function beater(options: BeatOptions): () => Promise<Beaten> {
  const state: BeatState = {
    seq: 0,
    pace: FIRST_PACE,
    samples: sampleRing(),
    reportedAtMs: Number.NEGATIVE_INFINITY,
    above: new Set(),
    urgent: false,
    contents: contents(() => options.clock.monotonic()),
    bare: false,
  };
  return () => beat(options, state);
}

interface BeatState {
  seq: number;
  pace: Pace;
  readonly samples: SampleRing;
  /** Of the clock that nobody sets. */
  reportedAtMs: number;
  /** What was above its threshold in the last sample. */
  above: ReadonlySet<string>;
  /** That has changed since the last report that was taken. */
  urgent: boolean;
  readonly contents: ReturnType<typeof contents>;
  /** The last body was refused: the next one says no more than that we live. */
  bare: boolean;
  /** Absent: what the control plane takes is not too large for anybody on the way, as far as is known. */
  partBytes?: number;
}

async function beat(options: BeatOptions, state: BeatState): Promise<Beaten> {
  const gathered = await gather(options, state);
  const who = await options.identity.credential();
  if (who.kind === 'none') {
    options.log.warn('No credential', { why: who.why });
    return { kind: 'failed', retryAfterMs: who.refusal?.retryAfterMs ?? 0 };
  }
  const refusal = await sendAll(options, state, who.credential, gathered.payloads);
  if (refusal !== undefined) return refused(options, state, who.credential, refusal);
  settled(options, state, gathered);
  return { kind: 'acknowledged', pace: state.pace };
}

interface Gathered {
  /** A report was due. */
  readonly full: boolean;
  readonly payloads: readonly Payload[];
  readonly lists: Lists;
  readonly samples: ReturnType<SampleRing['pending']>;
}

async function gather(options: BeatOptions, state: BeatState): Promise<Gathered> {
  const { observer, clock, carried } = options;
  const elapsed = clock.monotonic() - state.reportedAtMs;
  const full = elapsed >= state.pace.reportEveryMs;
  const { packs, definition } = carried();
  const { sample, ...seen } = await observer.observe({ full, reportEveryMs: state.pace.reportEveryMs });
  if (sample !== undefined) {
    state.samples.add(sample);
    const above =
      definition === undefined || seen.nodes === undefined
        ? state.above
        : breaches(sample, capacities(seen.nodes), definition.thresholds);
    state.urgent ||= crossed(state.above, above);
    state.above = above;
  }
  if (state.bare) return { full: false, payloads: [{}], lists: {}, samples: [] };
  const lists = state.contents.due({ ...seen, ...(packs === undefined ? {} : { packs }) });
  const samples = full || state.urgent ? state.samples.pending() : [];
  return { full, payloads: parts(lists, samples, state.partBytes), lists, samples };
}

const capacities = (nodes: readonly NodeReport[]): ReadonlyMap<string, Amounts> =>
  new Map(nodes.map(({ name, capacity }) => [name, capacity]));

/** In order; the first refusal ends it. */
async function sendAll(
  options: BeatOptions,
  state: BeatState,
  credential: string,
  payloads: readonly Payload[],
): Promise<Refusal | undefined> {
  const { server, clock, instance, carried, answered } = options;
  const { observedGeneration } = carried();
  for (const payload of payloads) {
    state.seq += 1;
    const answer = await server.heartbeat(
      {
        agentVersion: AGENT_VERSION,
        sentAt: toInstant(clock.now()),
        instance,
        seq: state.seq,
        ...(observedGeneration === undefined || state.bare ? {} : { observedGeneration }),
        ...payload,
      },
      credential,
    );
    if (answer.kind === 'refused') return answer.refusal;
    state.pace = paceOf(answer.value);
    answered(answer.value);
  }
  return undefined;
}

function settled({ clock }: BeatOptions, state: BeatState, { full, lists, samples }: Gathered): void {
  state.contents.acknowledged(lists);
  state.samples.drop(samples);
  if (full || samples.length > 0) state.reportedAtMs = clock.monotonic();
  if (samples.length > 0) state.urgent = false;
  state.bare = false;
}

function refused(options: BeatOptions, state: BeatState, credential: string, refusal: Refusal): Beaten {
  const { status, code, message, retryAfterMs = 0 } = refusal;
  options.log.warn('Heartbeat not taken', { status, code, message });
  if (isUnknown(refusal)) options.identity.refused(credential);
  if (code === 'OBSERVED_GENERATION_FROM_FUTURE') options.generationRefused();
  else if (status === 413 || status === 422) {
    // Whatever it was that the server could not take, life must go on without it.
    state.samples.drop(state.samples.pending());
    state.bare = true;
    if (status === 413) state.partBytes = SMALL_PART_BYTES;
  }
  return { kind: 'failed', retryAfterMs };
}
