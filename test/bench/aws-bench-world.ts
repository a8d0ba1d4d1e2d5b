/**
 * A deployment without faults for measuring clusters on EC2: the shipped commands, passes, timers and steps over the
 * simulated AWS and what runs on its instances, in one process and in virtual time.
 */
import { drain } from '../../functions/timers/drain-cloud-events.ts';
import { sweep } from '../../functions/timers/sweep-overdue.ts';
import { createAws } from '../../lib/clouds/aws/index.ts';
import { createRegistry } from '../../lib/clouds/registry.ts';
import { readConfig } from '../../lib/config.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import { isConverged } from '../../lib/domain/cluster-state.ts';
import type { Logger } from '../../lib/domain/ports.ts';
import { connectSelfManaged } from '../../lib/kube/connect-self-managed.ts';
import { certificateLibrary } from '../../lib/machines/bootstrap/certificate-library.ts';
import { type PassDeps, passDeps } from '../../lib/reconcile/engine.ts';
import { type Consistency, DEFAULT_SETTINGS } from '../../local/clouds/aws/core/settings.ts';
import { inProcessHandler } from '../../local/clouds/aws/in-process-handler.ts';
import { seededChance } from '../../local/clouds/kit/chance.ts';
import type { SimRequest } from '../../local/clouds/kit/wire.ts';
import { seed as seedProject } from '../../local/seed.ts';
import { NOON_MS } from '../builders/cluster.ts';
import { MemorySecrets } from '../builders/deps.ts';
import { type SimulatedSide, simulatedSide } from '../builders/simulated-aws.ts';
import { MemoryQueue } from '../fakes/memory-queue.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { type Dice, diceOf } from '../simulation/dice.ts';
import { Incarnation, NO_FAULTS } from '../simulation/incarnation.ts';
import { Scheduler } from '../simulation/scheduler.ts';
import { underVirtualTime } from '../simulation/virtual-time.ts';
import { Workers } from '../simulation/workers.ts';
import { AwsMeter } from './aws-meter.ts';
import { delayOn, slowAws, slowKubernetesFor, slowQueue, slowSecrets, slowStore } from './latencies.ts';
import { watchedDocuments } from './watched-documents.ts';

const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const SWEEP_PERIOD_MS = 30_000;
const DRAIN_PERIOD_MS = 20_000;

export interface AwsBenchOptions {
  readonly seed: number;
  /** How long writes hide from reads. */
  readonly consistency: Consistency;
}

export class AwsBenchWorld {
  readonly scheduler: Scheduler;
  readonly store: MemoryStore;
  readonly queue: MemoryQueue;
  readonly side: SimulatedSide;
  readonly meter: AwsMeter;
  readonly workers: Workers;
  readonly fleet = watchedDocuments(() => this.scheduler.now());
  readonly deps: PassDeps;
  readonly #dice: Dice;
  readonly #secrets = new MemorySecrets();
  readonly #ids: { uuid(): string };

