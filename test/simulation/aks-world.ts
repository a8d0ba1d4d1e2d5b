/**
 * A whole deployment on the simulated Azure: workers, timers and people, one seed. Functions, commands, steps and both
 * SDKs are the shipped ones; store, queue, clock and the two transports are the only things that differ. The seed
 * decides order, delays, losses, crashes at every call, what Azure refuses and what people ask for.
 */
import { collect } from '../../functions/timers/collect-orphans.ts';
import { sweep } from '../../functions/timers/sweep-overdue.ts';
import { createAzure } from '../../lib/clouds/azure/index.ts';
import { createRegistry } from '../../lib/clouds/registry.ts';
import { readConfig } from '../../lib/config.ts';
import { clusterKey } from '../../lib/domain/cluster-key.ts';
import type { Logger } from '../../lib/domain/ports.ts';
import { connectWorkloadApi } from '../../lib/kube/connect.ts';
import { type PassDeps, passDeps } from '../../lib/reconcile/engine.ts';
import { createLogger } from '../../lib/telemetry/logger.ts';
import { DEMO_ACCOUNT } from '../../local/clouds/azure/seed.ts';
import { seed as seedDeployment } from '../../local/seed.ts';
import { NOON_MS } from '../builders/cluster.ts';
import { MemorySecrets } from '../builders/deps.ts';
import type { MemoryQueue } from '../fakes/memory-queue.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { networkOf, wrongAtEnd } from './aks-end.ts';
import { People } from './aks-people.ts';
import { type AzureSide, azureSide, putNetwork } from './azure-side.ts';
import { CloudWatch } from './cloud-watch.ts';
import { plantWeather } from './cloud-weather.ts';
import { type Dice, diceOf } from './dice.ts';
import { azureOf, kubernetesOf } from './faulty-cloud.ts';
import { queueOf, secretsOf, storeOf } from './faulty-ports.ts';
import { type FaultRates, Incarnation, NO_FAULTS } from './incarnation.ts';
import { InvariantError } from './invariant-error.ts';
import { lossyQueue } from './lossy-queue.ts';
import { NodeWatch } from './node-watch.ts';
import { plantNodeWeather } from './node-weather.ts';
import { Scheduler } from './scheduler.ts';
import { underVirtualTime } from './virtual-time.ts';
import { type WatchedStore, watchedStore } from './watched-store.ts';
import { Workers } from './workers.ts';

const MINUTE = 60_000;
const SWEEP_MS = 30_000;
/** Machines come and go by themselves, between two events. */
const LOOK_MS = 30_000;
const COLLECT_MS = 15 * MINUTE;
/** What a process may fail with when its ports fail; anything else is a bug. */
const EXPECTED = new Set(['StoreUnavailableError', 'QueueUnavailableError', 'PassAbandonedError']);

export interface AksWorldOptions {
  readonly seed: number;
  readonly faults: FaultRates;
  /** Virtual minutes with faults and people, then minutes in peace. */
  readonly roughMinutes?: number;
  readonly calmMinutes?: number;
}

export interface AksReport {
  readonly events: number;
  readonly deliveries: number;
  readonly requests: number;
  readonly told: { readonly yes: number; readonly no: number };
  readonly clusters: number;
  /** Hash of all requests to Azure in their order. */
  readonly trace: string;
}

/** Throws InvariantError. */
export async function simulateAks(options: AksWorldOptions): Promise<AksReport> {
  const world = new AksWorld(options);
  return underVirtualTime(world.scheduler, () => world.run());
}

class AksWorld {
  readonly scheduler: Scheduler;
  readonly #options: AksWorldOptions;
  readonly #dice: Dice;
  readonly #side: AzureSide;
  readonly #watch: CloudWatch;
  readonly #nodes: NodeWatch;
  readonly #canaries: string[] = [DEMO_ACCOUNT.clientSecret];
  readonly #store: WatchedStore;
  readonly #secrets = new MemorySecrets();
  readonly #queue: MemoryQueue;
  readonly #workers: Workers;
  readonly #people: People;
  readonly #config = readConfig({});
  readonly #bugs: string[] = [];
  #struck: ReadonlySet<string> = new Set();
  #issued = 0;
  #rates: FaultRates;

