/**
 * A whole self-managed cluster in memory: machines that boot and join, the steps of lib/machines and the real engine's
 * waves and records around them. Time moves from one look to the next; faults are the test's to decide.
 */
import type { ClusterDocument, JsonObject, MachineNotice, StepRecord } from '../../lib/domain/cluster.ts';
import { fail, ok } from '../../lib/domain/errors.ts';
import type { PoolSpec } from '../../lib/domain/pool.ts';
import { MINUTE_MS, toEpochMs, toInstant } from '../../lib/domain/time.ts';
import type { BootOrder, BootPort } from '../../lib/machines/bootstrap/port.ts';
import type { MachineCloud, MachineContext, MachineKey } from '../../lib/machines/port.ts';
import { machineSteps } from '../../lib/machines/steps/index.ts';
import { stepGraph } from '../../lib/reconcile/graph.ts';
import { hashOf } from '../../lib/reconcile/hash.ts';
import type { StepOutcome } from '../../lib/reconcile/outcome.ts';
import { createPacing } from '../../lib/reconcile/pacing.ts';
import { foldRecords } from '../../lib/reconcile/records.ts';
import { runGraph } from '../../lib/reconcile/run-graph.ts';
import { viewOf } from '../../lib/reconcile/view.ts';
import { aCluster, aSpec, NOON_MS } from '../builders/cluster.ts';
import { DOWN, FakeControlPlane } from './fake-control-plane.ts';
import { FakeMachines, type RealMachine } from './fake-machines.ts';
import { type Fate, fated, faultyApi, faultyMachines } from './faulty-machine-ports.ts';

const INIT_MS = 150_000;
const JOIN_MS = 80_000;
const PROMOTED_MS = 15_000;
const READY_MS = 30_000;
const SPOT_ENDED = 'Server.SpotInstanceTermination: Instance reclaimed';
const DRIFT_MS = 30 * MINUTE_MS;
export const HIDDEN_MS = 60_000;

const TEST_CLOUD: MachineCloud = {
  after: [],
  template: (_view, { instanceType }) => ({ instanceType }),
  revision: (_view, { instanceType, disk }) => hashOf({ instanceType, disk }).slice(0, 12),
  endpoint: () => 'api.shop.example:6443',
  podCidr: '192.168.0.0/16',
  serviceCidr: '10.96.0.0/12',
};

export class MachineWorld {
  nowMs = NOON_MS;
  pools: readonly PoolSpec[];
  deleting = false;
  notices: Record<string, MachineNotice> = {};
  steps: Record<string, StepRecord> = {};
  readonly machines = new FakeMachines(() => this.nowMs);
  readonly cluster = new FakeControlPlane();
  /** Past tense, as people would read it. */
  readonly events: string[] = [];
  fate: (operation: string) => Fate = () => 'fine';
  /** The pass dies after its acts and before its commit. */
  crashes: () => boolean = () => false;
  /** Machines that never join, by whatever the test likes. */
  isBroken: (machine: RealMachine) => boolean = () => false;
  /** Machines whose kubelet says nothing any more; etcd on them works on. */
  isSilent: (machine: RealMachine) => boolean = () => false;
  hasPki = false;
  readonly #joined = new Map<string, number>();
  readonly #boots = new Set<string>();
  readonly #doomed = new Map<string, number>();
  #lastFullMs = NOON_MS;

  constructor(pools: readonly PoolSpec[]) {
    this.pools = pools;
    const living = (node: string) => this.machines.living.some(({ nodeName }) => nodeName === node);
    this.cluster.isAlive = living;
    this.cluster.isReachable = () =>
      this.machines.living.some((one) => this.machines.isTarget(one) && this.cluster.isMember(one.nodeName));
    this.machines.serves = ({ nodeName }) => this.cluster.isMember(nodeName) && this.cluster.hasMajority();
  }

  get violations(): readonly string[] {
    return [...this.machines.violations, ...this.cluster.violations];
  }

  /** Ready nodes of a pool, as the cluster shows them. */
  async readyNodes(pool: string): Promise<number> {
    this.live();
    const nodes = this.machines.livingOf(pool).map(({ nodeName }) => this.cluster.node(nodeName));
    return nodes.filter((node) => node?.ready).length;
  }

  /** The warning of a spot interruption; the machine ends two minutes later. */
  interrupt(id: string): void {
    const at = toInstant(this.nowMs);
    this.notices = {
      ...this.notices,
      [id]: { kind: 'interruption', at, message: 'EC2 takes this spot instance back' },
    };
    this.#doomed.set(id, this.nowMs + 2 * MINUTE_MS);
  }

  /** Machines that a test may end without ending the cluster: etcd keeps its majority without each of them. */
  killable(): readonly RealMachine[] {
    return this.machines.living.filter((machine) => this.cluster.survives(machine.nodeName));
  }

