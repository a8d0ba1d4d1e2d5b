/** Volumes: those of instances, and those that storage drivers make for Kubernetes. */
import { z } from 'zod';
import { findZone } from '../catalogue/regions.ts';
import { onceForToken } from '../core/client-tokens.ts';
import { AwsFault, invalidValue, missing } from '../core/fault.ts';
import { newId } from '../core/ids.ts';
import { type Operations, operation } from '../core/operation.ts';
import { flag, list, paged, tagSpecifications, text, whole } from '../core/parameters.ts';
import { allOf, born, describe, find, must, peek, put, retire } from '../core/shelf.ts';
import { specifiedTags, tagSet } from '../core/tags.ts';
import { iso } from '../core/times.ts';
import { holdsCapacity } from './instance-life.ts';
import { INSTANCE, VOLUME, volumeState } from './kinds.ts';
import { MAX_VOLUME_GIB, VOLUME_TYPES } from './launch-volumes.ts';
import type { Volume, VolumeAttachment } from './model.ts';

const createVolume = operation({
  input: z.strictObject({
    AvailabilityZone: text,
    Size: whole.optional(),
    VolumeType: text.default('gp2'),
    Encrypted: flag.default(false),
    KmsKeyId: text.optional(),
    Iops: whole.optional(),
    Throughput: whole.optional(),
    ClientToken: text.optional(),
    TagSpecification: tagSpecifications,
  }),
  handle(world, call) {
    const { params } = call;
    const [made] = onceForToken(world, call, params.ClientToken, () => {
      if (findZone(params.AvailabilityZone)?.region !== call.region)
        throw new AwsFault('InvalidZone.NotFound', `The zone '${params.AvailabilityZone}' does not exist.`);
      if (!VOLUME_TYPES.has(params.VolumeType))
        throw invalidValue(params.VolumeType, 'volumeType', 'Unknown volume type.');
      if (params.Size === undefined) throw missing('size or snapshotId');
      if (params.Size < 1 || params.Size > MAX_VOLUME_GIB)
        throw invalidValue(String(params.Size), 'size', `Expecting a value between 1 and ${MAX_VOLUME_GIB}.`);
      const volume: Volume = {
        ...born(call, newId(world, 'vol'), specifiedTags(params.TagSpecification, 'volume')),
        zone: params.AvailabilityZone,
        sizeGiB: params.Size,
        type: params.VolumeType,
        encrypted: params.Encrypted,
        ...(params.Iops === undefined ? {} : { iops: params.Iops }),
        ...(params.Throughput === undefined ? {} : { throughput: params.Throughput }),
      };
      put(world, VOLUME, volume);
      return [volume.id];
    });
    return { ...volumeView(must(world, VOLUME, made ?? '')), status: 'creating' };
  },
});

const describeVolumes = operation({
  input: z.strictObject({ VolumeId: list(text), ...paged }),
  handle(world, call) {
    const { VolumeId, ...question } = call.params;
    const page = describe(world, call, VOLUME, { ids: VolumeId, ...question });
    return { volumeSet: page.items.map(volumeView), nextToken: page.nextToken };
  },
});

const deleteVolume = operation({
  input: z.strictObject({ VolumeId: text }),
  handle(world, call) {
    const volume = find(world, call, VOLUME, call.params.VolumeId);
    if (volume.attachment)
      throw new AwsFault(
        'VolumeInUse',
        `Volume ${volume.id} is currently attached to ${volume.attachment.instanceId}`,
      );
    retire(world, VOLUME, volume, call.nowMs);
    return undefined;
  },
});

const attachVolume = operation({
  input: z.strictObject({ VolumeId: text, InstanceId: text, Device: text }),
  handle(world, call) {
    const volume = find(world, call, VOLUME, call.params.VolumeId);
    const instance = find(world, call, INSTANCE, call.params.InstanceId);
    if (volume.attachment)
      throw new AwsFault('VolumeInUse', `${volume.id} is already attached to an instance`);
    if (!holdsCapacity(instance, call.nowMs))
      throw new AwsFault('IncorrectState', `Instance '${instance.id}' is not 'running'.`);
    if (volume.zone !== instance.zone)
      throw new AwsFault(
        'InvalidVolume.ZoneMismatch',
        `The volume '${volume.id}' is not in the same availability zone as instance '${instance.id}'`,
      );
    const device = call.params.Device;
    const taken = allOf(world, VOLUME, call).some(
      ({ attachment }) => attachment?.instanceId === instance.id && attachment.device === device,
    );
    if (taken) throw invalidValue(device, 'device', 'Attachment point is already in use');
    const attachment = {
      instanceId: instance.id,
      device,
      attachedAt: call.nowMs,
      deleteOnTermination: false,
    };
    put(world, VOLUME, { ...volume, attachment });
    return { ...attachmentView(volume.id, attachment), status: 'attaching' };
  },
});

const detachVolume = operation({
  input: z.strictObject({
    VolumeId: text,
    InstanceId: text.optional(),
    Device: text.optional(),
    Force: flag.optional(),
  }),
  handle(world, call) {
    const { attachment, ...free } = find(world, call, VOLUME, call.params.VolumeId);
    const { id } = free;
    if (!attachment || (call.params.InstanceId ?? attachment.instanceId) !== attachment.instanceId)
      throw new AwsFault('IncorrectState', `Volume '${id}' is in the 'available' state.`);
    const root = peek(world, INSTANCE, attachment.instanceId)?.rootDevice;
    if (attachment.device === root)
      throw new AwsFault(
        'OperationNotPermitted',
        `Unable to detach root volume '${id}' of a running instance.`,
      );
    put(world, VOLUME, free);
    return { ...attachmentView(id, attachment), status: 'detaching' };
  },
});

const attachmentView = (volumeId: string, attachment: VolumeAttachment) => ({
  volumeId,
  instanceId: attachment.instanceId,
  device: attachment.device,
  status: 'attached',
  attachTime: iso(attachment.attachedAt),
  deleteOnTermination: attachment.deleteOnTermination,
});

const volumeView = (volume: Volume) => ({
  volumeId: volume.id,
  size: volume.sizeGiB,
  snapshotId: volume.snapshotId ?? '',
  availabilityZone: volume.zone,
  status: volumeState(volume),
  createTime: iso(volume.createdAt),
  volumeType: volume.type,
  encrypted: volume.encrypted,
  iops: volume.iops,
  throughput: volume.throughput,
  multiAttachEnabled: false,
  attachmentSet: volume.attachment ? [attachmentView(volume.id, volume.attachment)] : [],
  tagSet: tagSet(volume.tags),
});

export const volumeOperations: Operations = {
  CreateVolume: createVolume,
  DescribeVolumes: describeVolumes,
  DeleteVolume: deleteVolume,
  AttachVolume: attachVolume,
  DetachVolume: detachVolume,
};
