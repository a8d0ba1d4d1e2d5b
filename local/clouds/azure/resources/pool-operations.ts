/** Finding a pool and beginning an operation on it: what the addresses below a pool share. */
import { ArmError } from '../errors.ts';
import { beginOperation, lateFailure } from '../operations.ts';
import type { TimingName } from '../settings.ts';
import type { Cluster, Failure, Operation, OperationKind, Pool } from '../state.ts';
import type { ArmRequest, World } from '../world.ts';
import { AKS, poolsOf } from './aks-operations.ts';

/** Throws 404 without an envelope, as AKS does below a cluster that exists. */
export function findPool(world: World, request: ArmRequest, cluster: Cluster): Pool {
  const name = request.param('pool');
  const pool = poolsOf(world.state, cluster).find((known) => known.name === name.toLowerCase());
  if (pool) return pool;
  throw new ArmError(
    404,
    'NotFound',
    `The agent pool '${name}' of the cluster '${cluster.name}' was not found.`,
    {
      bare: true,
    },
  );
}

export interface PoolOperation {
  readonly kind: OperationKind;
  readonly timing: TimingName;
  /** What the operation will end with, when the handler foresees it. */
  readonly fails?: Failure | undefined;
}

export function beginOnPool(
  world: World,
  request: ArmRequest,
  cluster: Cluster,
  pool: Pool,
  what: PoolOperation,
): Operation {
  const { now } = request;
  const durationMs = world.chance.milliseconds(
    `${what.timing}${pool.key}${now}`,
    world.settings.timings[what.timing],
  );
  const fails = lateFailure(world, request, cluster.location) ?? what.fails;
  return beginOperation(world, now, {
    kind: what.kind,
    targetKey: pool.key,
    clusterKey: cluster.key,
    namespace: AKS,
    subscription: cluster.subscription,
    location: cluster.location,
    durationMs,
    ...(fails ? { fails } : {}),
  });
}