  /** What the machines did since the last look. */
  live(): void {
    for (const [id, atMs] of this.#doomed) if (this.nowMs >= atMs) this.machines.kill(id, SPOT_ENDED);
    for (const machine of this.machines.all) this.#liveOne(machine);
  }

  /** One pass; `full` looks at settled steps, too. Time then moves to the next look. */
  async pass(full = this.nowMs - this.#lastFullMs >= DRIFT_MS): Promise<readonly StepOutcome[]> {
    this.live();
    const learned = new Map<string, JsonObject>();
    const view = viewOf(this.#document(), learned);
    const graph = stepGraph(
      machineSteps(TEST_CLOUD, view, { speed: 1, hiddenMs: HIDDEN_MS, manifests: [] }),
      this.deleting,
    );
    const result = await runGraph({
      graph,
      ctx: this.#context(),
      learned,
      view,
      look: { nowMs: this.nowMs, full: full || this.deleting },
      concurrency: 4,
      claim: async () => ({ waitFor: new Map<string, number>() }),
    });
    if (result.kind !== 'ran') throw new Error(`The pass was ${result.kind}`);
    if (full) this.#lastFullMs = this.nowMs;
    if (!this.crashes()) this.#commit(result.outcomes);
    this.nowMs = this.#nextLookMs();
    return result.outcomes;
  }

  /** Passes until every step is done in a full look; throws when that takes too many. */
  async settle(passes = 600): Promise<void> {
    for (let count = 0; count < passes; count += 1) {
      const outcomes = await this.pass();
      if (!outcomes.every(({ turn }) => turn.kind === 'done')) continue;
      const full = await this.pass(true);
      if (full.every(({ turn }) => turn.kind === 'done')) return;
    }
    const open = Object.entries(this.steps).filter(([, { phase }]) => phase !== 'done');
    throw new Error(
      `Never settled: ${JSON.stringify(open.map(([name, { reason, message }]) => [name, reason, message]))}`,
    );
  }

  #document(): ClusterDocument {
    const document = aCluster({
      spec: aSpec({ pools: this.pools }),
      steps: this.steps,
      notices: this.notices,
    });
    return this.deleting ? { ...document, deletedAt: toInstant(NOON_MS) } : document;
  }

  #commit(outcomes: readonly StepOutcome[]): void {
    for (const { turn, did } of outcomes) {
      if (did) this.events.push(did.event);
      if (turn.kind === 'acted') this.events.push(turn.event);
    }
    this.steps = foldRecords(this.steps, outcomes, {
      nowMs: this.nowMs,
      pacing: createPacing(1),
      chance: { next: () => 0.5 },
      deleting: this.deleting,
    });
  }

  #nextLookMs(): number {
    const waits = Object.values(this.steps)
      .filter(({ phase }) => phase === 'active' || phase === 'failed')
      .flatMap(({ nextAttemptAt }) => (nextAttemptAt === undefined ? [] : [toEpochMs(nextAttemptAt)]));
    return Math.max(this.nowMs + 1_000, Math.min(...waits, this.nowMs + DRIFT_MS));
  }

  #liveOne(machine: RealMachine): void {
    const { nodeName, order } = machine;
    if (machine.endedMs !== undefined) {
      this.cluster.changeNode(nodeName, { ready: false });
      return;
    }
    const joinedMs = this.#joined.get(machine.id);
    if (joinedMs === undefined) {
      if (!this.isBroken(machine)) this.#join(machine);
      return;
    }
    const sinceMs = this.nowMs - joinedMs;
    if (this.#kindOf(machine) === 'join-control-plane' && sinceMs >= PROMOTED_MS)
      this.cluster.promote(nodeName);
    const well = order.pool !== 'cp' || this.cluster.isMember(nodeName);
    this.cluster.changeNode(nodeName, { ready: sinceMs >= READY_MS && well && !this.isSilent(machine) });
  }

  #join(machine: RealMachine): void {
    const kind = this.#kindOf(machine);
    const takesMs = kind === 'init' ? INIT_MS : JOIN_MS;
    if (this.nowMs < machine.launchedMs + takesMs || !this.machines.isRunning(machine)) return;
    if (kind === 'init') this.cluster.init(machine.nodeName);
    if (kind !== 'init' && !(this.cluster.isUp && this.#boots.has(keyText(machine.order)))) return;
    if (kind === 'join-control-plane') this.cluster.joinEtcd(machine.nodeName);
    const { labels, taints } = orderOf(machine);
    this.#joined.set(machine.id, this.nowMs);
    const node = {
      labels,
      taints,
      ready: false,
      providerId: `aws:///${machine.order.zone}/${machine.id}`,
      createdAt: toInstant(this.nowMs),
    };
    this.cluster.addNode(machine.nodeName, node, kind === 'join-worker' ? 2 : 0);
  }

  #kindOf(machine: RealMachine): BootOrder['kind'] {
    return orderOf(machine).kind;
  }

  #context(): MachineContext {
    const machines = faultyMachines(this.machines, this.fate);
    const api = faultyApi(this.cluster, this.fate);
    const workload = async () =>
      this.cluster.initialised ? ok(api) : fail({ ...DOWN, code: 'NotFound' as const });
    return {
      machines,
      boot: this.#boot(),
      listMachines: () => machines.list(),
      workload,
      nodes: async () => {
        const api = await workload();
        return api.ok ? api.value.listNodes() : fail(api.error);
      },
      now: () => this.nowMs,
    };
  }

  #boot(): BootPort {
    return {
      ensurePki: async () => {
        this.hasPki = true;
        return ok(undefined);
      },
      hasPki: async () => this.hasPki,
      prepare: (order) =>
        fated(this.fate('prepare'), async () => {
          if (order.kind !== 'init' && !this.cluster.isUp) return fail(DOWN);
          this.#boots.add(keyText(order));
          return ok(JSON.stringify(order));
        }),
      extend: async (key) => {
        this.#boots.add(keyText(key));
        return ok(undefined);
      },
      withdraw: (key) =>
        fated(this.fate('withdraw'), async () => {
          this.#boots.delete(keyText(key));
          return ok(undefined);
        }),
      adminKubeconfig: async () => fail(DOWN),
      forget: async () => {
        this.hasPki = false;
        return ok(undefined);
      },
    };
  }

  /** What was put in place for machines and not taken back. */
  get boots(): readonly string[] {
    return [...this.#boots].sort();
  }
}

const keyText = ({ pool, index, attempt }: MachineKey): string => `${pool}/${index}/${attempt}`;

function orderOf(machine: RealMachine): BootOrder {
  return JSON.parse(machine.order.userData) as BootOrder;
}
