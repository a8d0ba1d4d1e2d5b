/** An AKS cluster told pass by pass: the real graph and steps over a fake Azure, with what was written and what is seen. */
import { NO_AGENTS } from '../../lib/agents/registry.ts';
import { openContext } from '../../lib/clouds/azure/aks/context.ts';
import { aksSteps } from '../../lib/clouds/azure/aks/steps/index.ts';
import type { ClusterDocument, ClusterSpec, JsonObject, StepName } from '../../lib/domain/cluster.ts';
import type { PoolSpec } from '../../lib/domain/pool.ts';
import type { Secret } from '../../lib/domain/secret.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';
import { stepGraph } from '../../lib/reconcile/graph.ts';
import type { StepOutcome } from '../../lib/reconcile/outcome.ts';
import { createPacing } from '../../lib/reconcile/pacing.ts';
import { foldRecords } from '../../lib/reconcile/records.ts';
import { runGraph } from '../../lib/reconcile/run-graph.ts';
import { viewOf } from '../../lib/reconcile/view.ts';
import { FakeAzure } from '../fakes/fake-azure.ts';
import { FakeWorkloadApi } from '../fakes/fake-workload-api.ts';
import { aCluster, aPool, aSpec, NOON_MS } from './cluster.ts';

export class AksStory {
  readonly workload = new FakeWorkloadApi();
  readonly azure = new FakeAzure(this.workload);
  readonly secrets = new Map<string, Secret>();
  document: ClusterDocument;
  nowMs = NOON_MS;

  constructor(spec: Partial<ClusterSpec> = {}) {
    this.document = aCluster({ spec: aSpec(spec) });
  }

  /** One pass; a minute goes by after it. */
  async pass(full = false): Promise<readonly StepOutcome[]> {
    const learned = new Map<StepName, JsonObject>();
    const view = viewOf(this.document, learned);
    const ran = await runGraph({
      graph: stepGraph(aksSteps(view, 1), view.deleting),
      ctx: openContext({
        id: view.id,
        aks: this.azure.port,
        platform: this.azure.platform,
        secrets: {
          get: async (name) => this.secrets.get(name),
          set: async (name, value) => void this.secrets.set(name, value),
          delete: async (name) => void this.secrets.delete(name),
        },
        connect: this.workload.connect,
        agents: NO_AGENTS,
        now: () => this.nowMs,
        clusterName: 'shop-111111',
        credentialsOf: '2026-11-20T12:00:00.000Z',
      }),
      learned,
      view,
      look: { nowMs: this.nowMs, full },
      concurrency: 4,
      claim: async () => ({ waitFor: new Map() }),
    });
    if (ran.kind !== 'ran') throw new Error(`the pass was ${ran.kind}`);
    const chance = { next: () => 0.5 };
    const steps = foldRecords(this.document.steps, ran.outcomes, {
      nowMs: this.nowMs,
      pacing: createPacing(1),
      chance,
      deleting: view.deleting,
    });
    this.document = { ...this.document, steps };
    this.nowMs += MINUTE_MS;
    return ran.outcomes;
  }

  /** Passes, with every operation of Azure ended in between, until nothing is left to do. */
  async settle(limit = 60): Promise<void> {
    for (let round = 0; round < limit; round += 1) {
      const outcomes = await this.pass();
      if (outcomes.every((outcome) => outcome.turn.kind === 'done')) return;
      this.azure.finish();
      this.nowMs += 20 * MINUTE_MS;
    }
    throw new Error(`not settled: ${JSON.stringify(this.document.steps, null, 1)}`);
  }

  edit(pools: readonly PoolSpec[], spec: Partial<ClusterSpec> = {}): void {
    this.document = { ...this.document, spec: { ...this.document.spec, ...spec, pools } };
  }

  /** The writes since the last call. */
  writes(): readonly string[] {
    return this.azure.writes.splice(0);
  }

  step(name: string) {
    return this.document.steps[name];
  }

  agentPools(): readonly string[] {
    return (this.azure.cluster?.pools ?? []).map((pool) => `${pool.tags.slipway_pool}:${pool.count}`);
  }
}

/** A settled cluster, its writes forgotten. */
export async function aRunningCluster(pools: readonly PoolSpec[] = [aPool()]): Promise<AksStory> {
  const story = new AksStory({ pools });
  await story.settle();
  story.writes();
  return story;
}
