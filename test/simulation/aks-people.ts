/**
 * Owners of clusters: they create, change and delete at times that the seed chooses, through the shipped commands and
 * processes that fail like any other. What they were told is kept, because a promise that was answered must be kept.
 */
import { createCluster } from '../../lib/clusters/create.ts';
import { addPool, changePool, patchCluster, putPackValues, removePool } from '../../lib/clusters/edit.ts';
import { findCluster } from '../../lib/clusters/read.ts';
import { reconcileNow, removeCluster } from '../../lib/clusters/remove.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import type { PoolSpec } from '../../lib/domain/pool.ts';
import type { Outcome } from '../../lib/domain/refusal.ts';
import type { PassDeps } from '../../lib/reconcile/engine.ts';
import { aCloudInput, aClusterInput } from '../builders/cluster-input.ts';
import { NETWORK } from './azure-side.ts';
import type { Dice } from './dice.ts';
import { InvariantError } from './invariant-error.ts';
import type { Scheduler } from './scheduler.ts';

const MINUTE = 60_000;
const PROJECT = 'default';
const SIZES = ['Standard_D2s_v5', 'Standard_D4s_v5', 'Standard_D8s_v5'] as const;
const ZONES: readonly [readonly string[], ...(readonly string[])[]] = [
  ['1'],
  ['2', '3'],
  ['1', '2', '3'],
  [],
];

export interface PeopleOptions {
  readonly scheduler: Scheduler;
  readonly dice: Dice;
  /** A process of the API. */
  spawn(): PassDeps;
  /** What failed on the way, for the world to judge. */
  failed(error: unknown): void;
}

type Edit = (deps: PassDeps, document: ClusterDocument) => Promise<Outcome<unknown>>;

export class People {
  /** Uids that were answered with «accepted», and those whose deletion was ever asked for. */
  readonly accepted = new Set<string>();
  readonly doomed = new Set<string>();
  /** Commands that were accepted and refused. */
  readonly told = { yes: 0, no: 0 };
  readonly #options: PeopleOptions;

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /** Two or three clusters with a life each; `until`: nobody asks for anything afterwards. */
  plant(from: number, until: number): void {
    const { dice } = this.#options;
    const clusters = dice.pick([2, 3]);
    for (let index = 0; index < clusters; index += 1) this.#plantLife(`shop-${index}`, index, from, until);
  }

  #plantLife(name: string, index: number, from: number, until: number): void {
    const { dice } = this.#options;
    const born = from + dice.between(0, 10 * MINUTE);
    const cloud =
      index === 0 && dice.hits(0.5)
        ? {
            placement: {
              mode: 'static',
              virtualNetwork: NETWORK.name,
              controlPlaneSubnet: NETWORK.controlPlaneSubnet,
              workerSubnet: NETWORK.workerSubnet,
            },
          }
        : {};
    this.#createUntil(born, born + 25 * MINUTE, name, cloud);
    const edits = Math.floor(dice.between(2, 9));
    for (let edit = 0; edit < edits; edit += 1) this.#editAt(dice.between(born, until), name);
    if (dice.hits(0.4)) this.#changeMindAt(dice.between(born, until), name);
    if (!dice.hits(0.5)) return;
    const end = dice.between(born, until);
    this.#at(end, (deps) => this.#delete(deps, name));
    if (!dice.hits(0.4)) return;
    this.#createUntil(end, until, name, cloud);
  }

  /** A request may die unanswered, and a name is taken until nothing is left: whoever wants it asks again and again. */
  #createUntil(from: number, until: number, name: string, cloud: object): void {
    const { dice } = this.#options;
    for (let again = from; again < until; again += dice.between(4, 9) * MINUTE)
      this.#at(again, (deps) => this.#create(deps, name, cloud));
  }

  #at(time: number, ask: (deps: PassDeps) => Promise<void>): void {
    const { scheduler, spawn, failed } = this.#options;
    scheduler.at(time, () => void ask(spawn()).catch(failed));
  }

  async #create(deps: PassDeps, name: string, cloud: object): Promise<void> {
    const raw = aClusterInput({ name, cloud: aCloudInput({ ...cloud }), pools: this.#somePools() });
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
    const valid = !dice.hits(0.12);
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
    const [which, other] = [dice.next(), dice.pick(SIZES)];
    let before: PoolSpec | undefined;
    const patch = async (deps: PassDeps, raw: (pool: PoolSpec) => object) => {
      const document = await findCluster(deps, PROJECT, name);
      if (!document) return;
      const pool = document.spec.pools.find((one) => one.name === before?.name) ?? poolAt(document, which);
      const edit = { document, strict: false };
      this.#count(await changePool(deps, edit, pool.name, raw(pool)));
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
    const extra = dice.hits(0.5) ? [this.#aPool('web', dice.hits(0.3))] : [];
    return [this.#aPool('system', true), ...extra];
  }

  #aPool(name: string, system: boolean): object {
    const { dice } = this.#options;
    const zones = dice.pick(ZONES);
    return {
      name,
      system,
      size: dice.pick([1, 2, 3]),
      instanceType: dice.pick(SIZES),
      ...(dice.hits(0.5) ? { zones } : {}),
    };
  }

  /** Everything is drawn when the edit is planned: what it does then depends on the cluster alone. */
  #anyEdit(): Edit {
    const { dice } = this.#options;
    const [which, size, min] = [dice.next(), dice.pick([1, 2, 3, 4]), dice.pick([1, 2])];
    const type = dice.pick(SIZES);
    const zones = dice.pick(ZONES);
    const fresh = this.#aPool(dice.pick(['web', 'jobs', 'gate']), dice.hits(0.3));
    const patch =
      (raw: object): Edit =>
      (deps, document) =>
        changePool(deps, { document, strict: false }, poolAt(document, which).name, raw);
    return dice.pick<Edit>([
      patch({ size }),
      patch({ size }),
      patch({ instanceType: type }),
      patch({ instanceType: type }),
      patch({ zones }),
      patch({ autoscale: { min, max: min + 2 } }),
      patch({ autoscale: null, size }),
      patch({ labels: { tier: `t${size}` } }),
      (deps, document) => addPool(deps, { document, strict: false }, fresh),
      (deps, document) => removePool(deps, { document, strict: false }, poolAt(document, which).name),
      (deps, document) => patchCluster(deps, { document, strict: false }, { tags: { stage: `s${size}` } }),
      (deps, document) =>
        putPackValues(deps, { document, strict: false }, 'kubernetes-aks', {
          managedControlPlane: {
            sku: which < 0.5 ? 'Standard' : 'Free',
            autoUpgradeProfile: { upgradeChannel: size > 2 ? 'patch' : 'none' },
          },
        }),
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
      patch({ instanceType: '' }),
      patch({ autoscale: { min: 3, max: 1 } }),
      (deps, document) => addPool(deps, { document, strict: false }, { name: 'Bad Name', size: 1 }),
      (deps, document) => patchCluster(deps, { document, strict: false }, { name: 'other' }),
      (deps, document) => removePool(deps, { document, strict: false }, 'no-such-pool'),
    ]);
  }
}

/** `which`: 0 to 1. A cluster always has a pool. */
function poolAt({ spec }: ClusterDocument, which: number): PoolSpec {
  const pool = spec.pools[Math.floor(which * spec.pools.length)];
  if (!pool) throw new InvariantError('A cluster without pools');
  return pool;
}
