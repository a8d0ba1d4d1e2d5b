/**
 * The feet of a load balancer: one subnet per zone, and in each an interface that AWS owns. When a load balancer goes,
 * its interfaces stay for some minutes and stand in the way of deleting the network.
 */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { Call } from '../core/call.ts';
import { AwsFault } from '../core/fault.ts';
import type { DueHandler } from '../core/operation.ts';
import { allOf, peek } from '../core/shelf.ts';
import { schedule } from '../core/timeline.ts';
import type { World } from '../core/world.ts';
import { createInterface, removeInterface } from '../network/interfaces.ts';
import { INTERNET_GATEWAY, SUBNET } from '../network/kinds.ts';
import type { NetworkInterface, Subnet } from '../network/model.ts';
import { freeAddresses } from '../network/subnets.ts';
import type { BalancerZone, LoadBalancer } from './model.ts';

/** docs.aws.amazon.com/elasticloadbalancing/latest/network/network-load-balancers.html#availability-zones */
const LEAST_FREE_ADDRESSES = 8;

/** Subnets of a load balancer: of one network, one per zone, with room. */
export function subnetsFor(
  world: World,
  call: Call,
  ids: readonly string[],
  scheme: LoadBalancer['scheme'],
): readonly [Subnet, ...Subnet[]] {
  if (ids.length === 0) throw new AwsFault('ValidationError', 'At least one subnet must be specified');
  const [first, ...others] = ids.map((id) => subnetOf(world, id));
  if (!first) throw new AwsFault('SubnetNotFound', 'The specified subnet does not exist.');
  const subnets: readonly [Subnet, ...Subnet[]] = [first, ...others];
  if (subnets.some(({ vpcId }) => vpcId !== first.vpcId))
    throw new AwsFault('InvalidConfigurationRequest', 'All subnets must belong to the same VPC');
  if (new Set(subnets.map(({ zone }) => zone)).size < subnets.length)
    throw new AwsFault(
      'InvalidConfigurationRequest',
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    );
  const hasGateway = allOf(world, INTERNET_GATEWAY, call).some(({ vpcId }) => vpcId === first.vpcId);
  if (scheme === 'internet-facing' && !hasGateway)
    throw new AwsFault('InvalidSubnet', `VPC ${first.vpcId} has no internet gateway`);
  return subnets;
}

function subnetOf(world: World, id: string): Subnet {
  const subnet = peek(world, SUBNET, id);
  if (!subnet) throw new AwsFault('SubnetNotFound', `The subnet ID '${id}' does not exist`);
  return subnet;
}

/** `name`: `net/my-balancer/0123456789abcdef`; of a classic one the name alone. */
export function stepInto(
  world: World,
  at: EpochMs,
  name: string,
  balancer: Pick<LoadBalancer, 'scheme' | 'groupIds'> & Partial<Pick<NetworkInterface, 'type'>>,
  subnet: Subnet,
): BalancerZone {
  if (freeAddresses(world, subnet) < LEAST_FREE_ADDRESSES)
    throw new AwsFault(
      'InvalidSubnet',
      `Not enough IP space available in ${subnet.id}. ELB requires at least ${LEAST_FREE_ADDRESSES} free IP addresses in each subnet.`,
    );
  const made = createInterface(world, {
    subnet,
    groupIds: balancer.groupIds,
    description: `ELB ${name}`,
    at,
    type: balancer.type ?? 'network_load_balancer',
    requesterId: 'amazon-elb',
    attached: { deleteOnTermination: false },
    hasPublicIp: balancer.scheme === 'internet-facing',
  });
  return { subnetId: subnet.id, zone: subnet.zone, interfaceId: made.id };
}

const INTERFACE_GONE = 'balancer-interface-gone';

export function stepOut(world: World, zones: readonly BalancerZone[], at: EpochMs): void {
  const range = world.settings.timings.balancerInterfacesLinger;
  for (const { interfaceId } of zones)
    schedule(
      world,
      INTERFACE_GONE,
      interfaceId,
      at + world.chance.milliseconds(`linger/${interfaceId}`, range),
    );
}

export const zonesDue: Readonly<Record<string, DueHandler>> = { [INTERFACE_GONE]: removeInterface };
