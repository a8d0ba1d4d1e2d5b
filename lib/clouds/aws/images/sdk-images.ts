/** ImagesPort over DescribeImages. */
import { DescribeImagesCommand, type DescribeImagesCommandInput, type Image } from '@aws-sdk/client-ec2';
import { ok } from '../../../domain/errors.ts';
import { orAbsent } from '../absence.ts';
import { collect } from '../collect.ts';
import type { AwsSession } from '../session.ts';
import type { ImageSeen, ImagesPort, WantedImage } from './port.ts';

export function openImages({ ec2 }: Pick<AwsSession, 'ec2'>): ImagesPort {
  return {
    async find(wanted) {
      const found = orAbsent(
        await collect('ec2.describeImages', async (NextToken) => {
          const page = await ec2.send(new DescribeImagesCommand({ ...questionOf(wanted), NextToken }));
          return { items: page.Images, next: page.NextToken };
        }),
      );
      return found.ok ? ok((found.value ?? []).flatMap(toImage)) : found;
    },
  };
}

function questionOf(wanted: WantedImage): DescribeImagesCommandInput {
  const available = { Name: 'state', Values: ['available'] };
  if (wanted.kind === 'id') return { ImageIds: [wanted.id] };
  return {
    Owners: [wanted.owner],
    Filters: [
      { Name: 'name', Values: [wanted.name] },
      { Name: 'architecture', Values: [wanted.architecture] },
      available,
    ],
  };
}

function toImage(image: Image): readonly ImageSeen[] {
  const { ImageId, Name = '', Architecture = '', RootDeviceName = '/dev/sda1', CreationDate = '' } = image;
  if (ImageId === undefined || (image.State !== undefined && image.State !== 'available')) return [];
  const root = image.BlockDeviceMappings?.find((mapping) => mapping.DeviceName === RootDeviceName);
  return [
    {
      id: ImageId,
      name: Name,
      architecture: Architecture,
      rootDevice: RootDeviceName,
      snapshotGiB: root?.Ebs?.VolumeSize ?? 0,
      createdAt: CreationDate,
    },
  ];
}
