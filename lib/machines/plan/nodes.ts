/** Which node is which machine's, and which nodes have none any more. Pure. */
import { POOL_LABEL } from '../../domain/pool.ts';
import type { WorkloadNode } from '../../kube/port.ts';
import type { Machine } from '../port.ts';
import type { Member, PoolObserved } from './model.ts';

/** By provider id, which the cloud controller sets a while after the node has registered; by name until then. */
export function nodeOf(machine: Machine, nodes: readonly WorkloadNode[]): WorkloadNode | undefined {
  return nodes.find((node) => belongsTo(node, machine));
}

function belongsTo(node: WorkloadNode, machine: Machine): boolean {
  if (node.providerId !== undefined) {
    return node.providerId.toLowerCase() === machine.providerId.toLowerCase();
  }
  return machine.nodeName !== undefined && node.name.toLowerCase() === machine.nodeName.toLowerCase();
}

/** Not while a machine of the pool hides: its node would look as if it had none. */
export function deadNodes(
  pool: string,
  observed: PoolObserved,
  members: readonly Member[],
): readonly string[] {
  const { nodes = [], machines } = observed;
  if (members.some((member) => member.machine === undefined)) return [];
  const present = machines.filter((machine) => machine.state !== 'gone');
  const gone = machines.filter((machine) => machine.pool === pool && machine.state === 'gone');
  return nodes
    .filter((node) => node.labels[POOL_LABEL] === pool || gone.some((machine) => belongsTo(node, machine)))
    .filter((node) => !present.some((machine) => belongsTo(node, machine)))
    .map((node) => node.name)
    .sort();
}
