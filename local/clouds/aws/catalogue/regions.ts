/**
 * The regions of this simulated AWS with their availability zones. Zone ids are what the same zone is called in every
 * account; names are shuffled per account, which is why rank and letter differ here as they do in life.
 */

export interface Zone {
  /** `eu-central-1a` */
  readonly name: string;
  /** `euc1-az2` */
  readonly id: string;
}

export interface Region {
  readonly name: string;
  /** As the price list and the console call it: `EU (Frankfurt)`. */
  readonly displayName: string;
  readonly optIn: 'opt-in-not-required' | 'not-opted-in';
  readonly zones: readonly Zone[];
  /** What us-east-1 charges, times this, is charged here. */
  readonly priceFactor: number;
}

const region = (
  name: string,
  displayName: string,
  priceFactor: number,
  zoneIds: readonly [a: string, b: string, c: string],
  optIn: Region['optIn'] = 'opt-in-not-required',
): Region => ({
  name,
  displayName,
  optIn,
  priceFactor,
  zones: zoneIds.map((id, i) => ({ name: `${name}${'abc'.charAt(i)}`, id })),
});

export const REGIONS: readonly Region[] = [
  region('us-east-1', 'US East (N. Virginia)', 1, ['use1-az4', 'use1-az6', 'use1-az1']),
  region('us-west-2', 'US West (Oregon)', 1, ['usw2-az2', 'usw2-az1', 'usw2-az3']),
  region('eu-west-1', 'EU (Ireland)', 1.115, ['euw1-az3', 'euw1-az1', 'euw1-az2']),
  region('eu-central-1', 'EU (Frankfurt)', 1.2, ['euc1-az2', 'euc1-az3', 'euc1-az1']),
  region('eu-north-1', 'EU (Stockholm)', 1.06, ['eun1-az1', 'eun1-az2', 'eun1-az3']),
  region('ap-southeast-1', 'Asia Pacific (Singapore)', 1.25, ['apse1-az2', 'apse1-az1', 'apse1-az3']),
  region('eu-south-1', 'EU (Milan)', 1.17, ['eus1-az1', 'eus1-az2', 'eus1-az3'], 'not-opted-in'),
];

const byName = new Map(REGIONS.map((each) => [each.name, each]));

export const findRegion = (name: string): Region | undefined => byName.get(name);

/** A zone by its name; undefined: no region has it. */
export function findZone(name: string): (Zone & { readonly region: string }) | undefined {
  for (const { name: regionName, zones } of REGIONS) {
    const zone = zones.find((each) => each.name === name);
    if (zone) return { ...zone, region: regionName };
  }
  return undefined;
}
