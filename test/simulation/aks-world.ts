/**
 * A whole deployment on the simulated Azure: workers, timers and people, one seed. Functions, commands, steps and both
 * SDKs are the shipped ones; store, queue, clock and the two transports are the only things that differ. The seed
 * decides order, delays, losses, crashes at every call, what Azure refuses and what people ask for.
 */
import { collect } from '../../functions/timers/collect-orphans.ts';
import { sweep } from '../../functions/timers/sweep-overdue.ts';
import { createAzure } from '../../lib/clouds/azure/index.ts';
import { createRegistry } from '../../lib/clouds/registry.ts';
import { clusterKey } from '../../lib/domain/cluster-key.ts';
import { connectWorkloadApi } from '../../lib/kube/connect.ts';
import { DEMO_ACCOUNT } from '../../local/clouds/azure/seed.ts';
import { NOON_MS } from '../builders/cluster.ts';
import { networkOf, wrongAtAksEnd } from './aks-end.ts';
import { aksHabits } from './aks-people.ts';
import { type AzureSide, azureSide, putNetwork } from './azure-side.ts';
import { CloudWatch } from './cloud-watch.ts';
import { plantWeather } from './cloud-weather.ts';
import { Deployment, MINUTE, type ProcessPorts } from './deployment.ts';
import { azureOf, kubernetesOf } from './faulty-cloud.ts';
import { NO_FAULTS } from './incarnation.ts';
import { InvariantError } from './invariant-error.ts';
import { NodeWatch } from './node-watch.ts';
import { plantNodeWeather } from './node-weather.ts';
import { People } from './people.ts';
import { underVirtualTime } from './virtual-time.ts';
import { reportOf, type WorldOptions, type WorldReport } from './world.ts';

const SWEEP_MS = 30_000;
/** Machines come and go by themselves, between two events. */
const LOOK_MS = 30_000;
const COLLECT_MS = 15 * MINUTE;

/** Throws InvariantError. */
export async function simulateAks(options: WorldOptions): Promise<WorldReport> {
  const world = new AksWorld(options);
  return underVirtualTime(world.scheduler, () => world.run());
}

class AksWorld {
  readonly #options: WorldOptions;
  readonly #deployment: Deployment;
  readonly #side: AzureSide;
  readonly #watch: CloudWatch;
  readonly #nodes: NodeWatch;
  readonly #canaries: string[] = [DEMO_ACCOUNT.clientSecret];
  readonly #people: People;
  #struck: ReadonlySet<string> = new Set();

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#deployment = new Deployment({
      seed: options.seed,
      faults: options.faults,
      canaries: this.#canaries,
      clouds: (ports) => this.#clouds(ports),
      violations: () => this.#watch.violations,
    });
    const { scheduler, dice } = this.#deployment;
    this.#watch = new CloudWatch(() => this.#side.azure);
    this.#side = azureSide({ scheduler, seed: options.seed, watch: this.#watch });
    this.#nodes = new NodeWatch(this.#side.azure, (node) => this.#struck.has(node));
    this.#people = new People({
      scheduler,
      dice,
      habits: aksHabits(dice),
      spawn: () => this.#deployment.spawn().deps,
      failed: (error) => this.#deployment.judge(error),
    });
  }

  get scheduler() {
    return this.#deployment.scheduler;
  }

  async run(): Promise<WorldReport> {
    const { scheduler } = this;
    await this.#deployment.seed();
    putNetwork(this.#side);
    await scheduler.runUntil(NOON_MS, () => undefined);
    const network = networkOf(this.#side);
    const roughUntil = NOON_MS + (this.#options.roughMinutes ?? 120) * MINUTE;
    const end = roughUntil + (this.#options.calmMinutes ?? 180) * MINUTE;
    this.#plant(roughUntil, end);
    const watch = () => this.#deployment.look();
    await scheduler.runUntil(roughUntil, watch);
    this.#deployment.calm();
    await scheduler.runUntil(end, watch);
    await this.#deployment.settle(watch);
    this.#checkEnd(network);
    return reportOf(this.#deployment, this.#people, this.#watch);
  }

  #plant(roughUntil: number, end: number): void {
    const { scheduler, dice } = this.#deployment;
    this.#people.plant(NOON_MS, roughUntil);
    if (this.#options.faults !== NO_FAULTS) {
      const span = { from: NOON_MS, until: roughUntil };
      plantWeather(this.#side, { scheduler, dice }, span);
      this.#struck = plantNodeWeather(this.#side, { scheduler, dice }, span).struck;
    }
    this.#deployment.every(SWEEP_MS, end, (deps) => sweep(() => deps)());
    for (let at = NOON_MS; at < end; at += LOOK_MS) scheduler.at(at, () => this.#lookAtNodes());
    this.#deployment.every(COLLECT_MS, end, (deps) => collect(() => deps)());
  }

  #clouds({ process, config, secrets }: ProcessPorts) {
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
    return createRegistry([azure.aks], [azure.account]);
  }

  /** The names of clusters at Azure carry their uids: this reads them off our own documents. */
  #lookAtNodes(): void {
    const documents = [...this.#deployment.store.clusters.values()];
    const byKey = new Map(documents.map((one) => [clusterKey(one.name, one.id), one]));
    this.#nodes.check((name) => byKey.get(name));
    for (const { adminToken } of this.#side.azure.clusters())
      if (!this.#canaries.includes(adminToken)) this.#canaries.push(adminToken);
  }

  #checkEnd(network: string): void {
    const remains = this.#deployment.remains();
    const wrong = wrongAtAksEnd({ ...remains, side: this.#side, network });
    const all = [...wrong, ...this.#people.broken(remains.documents)];
    if (all.length > 0) throw new InvariantError(all.join('; '));
  }
}
