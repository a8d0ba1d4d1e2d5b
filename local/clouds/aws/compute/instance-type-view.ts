/** Instance types as DescribeInstanceTypes shows them, in the names of the wire. */
import type { InstanceType } from '../catalogue/instance-types.ts';

export function instanceTypeView(type: InstanceType) {
  return {
    instanceType: type.name,
    currentGeneration: true,
    freeTierEligible: type.freeTier,
    supportedUsageClasses: ['on-demand', 'spot'],
    supportedRootDeviceTypes: ['ebs'],
    supportedVirtualizationTypes: ['hvm'],
    bareMetal: false,
    hypervisor: 'nitro',
    processorInfo: {
      supportedArchitectures: [type.architecture],
      sustainedClockSpeedInGhz: type.clockGhz,
      manufacturer: 'Intel',
    },
    vCpuInfo: {
      defaultVCpus: type.vCpus,
      defaultCores: type.vCpus / 2,
      defaultThreadsPerCore: 2,
      validThreadsPerCore: [1, 2],
    },
    memoryInfo: { sizeInMiB: type.memoryMiB },
    instanceStorageSupported: type.localDiskGb !== undefined,
    ...storageView(type),
    ebsInfo: { ebsOptimizedSupport: 'default', encryptionSupport: 'supported', nvmeSupport: 'required' },
    networkInfo: networkView(type),
    ...gpuView(type),
    placementGroupInfo: { supportedStrategies: ['cluster', 'partition', 'spread'] },
    hibernationSupported: false,
    burstablePerformanceSupported: type.burstable,
    dedicatedHostsSupported: !type.burstable,
    autoRecoverySupported: type.localDiskGb === undefined,
    supportedBootModes: ['legacy-bios', 'uefi'],
  };
}

const networkView = (type: InstanceType) => ({
  networkPerformance: type.networkPerformance,
  maximumNetworkInterfaces: type.maxInterfaces,
  maximumNetworkCards: 1,
  defaultNetworkCardIndex: 0,
  ipv4AddressesPerInterface: type.addressesPerInterface,
  ipv6AddressesPerInterface: type.addressesPerInterface,
  ipv6Supported: true,
  enaSupport: 'required',
  efaSupported: false,
  encryptionInTransitSupported: false,
});

function storageView({ localDiskGb }: InstanceType) {
  if (localDiskGb === undefined) return {};
  const disks = [{ sizeInGB: localDiskGb, count: 1, type: 'ssd' }];
  return {
    instanceStorageInfo: {
      totalSizeInGB: localDiskGb,
      disks,
      nvmeSupport: 'required',
      encryptionSupport: 'required',
    },
  };
}

function gpuView({ gpu }: InstanceType) {
  if (!gpu) return {};
  const { name, manufacturer, memoryMiB } = gpu;
  return {
    gpuInfo: {
      gpus: [{ name, manufacturer, count: 1, memoryInfo: { sizeInMiB: memoryMiB } }],
      totalGpuMemoryInMiB: memoryMiB,
    },
  };
}
