/** Are there enough vCPUs, networks and addresses left (A110)? Only warnings: limits are raised, and attempts go on (A92). */
import type { AwsCloud } from '../../../domain/cluster.ts';
import { type Finding, warning } from '../../../domain/findings.ts';
import type { PoolSpec } from '../../../domain/pool.ts';
import type { LimitName } from '../catalog/port.ts';
import type { Facts } from './facts.ts';
import { type Machines, runningVcpus, vcpusOf } from './vcpus.ts';

const HINT = 'Ask for more in the Service Quotas console; creation is retried until it fits.';

const WHAT = {
  'standard-vcpus': 'on-demand vCPUs of standard instances',
  'graphics-vcpus': 'on-demand vCPUs of G and VT instances',
  'accelerated-vcpus': 'on-demand vCPUs of P instances',
  'spot-standard-vcpus': 'spot vCPUs of standard instances',
  'spot-graphics-vcpus': 'spot vCPUs of G and VT instances',
  'spot-accelerated-vcpus': 'spot vCPUs of P instances',
  vpcs: 'VPCs',
  addresses: 'Elastic IP addresses',
  'internet-gateways': 'Internet gateways',
  'nat-gateways': 'NAT gateways of a zone',
  'network-balancers': 'network load balancers',
} as const satisfies Record<LimitName, string>;

export interface QuotaQuestion {
  readonly cloud: AwsCloud;
  readonly pools: readonly PoolSpec[];
  /** Pools that run already and are in AWS's count; absent: a new cluster. */
  readonly before?: readonly PoolSpec[];
}

export function quotaFindings(question: QuotaQuestion, facts: Facts): readonly Finding[] {
  return [...vcpuFindings(question, facts), ...networkFindings(question, facts)];
}

function vcpuFindings({ pools, before = [] }: QuotaQuestion, facts: Facts): readonly Finding[] {
  const { types, usage, limits } = facts;
  if (types === undefined || usage === undefined || limits === undefined) return [];
  const wanted = vcpusOf(pools.map(machinesOf), types);
  const present = vcpusOf(before.map(machinesOf), types);
  const running = runningVcpus(usage, types);
  return [...wanted].flatMap(([name, vcpus]) => {
    const more = vcpus - (present.get(name) ?? 0);
    return short(name, more, limits[name] - (running.get(name) ?? 0), limits[name]);
  });
}

function machinesOf({ instanceType, capacity, size }: PoolSpec): Machines {
  return { instanceType, market: capacity ?? 'on-demand', count: size };
}

function networkFindings(
  { cloud, pools, before }: QuotaQuestion,
  { usage, limits }: Facts,
): readonly Finding[] {
  const brandNew = before === undefined && cloud.placement.mode === 'dynamic';
  if (!brandNew || usage === undefined || limits === undefined) return [];
  const zones = [...new Set(pools.flatMap((pool) => pool.zones))];
  return [
    ...short('vpcs', 1, limits.vpcs - usage.vpcs, limits.vpcs),
    ...short('addresses', zones.length, limits.addresses - usage.addresses, limits.addresses),
    ...short(
      'internet-gateways',
      1,
      limits['internet-gateways'] - usage.internetGateways,
      limits['internet-gateways'],
    ),
  ];
}

function short(name: LimitName, more: number, left: number, limit: number): readonly Finding[] {
  if (more <= 0 || more <= left) return [];
  const message = `${more} more ${WHAT[name]} are needed, ${Math.max(0, left)} of ${limit} are left.`;
  return [warning('QUOTA_SHORT', '/pools', message, HINT)];
}
