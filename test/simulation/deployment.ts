/**
 * What a simulated world is whatever cloud it has: workers and timers on virtual time, a store, a queue and secrets that
 * fail as the seed decides, processes that die, and an eye on everything that they write. Worlds add their cloud, its
 * people and its weather. Functions and commands are the shipped ones.
 */
import type { CloudRegistry } from '../../lib/clouds/registry.ts';
import { readConfig } from '../../lib/config.ts';
import type { Logger } from '../../lib/domain/ports.ts';
import { type PassDeps, passDeps } from '../../lib/reconcile/engine.ts';
import type { SecretStore } from '../../lib/secrets/port.ts';
import type { DocumentStore } from '../../lib/store/port.ts';
import { createLogger } from '../../lib/telemetry/logger.ts';
import { seed as seedDeployment } from '../../local/seed.ts';
import { NOON_MS } from '../builders/cluster.ts';
import { MemorySecrets } from '../builders/deps.ts';
import type { MemoryQueue } from '../fakes/memory-queue.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { type Dice, diceOf } from './dice.ts';
import type { Remains } from './end.ts';
import { queueOf, secretsOf, storeOf } from './faulty-ports.ts';
import { type FaultRates, Incarnation, NO_FAULTS } from './incarnation.ts';
import { InvariantError } from './invariant-error.ts';
import { lossyQueue } from './lossy-queue.ts';
import { Scheduler } from './scheduler.ts';
import { type WatchedStore, watchedStore } from './watched-store.ts';
import { Workers } from './workers.ts';

export const MINUTE = 60_000;
/** What a process may fail with when its ports fail; anything else is a bug. */
const EXPECTED = new Set(['StoreUnavailableError', 'QueueUnavailableError', 'PassAbandonedError']);

/** The ports of one process that its cloud adapters need. */
export interface ProcessPorts {
  readonly process: Incarnation;
  readonly config: ReturnType<typeof readConfig>;
  readonly secrets: SecretStore;
  readonly store: DocumentStore;
}

export interface DeploymentOptions {
  readonly seed: number;
  readonly faults: FaultRates;
  /** Texts that must never be seen; worlds add to it as secrets come to be. */
  readonly canaries: string[];
  /** The clouds as one process reaches them. */
  clouds(ports: ProcessPorts): CloudRegistry;
  /** What was seen at the cloud and must never be. */
  violations(): readonly string[];
}

export class Deployment {
  readonly scheduler: Scheduler;
  readonly dice: Dice;
  readonly store: WatchedStore;
  readonly secrets = new MemorySecrets();
  readonly queue: MemoryQueue;
  readonly workers: Workers;
  readonly #options: DeploymentOptions;
  readonly #config = readConfig({});
  readonly #bugs: string[] = [];
  #issued = 0;
  #rates: FaultRates;

  constructor(options: DeploymentOptions) {
    this.#options = options;
    this.#rates = options.faults;
    this.dice = diceOf(options.seed);
    this.scheduler = new Scheduler(NOON_MS - MINUTE, this.dice);
    this.store = watchedStore(new MemoryStore(this.scheduler), options.canaries);
    this.queue = lossyQueue({ scheduler: this.scheduler, dice: this.dice, rates: () => this.#rates });
    this.workers = new Workers({
      scheduler: this.scheduler,
      queue: this.queue,
      count: 3,
      maxDeliveries: 20_000,
      spawn: (onDeath) => this.spawn(onDeath),
    });
  }

  async seed(): Promise<void> {
    await seedDeployment({ store: this.store, secrets: this.secrets, clock: this.scheduler });
  }

  /** From now on nothing fails any more. */
  calm(): void {
    this.#rates = NO_FAULTS;
  }

  spawn(onDeath: () => void = () => undefined): { process: Incarnation; deps: PassDeps } {
    const process = new Incarnation(this.scheduler, this.dice, () => this.#rates, onDeath);
    const config = this.#config;
    const secrets = secretsOf(process, this.secrets);
    const store = storeOf(process, this.store);
    const deps = passDeps({
      config,
      store,
      queue: queueOf(process, this.queue),
      secrets,
      clouds: this.#options.clouds({ process, config, secrets, store }),
      clock: this.scheduler,
      chance: this.dice,
      ids: { uuid: () => uuidOf(this.#options.seed, ++this.#issued) },
      logger: this.#logger(),
    });
    return { process, deps };
  }

  /** A timer: a process of its own every time. */
  every(ms: number, end: number, run: (deps: PassDeps) => Promise<void>): void {
    for (let at = NOON_MS + ms; at < end; at += ms) {
      this.scheduler.at(at, () => void run(this.spawn().deps).catch((error: unknown) => this.judge(error)));
    }
  }

  /** Bugs show by the errors that they throw. */
  judge(error: unknown): void {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    if (!EXPECTED.has(name)) this.#bugs.push(`${name}: ${message}`);
  }

  /** To be called after every event. Throws InvariantError. */
  look(): void {
    this.workers.pump();
    this.store.check();
    const [wrong] = [...this.#options.violations(), ...this.#bugs, ...this.#workersBugs()];
    if (wrong !== undefined) throw new InvariantError(wrong);
  }

  /** A pass that happens to be under way has sent its next message and not yet completed its own. */
  async settle(watch: () => void): Promise<void> {
    while (this.workers.busy) await this.scheduler.runUntil(this.scheduler.now() + 1_000, watch);
  }

  remains(): Remains {
    return {
      documents: [...this.store.clusters.values()],
      pending: this.queue.pending.map(({ body }) => body.clusterId),
      secretNames: [...this.secrets.values.keys()],
    };
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
    return this.#options.canaries.some((canary) => text.includes(canary));
  }

  *#workersBugs(): Generator<string> {
    for (const thrown of this.workers.thrown.splice(0)) {
      if (!EXPECTED.has(thrown.split(':')[0] ?? '')) yield thrown;
    }
  }
}

function uuidOf(seed: number, count: number): string {
  const digits = (value: number, length: number) => value.toString(16).padStart(length, '0');
  // The first digits are what names of cloud resources are made of.
  return `${digits((count * 2_654_435_761) >>> 0, 8)}-${digits(seed & 0xffff, 4)}-4000-8000-${digits(count, 12)}`;
}
