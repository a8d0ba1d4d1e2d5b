/**
 * The request that starts an instance. Pure: the same order gives the same request, byte for byte, because EC2 compares
 * the parameters of a client token that it has seen before.
 */
import { gzipSync } from 'node:zlib';
import type { RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import type { Tags } from '../../../domain/cluster.ts';
import { tagList } from '../tags.ts';
import type { InstanceOrder } from './port.ts';

/** Before base64: docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html. cloud-init reads gzip as well. */
export const MAX_USER_DATA_BYTES = 16_384;

export function runRequest(order: InstanceOrder): RunInstancesCommandInput {
  const { token, imageId, instanceType, keyName, subnetId, groupIds, root, profile, tags } = order;
  const around = tagList(withoutKubernetes(tags));
  return {
    ClientToken: token,
    MinCount: 1,
    MaxCount: 1,
    ImageId: imageId,
    InstanceType: instanceTypeOf(instanceType),
    KeyName: keyName,
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        SubnetId: subnetId,
        Groups: [...groupIds],
        // Said either way: subnets that existed before may give addresses to everybody.
        AssociatePublicIpAddress: order.publicIp,
        DeleteOnTermination: true,
      },
    ],
    BlockDeviceMappings: [
      {
        DeviceName: root.device,
        Ebs: {
          VolumeSize: root.sizeGiB,
          VolumeType: volumeTypeOf(root.type),
          Encrypted: true,
          DeleteOnTermination: true,
        },
      },
    ],
    MetadataOptions: {
      HttpEndpoint: 'enabled',
      HttpTokens: 'required',
      HttpPutResponseHopLimit: order.hopLimit,
    },
    TagSpecifications: [
      { ResourceType: 'instance', Tags: tagList(tags) },
      { ResourceType: 'volume', Tags: around },
      { ResourceType: 'network-interface', Tags: around },
    ],
    ...(profile === undefined ? {} : { IamInstanceProfile: { Name: profile } }),
    ...(order.userData === undefined ? {} : { UserData: encodeUserData(order.userData) }),
    ...(order.spotMaxUsd === undefined ? {} : { InstanceMarketOptions: spotOptions(order.spotMaxUsd) }),
  };
}

type InstanceTypeName = NonNullable<RunInstancesCommandInput['InstanceType']>;
type VolumeTypeName = 'gp2' | 'gp3' | 'io1' | 'io2' | 'sc1' | 'st1' | 'standard';

/** The SDK lists the types that it knew when it was made; EC2 knows more, and refuses what it does not. */
const instanceTypeOf = (name: string): InstanceTypeName => name as InstanceTypeName;
const volumeTypeOf = (name: string): VolumeTypeName => name as VolumeTypeName;

function spotOptions(maxUsd: string): NonNullable<RunInstancesCommandInput['InstanceMarketOptions']> {
  return {
    MarketType: 'spot',
    SpotOptions: {
      ...(maxUsd === '' ? {} : { MaxPrice: maxUsd }),
      SpotInstanceType: 'one-time',
      InstanceInterruptionBehavior: 'terminate',
    },
  };
}

export function encodeUserData(text: string): string {
  const plain = Buffer.from(text, 'utf8');
  return (plain.length <= MAX_USER_DATA_BYTES ? plain : gzipSync(plain)).toString('base64');
}

/** Volumes that carry it are those that Kubernetes made. */
function withoutKubernetes(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('kubernetes.io/')));
}
