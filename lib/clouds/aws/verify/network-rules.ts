/** Static placement (A202, A228): do the VPC and its subnets exist, is there one per zone, and are they private? */
import type { AwsCloud, AwsPlacement } from '../../../domain/cluster.ts';
import { type Finding, violation, warning } from '../../../domain/findings.ts';
import type { PoolRole, PoolSpec } from '../../../domain/pool.ts';
import type { SubnetSeen } from '../catalog/port.ts';
import type { Facts } from './facts.ts';

type StaticPlacement = Extract<AwsPlacement, { mode: 'static' }>;

const PATH = '/cloud/placement';
/** AWS keeps the first four and the last address of a subnet out of the free ones; one more for a surge. */
const SURGE = 1;

export function networkFindings(
  { placement, region }: AwsCloud,
  pools: readonly PoolSpec[],
  facts: Facts,
): readonly Finding[] {
  const { network, subnets } = facts;
  if (placement.mode === 'dynamic' || network === undefined) return [];
  if (network === 'absent') {
    return [violation('VPC_NOT_FOUND', `${PATH}/vpcId`, `There is no VPC ${placement.vpcId} in ${region}.`)];
  }
  if (subnets === undefined) return [];
  const dns = network.dnsSupport && network.dnsHostnames;
  return [
    ...(dns
      ? []
      : [
          violation(
            'VPC_DNS_DISABLED',
            `${PATH}/vpcId`,
            `${network.id} needs enableDnsSupport and enableDnsHostnames.`,
          ),
        ]),
    ...roleFindings(placement, 'control-plane', pools, subnets),
    ...roleFindings(placement, 'worker', pools, subnets),
    ...publicFindings(placement, subnets),
  ];
}

function roleFindings(
  placement: StaticPlacement,
  role: PoolRole,
  pools: readonly PoolSpec[],
  subnets: readonly SubnetSeen[],
): readonly Finding[] {
  const field = role === 'worker' ? 'workerSubnetIds' : 'controlPlaneSubnetIds';
  const path = `${PATH}/${field}`;
  const ids = placement[field];
  const found = ids.flatMap((id) => subnets.find((subnet) => subnet.id === id) ?? []);
  const own = pools.filter((pool) => pool.role === role);
  return [
    ...ids.flatMap((id, index) => missingFindings(id, `${path}/${index}`, placement.vpcId, subnets)),
    ...found.flatMap((subnet) => privacyFindings(subnet, path)),
    ...zoneFindings(own, found, path),
    ...roomFindings(own, found, path),
  ];
}

function missingFindings(
  id: string,
  path: string,
  vpcId: string,
  subnets: readonly SubnetSeen[],
): readonly Finding[] {
  if (subnets.some((subnet) => subnet.id === id)) return [];
  return [violation('SUBNET_NOT_IN_VPC', path, `Subnet ${id} is not in ${vpcId}.`)];
}

function privacyFindings({ id, egress }: SubnetSeen, path: string): readonly Finding[] {
  switch (egress) {
    case 'internet-gateway':
      return [
        violation(
          'SUBNET_NOT_PRIVATE',
          path,
          `Subnet ${id} leads to an Internet gateway; nodes go into private subnets.`,
        ),
      ];
    case 'none':
      return [
        warning(
          'SUBNET_WITHOUT_EGRESS',
          path,
          `Subnet ${id} has no default route; its nodes could not get images or join.`,
        ),
      ];
    case 'unknown':
      return [
        warning(
          'SUBNET_NOT_PRIVATE',
          path,
          `Whether subnet ${id} is private could not be read off its routes.`,
        ),
      ];
    case 'other':
      return [];
  }
}

function zoneFindings(
  pools: readonly PoolSpec[],
  subnets: readonly SubnetSeen[],
  path: string,
): readonly Finding[] {
  const wanted = [...new Set(pools.flatMap((pool) => pool.zones))].sort();
  const without = wanted.filter((zone) => !subnets.some((subnet) => subnet.zone === zone));
  const twice = subnets.filter(
    ({ zone }, index) => subnets.findIndex((other) => other.zone === zone) !== index,
  );
  return [
    ...without.map((zone) =>
      violation('ZONE_WITHOUT_SUBNET', path, `Zone ${zone} has none of these subnets.`),
    ),
    ...twice.map(({ id, zone }) =>
      violation('ZONE_WITHOUT_SUBNET', path, `${id} is a second subnet in ${zone}; give one per zone.`),
    ),
  ];
}

function roomFindings(
  pools: readonly PoolSpec[],
  subnets: readonly SubnetSeen[],
  path: string,
): readonly Finding[] {
  if (pools.length === 0 || subnets.length === 0) return [];
  const nodes = pools.reduce((sum, { size }) => sum + size, 0) + SURGE;
  const free = subnets.reduce((sum, { freeAddresses }) => sum + freeAddresses, 0);
  if (free >= nodes) return [];
  const message = `${nodes} addresses are needed, one of them while a node is replaced; ${free} are free.`;
  return [warning('SUBNET_TOO_SMALL', path, message)];
}

function publicFindings(
  { publicSubnetIds = [], vpcId }: StaticPlacement,
  subnets: readonly SubnetSeen[],
): readonly Finding[] {
  const path = `${PATH}/publicSubnetIds`;
  return publicSubnetIds.flatMap((id, index) => {
    const subnet = subnets.find((candidate) => candidate.id === id);
    if (!subnet) return missingFindings(id, `${path}/${index}`, vpcId, subnets);
    if (subnet.egress === 'internet-gateway' || subnet.egress === 'unknown') return [];
    const message = `Subnet ${id} has no route to an Internet gateway, which the load balancer needs.`;
    return [violation('SUBNET_NOT_PUBLIC', `${path}/${index}`, message)];
  });
}
