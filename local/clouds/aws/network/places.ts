/** Regions, availability zones and the attributes of an account. */
import { z } from 'zod';
import { findRegion, REGIONS, type Region, type Zone } from '../catalogue/regions.ts';
import type { Call } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import { applyFilters, type FilterTable } from '../core/filters.ts';
import { type Operations, operation } from '../core/operation.ts';
import { filters, flag, list, text } from '../core/parameters.ts';
import { quota } from '../core/quotas.ts';
import type { World } from '../core/world.ts';

const NO_TAGS = () => ({});

const REGION_FILTERS: FilterTable<Region> = {
  'region-name': ({ name }) => name,
  endpoint: ({ name }) => `ec2.${name}.amazonaws.com`,
  'opt-in-status': ({ optIn }) => optIn,
};

interface PlacedZone extends Zone {
  readonly region: string;
}

const ZONE_FILTERS: FilterTable<PlacedZone> = {
  'zone-name': ({ name }) => name,
  'zone-id': ({ id }) => id,
  'region-name': ({ region }) => region,
  'group-name': ({ region }) => region,
  state: () => 'available',
  'zone-type': () => 'availability-zone',
  'opt-in-status': () => 'opt-in-not-required',
};

const zoneView = ({ name, id, region }: PlacedZone) => ({
  zoneName: name,
  zoneId: id,
  regionName: region,
  zoneState: 'available',
  zoneType: 'availability-zone',
  optInStatus: 'opt-in-not-required',
  groupName: `${region}-zg-1`,
  networkBorderGroup: region,
  messageSet: [],
});

function namedZones(call: Call, names: readonly string[], ids: readonly string[]): readonly PlacedZone[] {
  const { region } = call;
  const zones = (findRegion(region)?.zones ?? []).map((zone) => ({ ...zone, region }));
  const unknown = [
    ...names.filter((wanted) => !zones.some(({ name }) => name === wanted)),
    ...ids.filter((wanted) => !zones.some(({ id }) => id === wanted)),
  ];
  if (unknown.length > 0)
    throw new AwsFault('InvalidParameterValue', `Invalid availability zone: [${unknown.join(', ')}]`);
  if (names.length + ids.length === 0) return zones;
  return zones.filter(({ name, id }) => names.includes(name) || ids.includes(id));
}

/** docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html */
function attributes(world: World, call: Call): Readonly<Record<string, readonly string[]>> {
  const addresses = String(quota(world, call, 'elasticIps'));
  return {
    'supported-platforms': ['VPC'],
    'default-vpc': ['none'],
    'max-instances': [String(quota(world, call, 'onDemandStandard'))],
    'vpc-max-security-groups-per-interface': [String(quota(world, call, 'groupsPerInterface'))],
    'max-elastic-ips': [addresses],
    'vpc-max-elastic-ips': [addresses],
  };
}

export const placeOperations: Operations = {
  DescribeRegions: operation({
    input: z.strictObject({ RegionName: list(text), AllRegions: flag.default(false), Filter: filters }),
    handle(_world, call) {
      const { RegionName, AllRegions, Filter } = call.params;
      const unknown = RegionName.filter((name) => !findRegion(name));
      if (unknown.length > 0)
        throw new AwsFault('InvalidParameterValue', `Invalid region provided: [${unknown.join(', ')}]`);
      const asked = REGIONS.filter(({ name, optIn }) =>
        RegionName.length > 0 ? RegionName.includes(name) : AllRegions || optIn !== 'not-opted-in',
      );
      return {
        regionInfo: applyFilters(asked, Filter, REGION_FILTERS, NO_TAGS).map(({ name, optIn }) => ({
          regionName: name,
          regionEndpoint: `ec2.${name}.amazonaws.com`,
          optInStatus: optIn,
        })),
      };
    },
  }),
  DescribeAvailabilityZones: operation({
    input: z.strictObject({
      ZoneName: list(text),
      ZoneId: list(text),
      AllAvailabilityZones: flag.optional(),
      Filter: filters,
    }),
    handle(_world, call) {
      const { ZoneName, ZoneId, Filter } = call.params;
      const zones = namedZones(call, ZoneName, ZoneId);
      return { availabilityZoneInfo: applyFilters(zones, Filter, ZONE_FILTERS, NO_TAGS).map(zoneView) };
    },
  }),
  DescribeAccountAttributes: operation({
    input: z.strictObject({ AttributeName: list(text) }),
    handle(world, call) {
      const known = attributes(world, call);
      const { AttributeName } = call.params;
      const unknown = AttributeName.find((name) => !Object.hasOwn(known, name));
      if (unknown !== undefined)
        throw new AwsFault(
          'InvalidParameterValue',
          `Value (${unknown}) for parameter attributeName is invalid.`,
        );
      const shown = Object.entries(known).filter(
        ([name]) => AttributeName.length === 0 || AttributeName.includes(name),
      );
      return {
        accountAttributeSet: shown.map(([attributeName, values]) => ({
          attributeName,
          attributeValueSet: values.map((attributeValue) => ({ attributeValue })),
        })),
      };
    },
  }),
};
