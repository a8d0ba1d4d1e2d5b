import { describe, expect, test } from '@jest/globals';
import { anAwsProfile } from '../../../test/builders/aws-input.ts';
import { aProfile } from '../../../test/builders/cluster.ts';
import type { JsonObject } from '../../domain/cluster.ts';
import type { ResolvedProfile } from '../../domain/profile.ts';
import { resolve } from '../../profiles/resolve.ts';
import { inOverrides, packValuesFindings } from './pack-values.ts';

const FLANNEL = 'cni-flannel';
const EBS = 'csi-aws-ebs';
const at = (pack: string, path: string) => `PACK_VALUES_INVALID /packOverrides/${pack}${path}`;

/** A profile whose storage pack has these values of its own. */
const profileWith = (values: JsonObject) =>
  anAwsProfile({
    layers: anAwsProfile().layers.map((one) => (one.pack === EBS ? { ...one, values } : one)),
  });

function said(
  pack: string,
  values: JsonObject,
  profile: ResolvedProfile = anAwsProfile(),
  stored?: JsonObject,
) {
  const resolved = resolve(profile, { [pack]: values });
  return packValuesFindings({
    cloudType: profile.cloudType,
    resolved,
    ...(stored === undefined ? {} : { before: resolve(profile, { [pack]: stored }) }),
    at: (layer) => inOverrides(layer, '/packOverrides'),
  }).map(({ code, path }) => `${code} ${path}`);
}

describe('[A10] values that a pack takes', () => {
  test.each<[string, JsonObject]>([
    [FLANNEL, {}],
    [FLANNEL, { backend: 'vxlan', mtu: 1280 }],
    [FLANNEL, { mtu: 9001 }],
    [EBS, { defaultStorageClass: false, encrypted: false, fsType: 'xfs', reclaimPolicy: 'Retain' }],
    [EBS, { volumeType: 'gp2' }],
    [EBS, { volumeType: 'io2', iopsPerGiB: 500 }],
    [EBS, { iopsPerGiB: 1 }],
  ])('%s %j', (pack, values) => expect(said(pack, values)).toEqual([]));
});

describe('[A10] values that it does not take', () => {
  test.each<[string, JsonObject, readonly string[]]>([
    [FLANNEL, { backend: 'host-gw' }, [at(FLANNEL, '/backend')]],
    [FLANNEL, { backend: null }, [at(FLANNEL, '/backend')]],
    [FLANNEL, { mtu: 1279 }, [at(FLANNEL, '/mtu')]],
    [FLANNEL, { mtu: 9002 }, [at(FLANNEL, '/mtu')]],
    [FLANNEL, { mtu: 1400.5 }, [at(FLANNEL, '/mtu')]],
    [FLANNEL, { mtu: '1400' }, [at(FLANNEL, '/mtu')]],
    [
      FLANNEL,
      { 'net-conf.json': '{}', nested: { a: 1 } },
      [at(FLANNEL, '/net-conf.json'), at(FLANNEL, '/nested')],
    ],
    [EBS, { volumeType: 'gp4' }, [at(EBS, '/volumeType')]],
    [EBS, { encrypted: 'false' }, [at(EBS, '/encrypted')]],
    [EBS, { defaultStorageClass: 1 }, [at(EBS, '/defaultStorageClass')]],
    [EBS, { fsType: 'btrfs' }, [at(EBS, '/fsType')]],
    [EBS, { reclaimPolicy: 'Recycle' }, [at(EBS, '/reclaimPolicy')]],
    [EBS, { volumeType: 'io2' }, [at(EBS, '/iopsPerGiB')]],
    [EBS, { volumeType: 'gp2', iopsPerGiB: 3 }, [at(EBS, '/iopsPerGiB')]],
    [EBS, { iopsPerGiB: 0 }, [at(EBS, '/iopsPerGiB')]],
    [EBS, { iopsPerGiB: 501 }, [at(EBS, '/iopsPerGiB')]],
    [EBS, { 'a/b': 1 }, [at(EBS, '/a~1b')]],
  ])('%s %j', (pack, values, findings) => expect(said(pack, values)).toEqual(findings));
});

test('a backend that machines of EC2 cannot have is refused with the reason', () => {
  const resolved = resolve(anAwsProfile(), { [FLANNEL]: { backend: 'host-gw' } });
  const [finding] = packValuesFindings({ cloudType: 'aws', resolved, at: () => (path) => path });
  expect(finding?.message).toMatch(/backend is vxlan: other backends need machines of one subnet/);
});

