/**
 * The machines of a cluster with their disks and interfaces, and what Kubernetes made around them, as they are now. They
 * are read when somebody asks and are no part of the document.
 */
import type { ClusterView, LedgerEntry } from '../../domain/cluster.ts';
import { ok, type Result } from '../../domain/errors.ts';
import type { WorkloadNode } from '../../kube/port.ts';
import type { AwsContext } from './context.ts';
import type { Attachable, Leaving, Leavings } from './leavings/port.ts';
import type { InstanceSeen } from './machines/port.ts';
import { vpcOf } from './network/outputs.ts';
import { CLASSIC_BALANCER, EC2_KINDS, OTHER_KINDS } from './owned/kinds.ts';
import { POOL_TAG } from './tags.ts';

type Asked = Pick<AwsContext, 'nodes' | 'instances' | 'leavings'>;

/** Fails as the cloud does; while the cluster's own API does not answer, machines show what EC2 says of them. */
export async function liveResources(ctx: Asked, view: ClusterView): Promise<Result<readonly LedgerEntry[]>> {
  const vpcId = vpcOf(view)?.id;
  const [instances, disks, found, nodes] = await Promise.all([
    ctx.instances.list(),
    ctx.leavings.disksOf(view.id),
    ctx.leavings.find({ cluster: view, ...(vpcId === undefined ? {} : { vpcId }) }),
    ctx.nodes(),
  ]);
  if (!instances.ok) return instances;
  if (!disks.ok) return disks;
  if (!found.ok) return found;
  const known = nodes.ok ? nodes.value : [];
  return ok([
    ...instances.value.flatMap((instance) => machineRow(instance, known)),
    ...disks.value.map((disk) => attachableRow(EC2_KINDS.volume, 'machine', disk)),
    ...aroundRows(found.value),
  ]);
}

function machineRow(instance: InstanceSeen, nodes: readonly WorkloadNode[]): readonly LedgerEntry[] {
  const { id, tags, zone, state } = instance;
  const role = tags[POOL_TAG];
  if (role === undefined || state === 'gone') return [];
  const node = nodes.find(({ providerId }) => providerId?.endsWith(`/${id}`));
  const shown = node === undefined ? state : node.ready ? 'Ready' : 'NotReady';
  const name = tags.Name ?? id;
  return [{ kind: EC2_KINDS.instance, id, name, role, origin: 'created', zone, state: shown }];
}

function aroundRows({
  balancers,
  targetGroups,
  groups,
  volumes,
  interfaces,
}: Leavings): readonly LedgerEntry[] {
  return [
    ...balancers.map((one) => kubernetesRow(one.isClassic ? CLASSIC_BALANCER : OTHER_KINDS.balancer, one)),
    ...targetGroups.map((one) => kubernetesRow(OTHER_KINDS.targetGroup, one)),
    ...groups.map((one) => kubernetesRow(EC2_KINDS.securityGroup, one)),
    ...volumes.map((one) => attachableRow(EC2_KINDS.volume, 'kubernetes', one)),
    ...interfaces.map((one) => attachableRow(EC2_KINDS.interface, 'machine', one)),
  ];
}

function kubernetesRow(kind: string, { id, name }: Leaving): LedgerEntry {
  return { kind, id, name, role: 'kubernetes', origin: 'created', state: 'Exists' };
}

function attachableRow(kind: string, role: string, { id, name, inUse, zone }: Attachable): LedgerEntry {
  const state = inUse ? 'InUse' : 'Available';
  return { kind, id, name, role, origin: 'created', ...(zone === undefined ? {} : { zone }), state };
}
