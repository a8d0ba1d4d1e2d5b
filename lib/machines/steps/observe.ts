/** What a pool's step looks at. One list of machines and one of nodes serve all steps of a pass. */
import { fail, ok, type Result } from '../../domain/errors.ts';
import type { WorkloadNode } from '../../kube/port.ts';
import type { EtcdMember, SelfManagedApi } from '../../kube/self-managed.ts';
import type { ControlPlaneFacts, PoolDesired, PoolObserved } from '../plan/model.ts';
import { nodeFinder } from '../plan/nodes.ts';
import type { Machine, MachineContext } from '../port.ts';

export async function observePool(ctx: MachineContext, desired: PoolDesired): Promise<Result<PoolObserved>> {
  const machines = await ctx.listMachines();
  if (!machines.ok) return machines;
  const seen = { atMs: ctx.now(), machines: machines.value };
  if (desired.deleting) return ok(seen);
  const own = machines.value.filter(({ pool, state }) => pool === desired.pool && state !== 'gone');
  const nodes = await nodesFor(ctx, desired, own);
  if (!nodes.ok) return nodes;
  const known = nodes.value === undefined ? seen : { ...seen, nodes: nodes.value };
  if (desired.role === 'control-plane' && own.length > 0) return withControlPlane(ctx, own, known);
  return ok({ ...known, ...(await pricesFor(ctx, desired)) });
}

/** `undefined`: unknown, where that holds nothing up: a pool that leaves, or a control plane that is lost. */
async function nodesFor(
  ctx: MachineContext,
  desired: PoolDesired,
  own: readonly Machine[],
): Promise<Result<readonly WorkloadNode[] | undefined>> {
  const nodes = await ctx.nodes();
  if (nodes.ok) return nodes;
  if (nodes.error.code === 'NotFound') return ok([]);
  const dispensable = desired.wish === undefined || (desired.role === 'control-plane' && own.length === 0);
  return dispensable ? ok(undefined) : nodes;
}

/** Without prices nothing is bought; everything else of the pool goes on. */
async function pricesFor(
  ctx: MachineContext,
  { wish }: PoolDesired,
): Promise<Pick<PoolObserved, 'prices' | 'priceTrouble'>> {
  if (wish?.capacity !== 'spot') return {};
  const prices = await ctx.machines.prices(wish.instanceType);
  return prices.ok ? { prices: prices.value } : { priceTrouble: prices.error.message };
}

async function withControlPlane(
  ctx: MachineContext,
  own: readonly Machine[],
  seen: PoolObserved,
): Promise<Result<PoolObserved>> {
  const [targets, api] = await Promise.all([ctx.machines.targets(), ctx.workload()]);
  if (!targets.ok) return targets;
  if (!api.ok) {
    if (api.error.code !== 'NotFound') return api;
    return ok({ ...seen, controlPlane: { targets: targets.value, pods: [] } });
  }
  const nodeOf = nodeFinder(seen.nodes ?? []);
  const ready = own.flatMap((machine) => {
    const node = nodeOf(machine);
    return node?.ready ? [node.name] : [];
  });
  const [pods, etcd] = await Promise.all([api.value.controlPlanePods(), membersThrough(api.value, ready)]);
  if (!pods.ok) return pods;
  if (!etcd.ok) return etcd;
  const facts: ControlPlaneFacts = {
    targets: targets.value,
    pods: pods.value,
    ...(etcd.value === undefined ? {} : { etcd: etcd.value }),
  };
  return ok({ ...seen, controlPlane: facts });
}

/** Through the first Ready node that answers. */
async function membersThrough(
  api: SelfManagedApi,
  nodes: readonly string[],
): Promise<Result<readonly EtcdMember[] | undefined>> {
  let last: Result<readonly EtcdMember[] | undefined> = ok(undefined);
  for (const node of nodes.toSorted()) {
    last = await api.etcdMembers(node);
    if (last.ok) return last;
  }
  return last.ok ? last : fail(last.error);
}
