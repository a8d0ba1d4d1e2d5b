/**
 * Instance types that this simulated AWS sells. Sizes and interfaces as docs.aws.amazon.com/ec2/latest/instancetypes
 * lists them; prices of Linux on demand in us-east-1, dollars an hour.
 */
import type { Region } from './regions.ts';

export type Architecture = 'x86_64' | 'arm64';
/** Instances of a class share a vCPU quota. */
export type QuotaClass = 'standard' | 'graphics' | 'training';

export interface InstanceType {
  readonly name: string;
  readonly quotaClass: QuotaClass;
  readonly vCpus: number;
  readonly memoryMiB: number;
  readonly architecture: Architecture;
  readonly processor: string;
  readonly clockGhz: number;
  readonly networkPerformance: string;
  readonly maxInterfaces: number;
  readonly addressesPerInterface: number;
  readonly burstable: boolean;
  readonly freeTier: boolean;
  readonly gpu?: { readonly name: string; readonly manufacturer: string; readonly memoryMiB: number };
  /** Local disk, GB. */
  readonly localDiskGb?: number;
  /** Price list words. */
  readonly family: string;
  readonly usdInUsEast1: number;
  /** Zones that do not have it: not every zone sells everything. */
  readonly absentIn: readonly string[];
}

const GENERAL = {
  quotaClass: 'standard',
  architecture: 'x86_64',
  maxInterfaces: 3,
  addressesPerInterface: 10,
  burstable: false,
  freeTier: false,
  family: 'General purpose',
  absentIn: [],
} as const;
const M5 = {
  ...GENERAL,
  processor: 'Intel Xeon Platinum 8175',
  clockGhz: 3.1,
  networkPerformance: 'Up to 10 Gigabit',
} as const;
const M6I = {
  ...GENERAL,
  processor: 'Intel Xeon 8375C (Ice Lake)',
  clockGhz: 3.5,
  networkPerformance: 'Up to 12.5 Gigabit',
} as const;

const LARGE = { vCpus: 2, memoryMiB: 8192, usdInUsEast1: 0.096 } as const;
const XLARGE = {
  vCpus: 4,
  memoryMiB: 16_384,
  usdInUsEast1: 0.192,
  maxInterfaces: 4,
  addressesPerInterface: 15,
} as const;
const DOUBLE = { ...XLARGE, vCpus: 8, memoryMiB: 32_768, usdInUsEast1: 0.384 } as const;

export const INSTANCE_TYPES: readonly InstanceType[] = [
  { ...M5, ...LARGE, name: 'm5.large' },
  { ...M5, ...XLARGE, name: 'm5.xlarge' },
  { ...M5, ...DOUBLE, name: 'm5.2xlarge' },
  { ...M6I, ...LARGE, name: 'm6i.large' },
  { ...M6I, ...XLARGE, name: 'm6i.xlarge' },
  { ...M6I, ...DOUBLE, name: 'm6i.2xlarge' },
  {
    ...M5,
    name: 't3.micro',
    vCpus: 2,
    memoryMiB: 1024,
    usdInUsEast1: 0.0104,
    clockGhz: 2.5,
    processor: 'Intel Skylake E5 2686 v5',
    networkPerformance: 'Up to 5 Gigabit',
    maxInterfaces: 2,
    addressesPerInterface: 2,
    burstable: true,
    freeTier: true,
  },
  {
    ...XLARGE,
    name: 'g4dn.xlarge',
    quotaClass: 'graphics',
    architecture: 'x86_64',
    usdInUsEast1: 0.526,
    processor: 'Intel Xeon Platinum 8259 (Cascade Lake)',
    clockGhz: 2.5,
    networkPerformance: 'Up to 25 Gigabit',
    maxInterfaces: 3,
    addressesPerInterface: 10,
    burstable: false,
    freeTier: false,
    gpu: { name: 'T4', manufacturer: 'NVIDIA', memoryMiB: 16_384 },
    localDiskGb: 125,
    family: 'GPU instance',
    absentIn: ['us-west-2c'],
  },
];

const byName = new Map(INSTANCE_TYPES.map((each) => [each.name, each]));

export const findInstanceType = (name: string): InstanceType | undefined => byName.get(name);

export const isOffered = (type: InstanceType, zone: string): boolean => !type.absentIn.includes(zone);

/** On demand, Linux, shared tenancy: dollars an hour with four decimals, as the price list writes them. */
export const onDemandUsd = (type: InstanceType, region: Region): number =>
  Math.round(type.usdInUsEast1 * region.priceFactor * 10_000) / 10_000;
