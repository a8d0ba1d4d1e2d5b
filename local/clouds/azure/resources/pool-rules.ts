/**
 * What AKS refuses in an agent pool: sizes, zones, counts, autoscaling, modes, and changes of what is fixed at
 * creation. The same rules hold for a pool of its own and for a profile inside a cluster.
 */
import { findRegion, findVmSize, VM_SIZES, type VmSize } from '../catalogue.ts';
import { badRequest, conflict, propertyChangeNotAllowed } from '../errors.ts';
import type { Pool } from '../state.ts';
import { checkTags } from '../tags.ts';
import type { ArmRequest } from '../world.ts';
import type { PoolProperties } from './aks-body.ts';
import { differs, invalidParameter } from './cluster-rules.ts';

export const MAX_POOLS = 100;
const MAX_NODES = 1000;

export function checkPoolName(name: string, osType: string | undefined): void {
  const pattern = osType === 'Windows' ? /^[a-z][a-z0-9]{0,5}$/ : /^[a-z][a-z0-9]{0,11}$/;
  if (!pattern.test(name))
    throw invalidParameter(
      'agentPool.name',
      `the agent pool name '${name}' must start with a lowercase letter and have at most ${osType === 'Windows' ? 6 : 12} lowercase letters and digits`,
    );
}

/**
 * Since this version a node image in a request asks for a rollback to one that was used before; nothing here ever had
 * another. Before it the member was read-only, and clients echoed it.
 */
const ROLLBACK_SINCE = '2026-04-01';

export function checkImageVersion(
  { apiVersion }: Pick<ArmRequest, 'apiVersion'>,
  pool: PoolProperties,
): void {
  if (pool.nodeImageVersion !== undefined && apiVersion >= ROLLBACK_SINCE)
    throw invalidParameter(
      'agentPoolProfile.nodeImageVersion',
      'NodeImageVersion is not accepted: only values of recentlyUsedVersions are',
    );
}

/** Rules of a pool as it would be after the write, with defaults filled in. */
export function checkPool(name: string, pool: PoolProperties, location: string): void {
  checkPoolName(name, pool.osType);
  const size = checkVmSize(pool.vmSize ?? '', location);
  checkZones(name, pool.availabilityZones ?? [], location);
  checkMode(name, pool, size);
  checkTaints(pool);
  checkCount(pool);
  checkAutoscaling(pool);
  checkSpot(pool, size);
  checkTags(pool.tags);
  checkLimits(pool);
  if (pool.type !== undefined && pool.type !== 'VirtualMachineScaleSets')
    throw invalidParameter('agentPoolProfile.type', 'only VirtualMachineScaleSets is offered here');
  if (pool.osDiskType === 'Ephemeral' && (pool.osDiskSizeGB ?? 0) > size.cachedDiskGiB)
    throw badRequest(
      'BadRequest',
      `The VM size ${size.name} with cache size 0 cannot hold an ephemeral OS disk of ${pool.osDiskSizeGB} GB.`,
      { target: 'agentPoolProfile.osDiskType', bare: true },
    );
}

/** Documented ranges: 10 to 250 pods a node, OS disks from 30 GB on. */
function checkLimits({ maxPods = 250, osDiskSizeGB = 30 }: PoolProperties): void {
  if (maxPods < 10 || maxPods > 250)
    throw invalidParameter('agentPoolProfile.maxPods', 'the allowed range is 10 to 250');
  if (osDiskSizeGB < 30 || osDiskSizeGB > 2048)
    throw invalidParameter('agentPoolProfile.osDiskSizeGB', 'the allowed range is 30 to 2048');
}

function checkVmSize(name: string, location: string): VmSize {
  const size = findVmSize(name);
  if (!size) {
    const offered = VM_SIZES.filter(({ retired }) => !retired).map((known) => known.name.toLowerCase());
    throw badRequest(
      'BadRequest',
      `The VM size of ${name} is not allowed in your subscription in location '${location}'. The available VM sizes are '${offered.join(',')}'. For more details, please visit https://aka.ms/cpu-quota`,
      { target: 'agentPoolProfile.vmSize', bare: true },
    );
  }
  if (size.retired)
    throw conflict(
      'SkuNotAvailable',
      `The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: ${name}' is currently not available in location '${location}'. Please try another size or deploy to a different location or different zone. See https://aka.ms/azureskunotavailable for details.`,
    );
  if (size.vCpus < 2)
    throw badRequest(
      'BadRequest',
      `The VM SKU ${name} is restricted because AKS does not support SKUs with low memory or fewer than 2 vCPUs due to possible performance issues.`,
      { target: 'agentPoolProfile.vmSize', bare: true },
    );
  return size;
}

