/** Instances as describes show them, in the names of the wire. */
import type { EpochMs } from '../../../../lib/domain/time.ts';
import { findInstanceType } from '../catalogue/instance-types.ts';
import { allOf, peek } from '../core/shelf.ts';
import { tagSet } from '../core/tags.ts';
import { iso } from '../core/times.ts';
import type { World } from '../core/world.ts';
import { interfacesOf, privateDnsName, publicDnsName, publicIpOf } from '../network/interfaces.ts';
import { SECURITY_GROUP } from '../network/kinds.ts';
import type { NetworkInterface } from '../network/model.ts';
import { type InstanceState, STATE_CODES, stateAt } from './instance-life.ts';
import { VOLUME } from './kinds.ts';
import type { Instance, MetadataOptions } from './model.ts';

export const stateView = (state: InstanceState) => ({ code: STATE_CODES[state], name: state });

/** Of one reservation: RunInstances answers with it, DescribeInstances groups by it. */
export function reservationView(world: World, instances: readonly Instance[], now: EpochMs) {
  const [first] = instances;
  return {
    reservationId: first?.reservationId,
    ownerId: first?.account,
    groupSet: [],
    instancesSet: instances.map((instance, index) => instanceView(world, instance, index, now)),
  };
}

function instanceView(world: World, instance: Instance, index: number, now: EpochMs) {
  const state = stateAt(instance, now) ?? 'terminated';
  const type = findInstanceType(instance.instanceType);
  const { profile, spot, ending } = instance;
  const hasEnded = ending !== undefined && now >= ending.startsAt;
  return {
    instanceId: instance.id,
    imageId: instance.imageId,
    instanceState: stateView(state),
    reason: hasEnded ? ending.transition : '',
    stateReason: hasEnded ? { code: ending.code, message: ending.message } : undefined,
    keyName: instance.keyName,
    amiLaunchIndex: index,
    productCodes: [],
    instanceType: instance.instanceType,
    launchTime: iso(instance.launchedAt),
    placement: { availabilityZone: instance.zone, groupName: '', tenancy: 'default' },
    monitoring: { state: instance.monitored ? 'enabled' : 'disabled' },
    architecture: instance.architecture,
    rootDeviceType: 'ebs',
    rootDeviceName: instance.rootDevice,
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    clientToken: instance.clientToken ?? '',
    iamInstanceProfile: profile && { arn: profile.arn, id: profile.id },
    ebsOptimized: instance.ebsOptimized,
    enaSupport: true,
    instanceLifecycle: spot && 'spot',
    spotInstanceRequestId: spot?.requestId,
    cpuOptions: { coreCount: (type?.vCpus ?? 2) / 2, threadsPerCore: 2 },
    metadataOptions: metadataView(instance.metadata),
    platformDetails: 'Linux/UNIX',
    usageOperation: 'RunInstances',
    tagSet: tagSet(instance.tags),
    ...(state === 'terminated' ? ABROAD : placeView(world, instance)),
  };
}

/** What is terminated is in no network any more and holds no disk. */
const ABROAD = {
  privateDnsName: '',
  dnsName: '',
  groupSet: [],
  networkInterfaceSet: [],
  blockDeviceMapping: [],
};

function placeView(world: World, instance: Instance) {
  const interfaces = interfacesOf(world, instance, instance.id);
  const primary = interfaces.find(({ id }) => id === instance.interfaceId);
  const publicIp = primary && publicIpOf(world, primary);
  const volumes = allOf(world, VOLUME, instance);
  return {
    subnetId: instance.subnetId,
    vpcId: instance.vpcId,
    privateIpAddress: instance.privateIp,
    privateDnsName: privateDnsName(instance),
    ipAddress: publicIp,
    dnsName: publicIp === undefined ? '' : publicDnsName(instance.region, publicIp),
    sourceDestCheck: primary?.sourceDestCheck,
    groupSet: groupViews(world, primary?.groupIds ?? []),
    networkInterfaceSet: interfaces.map((one) => interfaceView(world, one)),
    blockDeviceMapping: volumes.flatMap(({ id, attachment }) =>
      attachment?.instanceId === instance.id
        ? [
            {
              deviceName: attachment.device,
              ebs: {
                volumeId: id,
                status: 'attached',
                attachTime: iso(attachment.attachedAt),
                deleteOnTermination: attachment.deleteOnTermination,
              },
            },
          ]
        : [],
    ),
  };
}

const groupViews = (world: World, ids: readonly string[]) =>
  ids.map((groupId) => ({ groupId, groupName: peek(world, SECURITY_GROUP, groupId)?.name }));

function interfaceView(world: World, one: NetworkInterface) {
  const publicIp = publicIpOf(world, one);
  return {
    networkInterfaceId: one.id,
    subnetId: one.subnetId,
    vpcId: one.vpcId,
    description: one.description,
    ownerId: one.account,
    status: 'in-use',
    privateIpAddress: one.privateIp,
    privateDnsName: privateDnsName(one),
    sourceDestCheck: one.sourceDestCheck,
    interfaceType: 'interface',
    groupSet: groupViews(world, one.groupIds),
    attachment: one.attachment && {
      attachmentId: one.attachment.id,
      deviceIndex: one.attachment.deviceIndex,
      status: 'attached',
      attachTime: iso(one.attachment.attachedAt),
      deleteOnTermination: one.attachment.deleteOnTermination,
    },
    association:
      publicIp === undefined
        ? undefined
        : { publicIp, publicDnsName: publicDnsName(one.region, publicIp), ipOwnerId: 'amazon' },
  };
}

export const metadataView = ({ tokens, hopLimit, endpoint, tags }: MetadataOptions) => ({
  state: 'applied',
  httpTokens: tokens,
  httpPutResponseHopLimit: hopLimit,
  httpEndpoint: endpoint,
  httpProtocolIpv6: 'disabled',
  instanceMetadataTags: tags,
});
