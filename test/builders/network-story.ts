/** The network of an AWS cluster told pass by pass: the real graph, intents and steps over a region in memory. */
import type { NetworkPort } from '../../lib/clouds/aws/network/port.ts';
import { networkSteps } from '../../lib/clouds/aws/network/steps.ts';
import { AWS_WINDOWS } from '../../lib/clouds/aws/windows.ts';
import type {
  ClusterDocument,
  ClusterSpec,
  JsonObject,
  StepName,
  StepRecord,
} from '../../lib/domain/cluster.ts';
import { MINUTE_MS, toEpochMs, toInstant } from '../../lib/domain/time.ts';
import { commitOf } from '../../lib/reconcile/commit.ts';
import { clusterAddress } from '../../lib/reconcile/event-log.ts';
import { stepGraph } from '../../lib/reconcile/graph.ts';
import { claim, type Held } from '../../lib/reconcile/intents.ts';
import type { StepOutcome } from '../../lib/reconcile/outcome.ts';
import { createPacing } from '../../lib/reconcile/pacing.ts';
import { runGraph } from '../../lib/reconcile/run-graph.ts';
import { unsettled } from '../../lib/reconcile/unsettle.ts';
import { viewOf } from '../../lib/reconcile/view.ts';
import { FakeNetwork } from '../fakes/fake-network.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { anAwsSpec } from './aws.ts';
import { aCluster, NOON_MS } from './cluster.ts';

const pacing = createPacing(1);
/** More passes than any story of these needs. */
const LIMIT = 200;

export class NetworkStory {
  readonly region = new FakeNetwork();
  document: ClusterDocument;
  nowMs = NOON_MS;
  passes = 0;
  /** When the last pass ran. */
  lookedMs = NOON_MS;

  readonly #port: NetworkPort;

  /** `open`: a port to use instead of the region in memory. */
  constructor(spec: Partial<ClusterSpec> = {}, open?: (story: NetworkStory) => NetworkPort) {
    this.document = aCluster({ spec: anAwsSpec(spec) });
    this.#port = open?.(this) ?? this.region.port;
  }

  /** One pass; time goes on to the next one. `crash`: its process dies before the commit. */
  async pass({ crash = false } = {}): Promise<readonly StepOutcome[]> {
    this.region.nowMs = this.nowMs;
    this.passes += 1;
    this.lookedMs = this.nowMs;
    const held = await this.#hold();
    const learned = new Map<StepName, JsonObject>();
    const view = viewOf(held.document, learned);
    const lookMs = this.nowMs;
    const claims = { store: this.#memory, held, lookMs, quietMs: AWS_WINDOWS.quietMs };
    const ran = await runGraph({
      graph: stepGraph(networkSteps(view, { speed: 1 }), view.deleting),
      ctx: { network: this.#port, now: () => this.nowMs },
      learned,
      view,
      look: { nowMs: lookMs, full: view.deleting },
      concurrency: 4,
      claim: (keys) => claim(claims, keys),
    });
    if (ran.kind !== 'ran') throw new Error(`the pass was ${ran.kind}`);
    this.document = crash ? held.document : this.#committed(held, ran.outcomes, view.deleting);
    this.nowMs = crash
      ? this.nowMs + MINUTE_MS
      : Math.max(this.nowMs, toEpochMs(this.document.nextAttemptAt ?? ''));
    return ran.outcomes;
  }

  /** Passes when they are due until every step is done. */
  async settle(): Promise<void> {
    for (let round = 0; round < LIMIT; round += 1) {
      const outcomes = await this.pass();
      if (outcomes.every(({ turn }) => turn.kind === 'done')) return;
    }
    throw new Error(`not settled: ${JSON.stringify(this.document.steps, null, 1)}`);
  }

  /** Passes when they are due until the step has come to this. */
  async until(name: StepName, as: Partial<StepRecord>): Promise<void> {
    for (let round = 0; round < LIMIT; round += 1) {
      await this.pass();
      const record: Partial<StepRecord> = this.document.steps[name] ?? {};
      if (record.phase === as.phase || (as.reason !== undefined && record.reason === as.reason)) return;
    }
    throw new Error(`never so: ${JSON.stringify(this.document.steps[name])}`);
  }

  /** The next pass looks at everything, an hour later. */
  drift(): void {
    this.document = unsettled(this.document);
    this.nowMs += 60 * MINUTE_MS;
  }

  edit(spec: Partial<ClusterSpec>): void {
    this.document = { ...this.document, spec: { ...this.document.spec, ...spec } };
  }

  delete(): void {
    this.document = { ...this.document, deletedAt: toInstant(this.nowMs) };
  }

  /** The writes since the last call. */
  writes(): readonly string[] {
    return this.region.writes.splice(0);
  }

  step(name: StepName) {
    return this.document.steps[name];
  }

  readonly #memory = new MemoryStore({ now: () => this.nowMs, monotonic: () => this.nowMs });

  async #hold(): Promise<Held> {
    const { etag } = await this.#memory.upsert(clusterAddress(this.document.id), this.document);
    return { document: this.document, etag };
  }

  #committed(held: Held, outcomes: readonly StepOutcome[], deleting: boolean): ClusterDocument {
    const fold = { nowMs: this.nowMs, pacing, chance: { next: () => 0.5 }, deleting };
    const windows = { quietMs: AWS_WINDOWS.quietMs, pacing };
    const pass = { document: held.document, outcomes, full: deleting, lookMs: this.nowMs };
    return commitOf(pass, fold, windows).document;
  }
}

/** A settled network, its writes forgotten. */
export async function aRunningNetwork(spec: Partial<ClusterSpec> = {}): Promise<NetworkStory> {
  const story = new NetworkStory(spec);
  await story.settle();
  story.writes();
  return story;
}
