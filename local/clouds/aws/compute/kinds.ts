/** The kinds of compute resources: how their ids begin, how they are refused, what describes can filter by. */
import { type Kind, peek } from '../core/shelf.ts';
import { iso } from '../core/times.ts';
import type { World } from '../core/world.ts';
import { privateDnsName, publicIpOf } from '../network/interfaces.ts';
import { INTERFACE } from '../network/kinds.ts';
import type { NetworkInterface } from '../network/model.ts';
import { STATE_CODES, stateAt } from './instance-life.ts';
import type { Instance, SpotRequest, Volume } from './model.ts';

/** Terminated instances are shown by describes for a while, and not listed by the inventory. */
export const INSTANCE: Kind<Instance> = {
  prefix: 'i',
  type: 'instance',
  cloudType: 'AWS::EC2::Instance',
  notFound: 'InvalidInstanceID.NotFound',
  malformed: 'InvalidInstanceID.Malformed',
  words: 'instance ID',
  filters: {
    'instance-id': ({ id }) => id,
    'instance-type': ({ instanceType }) => instanceType,
    'instance-lifecycle': ({ spot }) => spot && 'spot',
    'availability-zone': ({ zone }) => zone,
    architecture: ({ architecture }) => architecture,
    'client-token': ({ clientToken }) => clientToken,
    'iam-instance-profile.arn': ({ profile }) => profile?.arn,
    'image-id': ({ imageId }) => imageId,
    'key-name': ({ keyName }) => keyName,
    'launch-time': ({ launchedAt }) => iso(launchedAt),
    'network-interface.network-interface-id': ({ interfaceId }) => interfaceId,
    'network-interface.subnet-id': ({ subnetId }) => subnetId,
    'network-interface.vpc-id': ({ vpcId }) => vpcId,
    'owner-id': ({ account }) => account,
    'private-dns-name': privateDnsName,
    'private-ip-address': ({ privateIp }) => privateIp,
    'reservation-id': ({ reservationId }) => reservationId,
    'root-device-name': ({ rootDevice }) => rootDevice,
    'spot-instance-request-id': ({ spot }) => spot?.requestId,
    'subnet-id': ({ subnetId }) => subnetId,
    'vpc-id': ({ vpcId }) => vpcId,
  },
  listedAs(world, instance) {
    const state = stateAt(instance, world.clock.now());
    return state === 'terminated' ? undefined : state;
  },
};

/** With the filters that depend on the present: state, groups, public address. */
export function instancesNow(world: World): Kind<Instance> {
  const now = world.clock.now();
  const stateOf = (instance: Instance) => stateAt(instance, now) ?? 'terminated';
  const groupsOf = (instance: Instance) => primaryInterface(world, instance)?.groupIds;
  return {
    ...INSTANCE,
    filters: {
      ...INSTANCE.filters,
      'instance-state-name': stateOf,
      'instance-state-code': (instance) => String(STATE_CODES[stateOf(instance)]),
      'instance.group-id': groupsOf,
      'network-interface.group-id': groupsOf,
      'ip-address': (instance) => publicIpOfInstance(world, instance),
    },
  };
}

/** Undefined: it is gone, as the instance is. */
export const primaryInterface = (world: World, { interfaceId }: Instance): NetworkInterface | undefined =>
  peek(world, INTERFACE, interfaceId);

function publicIpOfInstance(world: World, instance: Instance): string | undefined {
  const primary = primaryInterface(world, instance);
  return primary && publicIpOf(world, primary);
}

export const volumeState = ({ attachment }: Volume): 'available' | 'in-use' =>
  attachment ? 'in-use' : 'available';

export const VOLUME: Kind<Volume> = {
  prefix: 'vol',
  type: 'volume',
  cloudType: 'AWS::EC2::Volume',
  notFound: 'InvalidVolume.NotFound',
  malformed: 'InvalidVolumeID.Malformed',
  words: 'volume',
  filters: {
    'volume-id': ({ id }) => id,
    'availability-zone': ({ zone }) => zone,
    'attachment.instance-id': ({ attachment }) => attachment?.instanceId,
    'attachment.device': ({ attachment }) => attachment?.device,
    'attachment.status': ({ attachment }) => attachment && 'attached',
    'attachment.delete-on-termination': ({ attachment }) => attachment?.deleteOnTermination,
    encrypted: ({ encrypted }) => encrypted,
    size: ({ sizeGiB }) => String(sizeGiB),
    'snapshot-id': ({ snapshotId }) => snapshotId,
    status: volumeState,
    'volume-type': ({ type }) => type,
  },
  listedAs: (_world, volume) => volumeState(volume),
};

export const SPOT_REQUEST: Kind<SpotRequest> = {
  prefix: 'sir',
  type: 'spot-instances-request',
  notFound: 'InvalidSpotInstanceRequestID.NotFound',
  malformed: 'InvalidSpotInstanceRequestID.Malformed',
  words: 'spot instance request ID',
  filters: {
    'spot-instance-request-id': ({ id }) => id,
    'instance-id': ({ instanceId }) => instanceId,
    state: ({ state }) => state,
    'status-code': ({ status }) => status,
    'launched-availability-zone': ({ zone }) => zone,
    'launch.instance-type': ({ instanceType }) => instanceType,
    'launch.image-id': ({ imageId }) => imageId,
  },
};
