/** The steps of a cluster on machines of its own, in the order in which people read them; every such cloud has them. */
import type { ClusterView } from '../../domain/cluster.ts';
import type { AnyStep } from '../../domain/plan.ts';
import { FIRST_NODE_STEP, NETWORK_PLUGIN_STEP, POOL_STEP, poolStepName } from '../names.ts';
import { POOL_REMOVED } from '../plan/workers.ts';
import type { MachineCloud, MachineContext } from '../port.ts';
import type { MachineStepOptions } from './desired.ts';
import { firstNodeStep } from './first-node.ts';
import { keysStep } from './keys.ts';
import { poolStep } from './pool.ts';

export interface MachineStepsOptions extends MachineStepOptions {
  /** Steps that install things after machines/first-node: cloud controller, network plugin, storage. */
  readonly manifests: readonly AnyStep<MachineContext>[];
}

export function machineSteps(
  cloud: MachineCloud,
  view: ClusterView,
  options: MachineStepsOptions,
): readonly AnyStep<MachineContext>[] {
  const { manifests } = options;
  const plugin = manifests.some(({ name }) => name === NETWORK_PLUGIN_STEP);
  const after = [plugin ? NETWORK_PLUGIN_STEP : FIRST_NODE_STEP];
  const wanted = view.spec.pools.map(({ name, role }) =>
    poolStep({ cloud, pool: name, kind: role, after, options }),
  );
  const leaving = leavingPools(view).map((pool) =>
    poolStep({ cloud, pool, kind: 'leaving', after, options }),
  );
  return [keysStep, firstNodeStep(cloud, options), ...manifests, ...wanted, ...leaving];
}

/** Pools that left the spec: those with a record, and those that only the cloud remembers after a crash. */
function leavingPools(view: ClusterView): readonly string[] {
  const wanted = view.spec.pools.map(({ name }) => name);
  const recorded = view.recordedSteps
    .filter((step) => step.startsWith(POOL_STEP))
    .map((step) => step.slice(POOL_STEP.length))
    .filter((pool) => !isRemoved(view, pool));
  const { strayPools } = view.outputs(FIRST_NODE_STEP);
  const strays = Array.isArray(strayPools) ? strayPools.filter((pool) => typeof pool === 'string') : [];
  return [...new Set([...recorded, ...strays])].filter((pool) => !wanted.includes(pool)).sort();
}

function isRemoved(view: ClusterView, pool: string): boolean {
  const record = view.record(poolStepName(pool));
  return record?.phase === 'done' && record.reason === POOL_REMOVED;
}
