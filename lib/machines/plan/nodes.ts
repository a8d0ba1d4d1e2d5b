/** Which node is which machine's, and which nodes have none any more. Pure. */
import { POOL_LABEL } from '../../domain/pool.ts';
import type { WorkloadNode } from '../../kube/port.ts';
import type { Machine } from '../port.ts';
import type { Member, PoolObserved } from './model.ts';

export type NodeOf = (machine: Machine) => WorkloadNode | undefined;

/** By provider id, which the cloud controller sets a while after the node has registered; by name until then. */
export function nodeFinder(nodes: readonly WorkloadNode[]): NodeOf {
  const known = new Map(nodes.map((node) => [keyOfNode(node), node]));
  return (machine) => keysOf(machine).flatMap((key) => known.get(key) ?? [])[0];
}

const keyOfNode = ({ providerId, name }: WorkloadNode): string =>
  providerId === undefined ? `name ${name.toLowerCase()}` : `id ${providerId.toLowerCase()}`;

function keysOf({ providerId, nodeName }: Machine): readonly string[] {
  const byId = `id ${providerId.toLowerCase()}`;
  return nodeName === undefined ? [byId] : [byId, `name ${nodeName.toLowerCase()}`];
}

/** Not while a machine of the pool hides: its node would look as if it had none. */
export function deadNodes(
  pool: string,
  observed: PoolObserved,
  members: readonly Member[],
): readonly string[] {
  const { nodes = [], machines } = observed;
  if (members.some((member) => member.machine === undefined)) return [];
  const present = new Set(machines.filter(({ state }) => state !== 'gone').flatMap(keysOf));
  const gone = new Set(machines.filter((one) => one.pool === pool && one.state === 'gone').flatMap(keysOf));
  return nodes
    .filter((node) => node.labels[POOL_LABEL] === pool || gone.has(keyOfNode(node)))
    .filter((node) => !present.has(keyOfNode(node)))
    .map((node) => node.name)
    .sort();
}

/** As etcd calls it, too; `undefined`: the cloud has not said it yet. */
export function memberName({ node, machine }: Member): string | undefined {
  return node?.name ?? machine?.nodeName;
}

/** What people know the machine by: its node, as soon as it has one. */
export function nameOf(member: Member): string {
  return memberName(member) ?? member.machine?.name ?? member.id;
}
