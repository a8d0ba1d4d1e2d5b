/** The steps of an AKS cluster, in the order in which people read them. */
import { agentStep } from '../../../../agents/install-step.ts';
import type { AgentFacts } from '../../../../agents/manifests/facts.ts';
import type { ClusterView } from '../../../../domain/cluster.ts';
import type { AnyStep } from '../../../../domain/plan.ts';
import type { AksContext } from '../context.ts';
import { POOL_STEP, servedPools } from '../desired.ts';
import { accountStep } from './account.ts';
import { clusterStep } from './cluster.ts';
import { credentialsStep } from './credentials.ts';
import { kubeconfigStep } from './kubeconfig.ts';
import { networkPluginStep, storageStep } from './managed.ts';
import { networkStep } from './network.ts';
import { nodesStep } from './nodes.ts';
import { poolStep } from './pool.ts';
import { POOL_REMOVED } from './remove-plan.ts';

/** `agent`: absent where clusters get none. */
export function aksSteps(
  view: ClusterView,
  speed: number,
  agent?: AgentFacts,
): readonly AnyStep<AksContext>[] {
  const wanted = view.spec.pools.map((pool) => pool.name);
  const leaving = leavingPools(view, wanted);
  const pools = [
    ...wanted.map((pool) => poolStep(pool, speed, false)),
    ...leaving.map((pool) => poolStep(pool, speed, true)),
  ];
  return [
    accountStep,
    networkStep,
    clusterStep(speed),
    credentialsStep(speed),
    kubeconfigStep,
    ...pools,
    nodesStep(
      speed,
      pools.map((step) => step.name),
    ),
    networkPluginStep,
    storageStep,
    ...(agent === undefined ? [] : [agentStep(agent, [storageStep.name])]),
  ];
}

/** Pools that left the spec: those with a record, and those that only Azure remembers after a crash. */
function leavingPools(view: ClusterView, wanted: readonly string[]): readonly string[] {
  const recorded = view.recordedSteps
    .filter((step) => step.startsWith(POOL_STEP) && !isRemoved(view, step))
    .map((step) => step.slice(POOL_STEP.length));
  const names = new Set([...recorded, ...servedPools(view)]);
  return [...names].filter((name) => !wanted.includes(name)).sort();
}

function isRemoved(view: ClusterView, step: string): boolean {
  const record = view.record(step);
  return record?.phase === 'done' && record.reason === POOL_REMOVED;
}
