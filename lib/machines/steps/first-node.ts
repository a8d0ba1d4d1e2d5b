/** `kubeadm init`: done once the API server answers and the node is registered, and never done again. */
import type { ClusterView } from '../../domain/cluster.ts';
import { ok, type Result } from '../../domain/errors.ts';
import type { Acted, Step } from '../../domain/plan.ts';
import { actOnPool } from '../act/pool.ts';
import { FIRST_NODE_STEP, KEYS_STEP, POOL_STEP } from '../names.ts';
import {
  type FirstNodeDesired,
  type FirstNodeObserved,
  isInitialised,
  planFirstNode,
} from '../plan/first-node.ts';
import type { PoolAction } from '../plan/model.ts';
import { situationOf } from '../plan/situation.ts';
import type { MachineCloud, MachineContext } from '../port.ts';
import { outputsOf, parseRecord } from '../record.ts';
import { controlPlaneOf, desiredWith, type MachineStepOptions } from './desired.ts';

type FirstNodeStep = Step<MachineContext, FirstNodeDesired, FirstNodeObserved, PoolAction>;

export function firstNodeStep(cloud: MachineCloud, options: MachineStepOptions): FirstNodeStep {
  return {
    name: FIRST_NODE_STEP,
    title: 'First control-plane node',
    condition: 'AddingControlPlaneNode',
    after: [KEYS_STEP, ...cloud.after],
    desired: (view) => desiredOf(cloud, view, options),
    observe,
    plan: planFirstNode,
    act: (ctx, desired, action) => actOn(ctx, desired, action),
    read: (desired, observed) => ({ outputs: outputsFrom(desired, observed) }),
  };
}

function desiredOf(
  cloud: MachineCloud,
  view: ClusterView,
  options: MachineStepOptions,
): FirstNodeDesired | undefined {
  const spec = controlPlaneOf(view);
  if (!spec) return undefined;
  const outputs = view.outputs(FIRST_NODE_STEP);
  const pool = desiredWith(cloud, view, { pool: spec.name, spec, record: parseRecord(outputs), options });
  return {
    pool: pool.wish === undefined ? pool : { ...pool, wish: { ...pool.wish, size: 1 } },
    pools: knownPools(view),
  };
}

/** Of the spec, and those that leave it step by step. */
function knownPools(view: ClusterView): readonly string[] {
  const wanted = view.spec.pools.map(({ name }) => name);
  const recorded = view.recordedSteps.filter((step) => step.startsWith(POOL_STEP));
  return [...new Set([...wanted, ...recorded.map((step) => step.slice(POOL_STEP.length))])].sort();
}

async function observe(ctx: MachineContext, desired: FirstNodeDesired): Promise<Result<FirstNodeObserved>> {
  const machines = await ctx.listMachines();
  if (!machines.ok) return machines;
  const seen = { atMs: ctx.now(), machines: machines.value, apiReady: false };
  if (desired.pool.deleting) return ok(seen);
  const running = machines.value.some(({ pool, state }) => pool === desired.pool.pool && state === 'running');
  if (!running) return ok({ ...seen, nodes: [] });
  const { initialised } = desired.pool;
  const [targets, apiReady] = await Promise.all([ctx.machines.targets(), initialised ? false : answers(ctx)]);
  if (!targets.ok) return targets;
  const nodes = apiReady ? await ctx.nodes() : ok([]);
  if (!nodes.ok) return nodes;
  return ok({ ...seen, apiReady, nodes: nodes.value, controlPlane: { targets: targets.value, pods: [] } });
}

/** Once it is initialised, what is to be remembered of machines is their pool's. */
async function actOn(
  ctx: MachineContext,
  { pool }: FirstNodeDesired,
  action: PoolAction,
): Promise<Result<Acted>> {
  const acted = await actOnPool(ctx, pool, action);
  if (!acted.ok || pool.deleting || !pool.initialised) return acted;
  const { outputs: _pools, ...rest } = acted.value;
  return ok(rest);
}

/** Until the API server is up, everything that is asked of it fails; the deadline is what ends that. */
async function answers(ctx: MachineContext): Promise<boolean> {
  const api = await ctx.workload();
  const ready = api.ok ? await api.value.ready() : api;
  return ready.ok && ready.value;
}

function outputsFrom(desired: FirstNodeDesired, observed: FirstNodeObserved) {
  if (desired.pool.deleting) return {};
  const strays = { strayPools: strayPools(desired, observed) };
  if (desired.pool.initialised) return strays;
  const record = outputsOf(situationOf(desired.pool, observed).record);
  if (!isInitialised(desired, observed)) return { ...record, ...strays };
  const { endpoint, kubernetesVersion } = desired.pool.boot;
  return {
    ...record,
    ...strays,
    initialised: true,
    kubernetesVersion: kubernetesVersion.slice(1),
    ...(endpoint === undefined ? {} : { apiEndpoint: `https://${endpoint}` }),
  };
}

/** Pools that only the cloud remembers: the pass that launched their machines died, and then they left the spec. */
function strayPools({ pools }: FirstNodeDesired, { machines }: FirstNodeObserved): string[] {
  const present = machines.filter(({ state }) => state !== 'gone').map(({ pool }) => pool);
  return [...new Set(present)].filter((pool) => !pools.includes(pool)).sort();
}
