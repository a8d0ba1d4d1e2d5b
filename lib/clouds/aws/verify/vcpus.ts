/**
 * Which quota of running vCPUs an instance type counts against, and how many are running. Families by their letters:
 * docs.aws.amazon.com/ec2/latest/instancetypes/ec2-instance-quotas.html
 */
import type { LimitName, MachineType, RegionUsage } from '../catalog/port.ts';

export type Market = 'on-demand' | 'spot';

const QUOTAS: readonly (readonly [RegExp, Readonly<Record<Market, LimitName>>])[] = [
  [/^(?:vt|g)\d/, { 'on-demand': 'graphics-vcpus', spot: 'spot-graphics-vcpus' }],
  [/^p\d/, { 'on-demand': 'accelerated-vcpus', spot: 'spot-accelerated-vcpus' }],
  [/^[acdhimrtz]\d/, { 'on-demand': 'standard-vcpus', spot: 'spot-standard-vcpus' }],
];

/** `undefined`: a family with a quota of its own that we do not look at. */
export function vcpuQuota(instanceType: string, market: Market): LimitName | undefined {
  return QUOTAS.find(([family]) => family.test(instanceType))?.[1][market];
}

export interface Machines {
  readonly instanceType: string;
  readonly market: Market;
  readonly count: number;
}

/** By quota; types that the list does not know count nothing. */
export function vcpusOf(
  machines: readonly Machines[],
  types: readonly MachineType[],
): ReadonlyMap<LimitName, number> {
  const sums = new Map<LimitName, number>();
  for (const { instanceType, market, count } of machines) {
    const quota = vcpuQuota(instanceType, market);
    const vCpus = types.find(({ name }) => name === instanceType)?.vCpus ?? 0;
    if (quota !== undefined) sums.set(quota, (sums.get(quota) ?? 0) + count * vCpus);
  }
  return sums;
}

export function runningVcpus(
  { machines }: RegionUsage,
  types: readonly MachineType[],
): ReadonlyMap<LimitName, number> {
  const running = machines.map(
    ({ instanceType, spot }): Machines => ({
      instanceType,
      market: spot ? 'spot' : 'on-demand',
      count: 1,
    }),
  );
  return vcpusOf(running, types);
}
