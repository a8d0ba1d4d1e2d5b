/** The volumes that an instance starts with: its root, made from the image's snapshot, and further empty ones. */
import type { Image } from '../catalogue/images.ts';
import { AwsFault, invalidValue } from '../core/fault.ts';
import type { LaunchInput } from './launch-input.ts';

export interface VolumeOrder {
  readonly device: string;
  readonly sizeGiB: number;
  readonly type: string;
  readonly encrypted: boolean;
  readonly deleteOnTermination: boolean;
  readonly snapshotId?: string;
  readonly iops?: number;
  readonly throughput?: number;
}

/** docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
export const VOLUME_TYPES: ReadonlySet<string> = new Set([
  'gp2',
  'gp3',
  'io1',
  'io2',
  'st1',
  'sc1',
  'standard',
]);
export const MAX_VOLUME_GIB = 16_384;

type Mapping = LaunchInput['BlockDeviceMapping'][number];

/** Throws InvalidBlockDeviceMapping. The root comes first. */
export function volumesOf({ BlockDeviceMapping }: LaunchInput, image: Image): readonly VolumeOrder[] {
  const names = BlockDeviceMapping.map(({ DeviceName }) => DeviceName);
  if (new Set(names).size < names.length)
    throw new AwsFault('InvalidBlockDeviceMapping', 'A device name is mapped more than once.');
  const root = BlockDeviceMapping.find(({ DeviceName }) => DeviceName === image.rootDevice);
  const further = BlockDeviceMapping.filter((mapping) => mapping !== root);
  return [rootOf(root, image), ...further.map((mapping) => orderOf(mapping, undefined))];
}

function rootOf(mapping: Mapping | undefined, image: Image): VolumeOrder {
  const order = orderOf(mapping ?? { DeviceName: image.rootDevice }, image.rootGiB);
  if (order.sizeGiB < image.rootGiB)
    throw new AwsFault(
      'InvalidBlockDeviceMapping',
      `Volume of size ${order.sizeGiB}GB is smaller than snapshot '${image.snapshotId}', expect size >= ${image.rootGiB}GB`,
    );
  return { ...order, snapshotId: image.snapshotId };
}

function orderOf({ DeviceName: device, Ebs }: Mapping, standardGiB: number | undefined): VolumeOrder {
  const sizeGiB = Ebs?.VolumeSize ?? standardGiB;
  if (sizeGiB === undefined)
    throw new AwsFault('MissingParameter', 'The request must contain the parameter size or snapshotId');
  const type = Ebs?.VolumeType ?? 'gp2';
  if (!VOLUME_TYPES.has(type)) throw invalidValue(type, 'volumeType', 'Unknown volume type.');
  if (sizeGiB < 1 || sizeGiB > MAX_VOLUME_GIB)
    throw invalidValue(String(sizeGiB), 'volumeSize', `Expecting a value between 1 and ${MAX_VOLUME_GIB}.`);
  return {
    device,
    sizeGiB,
    type,
    encrypted: Ebs?.Encrypted ?? false,
    deleteOnTermination: Ebs?.DeleteOnTermination ?? true,
    ...(Ebs?.Iops === undefined ? {} : { iops: Ebs.Iops }),
    ...(Ebs?.Throughput === undefined ? {} : { throughput: Ebs.Throughput }),
  };
}
