/**
 * A whole deployment on the simulated AWS: workers, timers and people, one seed. Functions, commands, steps and the AWS
 * clients are the shipped ones; store, queue, clock and the two transports are the only things that differ. The seed
 * decides order, delays, losses, crashes at every call, what AWS refuses, what machines do and what people ask for. In
 * the end everything is as it was asked for, and then everything is deleted.
 */
import { collect } from '../../functions/timers/collect-orphans.ts';
import { drain } from '../../functions/timers/drain-cloud-events.ts';
import { sweep } from '../../functions/timers/sweep-overdue.ts';
import { track } from '../../functions/timers/track-spot-prices.ts';
import { createAws } from '../../lib/clouds/aws/index.ts';
import { createRegistry } from '../../lib/clouds/registry.ts';
import { connectSelfManaged } from '../../lib/kube/connect-self-managed.ts';
import { DEMO_AWS } from '../../local/clouds/aws/seed.ts';
import { NOON_MS } from '../builders/cluster.ts';
import { foreignOf, wrongAtAwsEnd } from './aws-end.ts';
import { plantMachineWeather } from './aws-machine-weather.ts';
import { awsHabits } from './aws-people.ts';
import { canariesIn } from './aws-secrets.ts';
import { type AwsSide, awsSide, putForeign } from './aws-side.ts';
import { AwsWatch } from './aws-watch.ts';
import { plantAwsWeather } from './aws-weather.ts';
import { Deployment, MINUTE, type ProcessPorts } from './deployment.ts';
import { awsOf, kubeOf } from './faulty-aws.ts';
import { NO_FAULTS } from './incarnation.ts';
import { InvariantError } from './invariant-error.ts';
import { everythingLoaded } from './loaded.ts';
import { People } from './people.ts';
import { underVirtualTime } from './virtual-time.ts';
import { reportOf, type WorldOptions, type WorldReport } from './world.ts';

const SWEEP_MS = 30_000;
const DRAIN_MS = 20_000;
const TRACK_MS = 2 * MINUTE;
const COLLECT_MS = 15 * MINUTE;
/** Machines come and go by themselves, between two events. */
const LOOK_MS = 30_000;

export interface AwsWorldOptions extends WorldOptions {
  /** Virtual minutes from the deletion of everything until all is gone. */
  readonly deleteMinutes?: number;
}

/** Throws InvariantError. */
export async function simulateAws(options: AwsWorldOptions): Promise<WorldReport> {
  const world = new AwsWorld(options);
  return underVirtualTime(world.scheduler, () => world.run());
}

class AwsWorld {
  readonly #options: AwsWorldOptions;
  readonly #deployment: Deployment;
  readonly #side: AwsSide;
  readonly #watch: AwsWatch;
  readonly #people: People;
  readonly #canaries: string[] = [DEMO_AWS.secretAccessKey];
  readonly #known = new Set<string>();

