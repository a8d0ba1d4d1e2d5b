/** Do the network and its subnets exist and is there room (A138, A139, A140)? Static placement only. */

import { addressCount, overlaps } from '../../../domain/cidr.ts';
import type { AzurePlacement } from '../../../domain/cluster.ts';
import { type Finding, violation, warning } from '../../../domain/findings.ts';
import type { PoolSpec } from '../../../domain/pool.ts';
import { RESERVED_RANGES } from '../aks/settings.ts';
import type { SubnetSeen, VirtualNetworkSeen } from '../platform.ts';
import type { Facts } from './facts.ts';

const PATH = '/cloud/placement';
/** Azure keeps the first four and the last address of every subnet. */
const RESERVED = 5;
/** One node more per pool while AKS upgrades or a replacement is under way. */
const SURGE = 1;

export interface NetworkQuestion {
  readonly placement: AzurePlacement;
  readonly region: string;
  readonly pools: readonly PoolSpec[];
  /** Pools whose nodes have their addresses already. */
  readonly before: readonly PoolSpec[];
}

export function networkFindings(question: NetworkQuestion, { virtualNetwork }: Facts): readonly Finding[] {
  const { placement, region } = question;
  if (placement.mode === 'dynamic' || virtualNetwork === undefined) return [];
  if (virtualNetwork === 'absent' || virtualNetwork.location !== region) {
    const why =
      virtualNetwork === 'absent' ? 'does not exist' : `is in ${virtualNetwork.location}, not in ${region}`;
    return [
      violation(
        'VNET_NOT_FOUND',
        `${PATH}/virtualNetwork`,
        `Virtual network ${placement.virtualNetwork} ${why}.`,
      ),
    ];
  }
  const worker = subnetOf(virtualNetwork, placement.workerSubnet);
  return [
    ...tooLong(placement),
    ...reserved(virtualNetwork),
    ...missing(virtualNetwork, placement.controlPlaneSubnet, 'controlPlaneSubnet'),
    ...missing(virtualNetwork, placement.workerSubnet, 'workerSubnet'),
    ...(worker === undefined ? [] : roomFindings(worker, question)),
  ];
}

/** They become labels of nodes: «Configure Azure CNI Overlay networking», limitations. */
const MAX_NAME_LENGTH = 63;

function tooLong(placement: Extract<AzurePlacement, { mode: 'static' }>): readonly Finding[] {
  const fields = ['virtualNetwork', 'virtualNetworkResourceGroup', 'workerSubnet'] as const;
  return fields
    .filter((field) => (placement[field]?.length ?? 0) > MAX_NAME_LENGTH)
    .map((field) =>
      violation(
        'NETWORK_NAME_TOO_LONG',
        `${PATH}/${field}`,
        `AKS takes ${MAX_NAME_LENGTH} characters here: the name becomes a label of the nodes.`,
      ),
    );
}

function reserved({ name, addressPrefixes }: VirtualNetworkSeen): readonly Finding[] {
  const within = RESERVED_RANGES.filter((range) => addressPrefixes.some((prefix) => overlaps(prefix, range)));
  return within.map((range) =>
    warning(
      'NETWORK_RANGE_RESERVED',
      `${PATH}/virtualNetwork`,
      `Virtual network ${name} has addresses in ${range}, which AKS keeps for itself.`,
    ),
  );
}

function subnetOf(network: VirtualNetworkSeen, name: string): SubnetSeen | undefined {
  return network.subnets.find((subnet) => subnet.name.toLowerCase() === name.toLowerCase());
}

function missing(network: VirtualNetworkSeen, name: string, field: string): readonly Finding[] {
  if (subnetOf(network, name)) return [];
  const known = network.subnets.map((subnet) => subnet.name).sort();
  const hint = `Its subnets: ${known.join(', ')}.`;
  return [
    violation(
      'SUBNET_NOT_IN_VNET',
      `${PATH}/${field}`,
      `Virtual network ${network.name} has no subnet ${name}.`,
      hint,
    ),
  ];
}

/** Overlay networking: one address per node; pods have their own range. */
function roomFindings(subnet: SubnetSeen, { pools, before }: NetworkQuestion): readonly Finding[] {
  const size = subnet.addressPrefixes.reduce((sum, prefix) => sum + addressCount(prefix), 0);
  const running = before.reduce((sum, pool) => sum + pool.size, 0);
  const nodes = pools.reduce((sum, pool) => sum + (pool.autoscale?.max ?? pool.size), 0);
  const surge = pools.length * SURGE;
  const free = size - RESERVED - Math.max(0, subnet.used - running);
  if (nodes + surge <= free) return [];
  return [
    violation(
      'SUBNET_TOO_SMALL',
      `${PATH}/workerSubnet`,
      `Subnet ${subnet.name} has ${size} addresses - ${RESERVED} reserved - ${Math.max(0, subnet.used - running)} in use = ${free} free; ${nodes} nodes + ${surge} for upgrades = ${nodes + surge} are needed.`,
      'Use a larger subnet or fewer nodes.',
    ),
  ];
}
