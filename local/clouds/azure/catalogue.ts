/**
 * What this simulated Azure sells: regions with their zones, virtual machine sizes with their capabilities, Kubernetes
 * versions, and the limits that a subscription starts with. Data only; who may buy what is decided elsewhere.
 */

export interface Region {
  readonly name: string;
  readonly displayName: string;
  readonly geographyGroup: string;
  readonly pairedWith: string;
  /** Logical zones; empty: a region without availability zones. */
  readonly zones: readonly string[];
}

const THREE_ZONES = ['1', '2', '3'] as const;

export const REGIONS: readonly Region[] = [
  region('westeurope', 'West Europe', 'Europe', 'northeurope', THREE_ZONES),
  region('northeurope', 'North Europe', 'Europe', 'westeurope', THREE_ZONES),
  region('swedencentral', 'Sweden Central', 'Europe', 'swedensouth', THREE_ZONES),
  region('eastus', 'East US', 'US', 'westus', THREE_ZONES),
  region('westus', 'West US', 'US', 'eastus', []),
];

function region(
  name: string,
  displayName: string,
  geographyGroup: string,
  pairedWith: string,
  zones: readonly string[],
): Region {
  return { name, displayName, geographyGroup, pairedWith, zones };
}

/** Accepts `West Europe` as well as `westeurope`, as Resource Manager does. */
export function findRegion(location: string): Region | undefined {
  const wanted = location.toLowerCase().replaceAll(' ', '');
  return REGIONS.find(({ name }) => name === wanted);
}

export interface VmSize {
  readonly name: string;
  /** The counter of the compute usage API that machines of this size count against. */
  readonly family: string;
  readonly familyTitle: string;
  readonly vCpus: number;
  readonly memoryGiB: number;
  readonly premiumIo: boolean;
  readonly gpus: number;
  /** Bytes of local disk that can hold an ephemeral OS disk, in GiB. */
  readonly cachedDiskGiB: number;
  readonly spotCapable: boolean;
  /** No longer sold: listed with a restriction, refused when asked for. */
  readonly retired: boolean;
}

const PLAIN = { premiumIo: true, gpus: 0, cachedDiskGiB: 0, spotCapable: true, retired: false };
const B_FAMILY = {
  ...PLAIN,
  family: 'standardBSFamily',
  familyTitle: 'Standard BS Family vCPUs',
  spotCapable: false,
};
const DS_V5 = { ...PLAIN, family: 'standardDSv5Family', familyTitle: 'Standard DSv5 Family vCPUs' };

export const VM_SIZES: readonly VmSize[] = [
  { ...B_FAMILY, name: 'Standard_B1s', vCpus: 1, memoryGiB: 1 },
  { ...B_FAMILY, name: 'Standard_B2s', vCpus: 2, memoryGiB: 4 },
  {
    ...PLAIN,
    name: 'Standard_D2_v2',
    family: 'standardDv2Family',
    familyTitle: 'Standard Dv2 Family vCPUs',
    vCpus: 2,
    memoryGiB: 7,
    premiumIo: false,
  },
  { ...DS_V5, name: 'Standard_D2s_v5', vCpus: 2, memoryGiB: 8 },
  { ...DS_V5, name: 'Standard_D4s_v5', vCpus: 4, memoryGiB: 16 },
  { ...DS_V5, name: 'Standard_D8s_v5', vCpus: 8, memoryGiB: 32 },
  { ...DS_V5, name: 'Standard_D16s_v5', vCpus: 16, memoryGiB: 64 },
  {
    ...PLAIN,
    name: 'Standard_NC4as_T4_v3',
    family: 'Standard NCASv3_T4 Family',
    familyTitle: 'Standard NCASv3_T4 Family vCPUs',
    vCpus: 4,
    memoryGiB: 28,
    gpus: 1,
    cachedDiskGiB: 176,
  },
  {
    ...PLAIN,
    name: 'Standard_NC12s_v3',
    family: 'standardNCSv3Family',
    familyTitle: 'Standard NCSv3 Family vCPUs',
    vCpus: 12,
    memoryGiB: 224,
    gpus: 2,
    retired: true,
  },
];

const sizesByName = new Map(VM_SIZES.map((size) => [size.name.toLowerCase(), size]));

export function findVmSize(name: string): VmSize | undefined {
  return sizesByName.get(name.toLowerCase());
}

/** What AKS takes when a pool names no size. */
export const DEFAULT_VM_SIZE = 'Standard_D4s_v5';

export interface KubernetesMinor {
  readonly version: string;
  /** Oldest first. */
  readonly patches: readonly string[];
  readonly isDefault: boolean;
  readonly isPreview: boolean;
}

/** AKS supports three minors (N, N-1, N-2) and shows the next one as a preview. */
export const KUBERNETES: readonly KubernetesMinor[] = [
  { version: '1.33', patches: ['1.33.2', '1.33.6'], isDefault: false, isPreview: false },
  { version: '1.34', patches: ['1.34.1', '1.34.3'], isDefault: true, isPreview: false },
  { version: '1.35', patches: ['1.35.0', '1.35.1'], isDefault: false, isPreview: false },
  { version: '1.36', patches: ['1.36.0'], isDefault: false, isPreview: true },
];

/** vCPU that a subscription may use in a region, in total and per family. */
export const VCPU_LIMIT = 350;

/** Names as the network usage API returns them. */
export const NETWORK_LIMITS = {
  VirtualNetworks: 1000,
  NetworkSecurityGroups: 5000,
  NetworkInterfaces: 65_536,
  PublicIPAddresses: 1000,
  StandardSkuPublicIpAddresses: 1000,
  LoadBalancers: 1000,
  StandardSkuLoadBalancers: 1000,
  RouteTables: 200,
  NatGateways: 1000,
} as const satisfies Record<string, number>;
export type NetworkCounter = keyof typeof NETWORK_LIMITS;
