/** Elastic IP addresses. */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { AwsFault, invalidCombination, missing } from '../core/fault.ts';
import { applyFilters } from '../core/filters.ts';
import { newId } from '../core/ids.ts';
import { type Operations, operation } from '../core/operation.ts';
import { filters, flag, list, tagSpecifications, text } from '../core/parameters.ts';
import { quota } from '../core/quotas.ts';
import { allOf, born, describe, find, peek, put, retire } from '../core/shelf.ts';
import { specifiedTags, tagSet } from '../core/tags.ts';
import type { World } from '../core/world.ts';
import { interfacesOf, newPublicIp } from './interfaces.ts';
import { ADDRESS, INTERFACE } from './kinds.ts';
import type { Address, NetworkInterface } from './model.ts';

function view(world: World, { id, publicIp, region, association, tags }: Address) {
  const attached = association && peek(world, INTERFACE, association.interfaceId);
  return {
    allocationId: id,
    publicIp,
    domain: 'vpc',
    networkBorderGroup: region,
    publicIpv4Pool: 'amazon',
    associationId: association?.id,
    networkInterfaceId: association?.interfaceId,
    networkInterfaceOwnerId: attached?.account,
    privateIpAddress: association?.privateIp,
    instanceId: attached?.attachment?.instanceId,
    tagSet: tagSet(tags),
  };
}

export function associate(world: World, address: Address, to: NetworkInterface): Address {
  const associated: Address = {
    ...address,
    association: { id: newId(world, 'eipassoc'), interfaceId: to.id, privateIp: to.privateIp },
  };
  put(world, ADDRESS, associated);
  return associated;
}

function disassociate(world: World, address: Address): void {
  const { association: _ended, ...free } = address;
  put(world, ADDRESS, free);
}

interface Whither {
  readonly InstanceId?: string | undefined;
  readonly NetworkInterfaceId?: string | undefined;
}

function interfaceFor(
  world: World,
  call: Call,
  { InstanceId, NetworkInterfaceId }: Whither,
): NetworkInterface {
  if (NetworkInterfaceId !== undefined) return find(world, call, INTERFACE, NetworkInterfaceId);
  if (InstanceId === undefined) throw missing('InstanceId or NetworkInterfaceId');
  const state = world.compute.stateOf(world, InstanceId);
  const primary = interfacesOf(world, call, InstanceId)[0];
  if (state === undefined || !primary)
    throw new AwsFault('InvalidInstanceID.NotFound', `The instance ID '${InstanceId}' does not exist`);
  if (state !== 'running' && state !== 'pending')
    throw new AwsFault('IncorrectInstanceState', `The instance '${InstanceId}' is not in a valid state.`);
  return primary;
}

export const addressOperations: Operations = {
  AllocateAddress: operation({
    input: z.strictObject({
      Domain: z.enum(['vpc', 'standard']).optional(),
      NetworkBorderGroup: text.optional(),
      PublicIpv4Pool: text.optional(),
      TagSpecification: tagSpecifications,
    }),
    handle(world, call) {
      const tags = specifiedTags(call.params.TagSpecification, 'elastic-ip');
      if (allOf(world, ADDRESS, call).length >= quota(world, call, 'elasticIps'))
        throw new AwsFault('AddressLimitExceeded', 'The maximum number of addresses has been reached.');
      const address: Address = {
        ...born(call, newId(world, 'eipalloc'), tags),
        publicIp: newPublicIp(world),
      };
      put(world, ADDRESS, address);
      const { allocationId, publicIp, domain, networkBorderGroup, publicIpv4Pool } = view(world, address);
      return { allocationId, publicIp, domain, networkBorderGroup, publicIpv4Pool };
    },
  }),
  DescribeAddresses: operation({
    input: z.strictObject({ AllocationId: list(text), PublicIp: list(text), Filter: filters }),
    handle(world, call) {
      const { AllocationId, PublicIp, Filter } = call.params;
      const page = describe(world, call, ADDRESS, { ids: AllocationId, Filter });
      const wanted = [{ Name: 'public-ip', Value: PublicIp }];
      const shown =
        PublicIp.length === 0
          ? page.items
          : applyFilters(page.items, wanted, ADDRESS.filters, ({ tags }) => tags);
      const absent = PublicIp.find((ip) => !shown.some(({ publicIp }) => publicIp === ip));
      if (absent !== undefined)
        throw new AwsFault('InvalidAddress.NotFound', `Address '${absent}' not found.`);
      return { addressesSet: shown.map((address) => view(world, address)) };
    },
  }),
  ReleaseAddress: operation({
    input: z.strictObject({ AllocationId: text, NetworkBorderGroup: text.optional() }),
    handle(world, call) {
      const address = find(world, call, ADDRESS, call.params.AllocationId);
      if (address.association)
        throw new AwsFault('InvalidIPAddress.InUse', `Address ${address.publicIp} is in use.`);
      retire(world, ADDRESS, address, call.nowMs);
      return undefined;
    },
  }),
  AssociateAddress: operation({
    input: z.strictObject({
      AllocationId: text,
      InstanceId: text.optional(),
      NetworkInterfaceId: text.optional(),
      AllowReassociation: flag.optional(),
    }),
    handle(world, call) {
      const { AllocationId, InstanceId, NetworkInterfaceId, AllowReassociation } = call.params;
      if (InstanceId !== undefined && NetworkInterfaceId !== undefined)
        throw invalidCombination('You may specify either an instance or a network interface, not both.');
      const address = find(world, call, ADDRESS, AllocationId);
      const wanted = interfaceFor(world, call, call.params);
      if (address.association?.interfaceId === wanted.id)
        return { associationId: address.association.id, return: true };
      if (address.association && AllowReassociation === false)
        throw new AwsFault(
          'Resource.AlreadyAssociated',
          `resource ${address.id} is already associated with associate-id ${address.association.id}`,
        );
      return { associationId: associate(world, address, wanted).association?.id, return: true };
    },
  }),
  DisassociateAddress: operation({
    input: z.strictObject({ AssociationId: text }),
    handle(world, call) {
      const { AssociationId } = call.params;
      const address = allOf(world, ADDRESS, call).find(
        ({ association }) => association?.id === AssociationId,
      );
      if (!address)
        throw new AwsFault(
          'InvalidAssociationID.NotFound',
          `The association ID '${AssociationId}' does not exist`,
        );
      const { association } = address;
      const held = association && peek(world, INTERFACE, association.interfaceId);
      if (held?.requesterId !== undefined)
        throw new AwsFault('AuthFailure', 'You do not have permission to access the specified resource.');
      disassociate(world, address);
      return undefined;
    },
  }),
};
