/** Parameters of RunInstances as they are on the wire: docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html */
import { z } from 'zod';
import { flag, list, tagSpecifications, text, whole } from '../core/parameters.ts';

const enabled = z.enum(['enabled', 'disabled']);

export const metadataInput = {
  HttpTokens: z.enum(['optional', 'required']).optional(),
  HttpPutResponseHopLimit: whole.optional(),
  HttpEndpoint: enabled.optional(),
  HttpProtocolIpv6: z.literal('disabled').optional(),
  InstanceMetadataTags: enabled.optional(),
};

const ebs = z.strictObject({
  VolumeSize: whole.optional(),
  VolumeType: text.optional(),
  Encrypted: flag.optional(),
  DeleteOnTermination: flag.optional(),
  Iops: whole.optional(),
  Throughput: whole.optional(),
  KmsKeyId: text.optional(),
  SnapshotId: text.optional(),
});

const spotOptions = z.strictObject({
  MaxPrice: text.optional(),
  // Requests that come back by themselves need a life of their own: not sold here.
  SpotInstanceType: z.literal('one-time').optional(),
  InstanceInterruptionBehavior: z.literal('terminate').optional(),
});

const networkInterface = z.strictObject({
  DeviceIndex: whole.default(0),
  SubnetId: text.optional(),
  SecurityGroupId: list(text),
  AssociatePublicIpAddress: flag.optional(),
  DeleteOnTermination: flag.optional(),
  Description: text.optional(),
  PrivateIpAddress: text.optional(),
});

export const launchInput = z.strictObject({
  ImageId: text,
  InstanceType: text.default('m1.small'),
  MinCount: whole,
  MaxCount: whole,
  ClientToken: text.optional(),
  KeyName: text.optional(),
  SubnetId: text.optional(),
  SecurityGroupId: list(text),
  PrivateIpAddress: text.optional(),
  NetworkInterface: list(networkInterface),
  Placement: z.strictObject({ AvailabilityZone: text.optional(), Tenancy: text.optional() }).optional(),
  UserData: text.optional(),
  IamInstanceProfile: z.strictObject({ Name: text.optional(), Arn: text.optional() }).optional(),
  BlockDeviceMapping: list(z.strictObject({ DeviceName: text, Ebs: ebs.optional() })),
  MetadataOptions: z.strictObject(metadataInput).default({}),
  InstanceMarketOptions: z
    .strictObject({ MarketType: z.literal('spot'), SpotOptions: spotOptions.default({}) })
    .optional(),
  TagSpecification: tagSpecifications,
  InstanceInitiatedShutdownBehavior: z.enum(['stop', 'terminate']).default('stop'),
  DisableApiTermination: flag.default(false),
  EbsOptimized: flag.default(false),
  Monitoring: z.strictObject({ Enabled: flag }).optional(),
  CreditSpecification: z.strictObject({ CpuCredits: z.enum(['standard', 'unlimited']) }).optional(),
  PrivateDnsNameOptions: z
    .strictObject({
      HostnameType: z.literal('ip-name').optional(),
      EnableResourceNameDnsARecord: flag.optional(),
      EnableResourceNameDnsAAAARecord: flag.optional(),
    })
    .optional(),
});

export type LaunchInput = z.output<typeof launchInput>;
