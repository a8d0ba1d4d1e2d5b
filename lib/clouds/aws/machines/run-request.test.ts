/** The one request that starts a machine, and what of it EC2 would compare. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { InstanceOrder } from './port.ts';
import { encodeUserData, MAX_USER_DATA_BYTES, runRequest } from './run-request.ts';

const order: InstanceOrder = {
  token: 't',
  imageId: 'ami-1',
  instanceType: 'm5.large',
  keyName: 'default',
  subnetId: 'subnet-1',
  groupIds: ['sg-1', 'sg-2'],
  publicIp: false,
  root: { device: '/dev/sda1', type: 'gp3', sizeGiB: 60 },
  profile: 'slip-shop-node',
  hopLimit: 2,
  userData: '#cloud-config\n',
  tags: { Name: 'shop-0', department: 'finance', 'kubernetes.io/cluster/shop': 'owned' },
};

test('[A202, A183, A225] private, encrypted, metadata version 2, everything tagged', () => {
  const around = [
    { Key: 'Name', Value: 'shop-0' },
    { Key: 'department', Value: 'finance' },
  ];
  expect(runRequest(order)).toEqual({
    ClientToken: 't',
    MinCount: 1,
    MaxCount: 1,
    ImageId: 'ami-1',
    InstanceType: 'm5.large',
    KeyName: 'default',
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        SubnetId: 'subnet-1',
        Groups: ['sg-1', 'sg-2'],
        AssociatePublicIpAddress: false,
        DeleteOnTermination: true,
      },
    ],
    BlockDeviceMappings: [
      {
        DeviceName: '/dev/sda1',
        Ebs: { VolumeSize: 60, VolumeType: 'gp3', Encrypted: true, DeleteOnTermination: true },
      },
    ],
    MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
    TagSpecifications: [
      { ResourceType: 'instance', Tags: [...around, { Key: 'kubernetes.io/cluster/shop', Value: 'owned' }] },
      { ResourceType: 'volume', Tags: around },
      { ResourceType: 'network-interface', Tags: around },
    ],
    IamInstanceProfile: { Name: 'slip-shop-node' },
    UserData: 'I2Nsb3VkLWNvbmZpZwo=',
  });
});

test.each([
  [
    '[A253] with the bid',
    '0.0480',
    { MaxPrice: '0.0480', SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'terminate' },
  ],
  ['without a bid', '', { SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'terminate' }],
])('spot %s', (_title, spotMaxUsd, SpotOptions) => {
  expect(runRequest({ ...order, spotMaxUsd }).InstanceMarketOptions).toEqual({
    MarketType: 'spot',
    SpotOptions,
  });
});

describe('user data', () => {
  test('is plain up to what EC2 takes', () => {
    const text = 'x'.repeat(MAX_USER_DATA_BYTES);
    expect(Buffer.from(encodeUserData(text), 'base64').toString()).toBe(text);
  });

  test('is packed beyond, the same bytes each time', () => {
    const text = 'äx'.repeat(MAX_USER_DATA_BYTES / 2);
    const packed = Buffer.from(encodeUserData(text), 'base64');
    expect(gunzipSync(packed).toString()).toBe(text);
    expect(packed.length).toBeLessThan(MAX_USER_DATA_BYTES);
    expect(encodeUserData(text)).toBe(encodeUserData(text));
  });
});
