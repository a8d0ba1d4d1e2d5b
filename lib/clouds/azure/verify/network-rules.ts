/** Do the network and its subnets exist and is there room (A138, A139, A140)? Static placement only. */
import type { AzurePlacement } from '../../../domain/cluster.ts';
import { type Finding, violation } from '../../../domain/findings.ts';
import type { PoolSpec } from '../../../domain/pool.ts';
import { addressCount } from '../cidr.ts';
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
    ...missing(virtualNetwork, placement.controlPlaneSubnet, 'controlPlaneSubnet'),
    ...missing(virtualNetwork, placement.workerSubnet, 'workerSubnet'),
    ...(worker === undefined ? [] : roomFindings(worker, question)),
  ];
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