  constructor(options: AwsWorldOptions) {
    this.#options = options;
    this.#deployment = new Deployment({
      seed: options.seed,
      faults: options.faults,
      canaries: this.#canaries,
      clouds: (ports) => this.#clouds(ports),
      violations: () => this.#watch.violations,
    });
    const { scheduler, dice } = this.#deployment;
    this.#watch = new AwsWatch(scheduler, () => this.#side);
    this.#side = awsSide({
      scheduler,
      dice,
      seed: options.seed,
      isRough: options.faults !== NO_FAULTS,
      saw: (request, answer) => this.#watch.saw(request, answer),
    });
    this.#people = new People({
      scheduler,
      dice,
      habits: awsHabits(dice),
      spawn: () => this.#deployment.spawn().deps,
      failed: (error) => this.#deployment.judge(error),
    });
  }

  get scheduler() {
    return this.#deployment.scheduler;
  }

  async run(): Promise<WorldReport> {
    try {
      return await this.#run();
    } catch (error) {
      if (!(error instanceof InvariantError)) throw error;
      const when = new Date(this.scheduler.now()).toISOString().slice(11, 19);
      throw new InvariantError([`${when} ${error.message}`, ...this.#watch.trace.last].join('\n    '));
    }
  }

  async #run(): Promise<WorldReport> {
    const { scheduler } = this;
    const { roughMinutes = 60, calmMinutes = 100, deleteMinutes = 40 } = this.#options;
    await everythingLoaded();
    await this.#deployment.seed();
    await putForeign(this.#side, () => scheduler.runUntil(NOON_MS, () => undefined));
    const foreign = foreignOf(this.#side);
    const roughUntil = NOON_MS + roughMinutes * MINUTE;
    const calmUntil = roughUntil + calmMinutes * MINUTE;
    const end = calmUntil + deleteMinutes * MINUTE;
    this.#plant(roughUntil, end);
    const watch = () => this.#look();
    await scheduler.runUntil(roughUntil, watch);
    this.#deployment.calm();
    await scheduler.runUntil(calmUntil, watch);
    await this.#deployment.settle(watch);
    this.#checkEnd(foreign);
    void this.#people.deleteAll(this.#deployment.remains().documents);
    await scheduler.runUntil(end, watch);
    await this.#deployment.settle(watch);
    this.#checkEnd(foreign);
    const { requests, hash: trace } = this.#watch.trace;
    return reportOf(this.#deployment, this.#people, { requests, trace });
  }

  #plant(roughUntil: number, end: number): void {
    const { scheduler, dice } = this.#deployment;
    this.#people.plant(NOON_MS, roughUntil);
    if (this.#options.faults !== NO_FAULTS) {
      const span = { from: NOON_MS, until: roughUntil };
      plantAwsWeather(this.#side, { scheduler, dice }, span);
      plantMachineWeather(this.#side, { scheduler, dice }, span);
    }
    this.#deployment.every(SWEEP_MS, end, (deps) => sweep(() => deps)());
    this.#deployment.every(DRAIN_MS, roughUntil, (deps) => drain(() => deps)());
    // In peace nothing is announced that cannot wait: what is left in the queue is news of ends.
    this.#deployment.every(COLLECT_MS, end, (deps) => drain(() => deps)());
    this.#deployment.every(TRACK_MS, roughUntil, (deps) => track(() => deps)());
    this.#deployment.every(COLLECT_MS, end, (deps) => collect(() => deps)());
    for (let at = NOON_MS; at < end; at += LOOK_MS)
      scheduler.at(at, () => this.#watch.look((uid) => this.#isWanted(uid)));
  }

  #clouds({ process, config, secrets, store }: ProcessPorts) {
    const aws = createAws({
      config,
      transport: awsOf(process, this.#side.transport),
      connectSelfManaged: (guard) =>
        connectSelfManaged({
          guard,
          transportFor: kubeOf(process, this.#side.transportFor),
          timeoutMs: config.requestTimeoutMs,
        }),
      secrets,
      clock: this.scheduler,
      store,
    });
    return createRegistry([aws.aws], [aws.account]);
  }

  /** After every event. */
  #look(): void {
    this.#learnSecrets();
    this.#deployment.look();
    this.#watch.noteWishes(this.#deployment.store.clusters.values());
  }

  #isWanted(uid: string): boolean {
    const document = this.#deployment.store.clusters.get(uid);
    return document !== undefined && document.deletedAt === undefined;
  }

  #learnSecrets(): void {
    const { values } = this.#deployment.secrets;
    if (values.size === this.#known.size) return;
    for (const [name, secret] of values) {
      if (this.#known.has(name)) continue;
      this.#known.add(name);
      this.#canaries.push(...canariesIn(secret.reveal()));
    }
  }

  #checkEnd(foreign: string): void {
    const remains = this.#deployment.remains();
    const wrong = wrongAtAwsEnd({ ...remains, side: this.#side, foreign });
    const all = [...wrong, ...this.#people.broken(remains.documents)];
    if (all.length > 0) throw new InvariantError(all.join('; '));
  }
}
