/**
 * The machines of a cluster and what AKS made around them in the node resource group, as they are now. A pool may have
 * a thousand machines: they are read when somebody asks and are no part of the document.
 */
import type { ClusterView, LedgerEntry } from '../../../domain/cluster.ts';
import { ok, type Result } from '../../../domain/errors.ts';
import type { WorkloadNode } from '../../../kube/port.ts';
import type { OwnedResource } from '../../port.ts';
import { isManagedCluster } from '../arm/orphans.ts';
import type { AzurePlatform } from '../platform.ts';
import { POOL_TAG } from '../tags.ts';
import type { AksContext } from './context.ts';
import { agentPoolOf } from './pool-nodes.ts';
import type { AksPool } from './port.ts';

type Asked = Pick<AksContext, 'cluster' | 'nodes'> & { readonly platform: Pick<AzurePlatform, 'listTagged'> };

/** Fails as the cloud does; machines alone are missing while the cluster's own API does not answer. */
export async function liveResources(ctx: Asked, view: ClusterView): Promise<Result<readonly LedgerEntry[]>> {
  const [cluster, owned, nodes] = await Promise.all([
    ctx.cluster(),
    ctx.platform.listTagged(view.id),
    ctx.nodes(),
  ]);
  if (!cluster.ok) return cluster;
  if (!owned.ok) return owned;
  const pools = cluster.value?.pools ?? [];
  const machines = nodes.ok ? nodes.value.flatMap((node) => machineRow(node, pools)) : [];
  return ok([...owned.value.flatMap(aroundRow), ...machines]);
}

/** The cluster itself and its group have rows with more to say. */
function aroundRow(resource: OwnedResource): readonly LedgerEntry[] {
  if (isManagedCluster(resource)) return [];
  const { kind, id, name } = resource;
  return [{ kind, id, name, role: 'node-infrastructure', origin: 'created', state: 'Exists' }];
}

/** `azure:///subscriptions/...`: the machine's id follows the scheme. */
const PROVIDER_PREFIX = /^azure:\/\//;

function machineRow(node: WorkloadNode, pools: readonly AksPool[]): readonly LedgerEntry[] {
  const pool = pools.find((candidate) => candidate.name === agentPoolOf(node));
  if (!pool || node.providerId === undefined) return [];
  return [
    {
      kind: 'Microsoft.Compute/virtualMachineScaleSets/virtualMachines',
      id: node.providerId.replace(PROVIDER_PREFIX, ''),
      name: node.name,
      role: pool.tags[POOL_TAG] ?? pool.name,
      origin: 'created',
      ...(node.zone === undefined ? {} : { zone: zoneOf(node.zone) }),
      state: node.ready ? 'Ready' : 'NotReady',
    },
  ];
}

/** Nodes say `westeurope-1` for the zone that Azure and the spec call `1`. */
function zoneOf(label: string): string {
  return label.split('-').at(-1) ?? label;
}
