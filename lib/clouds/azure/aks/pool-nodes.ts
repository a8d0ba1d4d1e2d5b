/**
 * The nodes of some AKS pools, joined with the machines behind them. Asked for only when a planner needs them: a pool
 * at rest costs no question to the cluster.
 */
import { ok, type Result } from '../../../domain/errors.ts';
import type { WorkloadNode } from '../../../kube/port.ts';
import type { AksContext } from './context.ts';
import type { AksMachine, AksPool, PoolDraft } from './port.ts';
import type { PoolNode } from './steps/pool-model.ts';

/** AKS's own label; the short one is deprecated but still what older nodes carry. */
const AGENT_POOL_LABELS = ['kubernetes.azure.com/agentpool', 'agentpool'] as const;

export function agentPoolOf(node: WorkloadNode): string | undefined {
  return AGENT_POOL_LABELS.map((label) => node.labels[label]).find((name) => name !== undefined);
}

export interface Question {
  readonly current: AksPool | undefined;
  readonly others: readonly AksPool[];
  readonly wanted: PoolDraft | undefined;
  /** AKS is busy: nothing will be removed now, so only the nodes count, for progress. */
  readonly moving: boolean;
}

export async function nodesOfPools(
  ctx: AksContext,
  question: Question,
): Promise<Result<readonly PoolNode[]>> {
  const { current } = question;
  const others = question.moving ? [] : question.others;
  if (!needsNodes(question)) return ok([]);
  const leaving = question.others.length > 0;
  const nodes = await ctx.nodes();
  // A scale operation only loses its progress when the cluster does not answer.
  if (!nodes.ok) return leaving && question.wanted ? nodes : unregistered(ctx, others);
  const machines = await machinesOf(ctx, others);
  if (!machines.ok) return machines;
  const kept = current ? nodes.value.filter((node) => agentPoolOf(node) === current.name) : [];
  return ok([
    ...kept.map((node) => joined(node.name, agentPoolOf(node) ?? '', node)),
    ...machines.value.map(({ pool, machine }) => joined(machine.name, pool, nodeOf(nodes.value, machine))),
  ]);
}

/** A pool that leaves is drained as far as that is possible: its machines count as nodes. */
async function unregistered(
  ctx: AksContext,
  others: readonly AksPool[],
): Promise<Result<readonly PoolNode[]>> {
  const machines = await machinesOf(ctx, others);
  if (!machines.ok) return machines;
  return ok(
    machines.value.map(({ pool, machine }) => ({
      ...joined(machine.name, pool, undefined),
      registered: true,
    })),
  );
}

/** A pool at rest costs no question. */
export function needsNodes(question: Question): boolean {
  return question.others.length > 0 || isScaling(question);
}

function isScaling({ current, wanted }: Question): boolean {
  if (!current || !wanted) return false;
  return (
    current.provisioning === 'moving' || (wanted.autoscale === undefined && wanted.count !== current.count)
  );
}

async function machinesOf(
  ctx: AksContext,
  pools: readonly AksPool[],
): Promise<Result<readonly { readonly pool: string; readonly machine: AksMachine }[]>> {
  const found: { pool: string; machine: AksMachine }[] = [];
  for (const pool of pools) {
    const machines = await ctx.aks.listMachines(pool.name);
    // The pool went away between two questions.
    if (!machines.ok && machines.error.code === 'NotFound') continue;
    if (!machines.ok) return machines;
    found.push(...machines.value.map((machine) => ({ pool: pool.name, machine })));
  }
  return ok(found);
}

/** By name, which AKS gives both; by the machine's id when a node was named otherwise. */
function nodeOf(nodes: readonly WorkloadNode[], machine: AksMachine): WorkloadNode | undefined {
  const name = machine.name.toLowerCase();
  const id = machine.resourceId.toLowerCase();
  return nodes.find(
    (node) =>
      node.name.toLowerCase() === name || (id !== '' && node.providerId?.toLowerCase().endsWith(id) === true),
  );
}

/** Sorts before every real instant: a machine that never became a node is the first to go. */
const NEVER = '';

function joined(machine: string, agentPool: string, node: WorkloadNode | undefined): PoolNode {
  return {
    name: node?.name ?? machine,
    machine,
    agentPool,
    registered: node !== undefined,
    ready: node?.ready ?? false,
    unschedulable: node?.unschedulable ?? false,
    createdAt: node?.createdAt ?? NEVER,
  };
}
