/**
 * How busy nodes are, as nobody runs on them: more by day than by night, restless all the time, different from node to
 * node, and the same whenever it is asked for the same moment. Never near a threshold, unless a fault says so.
 */
import { seededChance } from '../../clouds/kit/chance.ts';
import type { Cluster } from '../cluster.ts';
import { node } from '../nodes.ts';
import type { SimulatedMachine } from '../port.ts';

/** Shares of what the machine has, 0 to 1. */
export interface Load {
  readonly cpu: number;
  readonly memory: number;
  readonly disk: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** UTC; the height of the day. */
const PEAK_MS = 14 * HOUR_MS;

export function loadOf(cluster: Cluster, machine: SimulatedMachine): Load {
  const usual = usualLoad(cluster, machine);
  const wished = cluster.faults.findLast(
    ({ fault }) => fault.kind === 'load' && (fault.node === undefined || fault.node === machine.name),
  )?.fault;
  if (wished?.kind !== 'load') return usual;
  const { cpuPercent, memoryPercent } = wished;
  return {
    ...usual,
    ...(cpuPercent !== undefined && { cpu: cpuPercent / 100 }),
    ...(memoryPercent !== undefined && { memory: memoryPercent / 100 }),
  };
}

/** At most 65 % of the processors, 72 % of the memory, 50 % of the disk. */
function usualLoad({ id, nowMs }: Cluster, { name }: SimulatedMachine): Load {
  const { fraction } = seededChance(`${id}/${name}`);
  /** Between -1 and 1, smooth, anew every period. */
  const wander = (what: string, periodMs: number) => {
    const step = Math.floor(nowMs / periodMs);
    const way = (1 - Math.cos(Math.PI * (nowMs / periodMs - step))) / 2;
    const [from, to] = [fraction(`${what}/${step}`), fraction(`${what}/${step + 1}`)];
    return (from + (to - from) * way) * 2 - 1;
  };
  const day = Math.cos(((nowMs - PEAK_MS) / DAY_MS) * 2 * Math.PI);
  return {
    cpu:
      0.2 +
      0.2 * fraction('cpu') +
      0.12 * day +
      0.08 * wander('cpu', 10 * MINUTE_MS) +
      0.03 * wander('jitter', 20_000) +
      0.02,
    memory: 0.35 + 0.25 * fraction('memory') + 0.06 * day + 0.06 * wander('memory', HOUR_MS),
    disk: 0.2 + 0.25 * fraction('disk') + 0.05 * wander('disk', DAY_MS),
  };
}

/** Machines that are nodes and whose kubelets answer. */
export function measuredMachines(cluster: Cluster, silent: ReadonlySet<string>): readonly SimulatedMachine[] {
  return cluster.machines.filter(({ name }) => !silent.has(name) && node(cluster, name) !== undefined);
}
