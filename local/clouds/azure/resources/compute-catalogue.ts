/** What a region offers and what of it is used: sizes with zones and restrictions, usage counters. */
import { findRegion, REGIONS, type Region, VM_SIZES, type VmSize } from '../catalogue.ts';
import { badRequest } from '../errors.ts';
import { pageOf } from '../listing.ts';
import { computeUsages, networkUsages, type Usage } from '../quota.ts';
import { type ArmReply, type ArmRequest, type Route, reply, type World } from '../world.ts';

const capability = (name: string, value: string | number | boolean) => ({
  name,
  value: typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value),
});

function capabilitiesOf(size: VmSize) {
  return [
    capability('vCPUs', size.vCpus),
    capability('vCPUsAvailable', size.vCpus),
    capability('MemoryGB', size.memoryGiB),
    capability('PremiumIO', size.premiumIo),
    capability('CpuArchitectureType', 'x64'),
    capability('HyperVGenerations', size.name.endsWith('_v2') ? 'V1' : 'V1,V2'),
    capability('DiskControllerTypes', 'SCSI'),
    capability('LowPriorityCapable', size.spotCapable),
    capability('EphemeralOSDiskSupported', size.cachedDiskGiB > 0),
    ...(size.cachedDiskGiB > 0 ? [capability('CachedDiskBytes', size.cachedDiskGiB * 2 ** 30)] : []),
    ...(size.gpus > 0 ? [capability('GPUs', size.gpus)] : []),
  ];
}

function showSize(size: VmSize, { name: location, zones }: Region) {
  const short = size.name.replace(/^Standard_/, '');
  return {
    resourceType: 'virtualMachines',
    name: size.name,
    tier: 'Standard',
    size: short,
    family: size.family,
    locations: [location],
    locationInfo: [{ location, zones: size.retired ? [] : zones, zoneDetails: [] }],
    capabilities: capabilitiesOf(size),
    restrictions: size.retired
      ? [
          {
            type: 'Location',
            values: [location],
            restrictionInfo: { locations: [location] },
            reasonCode: 'NotAvailableForSubscription',
          },
        ]
      : [],
  };
}

/** The API filters by location only. */
function listSkus(world: World, request: ArmRequest): ArmReply {
  const filter = request.query.get('$filter');
  const match = filter === null ? undefined : /^\s*location eq '([^']+)'\s*$/i.exec(filter);
  if (match === null) throw badRequest('BadRequest', `The filter '${filter}' is not supported.`);
  const regions = match ? [findRegion(match[1] ?? '')].filter((region) => region !== undefined) : REGIONS;
  const skus = regions.flatMap((region) => VM_SIZES.map((size) => showSize(size, region)));
  return pageOf(request, skus, world.settings.pageSize);
}

const showUsage = ({ name, title, current, limit }: Usage) => ({
  unit: 'Count',
  currentValue: current,
  limit,
  name: { value: name, localizedValue: title },
});

function listUsages(
  request: ArmRequest,
  namespace: string,
  count: (location: string) => readonly Usage[],
): ArmReply {
  const location = request.param('location');
  const region = findRegion(location);
  if (!region)
    throw badRequest(
      'NoRegisteredProviderFound',
      `No registered resource provider found for location '${location}' and API version '${request.apiVersion}' for type 'locations/usages' in ${namespace}.`,
    );
  return reply(200, { value: count(region.name).map(showUsage) });
}

export const computeCatalogueRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/providers/Microsoft.Compute/skus',
    operation: 'resourceSkus.list',
    action: 'Microsoft.Compute/skus/read',
    handle: listSkus,
  },
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}/usages',
    operation: 'usage.list',
    action: 'Microsoft.Compute/locations/usages/read',
    handle: (world, request) =>
      listUsages(request, 'Microsoft.Compute', (location) => computeUsages(world, location)),
  },
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}/usages',
    operation: 'usages.list',
    action: 'Microsoft.Network/locations/usages/read',
    handle: (world, request) =>
      listUsages(request, 'Microsoft.Network', (location) => networkUsages(world, location)),
  },
];