test('[A11] a value of the profile is no fault of the request', () => {
  expect(said(FLANNEL, {}, profileWith({ volumeType: 'gp4' }))).toEqual(['PACK_VALUES_INVALID /profile']);
  expect(said(EBS, { volumeType: 'gp2' }, profileWith({ iopsPerGiB: 3 }))).toEqual([
    'PACK_VALUES_INVALID /profile',
  ]);
});

test('[A62] what a cluster lives with already keeps no other change from it', () => {
  expect(said(EBS, { volumeType: 'gp4' }, anAwsProfile(), { volumeType: 'gp4' })).toEqual([]);
  expect(said(EBS, { volumeType: 'gp5' }, anAwsProfile(), { volumeType: 'gp4' })).toEqual([
    at(EBS, '/volumeType'),
  ]);
});

test('packs that nobody knows take what they are given', () => {
  expect(said('ubuntu', { anything: { at: ['all'] } })).toEqual([]);
});

test('the cloud controller takes no values: everything about it follows from the cluster', () => {
  const layers = [
    ...anAwsProfile().layers,
    { layer: 'addon', pack: 'cloud-controller-aws', version: '1.0.0', values: {} } as const,
  ];
  const profile = anAwsProfile({ layers });
  expect(said('cloud-controller-aws', {}, profile)).toEqual([]);
  expect(said('cloud-controller-aws', { v: 9 }, profile)).toEqual([at('cloud-controller-aws', '/v')]);
});

describe('[A10, A99] values of Velero', () => {
  const AZURE = { bucket: 'backups', storageAccount: 'shopbackups', resourceGroup: 'backup' };
  const SECRET = { credentialsSecret: 'velero-azure' };
  const IDENTITY = '22222222-2222-4222-8222-222222222222';
  const velero = { layer: 'addon', pack: 'velero', version: '1.0.0', values: {} } as const;
  const onAws = anAwsProfile({ layers: [...anAwsProfile().layers, velero] });
  const onAks = aProfile({ layers: [...aProfile().layers, velero] });
  const here = (path: string) => at('velero', path);

  test.each<[JsonObject, ResolvedProfile]>([
    [{ bucket: 'backups' }, onAws],
    [{ bucket: 'backups', provider: 'aws', region: 'us-gov-east-1', prefix: 'a/b', disks: 'none' }, onAws],
    [{ bucket: 'backups', locations: { offsite: { bucket: 'far.away' } }, ...SECRET }, onAws],
    [{ ...AZURE, ...SECRET, provider: 'azure', disks: 'snapshots', subscriptionId: IDENTITY }, onAks],
    [{ ...AZURE, identityClientId: IDENTITY, locations: { far: AZURE } }, onAks],
  ])('%j', (values, profile) => expect(said('velero', values, profile)).toEqual([]));

  test.each<[JsonObject, ResolvedProfile, readonly string[]]>([
    [{ region: 'eu-central-1' }, onAws, [here('/bucket')]],
    [{ bucket: 'B' }, onAws, [here('/bucket')]],
    [{ bucket: 'backups', provider: 'gcp' }, onAws, [here('/provider')]],
    [{ bucket: 'backups', provider: 'azure' }, onAws, ['PACK_CLOUD_MISMATCH /packOverrides/velero/provider']],
    [{ ...AZURE, ...SECRET, provider: 'aws' }, onAks, ['PACK_CLOUD_MISMATCH /packOverrides/velero/provider']],
    [{ bucket: 'backups', storageAccount: 'shopbackups' }, onAws, [here('/storageAccount')]],
    [{ bucket: 'backups', region: 'Frankfurt' }, onAws, [here('/region')]],
    [{ bucket: 'backups', disks: 'all' }, onAws, [here('/disks')]],
    [{ bucket: 'backups', locations: { default: { bucket: 'other' } } }, onAws, [here('/locations')]],
    [
      { bucket: 'backups', locations: { Off_Site: { bucket: 'other' } } },
      onAws,
      [here('/locations/Off_Site')],
    ],
    [{ bucket: 'backups', locations: { far: {} } }, onAws, [here('/locations/far/bucket')]],
    [{ bucket: 'backups', credentials: { secretContents: { cloud: 'x' } } }, onAws, [here('/credentials')]],
    [{ bucket: 'backups', ...SECRET }, onAks, [here('/storageAccount'), here('/resourceGroup')]],
    [AZURE, onAks, [here('/credentialsSecret')]],
    [{ ...AZURE, ...SECRET, identityClientId: IDENTITY }, onAks, [here('/identityClientId')]],
    [{ ...AZURE, identityClientId: IDENTITY, disks: 'snapshots' }, onAks, [here('/disks')]],
  ])('%j', (values, profile, findings) => expect(said('velero', values, profile)).toEqual(findings));
});
