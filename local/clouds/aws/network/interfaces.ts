/**
 * Network interfaces as other parts make and remove them: for instances, NAT gateways and load balancers. An interface
 * takes an address of its subnet, and stands in the way of deleting its subnet and its groups.
 */
import { addressAt, addressCount, parseCidr } from '../../../../lib/domain/cidr.ts';
import type { EpochMs } from '../../../../lib/domain/time.ts';
import type { Place } from '../core/call.ts';
import { AwsFault, invalidValue } from '../core/fault.ts';
import { newId, nextCount } from '../core/ids.ts';
import { allOf, peek, put, retire } from '../core/shelf.ts';
import type { Tags } from '../core/tags.ts';
import type { World } from '../core/world.ts';
import { ADDRESS, INTERFACE } from './kinds.ts';
import type { NetworkInterface, Subnet } from './model.ts';
import { RESERVED_FIRST } from './subnets.ts';

interface NewInterface {
  readonly subnet: Subnet;
  readonly groupIds: readonly string[];
  readonly description: string;
  readonly at: EpochMs;
  readonly type?: NetworkInterface['type'];
  readonly tags?: Tags;
  /** A wish; a free one when absent. */
  readonly privateIp?: string;
  readonly requesterId?: string;
  /** What it is attached to from the start. */
  readonly attached?: {
    readonly instanceId?: string;
    readonly deleteOnTermination: boolean;
  };
  /** It gets a public address from Amazon's pool. */
  readonly hasPublicIp?: boolean;
}

/** Throws InsufficientFreeAddressesInSubnet, InvalidIPAddress.InUse. */
export function createInterface(world: World, wanted: NewInterface): NetworkInterface {
  const { subnet, groupIds, description, at, type = 'interface', tags = {}, requesterId, attached } = wanted;
  const id = newId(world, 'eni');
  const made: NetworkInterface = {
    id,
    account: subnet.account,
    region: subnet.region,
    createdAt: at,
    tags,
    taggedAt: at,
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    zone: subnet.zone,
    privateIp: takeAddress(world, subnet, wanted.privateIp),
    groupIds,
    description,
    type,
    sourceDestCheck: type === 'interface',
    ...(requesterId === undefined ? {} : { requesterId }),
    ...(attached && {
      attachment: {
        id: newId(world, 'eni-attach'),
        attachedAt: at,
        deviceIndex: 0,
        ...attached,
      },
    }),
    ...(wanted.hasPublicIp ? { publicIp: newPublicIp(world) } : {}),
  };
  put(world, INTERFACE, made);
  return made;
}

/** With its association to an address of one's own, which stays allocated. */
export function removeInterface(world: World, id: string, at: EpochMs): void {
  const found = peek(world, INTERFACE, id);
  if (!found) return;
  for (const address of allOf(world, ADDRESS, found)) {
    if (address.association?.interfaceId !== id) continue;
    const { association: _ended, ...free } = address;
    put(world, ADDRESS, free);
  }
  retire(world, INTERFACE, found, at);
}

/** As they are; the first is the primary one. */
export const interfacesOf = (world: World, place: Place, instanceId: string): readonly NetworkInterface[] =>
  allOf(world, INTERFACE, place).filter(({ attachment }) => attachment?.instanceId === instanceId);

/** The address that the outside sees: one's own before Amazon's. */
export function publicIpOf(world: World, networkInterface: NetworkInterface): string | undefined {
  const own = allOf(world, ADDRESS, networkInterface).find(
    ({ association }) => association?.interfaceId === networkInterface.id,
  );
  return own?.publicIp ?? networkInterface.publicIp;
}

/** `ip-10-0-0-12.eu-central-1.compute.internal`; us-east-1 is older than that scheme. */
export function privateDnsName({
  privateIp,
  region,
}: Pick<NetworkInterface, 'privateIp' | 'region'>): string {
  const domain = region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`;
  return `ip-${privateIp.replaceAll('.', '-')}.${domain}`;
}

export function publicDnsName(region: string, publicIp: string): string {
  const domain = region === 'us-east-1' ? 'compute-1.amazonaws.com' : `${region}.compute.amazonaws.com`;
  return `ec2-${publicIp.replaceAll('.', '-')}.${domain}`;
}

/** Never given out twice: `18.192.0.1` and on. */
export const newPublicIp = (world: World): string =>
  addressAt('18.192.0.0/12', nextCount(world, 'public-ip'));

function takeAddress(world: World, subnet: Subnet, wanted: string | undefined): string {
  const taken = new Set(
    allOf(world, INTERFACE, subnet)
      .filter(({ subnetId }) => subnetId === subnet.id)
      .map(({ privateIp }) => privateIp),
  );
  if (wanted !== undefined) return checkedAddress(subnet, wanted, taken);
  const size = addressCount(subnet.cidr);
  const start = Math.floor(world.chance.fraction(`address/${subnet.id}/${taken.size}`) * size);
  for (let step = 0; step < size; step += 1) {
    const position = (start + step) % size;
    if (position < RESERVED_FIRST || position === size - 1) continue;
    const address = addressAt(subnet.cidr, position);
    if (!taken.has(address)) return address;
  }
  throw new AwsFault(
    'InsufficientFreeAddressesInSubnet',
    `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`,
  );
}

function checkedAddress(subnet: Subnet, wanted: string, taken: ReadonlySet<string>): string {
  const range = parseCidr(subnet.cidr);
  const address = parseCidr(`${wanted}/32`);
  const position = range && address ? address.first - range.first : -1;
  if (position < RESERVED_FIRST || position >= addressCount(subnet.cidr) - 1)
    throw invalidValue(wanted, 'privateIpAddress', 'Address does not fall within the subnet’s address range');
  if (taken.has(wanted)) throw new AwsFault('InvalidIPAddress.InUse', `Address ${wanted} is in use.`);
  return wanted;
}
