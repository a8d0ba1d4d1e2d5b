/** Attributes of instances that can be asked for, or changed, one by one. */
import { z } from 'zod';
import { AwsFault, invalidCombination } from '../core/fault.ts';
import { type Operations, operation } from '../core/operation.ts';
import { flag, list, text } from '../core/parameters.ts';
import { find, put } from '../core/shelf.ts';
import type { World } from '../core/world.ts';
import { INTERFACE, SECURITY_GROUP } from '../network/kinds.ts';
import { holdsCapacity } from './instance-life.ts';
import { metadataView } from './instance-view.ts';
import { INSTANCE, primaryInterface } from './kinds.ts';
import { metadataInput } from './launch-input.ts';
import { metadataOf } from './launch-machine.ts';
import type { Instance } from './model.ts';
import { amend } from './store.ts';

const attribute = z.enum([
  'userData',
  'instanceType',
  'disableApiTermination',
  'instanceInitiatedShutdownBehavior',
  'sourceDestCheck',
  'rootDeviceName',
  'ebsOptimized',
  'groupSet',
]);

const describeInstanceAttribute = operation({
  input: z.strictObject({ InstanceId: text, Attribute: attribute }),
  handle(world, call) {
    const instance = find(world, call, INSTANCE, call.params.InstanceId);
    const name = call.params.Attribute;
    return { instanceId: instance.id, [name]: attributeView(world, instance, name) };
  },
});

function attributeView(world: World, instance: Instance, name: z.output<typeof attribute>) {
  switch (name) {
    case 'userData':
      return { value: instance.userData };
    case 'instanceType':
      return { value: instance.instanceType };
    case 'disableApiTermination':
      return { value: instance.isProtected };
    case 'instanceInitiatedShutdownBehavior':
      return { value: instance.shutdownBehavior };
    case 'sourceDestCheck':
      return { value: primaryInterface(world, instance)?.sourceDestCheck };
    case 'rootDeviceName':
      return { value: instance.rootDevice };
    case 'ebsOptimized':
      return { value: instance.ebsOptimized };
    case 'groupSet':
      return (primaryInterface(world, instance)?.groupIds ?? []).map((groupId) => ({ groupId }));
  }
}

const switched = z.strictObject({ Value: flag }).optional();

const modifyInstanceAttribute = operation({
  input: z.strictObject({
    InstanceId: text,
    SourceDestCheck: switched,
    DisableApiTermination: switched,
    InstanceInitiatedShutdownBehavior: z.strictObject({ Value: z.enum(['stop', 'terminate']) }).optional(),
    GroupId: list(text),
  }),
  handle(world, call) {
    const { InstanceId, GroupId, ...params } = call.params;
    const instance = find(world, call, INSTANCE, InstanceId);
    const asked = [...Object.values(params).filter(Boolean), ...(GroupId.length > 0 ? [GroupId] : [])];
    if (asked.length !== 1) throw invalidCombination('Exactly one attribute can be modified by a request.');
    const groups = GroupId.map((id) => find(world, call, SECURITY_GROUP, id));
    if (groups.some(({ vpcId }) => vpcId !== instance.vpcId))
      throw new AwsFault('InvalidGroup.NotFound', 'You have specified security groups of another network.');
    changeInterface(world, instance, {
      ...(params.SourceDestCheck ? { sourceDestCheck: params.SourceDestCheck.Value } : {}),
      ...(groups.length > 0 ? { groupIds: groups.map(({ id }) => id) } : {}),
    });
    amend(world, instance.id, (former) => ({
      ...former,
      isProtected: params.DisableApiTermination?.Value ?? former.isProtected,
      shutdownBehavior: params.InstanceInitiatedShutdownBehavior?.Value ?? former.shutdownBehavior,
    }));
    return undefined;
  },
});

interface InterfaceChange {
  readonly sourceDestCheck?: boolean;
  readonly groupIds?: readonly string[];
}

function changeInterface(world: World, instance: Instance, change: InterfaceChange): void {
  const primary = primaryInterface(world, instance);
  if (primary) put(world, INTERFACE, { ...primary, ...change });
}

const modifyInstanceMetadataOptions = operation({
  input: z.strictObject({ InstanceId: text, ...metadataInput }),
  handle(world, call) {
    const { InstanceId, ...asked } = call.params;
    const instance = find(world, call, INSTANCE, InstanceId);
    if (!holdsCapacity(instance, call.nowMs))
      throw new AwsFault(
        'IncorrectInstanceState',
        `The instance '${instance.id}' is not in a state from which its metadata options can be modified.`,
      );
    const metadata = metadataOf(asked, instance.metadata);
    amend(world, instance.id, (former) => ({ ...former, metadata }));
    return { instanceId: instance.id, instanceMetadataOptions: metadataView(metadata) };
  },
});

export const attributeOperations: Operations = {
  DescribeInstanceAttribute: describeInstanceAttribute,
  ModifyInstanceAttribute: modifyInstanceAttribute,
  ModifyInstanceMetadataOptions: modifyInstanceMetadataOptions,
};
