/**
 * A deployment without faults for measuring: the shipped functions, commands and steps over the simulated clouds, in
 * one process and in virtual time. It owns the wiring and the passing of time; what is measured is the callers' matter.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet } from 'jose';
import { sweep } from '../../functions/timers/sweep-overdue.ts';
import { agentInbox, COMMIT_WINDOW_MS } from '../../lib/agents/inbox.ts';
import { bearerAuthenticator } from '../../lib/api/auth/bearer.ts';
import type { ApiDeps } from '../../lib/api/contract.ts';
import type { Endpoint } from '../../lib/api/endpoint.ts';
import { createAzure } from '../../lib/clouds/azure/index.ts';
import { createRegistry } from '../../lib/clouds/registry.ts';
import { readConfig } from '../../lib/config.ts';
import type { Deps } from '../../lib/deps.ts';
import { isConverged } from '../../lib/domain/cluster-state.ts';
import type { Logger } from '../../lib/domain/ports.ts';
import { connectWorkloadApi } from '../../lib/kube/connect.ts';
import { type PassDeps, passDeps } from '../../lib/reconcile/engine.ts';
import { type Issuer, LOCAL_ISSUER, openIssuer } from '../../local/auth/issuer.ts';
import { inProcessHttpClient } from '../../local/clouds/azure/in-process-client.ts';
import { seededChance } from '../../local/clouds/kit/chance.ts';
import { inProcessTransport } from '../../local/kube/in-process.ts';
import { seed as seedProject } from '../../local/seed.ts';
import { NOON_MS } from '../builders/cluster.ts';
import { MemorySecrets } from '../builders/deps.ts';
import { type Received, type RequestParts, send } from '../builders/http.ts';
import { MemoryQueue } from '../fakes/memory-queue.ts';
import { MemoryStore } from '../fakes/memory-store.ts';
import { type Dice, diceOf } from '../simulation/dice.ts';
import { Incarnation, NO_FAULTS } from '../simulation/incarnation.ts';
import { Scheduler } from '../simulation/scheduler.ts';
import { Workers } from '../simulation/workers.ts';
import { CloudMeter } from './cloud-meter.ts';
import { delayOn, slowAzure, slowKubernetes, slowQueue, slowSecrets, slowStore } from './latencies.ts';
import { addAccount, type BenchAccount, type BenchClouds, benchClouds } from './simulated-clouds.ts';
import { watchedDocuments } from './watched-documents.ts';

export const PROJECT = 'default';
const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const AUDIENCE = 'api://slipway';
const SWEEP_PERIOD_MS = 30_000;

export interface WorldOptions {
  readonly seed: number;
  readonly issuer: Issuer;
  /** Subscriptions, each with a cloud account of its own. */
  readonly accounts: number;
  /** Passes that run at once: instances times sessions of host.json. */
  readonly workers: number;
}

/** One signing key serves all worlds of a run: making an RSA key is no part of what is measured. */
export async function benchIssuer(): Promise<Issuer> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'slipway-bench-'));
  return openIssuer({ dataDirectory, issuer: LOCAL_ISSUER, audience: AUDIENCE, now: () => NOON_MS });
}

export class BenchWorld {
  readonly scheduler: Scheduler;
  readonly store: MemoryStore;
  readonly queue: MemoryQueue;
  readonly clouds: BenchClouds;
  readonly meter: CloudMeter;
  readonly workers: Workers;
  readonly accounts: BenchAccount[] = [];
  readonly #fleet = watchedDocuments(() => this.scheduler.now());
  readonly #dice: Dice;
  readonly #secrets = new MemorySecrets();
  readonly #options: WorldOptions;
  readonly #api: ApiDeps;
  #token = '';

