/**
 * The price list of EC2 as documents of the Pricing API: one product per type, region, system, tenancy and capacity
 * status, as in life, so that a filter that forgets one of them gets several answers.
 */
import { createHash } from 'node:crypto';
import { INSTANCE_TYPES, type InstanceType, onDemandUsd } from '../catalogue/instance-types.ts';
import { REGIONS, type Region } from '../catalogue/regions.ts';

interface Variant {
  readonly operatingSystem: 'Linux' | 'Windows';
  readonly tenancy: 'Shared' | 'Dedicated';
  readonly capacitystatus: 'Used' | 'UnusedCapacityReservation' | 'AllocatedCapacityReservation';
}

const VARIANTS: readonly Variant[] = (['Linux', 'Windows'] as const).flatMap((operatingSystem) =>
  (['Shared', 'Dedicated'] as const).flatMap((tenancy) =>
    (['Used', 'UnusedCapacityReservation', 'AllocatedCapacityReservation'] as const).map(
      (capacitystatus) => ({
        operatingSystem,
        tenancy,
        capacitystatus,
      }),
    ),
  ),
);

/** Windows costs a licence of this much per vCPU and hour. */
const WINDOWS_USD_PER_VCPU = 0.046;
const DEDICATED_FACTOR = 1.06;
/** Offer term and rate codes are the same for every on-demand price. */
const OFFER_TERM = 'JRTCKXETXF';
const RATE = '6YS6EN2CT7';
const EFFECTIVE_AT = '2025-11-01T00:00:00Z';

interface Product {
  readonly attributes: Readonly<Record<string, string>>;
  readonly json: string;
}

export const EC2_PRODUCTS: readonly Product[] = REGIONS.flatMap((region) =>
  INSTANCE_TYPES.flatMap((type) => VARIANTS.map((variant) => product(region, type, variant))),
);

function product(region: Region, type: InstanceType, variant: Variant): Product {
  const attributes = attributesOf(region, type, variant);
  const sku = createHash('sha256')
    .update(JSON.stringify(attributes))
    .digest('hex')
    .slice(0, 16)
    .toUpperCase();
  const term = `${sku}.${OFFER_TERM}`;
  const rate = `${term}.${RATE}`;
  const usd = hourlyUsd(region, type, variant);
  const priceDimensions = {
    [rate]: {
      unit: 'Hrs',
      endRange: 'Inf',
      description: `$${usd.toFixed(4)} per On Demand ${variant.operatingSystem} ${type.name} Instance Hour`,
      appliesTo: [],
      rateCode: rate,
      beginRange: '0',
      pricePerUnit: { USD: usd.toFixed(10) },
    },
  };
  const terms = {
    OnDemand: {
      [term]: {
        priceDimensions,
        sku,
        effectiveDate: EFFECTIVE_AT,
        offerTermCode: OFFER_TERM,
        termAttributes: {},
      },
    },
  };
  return {
    attributes: { ...attributes, productFamily: 'Compute Instance', sku },
    json: JSON.stringify({
      product: { productFamily: 'Compute Instance', attributes, sku },
      serviceCode: 'AmazonEC2',
      terms,
      version: '20251101000000',
      publicationDate: EFFECTIVE_AT,
    }),
  };
}

function attributesOf(region: Region, type: InstanceType, variant: Variant): Record<string, string> {
  const isLinux = variant.operatingSystem === 'Linux';
  return {
    ...variant,
    instanceType: type.name,
    regionCode: region.name,
    location: region.displayName,
    locationType: 'AWS Region',
    servicecode: 'AmazonEC2',
    servicename: 'Amazon Elastic Compute Cloud',
    instanceFamily: type.family,
    vcpu: String(type.vCpus),
    memory: `${type.memoryMiB / 1024} GiB`,
    physicalProcessor: type.processor,
    currentGeneration: 'Yes',
    networkPerformance: type.networkPerformance,
    licenseModel: 'No License required',
    preInstalledSw: 'NA',
    marketoption: 'OnDemand',
    operation: isLinux ? 'RunInstances' : 'RunInstances:0002',
    usagetype: `${variant.tenancy === 'Shared' ? 'BoxUsage' : 'DedicatedUsage'}:${type.name}`,
    storage: type.localDiskGb === undefined ? 'EBS only' : `${type.localDiskGb} GB NVMe SSD`,
  };
}

/** What is allocated to a reservation is paid there: it costs nothing here. */
function hourlyUsd(region: Region, type: InstanceType, variant: Variant): number {
  if (variant.capacitystatus === 'AllocatedCapacityReservation') return 0;
  const licence = variant.operatingSystem === 'Windows' ? WINDOWS_USD_PER_VCPU * type.vCpus : 0;
  const base = onDemandUsd(type, region) + licence;
  return variant.tenancy === 'Dedicated' ? base * DEDICATED_FACTOR : base;
}
