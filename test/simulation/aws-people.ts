/**
 * Owners of clusters on EC2: they create, change and delete at times that the seed chooses, through the shipped commands
 * and processes that fail like any other. What they were told is kept, because a promise that was answered must be kept.
 */
import { createCluster } from '../../lib/clusters/create.ts';
import { addPool, changePool, patchCluster, removePool } from '../../lib/clusters/edit.ts';
import { findCluster } from '../../lib/clusters/read.ts';
import { reconcileNow, removeCluster } from '../../lib/clusters/remove.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import type { PoolSpec } from '../../lib/domain/pool.ts';
import type { Outcome } from '../../lib/domain/refusal.ts';
import type { PassDeps } from '../../lib/reconcile/engine.ts';
import { ZONES } from '../builders/aws.ts';
import { aControlPlaneInput, anAwsCloudInput, anAwsInput, anAwsPoolInput } from '../builders/aws-input.ts';
import { MINUTE } from './deployment.ts';
import type { Dice } from './dice.ts';
import { InvariantError } from './invariant-error.ts';
import type { Scheduler } from './scheduler.ts';

const PROJECT = 'default';
const TYPES = ['m5.large', 'm5.xlarge', 'm6i.large'] as const;
const [A, B, C] = ZONES;
const PLACES: readonly [readonly string[], ...(readonly string[])[]] = [[A], [B, C], [A, B, C], [C]];

export interface PeopleOptions {
  readonly scheduler: Scheduler;
  readonly dice: Dice;
  /** A process of the API. */
  spawn(): PassDeps;
  /** What failed on the way, for the world to judge. */
  failed(error: unknown): void;
}

type Edit = (deps: PassDeps, document: ClusterDocument) => Promise<Outcome<unknown>>;

export class AwsPeople {
  /** Uids that were answered with «accepted», and those whose deletion was ever asked for. */
  readonly accepted = new Set<string>();
  readonly doomed = new Set<string>();
  /** Commands that were accepted and refused. */
  readonly told = { yes: 0, no: 0 };
  readonly #options: PeopleOptions;

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /** One or two clusters with a life each; `until`: nobody asks for anything afterwards. */
  plant(from: number, until: number): void {
    const { dice } = this.#options;
    const clusters = dice.pick([1, 2]);
    for (let index = 0; index < clusters; index += 1) this.#plantLife(`shop-${index}`, from, until);
  }

  /** Every cluster that is there: people ask until they are told that it goes. */
  async deleteAll(documents: readonly ClusterDocument[]): Promise<void> {
    for (const { name } of documents) await this.#delete(this.#options.spawn(), name);
  }

