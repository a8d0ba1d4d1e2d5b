import { describe, expect, test } from '@jest/globals';
import { anAwsCloud } from '../../test/builders/aws.ts';
import { aCluster, aProfile, aSpec } from '../../test/builders/cluster.ts';
import type { JsonObject } from '../domain/cluster.ts';
import { definedPacks } from './packs.ts';

const UID = '11111111-1111-4111-8111-111111111111';
const IDENTITY = '22222222-2222-4222-8222-222222222222';
const ON_AZURE = { bucket: 'backups', storageAccount: 'shopbackups', resourceGroup: 'backup' };

/** What helm is given. */
function installed(values: JsonObject, spec = aSpec()): JsonObject | undefined {
  const layers = [{ layer: 'addon', pack: 'velero', version: '1.0.0', values } as const];
  const [pack] = definedPacks(aCluster({ profile: aProfile({ layers }), spec }));
  return pack?.kind === 'chart' ? pack.values : undefined;
}
const onAws = (values: JsonObject) => installed(values, aSpec({ cloud: anAwsCloud() }));

test('[A99] Azure: a place of its own in the account, the plugin of the cloud, no credentials in values', () => {
  expect(installed({ ...ON_AZURE, credentialsSecret: 'velero-azure' })).toEqual({
    image: { tag: 'v1.18.2' },
    upgradeCRDs: true,
    nodeAgent: { tolerations: [{ operator: 'Exists' }] },
    initContainers: [
      {
        name: 'velero-plugin-for-microsoft-azure',
        image: 'docker.io/velero/velero-plugin-for-microsoft-azure:v1.14.2',
        imagePullPolicy: 'IfNotPresent',
        volumeMounts: [{ mountPath: '/target', name: 'plugins' }],
      },
    ],
    configuration: {
      backupStorageLocation: [
        {
          name: 'default',
          provider: 'azure',
          bucket: 'backups',
          prefix: UID,
          default: true,
          config: {
            resourceGroup: 'backup',
            storageAccount: 'shopbackups',
            useAAD: 'true',
            subscriptionId: '00000000-0000-0000-0000-000000000001',
          },
        },
      ],
      volumeSnapshotLocation: [],
      defaultVolumesToFsBackup: true,
    },
    snapshotsEnabled: false,
    deployNodeAgent: true,
    credentials: { useSecret: true, existingSecret: 'velero-azure' },
  });
});

test('Azure: an identity in place of credentials, for the server and for the node agents', () => {
  expect(installed({ ...ON_AZURE, identityClientId: IDENTITY })).toMatchObject({
    credentials: { useSecret: false },
    podLabels: { 'azure.workload.identity/use': 'true' },
    nodeAgent: {
      podLabels: { 'azure.workload.identity/use': 'true' },
      tolerations: [{ operator: 'Exists' }],
    },
    serviceAccount: { server: { annotations: { 'azure.workload.identity/client-id': IDENTITY } } },
  });
});

test('[A99] AWS: the region of the cluster, and the role of its machines, unless values say otherwise', () => {
  expect(onAws({ bucket: 'backups-of-shop' })).toMatchObject({
    initContainers: [{ image: 'docker.io/velero/velero-plugin-for-aws:v1.14.2' }],
    configuration: {
      backupStorageLocation: [
        { provider: 'aws', bucket: 'backups-of-shop', prefix: UID, config: { region: anAwsCloud().region } },
      ],
    },
    credentials: { useSecret: false },
  });
  expect(
    onAws({ bucket: 'b-b-b', region: 'eu-west-1', prefix: 'a/b', credentialsSecret: 'aws' }),
  ).toMatchObject({
    configuration: { backupStorageLocation: [{ prefix: 'a/b', config: { region: 'eu-west-1' } }] },
    credentials: { useSecret: true, existingSecret: 'aws' },
  });
});

test('[A99] further places beside the default one', () => {
  const locations = { offsite: { bucket: 'far-away', region: 'us-east-1' } };
  expect(onAws({ bucket: 'near', locations })).toMatchObject({
    configuration: {
      backupStorageLocation: [
        { name: 'default', bucket: 'near', default: true },
        { name: 'offsite', bucket: 'far-away', default: false, config: { region: 'us-east-1' } },
      ],
    },
  });
});

describe('[A99] disks', () => {
  test.each([
    ['files', true, true, false, []],
    [
      'snapshots',
      false,
      false,
      true,
      [{ name: 'default', provider: 'aws', config: { region: 'eu-central-1' } }],
    ],
    ['none', false, false, false, []],
  ])('%s', (disks, deployNodeAgent, defaultVolumesToFsBackup, snapshotsEnabled, volumeSnapshotLocation) => {
    expect(onAws({ bucket: 'backups', disks })).toMatchObject({
      deployNodeAgent,
      snapshotsEnabled,
      configuration: { defaultVolumesToFsBackup, volumeSnapshotLocation },
    });
  });
});

test('nothing is installed from values with which Velero could do nothing', () => {
  expect(installed({ bucket: 'backups' })).toBeUndefined();
  expect(onAws({})).toBeUndefined();
});
