/** Instance types with the zones that offer them: two lists of EC2, joined. */
import {
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  type EC2Client,
  type InstanceTypeInfo,
  type InstanceTypeOffering,
} from '@aws-sdk/client-ec2';
import { ok, type Result } from '../../../domain/errors.ts';
import { settle } from '../errors.ts';
import type { MachineType } from './port.ts';

/** EC2's largest page. */
const PAGE = 100;
const OFFERINGS_PAGE = 1_000;
const MIB_PER_GIB = 1_024;

export async function readMachineTypes(
  ec2: EC2Client,
  names: readonly string[] | undefined,
): Promise<Result<readonly MachineType[]>> {
  const Filters = names === undefined ? [] : [{ Name: 'instance-type', Values: [...names] }];
  const [types, offerings] = await Promise.all([
    settle('ec2.describeInstanceTypes', () => allTypes(ec2, Filters)),
    settle('ec2.describeInstanceTypeOfferings', () => allOfferings(ec2, Filters)),
  ]);
  if (!types.ok) return types;
  if (!offerings.ok) return offerings;
  const zones = zonesByType(offerings.value);
  return ok(types.value.map((info) => toMachineType(info, zones)));
}

type Filters = { Name: string; Values: string[] }[];

async function allTypes(ec2: EC2Client, Filters: Filters): Promise<InstanceTypeInfo[]> {
  const found: InstanceTypeInfo[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeInstanceTypesCommand({ Filters, MaxResults: PAGE, ...(NextToken ? { NextToken } : {}) }),
    );
    found.push(...(page.InstanceTypes ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

async function allOfferings(ec2: EC2Client, Filters: Filters): Promise<InstanceTypeOffering[]> {
  const found: InstanceTypeOffering[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeInstanceTypeOfferingsCommand({
        LocationType: 'availability-zone',
        Filters,
        MaxResults: OFFERINGS_PAGE,
        ...(NextToken ? { NextToken } : {}),
      }),
    );
    found.push(...(page.InstanceTypeOfferings ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

function zonesByType(offerings: readonly InstanceTypeOffering[]): ReadonlyMap<string, readonly string[]> {
  const zones = new Map<string, string[]>();
  for (const { InstanceType = '', Location = '' } of offerings) {
    zones.set(InstanceType, [...(zones.get(InstanceType) ?? []), Location].sort());
  }
  return zones;
}

function toMachineType(info: InstanceTypeInfo, zones: ReadonlyMap<string, readonly string[]>): MachineType {
  const name = info.InstanceType ?? '';
  return {
    name,
    vCpus: info.VCpuInfo?.DefaultVCpus ?? 0,
    memoryGiB: (info.MemoryInfo?.SizeInMiB ?? 0) / MIB_PER_GIB,
    gpus: (info.GpuInfo?.Gpus ?? []).reduce((sum, { Count = 0 }) => sum + Count, 0),
    architectures: info.ProcessorInfo?.SupportedArchitectures ?? [],
    spot: (info.SupportedUsageClasses ?? []).includes('spot'),
    nitro: info.Hypervisor === 'nitro' || info.BareMetal === true,
    zones: zones.get(name) ?? [],
  };
}
