/**
 * Owners of clusters: they create, change and delete at times that the seed chooses, through the shipped commands and
 * processes that fail like any other. What they were told is kept, because a promise that was answered must be kept.
 * What they ask for is their habit, which depends on the cloud.
 */
import { createCluster } from '../../lib/clusters/create.ts';
import { changePool } from '../../lib/clusters/edit.ts';
import { findCluster } from '../../lib/clusters/read.ts';
import { removeCluster } from '../../lib/clusters/remove.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import type { PoolSpec } from '../../lib/domain/pool.ts';
import type { Outcome } from '../../lib/domain/refusal.ts';
import type { PassDeps } from '../../lib/reconcile/engine.ts';
import { MINUTE } from './deployment.ts';
import type { Dice } from './dice.ts';
import { InvariantError } from './invariant-error.ts';
import type { Scheduler } from './scheduler.ts';

const PROJECT = 'default';

export type Choice<T> = readonly [T, ...T[]];
export type Edit = (deps: PassDeps, document: ClusterDocument) => Promise<Outcome<unknown>>;

export interface Habits {
  /** How many clusters there are. */
  readonly clusters: Choice<number>;
  readonly types: Choice<string>;
  /** Minutes, from and to, between two requests for a cluster that is not there yet. */
  readonly asksAgain: readonly [number, number];
  /** How many clusters are deleted again, 0 to 1. */
  readonly ending: number;
  /** What makes the requests for the cluster number `index`: another one each time. */
  newcomer(index: number): (name: string) => object;
  /** Everything is drawn when the edit is planned: what it does then depends on the cluster alone. */
  anyEdit(): Edit;
  /** One that must be refused. */
  badEdit(): Edit;
}

export interface PeopleOptions {
  readonly scheduler: Scheduler;
  readonly dice: Dice;
  readonly habits: Habits;
  /** A process of the API. */
  spawn(): PassDeps;
  /** What failed on the way, for the world to judge. */
  failed(error: unknown): void;
}

export class People {
  /** Uids that were answered with «accepted», and those whose deletion was ever asked for. */
  readonly #accepted = new Set<string>();
  readonly #doomed = new Set<string>();
  /** Commands that were accepted and refused. */
  readonly told = { yes: 0, no: 0 };
  readonly #options: PeopleOptions;

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /** Clusters with a life each; `until`: nobody asks for anything afterwards. */
  plant(from: number, until: number): void {
    const { dice, habits } = this.#options;
    const clusters = dice.pick(habits.clusters);
    for (let index = 0; index < clusters; index += 1) this.#plantLife(index, from, until);
  }

  /** How many clusters were promised. */
  get clusters(): number {
    return this.#accepted.size;
  }

  /** Every cluster that is there: people ask until they are told that it goes. */
  async deleteAll(documents: readonly ClusterDocument[]): Promise<void> {
    for (const { name } of documents) await this.#delete(this.#options.spawn(), name);
  }

  /** Promises that were not kept, in words. */
  broken(documents: readonly ClusterDocument[]): readonly string[] {
    const kept = new Set<string>(documents.map(({ id }) => id));
    return [...this.#accepted]
      .filter((id) => !kept.has(id) && !this.#doomed.has(id))
      .map((id) => `Cluster ${id} was accepted and is not there`);
  }

  #plantLife(index: number, from: number, until: number): void {
    const { dice, habits } = this.#options;
    const name = `shop-${index}`;
    const born = from + dice.between(0, 5 * MINUTE);
    const request = habits.newcomer(index);
    const create = (deps: PassDeps) => this.#create(deps, request(name));
    this.#askUntil(born, born + 30 * MINUTE, create);
    const edits = Math.floor(dice.between(2, 10));
    for (let edit = 0; edit < edits; edit += 1) this.#editAt(dice.between(born, until), name);
    if (dice.hits(0.4)) this.#changeMindAt(dice.between(born + 10 * MINUTE, until), name);
    if (!dice.hits(habits.ending)) return;
    const end = dice.between(born, until);
    this.#at(end, (deps) => this.#delete(deps, name));
    if (dice.hits(0.4)) this.#askUntil(end, until, create);
  }

  /**
   * A request may die unanswered, those that ask a cloud many questions often do here, and a name is taken until nothing
   * is left: whoever wants it asks again and again.
   */
  #askUntil(from: number, until: number, ask: (deps: PassDeps) => Promise<void>): void {
    const { dice, habits } = this.#options;
    for (let again = from; again < until; again += dice.between(...habits.asksAgain) * MINUTE)
      this.#at(again, ask);
  }

  #at(time: number, ask: (deps: PassDeps) => Promise<void>): void {
    const { scheduler, spawn, failed } = this.#options;
    scheduler.at(time, () => void ask(spawn()).catch(failed));
  }

  async #create(deps: PassDeps, raw: object): Promise<void> {
    const made = await createCluster(deps, { project: PROJECT, who: 'me', raw, strict: false });
    if (made.ok) this.#accepted.add(made.value.document.id);
    this.#count(made);
  }

  async #delete(deps: PassDeps, name: string): Promise<void> {
    const document = await findCluster(deps, PROJECT, name);
    if (!document) return;
    this.#doomed.add(document.id);
    this.#count(await removeCluster(deps, { document }));
  }

  #editAt(time: number, name: string): void {
    const { dice, habits } = this.#options;
    const valid = !dice.hits(0.1);
    const edit = valid ? habits.anyEdit() : habits.badEdit();
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
    const { dice, habits } = this.#options;
    const [which, other] = [dice.next(), dice.pick(habits.types)];
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
}

/** `which`: 0 to 1; 0 is the pool that came first in what people sent. A cluster always has a pool. */
export function poolAt({ spec }: ClusterDocument, which: number): PoolSpec {
  const pool = spec.pools[Math.floor(which * spec.pools.length)];
  if (!pool) throw new InvariantError('A cluster without pools');
  return pool;
}

/** A change of one pool, which is chosen when the change is made. */
export function patchOf(whose: (document: ClusterDocument) => PoolSpec): (raw: object) => Edit {
  return (raw) => (deps, document) =>
    changePool(deps, { document, strict: false }, whose(document).name, raw);
}
