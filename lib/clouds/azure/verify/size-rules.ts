/** Can these machines be had there: size (A48, A143, A155), zones (A49, A151), disk (A144), totals (A149, A150). */
import { type Finding, violation, warning } from '../../../domain/findings.ts';
import type { PoolSpec } from '../../../domain/pool.ts';
import type { VmSize } from '../catalog.ts';
import type { Facts } from './facts.ts';
import { successorOf } from './retired-sizes.ts';

/** A pool of the request with its place in it. */
export interface PlacedPool {
  readonly pool: PoolSpec;
  readonly index: number;
}

/** `Standard_D4s_v5`, `Standard_NC4as_T4_v3`: the shape of every name that Azure gives. */
const SIZE_SHAPE = /^(?:Standard|Basic)_[A-Z]{1,3}\d+(?:-\d+)?[a-z]*(?:_[A-Za-z0-9]+)*$/i;
/** AKS's own floor: cluster add-ons need it. */
const MIN_CPUS = 2;
const MIN_MEMORY_GIB = 4;

export function sizeOf(sizes: readonly VmSize[], instanceType: string): VmSize | undefined {
  const wanted = instanceType.toLowerCase();
  return sizes.find(({ name }) => name.toLowerCase() === wanted);
}

export function machineFindings(
  pools: readonly PlacedPool[],
  region: string,
  facts: Facts,
): readonly Finding[] {
  return pools.flatMap((placed) => [
    ...typeFindings(placed, region, facts),
    ...zoneFindings(placed, region, facts),
    ...diskFindings(placed, facts),
  ]);
}

function typeFindings({ pool, index }: PlacedPool, region: string, { sizes }: Facts): readonly Finding[] {
  const path = `/pools/${index}/instanceType`;
  const { instanceType } = pool;
  if (!SIZE_SHAPE.test(instanceType)) {
    return [
      violation(
        'INSTANCE_TYPE_INVALID',
        path,
        `${instanceType} is no Azure size.`,
        'Such as Standard_D4s_v5.',
      ),
    ];
  }
  if (sizes === undefined) return [];
  const size = sizeOf(sizes, instanceType);
  if (size && !size.restricted) return [];
  const successor = successorOf(instanceType);
  const hint = successor === undefined ? undefined : `Its successor is ${successor}.`;
  return [
    violation(
      'INSTANCE_TYPE_UNAVAILABLE',
      path,
      `${instanceType} is not offered to this subscription in ${region}.`,
      hint,
    ),
  ];
}

function zoneFindings({ pool, index }: PlacedPool, region: string, facts: Facts): readonly Finding[] {
  const path = `/pools/${index}/zones`;
  if (pool.zones.length === 0) return [];
  const place = facts.regions?.find(({ name }) => name === region);
  const size = facts.sizes && sizeOf(facts.sizes, pool.instanceType);
  if (place && place.zones.length === 0) {
    return [violation('REGION_HAS_NO_ZONES', path, `Region ${region} has no availability zones.`)];
  }
  const offered = size?.zones ?? place?.zones;
  if (offered === undefined) return [];
  const wrong = pool.zones.filter((zone) => !offered.includes(zone));
  if (wrong.length === 0) return [];
  const hint =
    offered.length === 0 ? 'Leave zones out.' : `Zones of ${pool.instanceType}: ${offered.join(', ')}.`;
  const what = `${pool.instanceType} is not offered in zone ${wrong.join(', ')} of ${region}.`;
  return [violation('ZONE_INVALID', path, what, hint)];
}

/** AKS derives the disk from the size; only a disk that the size cannot have at all is refused. */
function diskFindings({ pool, index }: PlacedPool, { sizes }: Facts): readonly Finding[] {
  const { type } = pool.disk;
  const size = sizes && sizeOf(sizes, pool.instanceType);
  if (type === undefined || !size) return [];
  const path = `/pools/${index}/disk/type`;
  const premium = type.startsWith('Premium');
  if (premium === size.premiumStorage) return [];
  if (premium) {
    return [
      violation(
        'DISK_TYPE_UNSUPPORTED_BY_SIZE',
        path,
        `${pool.instanceType} has no premium storage, so no ${type}.`,
      ),
    ];
  }
  const hint = 'AKS chooses the disk by the size; a size without premium storage has standard disks.';
  return [warning('DISK_TYPE_BY_SIZE', path, `${pool.instanceType} gets premium disks, not ${type}.`, hint)];
}

/** Over all pools, with the least that an autoscaler may leave. */
export function totalFindings(pools: readonly PoolSpec[], { sizes }: Facts): readonly Finding[] {
  const known = pools.map((pool) => ({
    nodes: pool.autoscale?.min ?? pool.size,
    size: sizes && sizeOf(sizes, pool.instanceType),
  }));
  let cpus = 0;
  let memoryGiB = 0;
  for (const { nodes, size } of known) {
    if (!size) return [];
    cpus += nodes * size.vCpus;
    memoryGiB += nodes * size.memoryGiB;
  }
  return [
    ...(cpus < MIN_CPUS
      ? [
          violation(
            'MIN_CPU',
            '/pools',
            `All pools together have ${cpus} vCPU; at least ${MIN_CPUS} are needed.`,
          ),
        ]
      : []),
    ...(memoryGiB < MIN_MEMORY_GIB
      ? [
          violation(
            'MIN_MEMORY',
            '/pools',
            `All pools together have ${memoryGiB} GiB of memory; at least ${MIN_MEMORY_GIB} GiB are needed.`,
          ),
        ]
      : []),
  ];
}
