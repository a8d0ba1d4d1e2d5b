/**
 * Volumes of claims, as the EBS driver makes, attaches and tags them: kubernetes-sigs/aws-ebs-csi-driver docs/tagging.md.
 * A machine that goes lets go of them; they stay.
 */
import type { PlacedVolume } from '../../../machines/port.ts';
import { holdsCapacity } from '../compute/instance-life.ts';
import { VOLUME } from '../compute/kinds.ts';
import type { Volume, VolumeAttachment } from '../compute/model.ts';
import { instanceRecord } from '../compute/store.ts';
import { newId } from '../core/ids.ts';
import { allOf, born, peek, put, retire } from '../core/shelf.ts';
import type { Tags } from '../core/tags.ts';
import type { World } from '../core/world.ts';
import { type Asker, askerOn, callOf, may } from './asker.ts';

const NAME = 'CSIVolumeName';
const MAKING = ['ec2:AttachVolume', 'ec2:CreateTags', 'ec2:CreateVolume', 'ec2:DetachVolume'];
const DEVICES = 'abcdefghijklmnopqrstuvwxyz';

/** Its id, made when it is missing; `undefined`: refused. Attached where it is used, and nowhere else. */
export function ensureClaimVolume(world: World, order: PlacedVolume, instanceId: string): string | undefined {
  const asker = askerOn(world, instanceId);
  if (!asker || !may(asker, MAKING)) return undefined;
  const known = allOf(world, VOLUME, asker.instance).find(({ tags }) => tags[NAME] === order.name);
  const volume = known ?? made(world, asker, order);
  place(world, volume, order.attachedTo);
  return volume.id;
}

function made(world: World, asker: Asker, order: PlacedVolume): Volume {
  const call = callOf(world, asker, 'ec2', 'CreateVolume');
  const volume: Volume = {
    ...born(call, newId(world, 'vol'), tagsFor(order)),
    zone: order.zone,
    sizeGiB: order.sizeGiB,
    type: order.type,
    encrypted: order.encrypted,
  };
  put(world, VOLUME, volume);
  return volume;
}

/** What the driver calls the cluster by is an option of its own, and without it nothing says whose a volume is. */
function tagsFor({ name, claim, clusterTag }: PlacedVolume): Tags {
  return {
    [NAME]: name,
    'ebs.csi.aws.com/cluster': 'true',
    'kubernetes.io/created-for/pv/name': name,
    'kubernetes.io/created-for/pvc/name': claim.name,
    'kubernetes.io/created-for/pvc/namespace': claim.namespace,
    ...(clusterTag === undefined
      ? {}
      : {
          Name: `${clusterTag}-dynamic-${name}`,
          KubernetesCluster: clusterTag,
          [`kubernetes.io/cluster/${clusterTag}`]: 'owned',
        }),
  };
}

function place(world: World, volume: Volume, wanted: string | undefined): void {
  const { attachment, ...free } = volume;
  if (attachment?.instanceId === wanted) return;
  const instance = wanted === undefined ? undefined : instanceRecord(world, wanted);
  const fits = instance && instance.zone === volume.zone && holdsCapacity(instance, world.clock.now());
  const next = fits ? { attachment: attachmentTo(world, free, instance.id) } : {};
  put(world, VOLUME, { ...free, ...next });
}

function attachmentTo(world: World, volume: Volume, instanceId: string): VolumeAttachment {
  const taken = allOf(world, VOLUME, volume).flatMap(({ attachment }) =>
    attachment?.instanceId === instanceId ? attachment.device : [],
  );
  const letter = [...DEVICES].find((each) => !taken.includes(`/dev/xvda${each}`)) ?? 'a';
  return {
    instanceId,
    device: `/dev/xvda${letter}`,
    attachedAt: world.clock.now(),
    deleteOnTermination: false,
  };
}

/** Whoever used it is gone: it is taken off the machine first. */
export function removeClaimVolume(world: World, volumeId: string, instanceId: string): void {
  const asker = askerOn(world, instanceId);
  const volume = peek(world, VOLUME, volumeId);
  if (!asker || !volume || !may(asker, ['ec2:DeleteVolume'])) return;
  const { attachment: _ended, ...free } = volume;
  retire(world, VOLUME, free, world.clock.now());
}
