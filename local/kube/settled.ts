/**
 * Remembers that a cluster's controllers have nothing to do, so that a request costs what it reads and not the whole
 * cluster. They have something to do again once an object, a machine or a fault changed, or a time came.
 */
import type { EpochMs } from '../../lib/domain/time.ts';
import { asksAgainAt, forgottenAt } from './cloud-controller.ts';
import type { Cluster } from './cluster.ts';
import { settle } from './controllers.ts';
import { jobsMoveAt } from './jobs.ts';
import { balancesAt } from './managed-balancers.ts';
import { networkReadyAt, silentSince } from './node-conditions.ts';
import { nodes } from './nodes.ts';
import { finishesAt, pods } from './pods.ts';
import { rebootMoments } from './reboots.ts';
import { evictsAt } from './taint-eviction.ts';
import { veleroMovesAt } from './velero.ts';

interface Rest {
  /** Every write of an object or a fault raises it. */
  readonly version: number;
  readonly machines: string;
  readonly faults: number;
  /** When a node becomes Ready, a pod ends by itself, or a node has been silent for too long. */
  readonly untilMs: EpochMs;
}

export class Settled {
  readonly #resting = new Map<string, Rest>();

  settle(cluster: Cluster): void {
    const machines = JSON.stringify(cluster.machines);
    if (this.#isResting(cluster, machines)) return;
    settle(cluster);
    this.#resting.set(cluster.id, {
      version: cluster.store.version(cluster.id),
      machines,
      faults: cluster.faults.length,
      untilMs: nextMoment(cluster),
    });
  }

  forget(clusterId: string): void {
    this.#resting.delete(clusterId);
  }

  #isResting({ id, store, faults, nowMs }: Cluster, machines: string): boolean {
    const rest = this.#resting.get(id);
    if (rest === undefined || nowMs >= rest.untilMs) return false;
    return rest.version === store.version(id) && rest.faults === faults.length && rest.machines === machines;
  }
}

function nextMoment(cluster: Cluster): EpochMs {
  const moments = [
    ...cluster.machines.flatMap((machine) => [
      networkReadyAt(cluster, machine),
      silentSince(machine),
      forgottenAt(machine),
      ...rebootMoments(cluster, machine),
    ]),
    cluster.selfManaged === undefined ? balancesAt(cluster) : asksAgainAt(cluster),
    ...nodes(cluster).map(evictsAt),
    ...pods(cluster).map(finishesAt),
    ...jobsMoveAt(cluster),
    ...veleroMovesAt(cluster),
    ...pods(cluster).map(({ metadata }) => Date.parse(metadata.deletionTimestamp ?? '')),
  ];
  return Math.min(...moments.filter((at) => at > cluster.nowMs), Number.POSITIVE_INFINITY);
}
