/**
 * One pool of the spec. AKS knows it as one agent pool per revision; which is which is read off the tags. A pool that
 * left the spec keeps its step until nothing of it is left.
 */
import { z } from 'zod';
import { sameValue } from '../../../../domain/canonical.ts';
import type { ClusterView, LedgerEntry } from '../../../../domain/cluster.ts';
import { ok, type Result } from '../../../../domain/errors.ts';
import type { Step } from '../../../../domain/plan.ts';
import type { DrainOptions } from '../../../../domain/pool.ts';
import { MINUTE_MS } from '../../../../domain/time.ts';
import { agentPoolName } from '../../names.ts';
import { managedKeys, POOL_TAG } from '../../tags.ts';
import { closedNodes } from '../closed-nodes.ts';
import type { AksContext } from '../context.ts';
import { draftPool, isOurs, POOL_STEP, poolsOf, specHashOf, stringsOf } from '../desired.ts';
import { needsNodes, nodesOfPools } from '../pool-nodes.ts';
import type { AksCluster, AksPool } from '../port.ts';
import { shownFailure } from '../repair.ts';
import { actOnPool } from './pool-act.ts';
import type { PoolAction, PoolDesired, PoolObserved } from './pool-model.ts';
import { planPool } from './pool-plan.ts';

const Remembered = z.object({
  operation: z.enum(['createPool', 'updatePool', 'deletePool', 'deleteMachines']).optional().catch(undefined),
  operationAt: z.string().optional().catch(undefined),
  replaceTotal: z.number().optional().catch(undefined),
  draining: z
    .object({ node: z.string(), since: z.string(), budgets: z.array(z.string()) })
    .optional()
    .catch(undefined),
  drain: z
    .object({ timeoutMs: z.number(), onBlocked: z.enum(['wait', 'skip', 'force']) })
    .optional()
    .catch(undefined),
});

/** The default of the API. A pool with others has them remembered, for the day when its spec is gone. */
const DEFAULT_DRAIN: DrainOptions = { timeoutMs: 10 * MINUTE_MS, onBlocked: 'wait' };

type PoolStep = Step<AksContext, PoolDesired, PoolObserved & Rows, PoolAction>;

/** Read off the same look, for the ledger and the tags. */
interface Rows {
  readonly cluster?: AksCluster;
}

export function poolStep(pool: string, speed: number, removing: boolean): PoolStep {
  const name = `${POOL_STEP}${pool}`;
  return {
    name,
    title: removing ? `Remove pool ${pool}` : `Pool ${pool}`,
    condition: removing ? 'RemovingNode' : 'AddingWorkerNode',
    after: ['aks/kubeconfig'],
    lane: 'aks',
    desired: (view) => (view.deleting ? undefined : desiredOf(view, pool, name, speed)),
    observe,
    plan: planPool,
    act: actOnPool,
    read(desired, { cluster, current, others, moving }) {
      if (!cluster) return {};
      const wish = { want: desired.draft?.tags ?? {}, managed: desired.managedTags };
      return {
        outputs: {
          ...(current ? { tagKeys: [...managedKeys(current.tags, wish)] } : {}),
          ...(moving ? {} : { operation: null, operationAt: null }),
          ...(sameValue(desired.drain, DEFAULT_DRAIN) ? {} : { drain: { ...desired.drain } }),
          ...(others.length === 0 ? { replaceTotal: null, draining: null, drained: null } : {}),
        },
        resources: [...(current ? [current] : []), ...others].map((seen) => row(cluster, seen, pool)),
      };
    },
  };
}

function desiredOf(view: ClusterView, pool: string, step: string, speed: number): PoolDesired {
  const outputs = view.outputs(step);
  const spec = view.spec.pools.find((candidate) => candidate.name === pool);
  const draft = spec && draftPool(view, spec);
  const shown = shownFailure(view.record(step));
  const { operation, operationAt, replaceTotal, draining, drain } = Remembered.parse(outputs);
  const managed = new Set([...stringsOf(outputs, 'tagKeys'), ...Object.keys(draft?.tags ?? {})]);
  return {
    id: view.id,
    pool,
    ...(draft === undefined ? {} : { draft }),
    staying: view.spec.pools.map((wanted) => agentPoolName(wanted.name, specHashOf(wanted))).sort(),
    drain: spec?.drain ?? drain ?? DEFAULT_DRAIN,
    speed,
    managedTags: [...managed].sort(),
    drained: stringsOf(outputs, 'drained'),
    ...(operation === undefined ? {} : { operation }),
    ...(operationAt === undefined ? {} : { operationAt }),
    ...(replaceTotal === undefined ? {} : { replaceTotal }),
    ...(draining === undefined ? {} : { draining }),
    ...(shown === undefined ? {} : { shown }),
  };
}

async function observe(ctx: AksContext, desired: PoolDesired): Promise<Result<PoolObserved & Rows>> {
  const seen = await ctx.cluster();
  if (!seen.ok) return seen;
  const cluster = seen.value;
  if (!cluster || !isOurs(cluster.tags, desired.id)) return ok(ABSENT);
  const served = poolsOf(cluster.pools, desired.pool);
  const current = served.find((pool) => pool.name === desired.draft?.name);
  const others = served.filter((pool) => pool !== current);
  const moving = [cluster, ...cluster.pools].some((one) => one.provisioning === 'moving');
  const question = { current, others, wanted: desired.draft, moving };
  const nodes = await nodesOfPools(ctx, question);
  if (!nodes.ok) return nodes;
  const known = needsNodes(question) ? await ctx.nodes() : ok([]);
  return ok({
    present: true,
    moving,
    ...(current === undefined ? {} : { current }),
    others,
    otherSystemPool: cluster.pools.some((pool) => isOtherSystemPool(pool, desired.pool)),
    nodes: nodes.value,
    closed: known.ok ? closedNodes(known.value, desired.staying) : [],
    cluster,
  });
}

const ABSENT: PoolObserved = {
  present: false,
  moving: false,
  others: [],
  otherSystemPool: false,
  nodes: [],
  closed: [],
};

function isOtherSystemPool(pool: AksPool, self: string): boolean {
  const usable = pool.mode === 'System' && pool.provisioning === 'settled' && pool.count > 0;
  return usable && pool.tags[POOL_TAG] !== self;
}

function row(cluster: AksCluster, pool: AksPool, role: string): LedgerEntry {
  return {
    kind: 'Microsoft.ContainerService/managedClusters/agentPools',
    id: `${cluster.id}/agentPools/${pool.name}`,
    name: pool.name,
    role,
    origin: 'created',
    state: pool.state,
  };
}
