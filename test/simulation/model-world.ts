/**
 * A whole deployment on the model cloud: workers, sweep timer and people, one seed. The functions and the engine are
 * the shipped ones; ports and time are the only things that differ. `ablate` takes one rule of the protocol out.
 */
import { sweep } from '../../functions/timers/sweep-overdue.ts';
import { accountAddress } from '../../lib/accounts/store.ts';
import type { Cloud } from '../../lib/clouds/port.ts';
import { createRegistry } from '../../lib/clouds/registry.ts';
import { readConfig } from '../../lib/config.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import { asClusterId, type ClusterId } from '../../lib/domain/ids.ts';
import type { Logger } from '../../lib/domain/ports.ts';
import { Secret } from '../../lib/domain/secret.ts';
import { toInstant } from '../../lib/domain/time.ts';
import { changeCluster, nudge } from '../../lib/reconcile/change.ts';
import { type PassDeps, passDeps } from '../../lib/reconcile/engine.ts';
import { clusterAddress } from '../../lib/reconcile/event-log.ts';
import type { DocumentStore } from '../../lib/store/port.ts';
import { anAccount } from '../builders/account.ts';
import { aCluster, aPool, aSpec, NOON_MS } from '../builders/cluster.ts';
import { MemorySecrets } from '../builders/deps.ts';
import type { Delivery, MemoryQueue } from '../fakes/memory-queue.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { type Dice, diceOf } from './dice.ts';
import { queueOf, secretsOf, storeOf } from './faulty-ports.ts';
import { type FaultRates, Incarnation, NO_FAULTS } from './incarnation.ts';
import { InvariantError } from './invariant-error.ts';
import { lossyQueue } from './lossy-queue.ts';
import { DEADLINE_MS, type ModelContext, ModelInventory, modelCloud, QUIET_MS } from './model-cloud.ts';
import { Scheduler } from './scheduler.ts';
import { type WatchedStore, watchedStore } from './watched-store.ts';
import { Workers } from './workers.ts';

export const CANARY = 'canary-5f0c2d9e-secret';
const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const MINUTE = 60_000;

/** How one rule is left out: everything here is wiring, the shipped code has no switches. */
export interface Ablation {
  readonly store?: (store: DocumentStore) => DocumentStore;
  readonly apiStore?: (store: DocumentStore) => DocumentStore;
  readonly receive?: (delivery: Delivery) => { readonly body: unknown; readonly deliveryCount: number };
  readonly cloud?: (cloud: Cloud<ModelContext>) => Cloud<ModelContext>;
  readonly deduplicate?: boolean;
  readonly deadlineMs?: number;
  readonly quietMs?: number;
  readonly sweep?: false;
  /** The processes that serve people do not fail: what only the sweep could mend does not happen. */
  readonly calmPeople?: true;
}

export interface WorldOptions {
  readonly seed: number;
  readonly faults: FaultRates;
  readonly ablate?: Ablation;
  /** Virtual minutes with faults and people, then minutes in peace. */
  readonly roughMinutes?: number;
  readonly calmMinutes?: number;
}

export interface WorldReport {
  readonly events: number;
  readonly deliveries: number;
  readonly clusters: number;
}

/** Throws InvariantError. */
export async function simulateModel(options: WorldOptions): Promise<WorldReport> {
  const world = new ModelWorld(options);
  return world.run();
}

