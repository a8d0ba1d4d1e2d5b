/** What is known of a subnet: its range, who uses it, how many addresses are left, to whom it is delegated. */
import { z } from 'zod';
import { parseCidr, usableAddresses } from '../cidr.ts';
import type { Cluster, Machine, PlainResource, State } from '../state.ts';

const subnetView = z.looseObject({
  addressPrefix: z.string().optional(),
  addressPrefixes: z.array(z.string()).optional(),
  delegations: z
    .array(z.looseObject({ properties: z.looseObject({ serviceName: z.string().optional() }).optional() }))
    .optional(),
});

/** A subnet has one range; the newer form is a list of one. */
export function subnetPrefix(subnet: Pick<PlainResource, 'properties'>): string {
  const { addressPrefix, addressPrefixes } = subnetView.parse(subnet.properties);
  return addressPrefix ?? addressPrefixes?.[0] ?? '';
}

export function delegatedTo(subnet: PlainResource): readonly string[] {
  const { delegations } = subnetView.parse(subnet.properties);
  return (delegations ?? []).flatMap(({ properties }) => properties?.serviceName ?? []);
}

export const machinesIn = (state: State, subnetKey: string): Machine[] =>
  state.machines.values().filter((machine) => machine.subnetKey === subnetKey);

/** Addresses that one node takes: itself, and its pods unless they live in an overlay. */
export function addressesPerNode(cluster: Pick<Cluster, 'properties'>, maxPods: number): number {
  const { networkPlugin, networkPluginMode } = cluster.properties.networkProfile ?? {};
  return networkPlugin === 'azure' && networkPluginMode !== 'overlay' ? maxPods + 1 : 1;
}

export function usedAddresses(state: State, subnetKey: string): number {
  const perPool = new Map<string, number>();
  let used = 0;
  for (const machine of machinesIn(state, subnetKey)) {
    const known = perPool.get(machine.poolKey) ?? addressesOfPool(state, machine);
    perPool.set(machine.poolKey, known);
    used += known;
  }
  return used;
}

function addressesOfPool(state: State, { clusterKey, poolKey }: Machine): number {
  const cluster = state.clusters.get(clusterKey);
  const maxPods = state.pools.get(poolKey)?.properties.maxPods ?? 0;
  return cluster ? addressesPerNode(cluster, maxPods) : 1;
}

export function freeAddresses(state: State, subnet: PlainResource): number {
  const range = parseCidr(subnetPrefix(subnet));
  return range ? usableAddresses(range) - usedAddresses(state, subnet.key) : 0;
}

/** The clusters whose API server lives in the subnet, which then cannot be deleted either. */
export const apiServersIn = (state: State, subnetKey: string): Cluster[] =>
  state.clusters
    .values()
    .filter(({ properties }) => properties.apiServerAccessProfile?.subnetId?.toLowerCase() === subnetKey);
