/**
 * Looks at the nodes of all clusters while things change: a cluster that had a Ready system node is never without one,
 * and a pool whose nodes are replaced never has fewer than it had or is asked to have (A247). A node counts from the
 * first time that it is Ready until its machine goes.
 */

import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import type { PoolSpec } from '../../lib/domain/pool.ts';
import { POOL_LABEL } from '../../lib/domain/pool.ts';
import type { AzureSimulator } from '../../local/clouds/azure/simulator.ts';
import type { SimulatedMachine } from '../../local/clouds/azure/workloads.ts';
import { InvariantError } from './invariant-error.ts';

const MODE_LABEL = 'kubernetes.azure.com/mode';

export class NodeWatch {
  readonly #azure: AzureSimulator;
  readonly #staffed = new Set<string>();
  /** Fewest nodes that a pool may have, by cluster and pool, since its last time at rest. */
  readonly #floors = new Map<string, number>();

  readonly #born = new Set<string>();
  readonly #isStruck: (node: string) => boolean;

  /** `isStruck`: the node is kept from being Ready. */
  constructor(azure: AzureSimulator, isStruck: (node: string) => boolean) {
    this.#azure = azure;
    this.#isStruck = isStruck;
  }

  /** `documentOf`: by the cluster's name at Azure; `undefined` once it is being deleted. */
  check(documentOf: (name: string) => ClusterDocument | undefined): void {
    for (const cluster of this.#azure.clusters()) {
      const document = documentOf(cluster.name);
      // Before it ever came up nothing can run in it, and it may be made anew.
      if (document?.apiEndpoint === undefined || document.deletedAt !== undefined) continue;
      const machines = this.#azure.machines(cluster.id);
      this.#checkSystem(cluster.uid, cluster.name, machines);
      for (const pool of document.spec.pools) this.#checkPool(cluster.name, pool, machines);
    }
  }

  #checkSystem(uid: string, name: string, machines: readonly SimulatedMachine[]): void {
    const isStaffed = machines.some(
      (machine) => this.#counts(machine) && machine.labels[MODE_LABEL] === 'system',
    );
    if (!isStaffed && this.#staffed.has(uid)) throw new InvariantError(`${name} lost its last system node`);
    if (isStaffed) this.#staffed.add(uid);
  }

  #checkPool(cluster: string, pool: PoolSpec, all: readonly SimulatedMachine[]): void {
    const key = `${cluster}/${pool.name}`;
    const machines = all.filter((machine) => machine.labels[POOL_LABEL] === pool.name);
    const ready = machines.filter((machine) => this.#counts(machine)).length;
    const isReplacing = new Set(machines.map((machine) => machine.pool)).size > 1;
    const wanted = pool.autoscale?.min ?? pool.size;
    const floor = Math.min(isReplacing ? (this.#floors.get(key) ?? ready) : ready, wanted);
    this.#floors.set(key, floor);
    if (ready < floor)
      throw new InvariantError(`${key}: ${ready} nodes while they are replaced, at least ${floor} expected`);
  }

  #counts({ name, state }: SimulatedMachine): boolean {
    if (state !== 'Running') return false;
    if (!this.#isStruck(name)) this.#born.add(name);
    return this.#born.has(name);
  }
}