  constructor(options: AksWorldOptions) {
    this.#options = options;
    this.#rates = options.faults;
    this.#dice = diceOf(options.seed);
    this.scheduler = new Scheduler(NOON_MS - MINUTE, this.#dice);
    const scheduler = this.scheduler;
    this.#watch = new CloudWatch(() => this.#side.azure);
    this.#side = azureSide({ scheduler, seed: options.seed, watch: this.#watch });
    this.#nodes = new NodeWatch(this.#side.azure, (node) => this.#struck.has(node));
    this.#store = watchedStore(new MemoryStore(scheduler), this.#canaries);
    this.#queue = lossyQueue({ scheduler, dice: this.#dice, rates: () => this.#rates });
    this.#workers = new Workers({
      scheduler,
      queue: this.#queue,
      count: 3,
      maxDeliveries: 20_000,
      spawn: (onDeath) => this.#spawn(onDeath),
    });
    this.#people = new People({
      scheduler,
      dice: this.#dice,
      spawn: () => this.#spawn().deps,
      failed: (error) => this.#judge(error),
    });
  }

  async run(): Promise<AksReport> {
    await seedDeployment({ store: this.#store, secrets: this.#secrets, clock: this.scheduler });
    putNetwork(this.#side);
    await this.scheduler.runUntil(NOON_MS, () => undefined);
    const network = networkOf(this.#side);
    const roughUntil = NOON_MS + (this.#options.roughMinutes ?? 120) * MINUTE;
    const end = roughUntil + (this.#options.calmMinutes ?? 180) * MINUTE;
    this.#plant(roughUntil, end);
    const watch = () => this.#look();
    await this.scheduler.runUntil(roughUntil, watch);
    this.#rates = NO_FAULTS;
    await this.scheduler.runUntil(end, watch);
    // A pass that happens to be under way has sent its next message and not yet completed its own.
    while (this.#workers.busy) await this.scheduler.runUntil(this.scheduler.now() + 1_000, watch);
    this.#checkEnd(network);
    return {
      events: this.scheduler.count,
      deliveries: this.#workers.deliveries,
      requests: this.#watch.requests,
      told: this.#people.told,
      clusters: this.#people.accepted.size,
      trace: this.#watch.trace,
    };
  }

  #plant(roughUntil: number, end: number): void {
    this.#people.plant(NOON_MS, roughUntil);
    if (this.#options.faults !== NO_FAULTS) {
      const world = { scheduler: this.scheduler, dice: this.#dice };
      const span = { from: NOON_MS, until: roughUntil };
      plantWeather(this.#side, world, span);
      this.#struck = plantNodeWeather(this.#side, world, span).struck;
    }
    this.#every(SWEEP_MS, end, (deps) => sweep(() => deps)());
    for (let at = NOON_MS; at < end; at += LOOK_MS) this.scheduler.at(at, () => this.#lookAtNodes());
    this.#every(COLLECT_MS, end, (deps) => collect(() => deps)());
  }

  #every(ms: number, end: number, run: (deps: PassDeps) => Promise<void>): void {
    for (let at = NOON_MS + ms; at < end; at += ms) {
      this.scheduler.at(at, () => void run(this.#spawn().deps).catch((error: unknown) => this.#judge(error)));
    }
  }

  #spawn(onDeath: () => void = () => undefined): { process: Incarnation; deps: PassDeps } {
    const process = new Incarnation(this.scheduler, this.#dice, () => this.#rates, onDeath);
    const config = this.#config;
    const secrets = secretsOf(process, this.#secrets);
    const azure = createAzure({
      config,
      transport: { httpClient: azureOf(process, this.#side.http) },
      connectKube: (guard) =>
        connectWorkloadApi({
          guard,
          transport: kubernetesOf(process, this.#side.transport),
          timeoutMs: config.requestTimeoutMs,
        }),
      secrets,
      clock: this.scheduler,
    });
    const deps = passDeps({
      config,
      store: storeOf(process, this.#store),
      queue: queueOf(process, this.#queue),
      secrets,
      clouds: createRegistry([azure.aks], [azure.account]),
      clock: this.scheduler,
      chance: this.#dice,
      ids: { uuid: () => uuidOf(this.#options.seed, ++this.#issued) },
      logger: this.#logger(),
    });
    return { process, deps };
  }

  #logger(): Logger {
    return createLogger({
      clock: this.scheduler,
      level: 'debug',
      write: (line) => {
        if (this.#isSecret(line)) this.#bugs.push('A secret is in a line of the log');
      },
    });
  }

  #isSecret(text: string): boolean {
    return this.#canaries.some((canary) => text.includes(canary));
  }

  #judge(error: unknown): void {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    if (!EXPECTED.has(name)) this.#bugs.push(`${name}: ${message}`);
  }

  /** After every event. */
  #look(): void {
    this.#workers.pump();
    this.#store.check();
    const [wrong] = [...this.#watch.violations, ...this.#bugs, ...this.#workersBugs()];
    if (wrong !== undefined) throw new InvariantError(wrong);
  }

  /** The names of clusters at Azure carry their uids: this reads them off our own documents. */
  #lookAtNodes(): void {
    const byKey = new Map(
      [...this.#store.clusters.values()].map((one) => [clusterKey(one.name, one.id), one]),
    );
    this.#nodes.check((name) => byKey.get(name));
    for (const { adminToken } of this.#side.azure.clusters())
      if (!this.#canaries.includes(adminToken)) this.#canaries.push(adminToken);
  }

  *#workersBugs(): Generator<string> {
    for (const thrown of this.#workers.thrown.splice(0)) {
      if (!EXPECTED.has(thrown.split(':')[0] ?? '')) yield thrown;
    }
  }

  #checkEnd(network: string): void {
    const documents = [...this.#store.clusters.values()];
    const pending = this.#queue.pending.map((message) => message.body.clusterId);
    const secretNames = [...this.#secrets.values.keys()];
    const wrong = wrongAtEnd({ side: this.#side, documents, pending, secretNames, network });
    const kept = new Set<string>(documents.map(({ id }) => id));
    const lost = [...this.#people.accepted].filter((id) => !kept.has(id) && !this.#people.doomed.has(id));
    const all = [...wrong, ...lost.map((id) => `Cluster ${id} was accepted and is not there`)];
    if (all.length > 0) throw new InvariantError(all.join('; '));
  }
}

function uuidOf(seed: number, count: number): string {
  const digits = (value: number, length: number) => value.toString(16).padStart(length, '0');
  // The first digits are what names of Azure resources are made of.
  return `${digits((count * 2_654_435_761) >>> 0, 8)}-${digits(seed & 0xffff, 4)}-4000-8000-${digits(count, 12)}`;
}
