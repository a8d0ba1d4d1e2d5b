/**
 * Does the range of the pods have room for the nodes? In overlay networking every node takes a /24 of it, and the range
 * is fixed when the cluster is made. Source: «Configure Azure CNI Overlay networking», IP address planning.
 */

import { addressCount } from '../../../domain/cidr.ts';
import type { ClusterSpec } from '../../../domain/cluster.ts';
import { type Finding, violation } from '../../../domain/findings.ts';
import type { ResolvedProfile } from '../../../domain/profile.ts';
import { networkSettings } from '../aks/settings.ts';
import type { Facts } from './facts.ts';

const ADDRESSES_PER_NODE = 256;
/** One node more per pool while AKS upgrades or a replacement is under way. */
const SURGE = 1;

export function podRangeFindings(
  spec: ClusterSpec,
  profile: ResolvedProfile,
  { virtualNetwork }: Facts,
): readonly Finding[] {
  const occupied = occupiedBy(spec, virtualNetwork);
  if (occupied === undefined) return [];
  const { podCidr } = networkSettings(profile, spec, occupied);
  const room = Math.floor(addressCount(podCidr) / ADDRESSES_PER_NODE);
  const nodes = spec.pools.reduce((sum, pool) => sum + (pool.autoscale?.max ?? pool.size) + SURGE, 0);
  // A range that cannot be read is Azure's to refuse, in its own words.
  if (room === 0 || nodes <= room) return [];
  return [
    violation(
      'POD_RANGE_TOO_SMALL',
      '/pools',
      `The pod range ${podCidr} has room for ${room} nodes; ${nodes} are needed, one per pool for upgrades included.`,
      'Set a larger podCidr in the network pack before the cluster is created; it cannot be changed later.',
    ),
  ];
}

/** Undefined: the network decides the range, and Azure did not tell about it. */
function occupiedBy({ cloud }: ClusterSpec, network: Facts['virtualNetwork']): readonly string[] | undefined {
  if (cloud.placement.mode === 'dynamic') return [];
  return network === undefined || network === 'absent' ? undefined : network.addressPrefixes;
}