  #plantLife(name: string, from: number, until: number): void {
    const { dice } = this.#options;
    const born = from + dice.between(0, 5 * MINUTE);
    this.#createUntil(born, born + 30 * MINUTE, name);
    const edits = Math.floor(dice.between(2, 10));
    for (let edit = 0; edit < edits; edit += 1) this.#editAt(dice.between(born, until), name);
    if (dice.hits(0.4)) this.#changeMindAt(dice.between(born + 10 * MINUTE, until), name);
    if (!dice.hits(0.35)) return;
    const end = dice.between(born, until);
    this.#at(end, (deps) => this.#delete(deps, name));
    if (dice.hits(0.4)) this.#createUntil(end, until, name);
  }

  /**
   * A request may die unanswered, which those that ask AWS many questions often do here, and a name is taken until
   * nothing is left: whoever wants it asks again and again.
   */
  #createUntil(from: number, until: number, name: string): void {
    const { dice } = this.#options;
    for (let again = from; again < until; again += dice.between(0.5, 3) * MINUTE)
      this.#at(again, (deps) => this.#create(deps, name));
  }

  #at(time: number, ask: (deps: PassDeps) => Promise<void>): void {
    const { scheduler, spawn, failed } = this.#options;
    scheduler.at(time, () => void ask(spawn()).catch(failed));
  }

  async #create(deps: PassDeps, name: string): Promise<void> {
    const bastion = { enabled: this.#options.dice.hits(0.5) };
    const raw = anAwsInput({ name, cloud: anAwsCloudInput({ bastion }), pools: this.#somePools() });
    const made = await createCluster(deps, { project: PROJECT, who: 'me', raw, strict: false });
    if (made.ok) this.accepted.add(made.value.document.id);
    this.#count(made);
  }

  async #delete(deps: PassDeps, name: string): Promise<void> {
    const document = await findCluster(deps, PROJECT, name);
    if (!document) return;
    this.doomed.add(document.id);
    this.#count(await removeCluster(deps, { document }));
  }

  #editAt(time: number, name: string): void {
    const { dice } = this.#options;
    const valid = !dice.hits(0.1);
    const edit = valid ? this.#anyEdit() : this.#badEdit();
    this.#at(time, async (deps) => {
      const document = await findCluster(deps, PROJECT, name);
      if (!document) return;
      const outcome = await edit(deps, document);
      if (!valid && outcome.ok) throw new InvariantError(`${name}: an invalid request was accepted`);
      this.#count(outcome);
    });
  }

  /** Another machine type, and the old one again while the nodes are being replaced. */
  #changeMindAt(time: number, name: string): void {
    const { dice } = this.#options;
    const [which, other] = [dice.next(), dice.pick(TYPES)];
    let before: PoolSpec | undefined;
    const patch = async (deps: PassDeps, raw: (pool: PoolSpec) => object) => {
      const document = await findCluster(deps, PROJECT, name);
      if (!document) return;
      const pool = document.spec.pools.find((one) => one.name === before?.name) ?? poolAt(document, which);
      this.#count(await changePool(deps, { document, strict: false }, pool.name, raw(pool)));
      before ??= pool;
    };
    this.#at(time, (deps) => patch(deps, () => ({ instanceType: other })));
    this.#at(time + dice.between(1, 20) * MINUTE, (deps) =>
      patch(deps, (pool) => ({ instanceType: (before ?? pool).instanceType })),
    );
  }

  #count(outcome: Outcome<unknown>): void {
    this.told[outcome.ok ? 'yes' : 'no'] += 1;
  }

  #somePools(): readonly object[] {
    const { dice } = this.#options;
    const zones = dice.pick(PLACES);
    const controlPlane = aControlPlaneInput({
      size: dice.pick([1, 1, 3]),
      instanceType: dice.pick(TYPES),
      zones,
    });
    return [controlPlane, this.#aPool('worker'), ...(dice.hits(0.4) ? [this.#aPool('web')] : [])];
  }

  #aPool(name: string): object {
    const { dice } = this.#options;
    const zones = dice.pick(PLACES);
    const spot = { maxBidPercent: dice.pick([40, 60, 100]), fallback: dice.pick(['none', 'on-demand']) };
    return anAwsPoolInput({
      name,
      size: dice.pick([1, 2, 3]),
      instanceType: dice.pick(TYPES),
      zones,
      ...(dice.hits(0.35) ? { capacity: 'spot', spot } : {}),
    });
  }

  /** Everything is drawn when the edit is planned: what it does then depends on the cluster alone. */
  #anyEdit(): Edit {
    const { dice } = this.#options;
    const [which, size, type, zones] = [
      dice.next(),
      dice.pick([1, 2, 3, 4]),
      dice.pick(TYPES),
      dice.pick(PLACES),
    ];
    const fresh = this.#aPool(dice.pick(['web', 'jobs', 'gate']));
    const patchPool = (raw: object, whose: (document: ClusterDocument) => PoolSpec): Edit => {
      return (deps, document) => changePool(deps, { document, strict: false }, whose(document).name, raw);
    };
    const patch = (raw: object) => patchPool(raw, (document) => poolAt(document, which));
    const worker = (raw: object) => patchPool(raw, (document) => workerAt(document, which));
    const control = (raw: object) => patchPool(raw, ({ spec }) => controlPlaneOf(spec.pools));
    const spot = { maxBidPercent: dice.pick([40, 70, 100]), fallback: dice.pick(['none', 'on-demand']) };
    return dice.pick<Edit>([
      worker({ size }),
      worker({ size }),
      control({ size: size > 2 ? 5 : 3 }),
      control({ size: 3 }),
      patch({ instanceType: type }),
      patch({ instanceType: type }),
      patch({ zones }),
      worker({ capacity: 'spot', spot }),
      worker({ capacity: 'on-demand', spot: null }),
      worker({ labels: { tier: `t${size}` } }),
      worker({ taints: size > 2 ? [{ key: 'only', value: 'some', effect: 'NoSchedule' }] : [] }),
      (deps, document) => addPool(deps, { document, strict: false }, fresh),
      (deps, document) => removePool(deps, { document, strict: false }, workerAt(document, which).name),
      (deps, document) => patchCluster(deps, { document, strict: false }, { tags: { stage: `s${size}` } }),
      (deps, document) => reconcileNow(deps, { document }),
    ]);
  }

  #badEdit(): Edit {
    const patch =
      (raw: object): Edit =>
      (deps, document) =>
        changePool(deps, { document, strict: false }, poolAt(document, 0).name, raw);
    return this.#options.dice.pick<Edit>([
      patch({ size: -1 }),
      patch({ size: 2 }),
      (deps, document) => addPool(deps, { document, strict: false }, { name: 'Bad Name', size: 1 }),
      (deps, document) => removePool(deps, { document, strict: false }, poolAt(document, 0).name),
      (deps, document) => patchCluster(deps, { document, strict: false }, { name: 'other' }),
    ]);
  }
}

/** Index 0 is the control plane: it comes first in what people send here. */
function poolAt({ spec }: ClusterDocument, which: number): PoolSpec {
  const pool = spec.pools[Math.floor(which * spec.pools.length)];
  if (!pool) throw new InvariantError('A cluster without pools');
  return pool;
}

function workerAt({ spec }: ClusterDocument, which: number): PoolSpec {
  const workers = spec.pools.filter(({ role }) => role === 'worker');
  return workers[Math.floor(which * workers.length)] ?? controlPlaneOf(spec.pools);
}

function controlPlaneOf(pools: readonly PoolSpec[]): PoolSpec {
  const found = pools.find(({ role }) => role === 'control-plane');
  if (!found) throw new InvariantError('A cluster without a control plane');
  return found;
}
