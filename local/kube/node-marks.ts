/**
 * What happened to a node once and stays so while its machine lives: a network plugin left its configuration on the
 * disk, the cloud controller has seen the node. A machine of the same name that joins later starts clean.
 */
import { z } from 'zod';
import type { EpochMs } from '../../lib/domain/time.ts';
import type { Cluster } from './cluster.ts';
import { uidFor } from './object.ts';
import type { SimulatedMachine } from './port.ts';

export type NodeMark = 'network-plugin' | 'cloud-controller';

const Mark = z.object({ uid: z.string(), atMs: z.number() });

/** Which life of the machine it is. */
export const uidOf = (cluster: Cluster, machine: SimulatedMachine): string =>
  uidFor(`${cluster.id}/nodes/${machine.name}/${machine.joinedAt ?? 0}`);

export function markedAt(cluster: Cluster, mark: NodeMark, machine: SimulatedMachine): EpochMs | undefined {
  const body = cluster.store.get(cluster.id, resourceOf(mark), machine.name);
  const kept = body === undefined ? undefined : Mark.parse(body);
  return kept?.uid === uidOf(cluster, machine) ? kept.atMs : undefined;
}

/** Keeps the first time. */
export function mark(cluster: Cluster, as: NodeMark, machine: SimulatedMachine, atMs: EpochMs): void {
  if (markedAt(cluster, as, machine) !== undefined) return;
  cluster.store.nextVersion(cluster.id);
  cluster.store.put(cluster.id, resourceOf(as), machine.name, {
    uid: uidOf(cluster, machine),
    atMs,
  });
}

const resourceOf = (mark: NodeMark): string => `slipway/${mark}`;
