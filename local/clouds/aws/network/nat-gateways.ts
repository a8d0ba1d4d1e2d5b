/**
 * NAT gateways. Creating one is accepted at once and may fail a little later (no way to the Internet, an address that is
 * taken); a failed one stays listed for an hour and keeps its address until it is deleted.
 */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { onceForToken } from '../core/client-tokens.ts';
import { AwsFault, invalidCombination, missing } from '../core/fault.ts';
import type { FilterTable } from '../core/filters.ts';
import { newId } from '../core/ids.ts';
import { takeLateError } from '../core/late.ts';
import { type DueHandler, type Operations, operation } from '../core/operation.ts';
import { list, paged, tagSpecifications, text } from '../core/parameters.ts';
import { quota } from '../core/quotas.ts';
import { allOf, born, describe, find, type Kind, must, peek, put, retire } from '../core/shelf.ts';
import { specifiedTags, type Tags, tagSet } from '../core/tags.ts';
import { schedule, unschedule } from '../core/timeline.ts';
import { iso } from '../core/times.ts';
import type { World } from '../core/world.ts';
import { associate } from './addresses.ts';
import { createInterface, removeInterface } from './interfaces.ts';
import { ADDRESS, INTERFACE, NAT_GATEWAY, SUBNET } from './kinds.ts';
import type { Address, NatGateway, Subnet } from './model.ts';
import { natState } from './nat-state.ts';
import { reachesOutsideDirectly } from './paths.ts';
import { freeAddresses } from './subnets.ts';

const LISTED_AFTER_END_MS = 60 * 60_000;
const CHECK = 'nat-check';
const GONE = 'nat-gone';
const UNLISTED = 'nat-unlisted';

function view(gateway: NatGateway, now: number) {
  const { id, subnetId, vpcId, connectivity, createdAt, failure, deletingAt, tags } = gateway;
  const state = natState(gateway, now);
  const hasFailed = failure !== undefined && state === 'failed';
  return {
    natGatewayId: id,
    subnetId,
    vpcId,
    state,
    connectivityType: connectivity,
    availabilityMode: 'zonal',
    createTime: iso(createdAt),
    deleteTime: deletingAt === undefined ? undefined : iso(deletingAt),
    failureCode: hasFailed ? failure.code : undefined,
    failureMessage: hasFailed ? failure.message : undefined,
    natGatewayAddressSet: [
      {
        allocationId: gateway.allocationId,
        networkInterfaceId: gateway.interfaceId,
        privateIp: gateway.privateIp,
        publicIp: gateway.publicIp,
        isPrimary: true,
        status: state === 'available' ? 'succeeded' : undefined,
      },
    ],
    tagSet: tagSet(tags),
  };
}

/** Those that count against the quota of their zone: pending, available and deleting ones. */
function checkQuota(world: World, call: Call, zone: string): void {
  const counted = allOf(world, NAT_GATEWAY, call).filter(
    (each) => each.zone === zone && !['deleted', 'failed'].includes(natState(each, call.nowMs)),
  );
  if (counted.length >= quota(world, call, 'natGatewaysPerZone'))
    throw new AwsFault(
      'NatGatewayLimitExceeded',
      `The limit of NAT gateways in the availability zone ${zone} has been reached.`,
    );
}

interface Wanted {
  readonly subnet: Subnet;
  readonly address: Address | undefined;
  readonly tags: Tags;
  readonly clientToken: string | undefined;
}

function create(world: World, call: Call, { subnet, address, tags, clientToken }: Wanted): string {
  checkQuota(world, call, subnet.zone);
  const id = newId(world, 'nat');
  const { natPending, natFails } = world.settings.timings;
  const failsAt = call.nowMs + world.chance.milliseconds(`fails/${id}`, natFails);
  const late = takeLateError(world, call);
  const failure = late
    ? { at: failsAt, code: late.code, message: late.message ?? 'NAT Gateway could not be created.' }
    : failureAtOnce(world, subnet, address, failsAt);
  const gateway: NatGateway = {
    ...born(call, id, tags),
    subnetId: subnet.id,
    vpcId: subnet.vpcId,
    zone: subnet.zone,
    connectivity: address ? 'public' : 'private',
    readyAt: call.nowMs + world.chance.milliseconds(`pending/${id}`, natPending),
    ...(clientToken === undefined ? {} : { clientToken }),
    ...(address ? { allocationId: address.id } : {}),
    ...(failure ? { failure } : {}),
  };
  put(world, NAT_GATEWAY, failure ? gateway : { ...gateway, ...connected(world, gateway, subnet, address) });
  schedule(world, CHECK, id, failsAt);
  return id;
}

/** What EC2 finds out only after it has accepted the request. */
function failureAtOnce(world: World, subnet: Subnet, address: Address | undefined, at: number) {
  if (freeAddresses(world, subnet) < 1)
    return {
      at,
      code: 'InsufficientFreeAddressesInSubnet',
      message: 'Subnet has insufficient free addresses to create this NAT gateway',
    };
  if (address?.association)
    return {
      at,
      code: 'Resource.AlreadyAssociated',
      message: `Elastic IP address [${address.id}] is already associated`,
    };
  return undefined;
}

