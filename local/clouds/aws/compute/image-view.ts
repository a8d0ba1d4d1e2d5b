/** Images as DescribeImages shows them, in the names of the wire. */
import type { Image } from '../catalogue/images.ts';

export const imageView = (image: Image) => ({
  imageId: image.id,
  imageLocation: `${image.ownerId}/${image.name}`,
  imageState: 'available',
  imageOwnerId: image.ownerId,
  creationDate: image.createdAt,
  isPublic: true,
  architecture: image.architecture,
  imageType: 'machine',
  name: image.name,
  description: image.description,
  rootDeviceType: 'ebs',
  rootDeviceName: image.rootDevice,
  blockDeviceMapping: [
    {
      deviceName: image.rootDevice,
      ebs: {
        snapshotId: image.snapshotId,
        volumeSize: image.rootGiB,
        volumeType: 'gp3',
        deleteOnTermination: true,
        encrypted: false,
      },
    },
  ],
  virtualizationType: 'hvm',
  hypervisor: 'xen',
  enaSupport: true,
  sriovNetSupport: 'simple',
  bootMode: 'uefi-preferred',
  imdsSupport: 'v2.0',
  platformDetails: 'Linux/UNIX',
  usageOperation: 'RunInstances',
  tagSet: [],
});
