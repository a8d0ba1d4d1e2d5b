/** One pool of machines, the control plane's included. A pool that left the spec keeps its step until nothing is left. */
import type { Step } from '../../domain/plan.ts';
import { actOnPool } from '../act/pool.ts';
import { poolStepName } from '../names.ts';
import type { PoolAction, PoolDesired, PoolObserved } from '../plan/model.ts';
import { planPool, recordOf } from '../plan/pool.ts';
import type { MachineCloud, MachineContext } from '../port.ts';
import { outputsOf } from '../record.ts';
import { type MachineStepOptions, poolDesired } from './desired.ts';
import { observePool } from './observe.ts';

export interface PoolStepParts {
  readonly cloud: MachineCloud;
  readonly pool: string;
  readonly kind: 'control-plane' | 'worker' | 'leaving';
  readonly after: readonly string[];
  readonly options: MachineStepOptions;
}

const TITLE = {
  'control-plane': (pool: string) => `Control plane ${pool}`,
  worker: (pool: string) => `Pool ${pool}`,
  leaving: (pool: string) => `Remove pool ${pool}`,
} as const;

const CONDITION = {
  'control-plane': 'AddingControlPlaneNode',
  worker: 'AddingWorkerNode',
  leaving: 'RemovingNode',
} as const;

export function poolStep({
  cloud,
  pool,
  kind,
  after,
  options,
}: PoolStepParts): Step<MachineContext, PoolDesired, PoolObserved, PoolAction> {
  return {
    name: poolStepName(pool),
    title: TITLE[kind](pool),
    condition: CONDITION[kind],
    after,
    desired: (view) => poolDesired(cloud, view, pool, options),
    observe: observePool,
    plan: planPool,
    act: actOnPool,
    read: (desired, observed) => ({ outputs: outputsOf(recordOf(desired, observed)) }),
  };
}
