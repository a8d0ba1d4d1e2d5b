/** Internet gateways: one per VPC, attached as long as nothing in it has a public address. */
import { z } from 'zod';
import type { Call } from '../core/call.ts';
import { AwsFault, dependencyViolation } from '../core/fault.ts';
import { newId } from '../core/ids.ts';
import { type Operations, operation } from '../core/operation.ts';
import { list, paged, tagSpecifications, text } from '../core/parameters.ts';
import { quota } from '../core/quotas.ts';
import { allOf, born, describe, find, put, retire } from '../core/shelf.ts';
import { specifiedTags, tagSet } from '../core/tags.ts';
import type { World } from '../core/world.ts';
import { ADDRESS, INTERFACE, INTERNET_GATEWAY, VPC } from './kinds.ts';
import type { InternetGateway } from './model.ts';

const view = ({ id, account, vpcId, tags }: InternetGateway) => ({
  internetGatewayId: id,
  ownerId: account,
  attachmentSet: vpcId === undefined ? [] : [{ vpcId, state: 'available' }],
  tagSet: tagSet(tags),
});

/** Whether something in the VPC has a public address: of its own, or of an instance that runs. */
function hasPublicAddress(world: World, call: Call, vpcId: string): boolean {
  const addressed = new Set(
    allOf(world, ADDRESS, call).flatMap(({ association }) => association?.interfaceId ?? []),
  );
  return allOf(world, INTERFACE, call).some(
    (each) => each.vpcId === vpcId && (each.publicIp !== undefined || addressed.has(each.id)),
  );
}

function attach(world: World, call: Call, gateway: InternetGateway, vpcId: string): void {
  if (gateway.vpcId !== undefined)
    throw new AwsFault(
      'Resource.AlreadyAssociated',
      `resource ${gateway.id} is already attached to network ${gateway.vpcId}`,
    );
  const vpc = find(world, call, VPC, vpcId);
  if (allOf(world, INTERNET_GATEWAY, call).some((each) => each.vpcId === vpc.id))
    throw new AwsFault('InvalidParameterValue', `Network ${vpc.id} already has an internet gateway attached`);
  put(world, INTERNET_GATEWAY, { ...gateway, vpcId: vpc.id });
}

function detach(world: World, call: Call, gateway: InternetGateway, vpcId: string): void {
  find(world, call, VPC, vpcId);
  if (gateway.vpcId !== vpcId)
    throw new AwsFault('Gateway.NotAttached', `resource ${gateway.id} is not attached to network ${vpcId}`);
  if (hasPublicAddress(world, call, vpcId))
    throw dependencyViolation(
      `Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
    );
  const { vpcId: _former, ...detached } = gateway;
  put(world, INTERNET_GATEWAY, detached);
}

const Attachment = z.strictObject({ InternetGatewayId: text, VpcId: text });

export const internetGatewayOperations: Operations = {
  CreateInternetGateway: operation({
    input: z.strictObject({ TagSpecification: tagSpecifications }),
    handle(world, call) {
      const tags = specifiedTags(call.params.TagSpecification, 'internet-gateway');
      if (allOf(world, INTERNET_GATEWAY, call).length >= quota(world, call, 'internetGateways'))
        throw new AwsFault(
          'InternetGatewayLimitExceeded',
          'The maximum number of internet gateways has been reached.',
        );
      const gateway: InternetGateway = born(call, newId(world, 'igw'), tags);
      put(world, INTERNET_GATEWAY, gateway);
      return { internetGateway: view(gateway) };
    },
  }),
  DescribeInternetGateways: operation({
    input: z.strictObject({ InternetGatewayId: list(text), ...paged }),
    handle(world, call) {
      const page = describe(world, call, INTERNET_GATEWAY, {
        ids: call.params.InternetGatewayId,
        ...call.params,
      });
      return { internetGatewaySet: page.items.map(view), nextToken: page.nextToken };
    },
  }),
  AttachInternetGateway: operation({
    input: Attachment,
    handle(world, call) {
      const { InternetGatewayId, VpcId } = call.params;
      attach(world, call, find(world, call, INTERNET_GATEWAY, InternetGatewayId), VpcId);
      return undefined;
    },
  }),
  DetachInternetGateway: operation({
    input: Attachment,
    handle(world, call) {
      const { InternetGatewayId, VpcId } = call.params;
      detach(world, call, find(world, call, INTERNET_GATEWAY, InternetGatewayId), VpcId);
      return undefined;
    },
  }),
  DeleteInternetGateway: operation({
    input: z.strictObject({ InternetGatewayId: text }),
    handle(world, call) {
      const gateway = find(world, call, INTERNET_GATEWAY, call.params.InternetGatewayId);
      if (gateway.vpcId !== undefined)
        throw dependencyViolation(
          `The internetGateway '${gateway.id}' has dependencies and cannot be deleted.`,
        );
      retire(world, INTERNET_GATEWAY, gateway, call.nowMs);
      return undefined;
    },
  }),
};
