/** Is there room for one more cluster in a region (A210 to A215)? Quotas against what exists already. */
import { type Finding, warning } from '../../../domain/findings.ts';
import type { Limits, MachineType, RegionUsage } from '../catalog/port.ts';
import { runningVcpus } from './vcpus.ts';

export interface Room {
  /** Zones that a cluster would use: one NAT gateway and one Elastic IP each. */
  readonly zones: readonly string[];
  readonly usage: RegionUsage;
  readonly limits: Limits;
  readonly types: readonly MachineType[];
}

interface Need {
  readonly code: string;
  readonly what: string;
  readonly needed: number;
  readonly used: number;
  readonly limit: number;
}

/** One control-plane node, one worker of two vCPUs each, and the bastion. */
const LEAST_VCPUS = 6;
const HINT = 'Ask for more in the Service Quotas console, or free some.';

export function roomFindings(room: Room): readonly Finding[] {
  return needsOf(room).flatMap(({ code, what, needed, used, limit }) => {
    const left = Math.max(0, limit - used);
    if (left >= needed) return [];
    const message = `${left} of ${limit} ${what} are left; a cluster over all zones takes ${needed}.`;
    return [warning(code, '', message, HINT)];
  });
}

function needsOf({ zones, usage, limits, types }: Room): readonly Need[] {
  const vcpus = runningVcpus(usage, types).get('standard-vcpus') ?? 0;
  const need = (code: string, what: string, needed: number, used: number, limit: number): Need => ({
    code,
    what,
    needed,
    used,
    limit,
  });
  return [
    need('QUOTA_VCPU', 'on-demand vCPUs of standard instances', LEAST_VCPUS, vcpus, limits['standard-vcpus']),
    need('QUOTA_VPC', 'VPCs', 1, usage.vpcs, limits.vpcs),
    need('QUOTA_EIP', 'Elastic IP addresses', zones.length, usage.addresses, limits.addresses),
    need('QUOTA_IGW', 'Internet gateways', 1, usage.internetGateways, limits['internet-gateways']),
    need('QUOTA_ELB', 'network load balancers', 1, usage.networkBalancers, limits['network-balancers']),
    ...zones.map((zone) =>
      need('QUOTA_NAT', `NAT gateways of ${zone}`, 1, usage.natGateways[zone] ?? 0, limits['nat-gateways']),
    ),
  ];
}