function connected(world: World, gateway: NatGateway, subnet: Subnet, address: Address | undefined) {
  const made = createInterface(world, {
    subnet,
    groupIds: [],
    description: `Interface for NAT Gateway ${gateway.id}`,
    at: gateway.createdAt,
    type: 'nat_gateway',
    requesterId: 'amazon-vpc-natgateway',
    attached: { deleteOnTermination: false },
  });
  if (address) associate(world, address, made);
  return {
    interfaceId: made.id,
    privateIp: made.privateIp,
    ...(address ? { publicIp: address.publicIp } : {}),
  };
}

/** A public one has to find its way out by now. */
const check: DueHandler = (world, id, at) => {
  const gateway = peek(world, NAT_GATEWAY, id);
  if (!gateway || gateway.deletingAt !== undefined) return;
  const checked = gateway.failure ? gateway : withFailureFound(world, gateway, at);
  put(world, NAT_GATEWAY, checked);
  if (checked.failure) schedule(world, UNLISTED, id, at + LISTED_AFTER_END_MS);
};

function withFailureFound(world: World, gateway: NatGateway, at: number): NatGateway {
  const subnet = must(world, SUBNET, gateway.subnetId);
  if (gateway.connectivity === 'private' || reachesOutsideDirectly(world, subnet)) return gateway;
  const message = `Network ${gateway.vpcId} has no Internet gateway attached`;
  return { ...gateway, failure: { at, code: 'Gateway.NotAttached', message } };
}

/** Its interface is gone and its address free, at last. */
const end: DueHandler = (world, id, at) => {
  const gateway = peek(world, NAT_GATEWAY, id);
  if (!gateway) return;
  if (gateway.interfaceId !== undefined) removeInterface(world, gateway.interfaceId, at);
  const { interfaceId: _removed, ...rest } = gateway;
  put(world, NAT_GATEWAY, rest);
  schedule(world, UNLISTED, id, at + LISTED_AFTER_END_MS);
};

const unlist: DueHandler = (world, id, at) => {
  const gateway = peek(world, NAT_GATEWAY, id);
  if (!gateway) return;
  if (gateway.interfaceId !== undefined) removeInterface(world, gateway.interfaceId, at);
  retire(world, NAT_GATEWAY, gateway, at);
};

export const natDue: Readonly<Record<string, DueHandler>> = {
  [CHECK]: check,
  [GONE]: end,
  [UNLISTED]: unlist,
};

function remove(world: World, call: Call, gateway: NatGateway): void {
  if (gateway.deletingAt !== undefined) return;
  const goneAt =
    call.nowMs + world.chance.milliseconds(`deleting/${gateway.id}`, world.settings.timings.natDeleting);
  put(world, NAT_GATEWAY, { ...gateway, deletingAt: call.nowMs, goneAt });
  unschedule(world, UNLISTED, gateway.id);
  schedule(world, GONE, gateway.id, goneAt);
}

/** The state depends on when one asks. */
const kindAt = (now: number): Kind<NatGateway> => {
  const filters: FilterTable<NatGateway> = {
    ...NAT_GATEWAY.filters,
    state: (gateway) => natState(gateway, now),
  };
  return { ...NAT_GATEWAY, filters };
};

function addressFor(
  world: World,
  call: Call,
  connectivity: string,
  allocationId: string | undefined,
): Address | undefined {
  if (connectivity === 'private') {
    if (allocationId === undefined) return undefined;
    throw invalidCombination('An Elastic IP address cannot be given for a private NAT gateway.');
  }
  if (allocationId === undefined) throw missing('AllocationId');
  return find(world, call, ADDRESS, allocationId);
}

export const natOperations: Operations = {
  CreateNatGateway: operation({
    input: z.strictObject({
      SubnetId: text,
      AllocationId: text.optional(),
      ConnectivityType: z.enum(['public', 'private']).default('public'),
      AvailabilityMode: z.enum(['zonal']).optional(),
      ClientToken: text.optional(),
      TagSpecification: tagSpecifications,
    }),
    handle(world, call) {
      const { SubnetId, AllocationId, ConnectivityType, ClientToken, TagSpecification } = call.params;
      const ids = onceForToken(world, call, ClientToken, () => {
        const tags = specifiedTags(TagSpecification, 'natgateway');
        const subnet = find(world, call, SUBNET, SubnetId);
        const address = addressFor(world, call, ConnectivityType, AllocationId);
        return [create(world, call, { subnet, address, tags, clientToken: ClientToken })];
      });
      const gateway = ids.map((id) => peek(world, NAT_GATEWAY, id))[0];
      return { natGateway: gateway && view(gateway, call.nowMs), clientToken: ClientToken };
    },
  }),
  DescribeNatGateways: operation({
    input: z.strictObject({ NatGatewayId: list(text), ...paged }),
    handle(world, call) {
      const page = describe(world, call, kindAt(call.nowMs), {
        ids: call.params.NatGatewayId,
        ...call.params,
      });
      return {
        natGatewaySet: page.items.map((gateway) => view(gateway, call.nowMs)),
        nextToken: page.nextToken,
      };
    },
  }),
  DeleteNatGateway: operation({
    input: z.strictObject({ NatGatewayId: text }),
    handle(world, call) {
      const gateway = find(world, call, NAT_GATEWAY, call.params.NatGatewayId);
      remove(world, call, gateway);
      return { natGatewayId: gateway.id };
    },
  }),
};

/** Whether its interface is there and it serves traffic now. */
export const isServing = (world: World, gateway: NatGateway): boolean =>
  natState(gateway, world.clock.now()) === 'available' &&
  gateway.interfaceId !== undefined &&
  peek(world, INTERFACE, gateway.interfaceId) !== undefined;
