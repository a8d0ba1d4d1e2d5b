/**
 * Quotas of a subscription in a region, always counted from what exists: vCPU by family, spot vCPU, and the counts of
 * network resources. The usage endpoints and the refusals come from the same numbers.
 */
import type { EpochMs } from '../../../lib/domain/time.ts';
import { findVmSize, NETWORK_LIMITS, type NetworkCounter, VCPU_LIMIT, VM_SIZES } from './catalogue.ts';
import { badRequest } from './errors.ts';
import { machineState } from './resources/machines.ts';
import type { State } from './state.ts';
import type { World } from './world.ts';

export interface Usage {
  readonly name: string;
  readonly title: string;
  readonly current: number;
  readonly limit: number;
}

const REGIONAL = { name: 'cores', title: 'Total Regional vCPUs' } as const;
const SPOT = { name: 'lowPriorityCores', title: 'Total Regional Low-priority vCPUs' } as const;

export function computeUsages(world: World, location: string): Usage[] {
  const used = coresIn(world.state, location, world.clock.now());
  const counters = [REGIONAL, SPOT, ...families()];
  const cores = counters.map(({ name, title }) => ({
    name,
    title,
    current: used.get(name) ?? 0,
    limit: limitOf(world, name, location, VCPU_LIMIT),
  }));
  return [...cores, machineCount(world, location), scaleSetCount(world, location)];
}

function families(): { name: string; title: string }[] {
  const byName = new Map(VM_SIZES.map(({ family, familyTitle }) => [family, familyTitle]));
  return [...byName].map(([name, title]) => ({ name, title }));
}

function machineCount(world: World, location: string): Usage {
  const now = world.clock.now();
  const machines = world.state.machines
    .values()
    .filter((m) => m.location === location && machineState(m, now) !== undefined);
  const limit = limitOf(world, 'virtualMachines', location, 25_000);
  return { name: 'virtualMachines', title: 'Virtual Machines', current: machines.length, limit };
}

function scaleSetCount(world: World, location: string): Usage {
  const current = countOf(world.state, 'Microsoft.Compute/virtualMachineScaleSets', location);
  const limit = limitOf(world, 'virtualMachineScaleSets', location, 2500);
  return { name: 'virtualMachineScaleSets', title: 'Virtual Machine Scale Sets', current, limit };
}

/** vCPU by counter. Spot machines count against the spot counter only. */
function coresIn(state: State, location: string, now: EpochMs): Map<string, number> {
  const used = new Map<string, number>();
  for (const machine of state.machines.values()) {
    if (machine.location !== location || machineState(machine, now) === undefined) continue;
    const size = findVmSize(machine.vmSize);
    if (!size) continue;
    for (const name of machine.spot ? [SPOT.name] : [REGIONAL.name, size.family])
      used.set(name, (used.get(name) ?? 0) + size.vCpus);
  }
  return used;
}

const limitOf = (world: World, name: string, location: string, standard: number): number =>
  world.faults.quotaLimit(name, location) ?? standard;

export interface MachineNeed {
  readonly vmSize: string;
  readonly count: number;
  readonly spot: boolean;
}

/** Throws the refusal that names limit, usage and need when the machines would exceed a counter. */
export function checkVcpuQuota(world: World, location: string, needs: readonly MachineNeed[]): void {
  const required = new Map<string, number>();
  for (const { vmSize, count, spot } of needs) {
    const size = findVmSize(vmSize);
    if (!size || count <= 0) continue;
    for (const name of spot ? [SPOT.name] : [REGIONAL.name, size.family])
      required.set(name, (required.get(name) ?? 0) + count * size.vCpus);
  }
  if (required.size === 0) return;
  const used = coresIn(world.state, location, world.clock.now());
  for (const [name, more] of required) {
    const limit = limitOf(world, name, location, VCPU_LIMIT);
    const current = used.get(name) ?? 0;
    if (current + more > limit)
      throw coresExceeded(name, location, { left: Math.max(0, limit - current), more });
  }
}

/** AKS looks before compute does, and refuses in words of its own. */
function coresExceeded(
  name: string,
  location: string,
  { left, more }: { readonly left: number; readonly more: number },
) {
  const says =
    name === REGIONAL.name || name === SPOT.name
      ? `Insufficient regional vcpu quota left for location ${location}. left regional vcpu quota ${left}, requested quota ${more}.`
      : `Insufficient vcpu quota requested ${more}, remaining ${left} for family ${name} for region ${location}.`;
  return badRequest(
    'ErrCode_InsufficientVCPUQuota',
    `${says} If you want to increase the quota, please follow this instruction: https://learn.microsoft.com/en-us/azure/quotas/view-quotas. Surge nodes would also consume vcpu quota, please consider use smaller maxSurge or use maxUnavailable to proceed upgrade without surge nodes, details: aka.ms/aks/maxUnavailable`,
    { bare: true },
  );
}

const TYPE_OF_COUNTER: Readonly<Record<NetworkCounter, string>> = {
  VirtualNetworks: 'Microsoft.Network/virtualNetworks',
  NetworkSecurityGroups: 'Microsoft.Network/networkSecurityGroups',
  NetworkInterfaces: 'Microsoft.Network/networkInterfaces',
  PublicIPAddresses: 'Microsoft.Network/publicIPAddresses',
  StandardSkuPublicIpAddresses: 'Microsoft.Network/publicIPAddresses',
  LoadBalancers: 'Microsoft.Network/loadBalancers',
  StandardSkuLoadBalancers: 'Microsoft.Network/loadBalancers',
  RouteTables: 'Microsoft.Network/routeTables',
  NatGateways: 'Microsoft.Network/natGateways',
};

export function networkUsages(world: World, location: string): Usage[] {
  return Object.entries(NETWORK_LIMITS).map(([name, standard]) => ({
    name,
    title: name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' '),
    current: countOf(world.state, networkType(name), location),
    limit: limitOf(world, name, location, standard),
  }));
}

const networkType = (counter: string): string =>
  Object.entries(TYPE_OF_COUNTER).find(([name]) => name === counter)?.[1] ?? '';

const countOf = (state: State, type: string, location: string): number =>
  state.resources.values().filter((r) => r.type === type && r.location === location).length;

/** The counter that one more resource of the type would exceed, with its refusal. */
export function checkNetworkQuota(world: World, type: string, location: string): void {
  const counters = Object.entries(NETWORK_LIMITS).filter(([name]) => networkType(name) === type);
  if (counters.length === 0) return;
  const current = countOf(world.state, type, location);
  for (const [name, standard] of counters) {
    const limit = limitOf(world, name, location, standard);
    if (current < limit) continue;
    throw badRequest(
      COUNT_CODE[name] ?? `${name}CountLimitReached`,
      `Cannot create more than ${limit} ${name} for this subscription in this region.`,
    );
  }
}

/** The service's own spelling is not regular. */
const COUNT_CODE: Readonly<Record<string, string>> = {
  VirtualNetworks: 'VirtualNetworkCountLimitReached',
  NetworkSecurityGroups: 'NetworkSecurityGroupCountLimitReached',
  PublicIPAddresses: 'PublicIPCountLimitReached',
  StandardSkuPublicIpAddresses: 'StandardSkuPublicIpCountLimitReached',
  LoadBalancers: 'LoadBalancerCountLimitReached',
  StandardSkuLoadBalancers: 'StandardSkuLoadBalancerCountLimitReached',
  RouteTables: 'RouteTableCountLimitReached',
  NatGateways: 'NatGatewayCountLimitReached',
};