class ModelWorld {
  readonly #options: WorldOptions;
  readonly #dice: Dice;
  readonly #scheduler: Scheduler;
  readonly #inventory: ModelInventory;
  readonly #store: WatchedStore;
  readonly #secrets = new MemorySecrets();
  readonly #queue: MemoryQueue;
  readonly #workers: Workers;
  readonly #wanted = new Map<ClusterId, 'kept' | 'deleted'>();
  #rates: FaultRates;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#rates = options.faults;
    this.#dice = diceOf(options.seed);
    this.#scheduler = new Scheduler(NOON_MS, this.#dice);
    this.#inventory = new ModelInventory(this.#scheduler, this.#dice);
    this.#store = watchedStore(new MemoryStore(this.#scheduler), [CANARY]);
    this.#queue = this.#makeQueue();
    this.#workers = new Workers({
      scheduler: this.#scheduler,
      queue: this.#queue,
      count: 3,
      maxDeliveries: 20_000,
      spawn: (onDeath) => this.#spawn(onDeath),
      ...(options.ablate?.receive === undefined ? {} : { receive: options.ablate.receive }),
    });
  }

  async run(): Promise<WorldReport> {
    await this.#seedAccount();
    const roughUntil = NOON_MS + (this.#options.roughMinutes ?? 90) * MINUTE;
    const end = roughUntil + (this.#options.calmMinutes ?? 120) * MINUTE;
    this.#plantPeople(roughUntil);
    if (this.#options.ablate?.sweep !== false) this.#plantSweeps(end);
    const watch = () => {
      this.#workers.pump();
      this.#store.check();
      this.#checkTwins();
    };
    await this.#scheduler.runUntil(roughUntil, watch);
    this.#rates = NO_FAULTS;
    await this.#scheduler.runUntil(end, watch);
    // A pass that happens to be under way has sent its next message and not yet completed its own.
    while (this.#workers.busy) await this.#scheduler.runUntil(this.#scheduler.now() + 1_000, watch);
    this.#checkEnd();
    return {
      events: this.#scheduler.count,
      deliveries: this.#workers.deliveries,
      clusters: this.#wanted.size,
    };
  }

  #makeQueue(): MemoryQueue {
    const seen = new Set<string>();
    return lossyQueue({
      scheduler: this.#scheduler,
      dice: this.#dice,
      rates: () => this.#rates,
      loses: (message) => {
        const key = `${message.clusterId}:${message.wake}`;
        const isRepeated = this.#options.ablate?.deduplicate === true && seen.has(key);
        seen.add(key);
        return isRepeated;
      },
    });
  }

  #spawn(onDeath: () => void, api = false): { process: Incarnation; deps: PassDeps } {
    const process = new Incarnation(this.#scheduler, this.#dice, () => this.#ratesOf(api), onDeath);
    const ablate = this.#options.ablate ?? {};
    const plain = storeOf(process, this.#store);
    const store = (api ? ablate.apiStore : undefined)?.(plain) ?? ablate.store?.(plain) ?? plain;
    const cloud = modelCloud(process, this.#inventory, ablate.quietMs ?? QUIET_MS);
    let issued = 0;
    const deps = passDeps({
      config: { ...readConfig({}), passDeadlineMs: ablate.deadlineMs ?? DEADLINE_MS },
      store,
      queue: queueOf(process, this.#queue),
      secrets: secretsOf(process, this.#secrets),
      clouds: createRegistry([ablate.cloud?.(cloud) ?? cloud], []),
      clock: this.#scheduler,
      chance: this.#dice,
      ids: { uuid: () => `${++issued}` },
      logger: SILENT,
    });
    return { process, deps };
  }

  #ratesOf(api: boolean): FaultRates {
    return api && this.#options.ablate?.calmPeople ? NO_FAULTS : this.#rates;
  }

  async #seedAccount(): Promise<void> {
    const account = anAccount();
    await this.#secrets.set(account.secretName, new Secret(CANARY));
    await this.#store.upsert(accountAddress(account.project), account);
  }

  /** Three clusters; each is edited, looked at and sometimes deleted at times that the seed chooses. */
  #plantPeople(until: number): void {
    for (let index = 0; index < 3; index += 1) {
      const id = asClusterId(`00000000-0000-4000-8000-00000000000${index}`);
      const madeAt = NOON_MS + this.#dice.between(0, 10 * MINUTE);
      this.#scheduler.at(madeAt, () => void this.#create(id, index));
      const edits = 1 + Math.floor(this.#dice.next() * 5);
      for (let edit = 0; edit < edits; edit += 1) {
        this.#scheduler.at(this.#dice.between(madeAt, until), () => void this.#edit(id));
      }
      if (this.#dice.hits(0.5))
        this.#scheduler.at(this.#dice.between(madeAt, until), () => void this.#delete(id));
    }
  }

  #plantSweeps(end: number): void {
    const tick = () => {
      if (this.#scheduler.now() >= end) return;
      this.#scheduler.at(this.#scheduler.now() + 30_000, tick);
      const { deps } = this.#spawn(() => undefined);
      sweep(() => deps)().catch(() => undefined);
    };
    this.#scheduler.at(NOON_MS + 30_000, tick);
  }

  /** The document as the create command leaves it; whether its nudge is sent is the faults' choice. */
  async #create(id: ClusterId, index: number): Promise<void> {
    const { deps } = this.#spawn(() => undefined, true);
    const now = toInstant(this.#scheduler.now());
    const document = aCluster({
      id,
      name: `model-${index}`,
      spec: aSpec({ pools: [aPool({ size: 1 })] }),
      createdAt: now,
      changedAt: now,
      updatedAt: now,
      nextAttemptAt: now,
    });
    this.#wanted.set(id, 'kept');
    await this.#store.create(clusterAddress(id), document);
    await nudge(deps, document, 'created').catch(() => undefined);
  }

  async #edit(id: ClusterId): Promise<void> {
    const { deps } = this.#spawn(() => undefined, true);
    const size = 1 + Math.floor(this.#dice.next() * 9);
    await changeCluster<never>(deps, {
      id,
      reason: 'edited',
      decide: (document) =>
        document.deletedAt === undefined
          ? {
              kind: 'change',
              document: { ...document, spec: { ...document.spec, pools: [aPool({ size })] } },
              specChanged: true,
              events: [],
            }
          : { kind: 'unchanged' },
    }).catch(() => undefined);
  }

  async #delete(id: ClusterId): Promise<void> {
    const { deps } = this.#spawn(() => undefined, true);
    await changeCluster<never>(deps, {
      id,
      reason: 'deleted',
      decide: (document) => ({
        kind: 'change',
        document: { ...document, deletedAt: document.deletedAt ?? toInstant(this.#scheduler.now()) },
        specChanged: false,
        events: [],
      }),
    }).catch(() => undefined);
  }

  /** Never two of what a cluster has one of. */
  #checkTwins(): void {
    const owners = new Set<string>();
    for (const one of this.#inventory.resources.values()) {
      if (one.kind !== 'network') continue;
      if (owners.has(one.clusterUid)) throw new InvariantError(`Two networks of cluster ${one.clusterUid}`);
      owners.add(one.clusterUid);
    }
    if (!this.#inventory.adoptedIntact) throw new InvariantError('An adopted resource was touched');
  }

  /** After a long time in peace everything is as asked for, and nothing is left of what was deleted. */
  #checkEnd(): void {
    for (const one of this.#inventory.resources.values()) {
      if (!this.#store.clusters.has(one.clusterUid)) throw new InvariantError(`Leaked ${one.kind} ${one.id}`);
    }
    for (const document of this.#store.clusters.values()) this.#checkSettled(document);
    for (const message of this.#queue.pending) {
      if (JSON.stringify(message).includes(CANARY)) throw new InvariantError('A secret is in a message');
    }
  }

  #checkSettled(document: ClusterDocument): void {
    const { name } = document;
    if (document.deletedAt !== undefined) throw new InvariantError(`${name} is still deleting`);
    const server = this.#inventory.resources.get(`server-${document.id}`);
    const want = document.spec.pools[0]?.size;
    if (server?.size !== want) throw new InvariantError(`${name}: size ${server?.size}, asked for ${want}`);
    const open = document.conditions.filter((condition) => condition.status !== 'Succeeded');
    if (open.length > 0 || document.observedGeneration !== document.generation) {
      throw new InvariantError(
        `${name} did not converge: ${open.map((one) => `${one.type} ${one.reason}`).join(', ')}`,
      );
    }
    const chains = this.#queue.pending.filter((message) => message.body.clusterId === document.id);
    if (chains.length !== 1) throw new InvariantError(`${name} has ${chains.length} live chains`);
  }
}
