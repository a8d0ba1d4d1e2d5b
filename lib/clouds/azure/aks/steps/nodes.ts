/** Every machine that AKS made has to become a Ready node; people are told which do not when it takes too long. */
import { ok } from '../../../../domain/errors.ts';
import { act, blocked, done, type Plan, type Step, wait } from '../../../../domain/plan.ts';
import { type EpochMs, elapsedMs, type Instant } from '../../../../domain/time.ts';
import type { WorkloadNode } from '../../../../kube/port.ts';
import { agentPoolName } from '../../names.ts';
import { POOL_TAG } from '../../tags.ts';
import { closedNodes, openingMessage, openNodes } from '../closed-nodes.ts';
import type { AksContext } from '../context.ts';
import { isOurs, specHashOf } from '../desired.ts';
import { agentPoolOf } from '../pool-nodes.ts';
import type { AksPool } from '../port.ts';
import { NODE_LOOK_MS, NODES_READY_WITHIN_MS } from '../timing.ts';

export interface NodesDesired {
  readonly id: string;
  /** A change of any pool makes the nodes worth a look again. */
  readonly pools: readonly { readonly name: string; readonly size: number; readonly revision: string }[];
  /** Since when nodes are waited for. */
  readonly since?: Instant;
  readonly speed: number;
}
export interface NodesObserved {
  readonly pools: readonly AksPool[];
  readonly nodes: readonly WorkloadNode[];
}

export const NODES_STEP = 'aks/nodes';

export function nodesStep(
  speed: number,
  poolSteps: readonly string[],
): Step<AksContext, NodesDesired, NodesObserved, OpenNodes> {
  return {
    name: NODES_STEP,
    title: 'Wait for nodes to be Ready',
    condition: 'AddingWorkerNode',
    after: ['aks/kubeconfig', ...poolSteps],
    desired(view) {
      if (view.deleting) return undefined;
      const record = view.record(NODES_STEP);
      const underWay = record?.phase === 'active' || record?.phase === 'failed';
      const since = underWay ? record.startedAt : undefined;
      return {
        id: view.id,
        pools: view.spec.pools.map((pool) => ({
          name: pool.name,
          size: pool.autoscale?.min ?? pool.size,
          revision: specHashOf(pool),
        })),
        speed,
        ...(since === undefined ? {} : { since }),
      };
    },
    async observe(ctx, desired) {
      const [cluster, nodes] = await Promise.all([ctx.cluster(), ctx.nodes()]);
      if (!cluster.ok) return cluster;
      if (!nodes.ok) return nodes;
      const pools = cluster.value && isOurs(cluster.value.tags, desired.id) ? cluster.value.pools : [];
      return ok({ pools, nodes: nodes.value });
    },
    plan: planNodes,
    act: (ctx, _desired, action) => openNodes(ctx, action.nodes),
  };
}

/** All pools are as wanted when this step looks, so no node of theirs has a reason to be closed. */
interface OpenNodes {
  readonly nodes: readonly string[];
}

function planNodes(desired: NodesDesired, observed: NodesObserved, nowMs: EpochMs): Plan<OpenNodes> {
  const { pools, nodes } = observed;
  const staying = desired.pools.map((pool) => agentPoolName(pool.name, pool.revision));
  const closed = closedNodes(nodes, staying);
  if (closed.length > 0) return act({ nodes: closed }, 'OpeningNodes', { message: openingMessage(closed) });
  const total = pools.reduce((sum, pool) => sum + pool.count, 0);
  const missing = pools.filter((pool) => readyIn(pool, nodes) < pool.count);
  const ready = pools.reduce((sum, pool) => sum + Math.min(pool.count, readyIn(pool, nodes)), 0);
  const progress = { done: ready, total };
  if (missing.length === 0) return done('NodesReady', { progress });
  const waitedMs = desired.since === undefined ? 0 : elapsedMs(desired.since, nowMs, desired.speed);
  if (waitedMs >= NODES_READY_WITHIN_MS) {
    return blocked('NodesNotReady', missing.map((pool) => complaint(pool, nodes)).join(' '), { progress });
  }
  return wait(NODE_LOOK_MS, 'WaitingForNodes', {
    progress,
    message: `Waiting for Ready nodes in pool ${missing.map(poolName).join(', ')}.`,
  });
}

function readyIn(pool: AksPool, nodes: readonly WorkloadNode[]): number {
  return nodes.filter((node) => node.ready && agentPoolOf(node) === pool.name).length;
}

function poolName(pool: AksPool): string {
  return pool.tags[POOL_TAG] ?? pool.name;
}

/** What AKS says of the pool and what the nodes say of themselves. */
function complaint(pool: AksPool, nodes: readonly WorkloadNode[]): string {
  const own = nodes.filter((node) => agentPoolOf(node) === pool.name);
  const unready = own.filter((node) => !node.ready).map((node) => `${node.name} (${trouble(node)})`);
  const absent = own.length < pool.count ? ['some machines never joined the cluster'] : [];
  const azure = pool.failure === undefined ? '' : ` Azure: ${pool.failure.message}`;
  return `Pool ${poolName(pool)} is ${pool.state}, not Ready: ${[...unready.sort(), ...absent].join(', ')}.${azure}`;
}

function trouble(node: WorkloadNode): string {
  const ready = node.conditions.find((condition) => condition.type === 'Ready');
  return ready?.message ?? ready?.reason ?? 'no condition reported';
}