  private constructor(options: WorldOptions) {
    this.#options = options;
    this.#dice = diceOf(options.seed);
    this.scheduler = new Scheduler(NOON_MS, this.#dice);
    const ids = seededChance(`ids of ${options.seed}`);
    let issued = 0;
    const uuid = () => ids.uuid(String(++issued));
    this.store = new MemoryStore(this.scheduler);
    this.queue = new MemoryQueue({ now: () => this.scheduler.now(), ids: { uuid } });
    this.clouds = benchClouds(this.scheduler, `bench ${options.seed}`);
    this.meter = new CloudMeter(this.clouds.azure, this.clouds.state);
    this.#api = this.#apiDeps({ uuid });
    const passes = this.#passDeps({ uuid });
    this.workers = new Workers({
      scheduler: this.scheduler,
      queue: this.queue,
      count: options.workers,
      maxDeliveries: Number.POSITIVE_INFINITY,
      spawn: (onDeath) => ({
        process: new Incarnation(this.scheduler, this.#dice, () => NO_FAULTS, onDeath),
        deps: passes,
      }),
    });
    this.#plantSweeps(passes);
  }

  static async open(options: WorldOptions): Promise<BenchWorld> {
    const world = new BenchWorld(options);
    const deps = { store: world.store, secrets: world.#secrets, clock: world.scheduler };
    await seedProject(deps);
    for (let index = 1; index <= options.accounts; index += 1)
      world.accounts.push(await addAccount(world.clouds, deps, { project: PROJECT, index }));
    world.#token = await options.issuer.issue({ subject: 'bench', roles: ['admin'], projects: ['*'] });
    world.store.resetRequestUnits();
    return world;
  }

  get documents() {
    return this.#fleet.documents;
  }

  get convergedAt() {
    return this.#fleet.convergedAt;
  }

  get goneAt(): number {
    return this.#fleet.goneAt();
  }

  /** One request through all layers of the API. It takes no virtual time. Throws when it is refused. */
  async request(endpoint: Endpoint, parts: RequestParts): Promise<Received> {
    const headers = { authorization: `Bearer ${this.#token}`, ...parts.headers };
    const answer = await send(this.#api, endpoint, { ...parts, headers });
    if (answer.status >= 300) throw new Error(`${endpoint.contract.name}: ${JSON.stringify(answer.body)}`);
    return answer;
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

  documentBytes(): readonly number[] {
    return [...this.documents.values()].map((document) => Buffer.byteLength(JSON.stringify(document)));
  }

  #trouble(): string {
    const open = [...this.documents.values()].filter((document) => !isConverged(document));
    const conditions = open[0]?.conditions.map(({ type, reason, message }) => `${type} ${reason} ${message}`);
    return [`${open.length} clusters`, ...(conditions ?? []), ...this.workers.thrown.slice(-3)].join('; ');
  }

  #apiDeps(ids: Deps['ids']): ApiDeps {
    const { issuer } = this.#options;
    const keys = createLocalJWKSet(issuer.jwks());
    const settings = { issuers: [LOCAL_ISSUER], audience: AUDIENCE, dialect: 'local', keys } as const;
    const transport = this.#kubernetes();
    const config = readConfig({});
    const timeoutMs = config.requestTimeoutMs;
    const azure = createAzure({
      config,
      transport: { httpClient: inProcessHttpClient(this.meter) },
      connectKube: (guard) => connectWorkloadApi({ transport, timeoutMs, guard }),
      secrets: this.#secrets,
      clock: this.scheduler,
    });
    const deps = {
      ...this.#common(ids),
      store: this.#fleet.watch(this.store),
      queue: this.queue,
      secrets: this.#secrets,
      clouds: createRegistry([azure.aks], [azure.account]),
    };
    return {
      ...passDeps(deps),
      authenticator: bearerAuthenticator({ ...settings, clock: this.scheduler }),
      connectWorkload: connectWorkloadApi({ transport, timeoutMs }),
      inbox: agentInbox({ ...deps, timers: this.scheduler.timers, windowMs: COMMIT_WINDOW_MS.azure }),
    };
  }

  #passDeps(ids: Deps['ids']): PassDeps {
    const delay = delayOn(this.scheduler, this.#dice);
    const config = readConfig({});
    const secrets = slowSecrets(delay, this.#secrets);
    const transport = slowKubernetes(delay, this.#kubernetes());
    const azure = createAzure({
      config,
      transport: slowAzure(delay, inProcessHttpClient(this.meter)),
      connectKube: (guard) => connectWorkloadApi({ transport, timeoutMs: config.requestTimeoutMs, guard }),
      secrets,
      clock: this.scheduler,
    });
    return passDeps({
      ...this.#common(ids),
      store: slowStore(delay, this.#fleet.watch(this.store)),
      queue: slowQueue(delay, this.queue),
      secrets,
      clouds: createRegistry([azure.aks], [azure.account]),
    });
  }

  #common(ids: Deps['ids']): Pick<Deps, 'config' | 'clock' | 'chance' | 'ids' | 'logger'> {
    return { config: readConfig({}), clock: this.scheduler, chance: this.#dice, ids, logger: SILENT };
  }

  #kubernetes() {
    return inProcessTransport(this.clouds.clusters, () => this.scheduler.now());
  }

  #plantSweeps(deps: PassDeps): void {
    const tick = () => {
      this.scheduler.at(this.scheduler.now() + SWEEP_PERIOD_MS, tick);
      void sweep(() => deps)();
    };
    this.scheduler.at(NOON_MS + SWEEP_PERIOD_MS, tick);
  }
}