function checkZones(name: string, zones: readonly string[], location: string): void {
  const offered = findRegion(location)?.zones ?? [];
  const wrong = zones.filter((zone) => !offered.includes(zone));
  if (wrong.length > 0)
    throw badRequest(
      'AvailabilityZoneNotSupported',
      `The zone(s) '${wrong.join(',')}' for resource '${name}' is not supported. The supported zones for location '${location}' are '${offered.join(',')}'`,
      { target: 'agentPoolProfile.availabilityZones', bare: true },
    );
  if (new Set(zones).size < zones.length)
    throw invalidParameter('agentPoolProfile.availabilityZones', 'a zone is named twice');
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** `key=value:Effect`, the value may be empty; on system pools only what lets the cluster's own pods in. */
function checkTaints({ mode, nodeTaints = [] }: PoolProperties): void {
  for (const taint of nodeTaints) {
    const [, key, effect = ''] = /^([^=:]+)(?:=[^=:]*)?:(\w+)$/.exec(taint) ?? [];
    if (key === undefined || !EFFECTS.includes(effect))
      throw invalidParameter('agentPoolProfile.nodeTaints', `invalid taint spec: ${taint}`);
    if (mode === 'System' && key !== 'CriticalAddonsOnly' && effect !== 'PreferNoSchedule')
      throw badRequest(
        'SystemPoolHasRestrictedTaint',
        "Operation failed due to insufficient nodes for system pod scheduling. Placing custom taints on system pool is not supported(except 'CriticalAddonsOnly' taint or taint effect is 'PreferNoSchedule'). Please refer to https://aka.ms/aks/system-taints for detail",
        { bare: true },
      );
  }
}

function checkMode(name: string, { mode, osType, scaleSetPriority }: PoolProperties, size: VmSize): void {
  if (mode !== undefined && !['System', 'User'].includes(mode))
    throw invalidParameter('agentPoolProfile.mode', 'the allowed values are System and User');
  if (mode !== 'System') return;
  if (osType === 'Windows')
    throw badRequest('BadRequest', `System pool ${name} must have osType Linux.`, { bare: true });
  if (scaleSetPriority === 'Spot')
    throw badRequest('BadRequest', `System pool ${name} cannot use spot instances.`, { bare: true });
  if (size.memoryGiB < 4)
    throw badRequest(
      'SystemPoolSkuTooLow',
      `System node pool must use VM sku with more than 2 cores and 4GB memory. Nodepool name: ${name}.`,
      { bare: true },
    );
}

function checkCount({ mode, count = 1 }: PoolProperties): void {
  const least = mode === 'System' ? 1 : 0;
  if (count < least || count > MAX_NODES)
    throw invalidParameter(
      'agentPoolProfile.count',
      `agentPoolProfile.count was ${count}. It must be greater or equal to minCount:${least} and less than or equal to maxCount:${MAX_NODES}`,
    );
}

function checkAutoscaling({ enableAutoScaling, minCount, maxCount, count = 1, mode }: PoolProperties): void {
  if (enableAutoScaling !== true) {
    if (minCount !== undefined || maxCount !== undefined)
      throw invalidParameter(
        'agentPoolProfile.minCount',
        'minCount and maxCount must be empty unless enableAutoScaling is true',
      );
    return;
  }
  if (minCount === undefined || maxCount === undefined)
    throw invalidParameter(
      'agentPoolProfile.minCount',
      'minCount and maxCount are required when enableAutoScaling is true',
    );
  const least = mode === 'System' ? 1 : 0;
  if (minCount < least || maxCount > MAX_NODES || minCount > maxCount)
    throw invalidParameter(
      'agentPoolProfile.minCount',
      `the allowed range is ${least} to ${MAX_NODES}, and minCount must not exceed maxCount`,
    );
  if (count < minCount || count > maxCount)
    throw invalidParameter('agentPoolProfile.count', 'count must be between minCount and maxCount');
}

function checkSpot({ scaleSetPriority, spotMaxPrice }: PoolProperties, size: VmSize): void {
  if (scaleSetPriority !== undefined && !['Regular', 'Spot'].includes(scaleSetPriority))
    throw invalidParameter('agentPoolProfile.scaleSetPriority', 'the allowed values are Regular and Spot');
  if (scaleSetPriority === 'Spot' && !size.spotCapable)
    throw badRequest('BadRequest', `The VM size ${size.name} is not available as spot.`, { bare: true });
  if (scaleSetPriority !== 'Spot' && typeof spotMaxPrice === 'number' && spotMaxPrice !== -1)
    throw invalidParameter('agentPoolProfile.spotMaxPrice', 'it needs scaleSetPriority Spot');
}

const FIXED = [
  'vmSize',
  'osDiskType',
  'vnetSubnetID',
  'podSubnetID',
  'maxPods',
  'osType',
  'type',
  'scaleSetPriority',
  'scaleSetEvictionPolicy',
] as const;

/** What was fixed when the pool was created; what a PUT leaves out stays as it is. */
export function checkPoolChange(existing: Pool, wanted: PoolProperties): void {
  const before = existing.properties;
  for (const name of FIXED)
    if (differs(before[name], wanted[name])) throw propertyChangeNotAllowed(`properties.${name}`);
  // 0 asks for the default, which the pool has.
  if (wanted.osDiskSizeGB !== 0 && differs(before.osDiskSizeGB, wanted.osDiskSizeGB))
    throw propertyChangeNotAllowed('properties.osDiskSizeGB');
  if (
    wanted.availabilityZones !== undefined &&
    !sameZones(before.availabilityZones, wanted.availabilityZones)
  )
    throw propertyChangeNotAllowed('properties.availabilityZones');
}

function sameZones(before: readonly string[] = [], after: readonly string[]): boolean {
  return before.toSorted().join() === after.toSorted().join();
}

/** At least one pool must be for the cluster's own pods, with at least one node. */
export function checkSystemPools(pools: readonly Pick<PoolProperties, 'mode'>[]): void {
  if (pools.length === 0)
    throw conflict('OperationNotAllowed', 'There has to be at least one agent pool.', { bare: true });
  if (!pools.some(({ mode }) => mode === 'System'))
    throw badRequest('InvalidParameter', 'Must define at least one system pool.', {
      target: 'agentPoolProfiles',
      bare: true,
    });
}
