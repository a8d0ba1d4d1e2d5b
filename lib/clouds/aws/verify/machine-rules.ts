/**
 * Can these machines be had there: type (A48, A143, A234), zones (A200, A233), spot (A252), totals (A149, A150), and is
 * the type one that our images run on and a control plane fits in.
 */
import { type Finding, violation } from '../../../domain/findings.ts';
import type { PoolSpec } from '../../../domain/pool.ts';
import type { MachineType } from '../catalog/port.ts';
import type { Facts } from './facts.ts';
import { successorOf } from './retired-types.ts';

/** A pool of the request with its place in it. */
export interface PlacedPool {
  readonly pool: PoolSpec;
  readonly index: number;
}

/** `m5.large`, `u-6tb1.metal`, `g4dn.xlarge`: the shape of every name that AWS gives. */
const TYPE_SHAPE = /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/;
/** Our images are built for it. */
const ARCHITECTURE = 'x86_64';
/** kubeadm's own preflight: kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm */
const CONTROL_PLANE_CPUS = 2;
const CONTROL_PLANE_GIB = 2;
/** A149, A150: over all worker pools. */
const MIN_CPUS = 2;
const MIN_MEMORY_GIB = 4;

export function machineFindings(
  pools: readonly PlacedPool[],
  region: string,
  facts: Facts,
): readonly Finding[] {
  return pools.flatMap((placed) => [
    ...typeFindings(placed, region, facts),
    ...zoneFindings(placed, region, facts),
  ]);
}

export function typeOf(types: readonly MachineType[], name: string): MachineType | undefined {
  return types.find((type) => type.name === name);
}

function typeFindings({ pool, index }: PlacedPool, region: string, { types }: Facts): readonly Finding[] {
  const path = `/pools/${index}/instanceType`;
  const { instanceType } = pool;
  if (!TYPE_SHAPE.test(instanceType)) {
    return [
      violation(
        'INSTANCE_TYPE_INVALID',
        path,
        `${instanceType} is no EC2 instance type.`,
        'Such as m5.large.',
      ),
    ];
  }
  if (types === undefined) return [];
  const type = typeOf(types, instanceType);
  if (!type || type.zones.length === 0) {
    const successor = successorOf(instanceType);
    const hint = successor === undefined ? undefined : `Its successor is ${successor}.`;
    return [
      violation('INSTANCE_TYPE_UNAVAILABLE', path, `${instanceType} is not offered in ${region}.`, hint),
    ];
  }
  return [...fitFindings(pool, type, path), ...spotFindings(pool, type, `/pools/${index}/capacity`)];
}

function fitFindings(pool: PoolSpec, type: MachineType, path: string): readonly Finding[] {
  if (!type.architectures.includes(ARCHITECTURE)) {
    const found = type.architectures.join(', ');
    return [
      violation(
        'INSTANCE_TYPE_INVALID',
        path,
        `${type.name} is ${found}; machines here are ${ARCHITECTURE}.`,
      ),
    ];
  }
  const tooSmall = type.vCpus < CONTROL_PLANE_CPUS || type.memoryGiB < CONTROL_PLANE_GIB;
  if (pool.role === 'worker' || !tooSmall) return [];
  return [
    violation(
      'INSTANCE_TYPE_INVALID',
      path,
      `${type.name} has ${type.vCpus} vCPU and ${type.memoryGiB} GiB; a control-plane node needs ${CONTROL_PLANE_CPUS} and ${CONTROL_PLANE_GIB}.`,
    ),
  ];
}

function spotFindings(pool: PoolSpec, type: MachineType, path: string): readonly Finding[] {
  if (pool.capacity !== 'spot' || type.spot) return [];
  return [violation('SPOT_UNAVAILABLE', path, `${type.name} has no spot market.`)];
}

function zoneFindings(
  { pool, index }: PlacedPool,
  region: string,
  { zones, types }: Facts,
): readonly Finding[] {
  if (zones === undefined) return [];
  const path = `/pools/${index}/zones`;
  const there = zones.filter(({ available }) => available).map(({ name }) => name);
  const unknown = pool.zones.filter((zone) => !there.includes(zone));
  if (unknown.length > 0) {
    const message = `${region} has no available zone ${unknown.join(', ')}.`;
    return [violation('ZONE_INVALID', path, message, `Zones of ${region}: ${there.join(', ')}.`)];
  }
  const type = types && typeOf(types, pool.instanceType);
  const without = type ? pool.zones.filter((zone) => !type.zones.includes(zone)) : [];
  if (!type || type.zones.length === 0 || without.length === 0) return [];
  const message = `${pool.instanceType} is not offered in zone ${without.join(', ')}.`;
  return [
    violation('ZONE_INVALID', path, message, `Zones of ${pool.instanceType}: ${type.zones.join(', ')}.`),
  ];
}

/** Control-plane nodes count when workloads may run there. */
export function totalFindings(pools: readonly PoolSpec[], { types }: Facts): readonly Finding[] {
  const counting = pools.filter(({ role, allowWorkloads }) => role === 'worker' || allowWorkloads === true);
  let cpus = 0;
  let memoryGiB = 0;
  for (const { instanceType, size } of counting) {
    const type = types && typeOf(types, instanceType);
    if (!type) return [];
    cpus += size * type.vCpus;
    memoryGiB += size * type.memoryGiB;
  }
  const short = (code: string, have: string, least: string) =>
    violation(code, '/pools', `Nodes for workloads have ${have} together; at least ${least} are needed.`);
  return [
    ...(cpus < MIN_CPUS ? [short('MIN_CPU', `${cpus} vCPU`, `${MIN_CPUS}`)] : []),
    ...(memoryGiB < MIN_MEMORY_GIB ? [short('MIN_MEMORY', `${memoryGiB} GiB`, `${MIN_MEMORY_GIB} GiB`)] : []),
  ];
}