  private constructor({ seed, consistency }: AwsBenchOptions) {
    this.#dice = diceOf(seed);
    this.scheduler = new Scheduler(NOON_MS, this.#dice);
    const { scheduler } = this;
    const ids = seededChance(`ids of ${seed}`);
    let issued = 0;
    this.#ids = { uuid: () => ids.uuid(String(++issued)) };
    this.store = new MemoryStore(scheduler);
    this.queue = new MemoryQueue({ now: () => scheduler.now(), ids: this.#ids });
    this.side = simulatedSide(() => Math.floor(scheduler.now()), {
      tick: () => undefined,
      seed: `bench ${seed}`,
      settings: { limits: DEFAULT_SETTINGS.limits, consistency },
    });
    this.meter = new AwsMeter(this.side.aws);
    const passes = this.#passDeps();
    this.deps = this.#commandDeps();
    this.workers = new Workers({
      scheduler,
      queue: this.queue,
      count: 4,
      maxDeliveries: Number.POSITIVE_INFINITY,
      spawn: (onDeath) => ({
        process: new Incarnation(scheduler, this.#dice, () => NO_FAULTS, onDeath),
        deps: passes,
      }),
    });
    this.#every(SWEEP_PERIOD_MS, () => sweep(() => passes)());
    this.#every(DRAIN_PERIOD_MS, () => drain(() => passes)());
  }

  /** Runs `measure` in a world of its own, under virtual time. */
  static async run<T>(options: AwsBenchOptions, measure: (world: AwsBenchWorld) => Promise<T>): Promise<T> {
    await certificateLibrary();
    const world = new AwsBenchWorld(options);
    await seedProject({ store: world.store, secrets: world.#secrets, clock: world.scheduler });
    return underVirtualTime(world.scheduler, () => measure(world));
  }

  async runFor(ms: number): Promise<void> {
    this.workers.pump();
    await this.scheduler.runUntil(this.scheduler.now() + ms, () => this.workers.pump());
  }

  /** Until `done` holds and no pass is under way. Throws after `atMostMs` of virtual time. */
  async runUntil(done: () => boolean, atMostMs: number): Promise<void> {
    const end = this.scheduler.now() + atMostMs;
    while (!done() || this.workers.busy) {
      if (this.scheduler.now() >= end) throw new Error(`Not done: ${this.#trouble()}`);
      await this.runFor(500);
    }
  }

  #trouble(): string {
    const open = [...this.fleet.documents.values()].filter((document) => !isConverged(document));
    return [...open.flatMap(openSteps), ...this.workers.thrown.slice(-3)].join('; ');
  }

  /** Commands take no virtual time: what is measured begins when they are accepted. */
  #commandDeps(): PassDeps {
    const { side, scheduler, store, queue } = this;
    const config = readConfig({});
    const secrets = this.#secrets;
    const aws = createAws({
      config,
      transport: inProcessHandler(side.aws),
      connectSelfManaged: (guard) =>
        connectSelfManaged({ transportFor: side.transportFor, timeoutMs: config.requestTimeoutMs, guard }),
      secrets,
      clock: scheduler,
      store,
    });
    return passDeps({
      ...this.#common(),
      store: this.fleet.watch(store),
      queue,
      secrets,
      clouds: createRegistry([aws.aws], [aws.account]),
    });
  }

  #passDeps(): PassDeps {
    const { side, scheduler, store, queue, meter } = this;
    const delay = delayOn(scheduler, this.#dice);
    const config = readConfig({});
    const secrets = slowSecrets(delay, this.#secrets);
    const slow = slowStore(delay, this.fleet.watch(store));
    const aws = createAws({
      config,
      transport: slowAws(delay, inProcessHandler({ handle: (request: SimRequest) => meter.handle(request) })),
      connectSelfManaged: (guard) =>
        connectSelfManaged({
          transportFor: slowKubernetesFor(delay, side.transportFor),
          timeoutMs: config.requestTimeoutMs,
          guard,
        }),
      secrets,
      clock: scheduler,
      store: slow,
    });
    return passDeps({
      ...this.#common(),
      store: slow,
      queue: slowQueue(delay, queue),
      secrets,
      clouds: createRegistry([aws.aws], [aws.account]),
    });
  }

  #common() {
    return {
      config: readConfig({}),
      clock: this.scheduler,
      chance: this.#dice,
      ids: this.#ids,
      logger: SILENT,
    };
  }

  #every(ms: number, run: () => Promise<void>): void {
    const tick = () => {
      this.scheduler.at(this.scheduler.now() + ms, tick);
      void run();
    };
    this.scheduler.at(NOON_MS + ms, tick);
  }
}

function openSteps({ name, steps }: ClusterDocument): readonly string[] {
  return Object.entries(steps)
    .filter(([, { phase }]) => phase !== 'done')
    .map(([step, { phase, reason, message }]) => `${name} ${step} ${phase} ${reason} ${message ?? ''}`);
}
