/**
 * What is made to go wrong in a simulated cluster on purpose. Faults last until they are cleared and survive a restart.
 * This file keeps them; nodes.ts and simulated-clusters.ts act on those that concern the API server and its nodes. The others
 * are for who simulates agents and load.
 */
import { z } from 'zod';
import type { EpochMs } from '../../lib/domain/time.ts';
import type { ObjectStore } from './object-store.ts';
import type { SimulatedMachine } from './port.ts';

const Percent = z.number().min(0).max(100);

export const ClusterFault = z.discriminatedUnion('kind', [
  /** Nobody answers at the API server's address. */
  z.strictObject({ kind: z.literal('api-down') }),
  /** A node reports this condition with this status. */
  z.strictObject({
    kind: z.literal('node-condition'),
    node: z.string().min(1),
    condition: z.string().min(1),
    status: z.enum(['True', 'False', 'Unknown']),
  }),
  /** The kubelet stops reporting; the machine may still run. */
  z.strictObject({ kind: z.literal('node-lost'), node: z.string().min(1) }),
  z.strictObject({ kind: z.literal('agent-stopped') }),
  /** What is not said stays as usual. */
  z
    .strictObject({
      kind: z.literal('load'),
      node: z.string().min(1).optional(),
      cpuPercent: Percent.optional(),
      memoryPercent: Percent.optional(),
    })
    .refine(({ cpuPercent, memoryPercent }) => (cpuPercent ?? memoryPercent) !== undefined, {
      error: 'A load says cpuPercent, memoryPercent or both.',
    }),
]);
export type ClusterFault = z.output<typeof ClusterFault>;

const StoredFault = z.object({ id: z.string(), atMs: z.number(), fault: ClusterFault });
export type StoredFault = z.output<typeof StoredFault>;

/**
 * Whether a fault of a node is that machine's. Addresses are given again, and names of nodes with them: what joined
 * later under the same name is another machine. AKS's names are of the machine before it joins.
 */
export function strikes({ fault, atMs }: StoredFault, machine: SimulatedMachine): boolean {
  if (!('node' in fault) || fault.node !== machine.name) return false;
  return machine.kubeadm === undefined || (machine.joinedAt ?? 0) <= atMs;
}

const RESOURCE = 'slipway/faults';

export class FaultBook {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  add(cluster: string, fault: ClusterFault, nowMs: EpochMs): StoredFault {
    const stored = { id: `fault-${this.#store.nextVersion(cluster)}`, atMs: nowMs, fault };
    this.#store.put(cluster, RESOURCE, stored.id, stored);
    return stored;
  }

  list(cluster: string): readonly StoredFault[] {
    return this.#store.list(cluster, RESOURCE).map(([, body]) => StoredFault.parse(body));
  }

  /** All of them when no id is given. True when there was one. */
  clear(cluster: string, id?: string): boolean {
    const ended = this.list(cluster).filter((fault) => id === undefined || fault.id === id);
    for (const fault of ended) this.#store.delete(cluster, RESOURCE, fault.id);
    return ended.length > 0;
  }
}
