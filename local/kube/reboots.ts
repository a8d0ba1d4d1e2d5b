/**
 * Nodes that are booted anew: away for a while, and with another boot id afterwards. What is remembered is the last time;
 * a machine of the same name that joins later starts clean.
 */
import { z } from 'zod';
import type { EpochMs } from '../../lib/domain/time.ts';
import type { Cluster } from './cluster.ts';
import { uidOf } from './node-marks.ts';
import type { SimulatedMachine } from './port.ts';

const RESOURCE = 'slipway/reboots';
/** From the order to the kubelet being back. Our estimates of a virtual machine. */
const UNTIL_DOWN_MS = 15_000;
const UNTIL_BACK_MS = 75_000;

const Reboot = z.object({ uid: z.string(), atMs: z.number() });

interface Outage {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
}

/** The last one; it may lie ahead. */
export function rebootOf(cluster: Cluster, machine: SimulatedMachine): Outage | undefined {
  const body = cluster.store.get(cluster.id, RESOURCE, machine.name);
  const kept = body === undefined ? undefined : Reboot.parse(body);
  if (kept?.uid !== uidOf(cluster, machine)) return undefined;
  return { fromMs: kept.atMs + UNTIL_DOWN_MS, untilMs: kept.atMs + UNTIL_BACK_MS };
}

export function rebootMoments(cluster: Cluster, machine: SimulatedMachine): readonly EpochMs[] {
  const reboot = rebootOf(cluster, machine);
  return reboot === undefined ? [] : [reboot.fromMs, reboot.untilMs];
}

export function orderReboot(cluster: Cluster, node: string): void {
  const machine = cluster.machines.find(({ name }) => name === node);
  if (machine === undefined) return;
  cluster.store.nextVersion(cluster.id);
  cluster.store.put(cluster.id, RESOURCE, node, { uid: uidOf(cluster, machine), atMs: cluster.nowMs });
}
