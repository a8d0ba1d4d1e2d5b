import { expect, test } from '@jest/globals';
import { NOON_MS } from '../../test/builders/cluster.ts';
import {
  aClusterInput,
  ED25519_KEY,
  RSA_KEY,
  SHORT_RSA_KEY,
  withCloud,
  withSchedules,
} from '../../test/builders/cluster-input.ts';
import { parseCluster } from './parse-cluster.ts';

/** Without the advice about small system pools, which most bodies here would get. */
const said = (body: unknown) =>
  parseCluster(body, NOON_MS)
    .findings.filter(({ code }) => code !== 'SYSTEM_POOL_BELOW_THREE')
    .map(({ code, path, status = 422 }) => `${status} ${code} ${path}`);

const rows: readonly [string, unknown, string][] = [
  ['[A2] unknown field', aClusterInput({ replicas: 3 }), '422 UNKNOWN_FIELD /replicas'],
  ['[A2] unknown field inside', withCloud({ zone: '1' }), '422 UNKNOWN_FIELD /cloud/zone'],
  ['[A2] what only reads have', aClusterInput({ generation: 1 }), '422 UNKNOWN_FIELD /generation'],
  ['[A1] no profile', aClusterInput({ profile: undefined }), '422 PROFILE_REQUIRED /profile'],
  [
    '[A1] a profile without version',
    aClusterInput({ profile: { name: 'a' } }),
    '422 PROFILE_REQUIRED /profile/version',
  ],
  [
    '[A1] a profile with an empty name',
    aClusterInput({ profile: { name: '', version: '1.0.0' } }),
    '422 PROFILE_REQUIRED /profile/name',
  ],
  [
    '[A10] overrides that are no object',
    aClusterInput({ packOverrides: { a: 1 } }),
    '422 PACK_VALUES_INVALID /packOverrides/a',
  ],
  ['[A12] capitals in the name', aClusterInput({ name: 'Shop' }), '422 NAME_INVALID /name'],
  ['[A12] no name', aClusterInput({ name: undefined }), '422 NAME_INVALID /name'],
  ['[A12] 64 characters', aClusterInput({ name: 'a'.repeat(64) }), '422 NAME_INVALID /name'],
  ['[A12] a hyphen at the end', aClusterInput({ name: 'shop-' }), '422 NAME_INVALID /name'],
  ['purpose in other words', aClusterInput({ purpose: 'prod' }), '422 VALUE_INVALID /purpose'],
  ['[A125] no account', withCloud({ account: undefined }), '422 CLOUD_ACCOUNT_REQUIRED /cloud/account'],
  [
    '[A126] a subscription that is no GUID',
    withCloud({ subscriptionId: 'mine' }),
    '422 SUBSCRIPTION_NOT_ACCESSIBLE /cloud/subscriptionId',
  ],
  ['[A127] no region', withCloud({ region: '' }), '422 REGION_INVALID /cloud/region'],
  [
    '[A128] no resource group',
    withCloud({ resourceGroup: undefined }),
    '422 RESOURCE_GROUP_REQUIRED /cloud/resourceGroup',
  ],
  [
    '[A130] a private key',
    withCloud({ sshPublicKey: '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA' }),
    '422 SSH_PRIVATE_KEY /cloud/sshPublicKey',
  ],
  [
    '[A130] half a key',
    withCloud({ sshPublicKey: 'ssh-rsa AAAA' }),
    '422 SSH_KEY_INVALID /cloud/sshPublicKey',
  ],
  ['[A130] no key', withCloud({ sshPublicKey: undefined }), '422 SSH_KEY_INVALID /cloud/sshPublicKey'],
  [
    '[A130] two keys',
    withCloud({ sshPublicKey: `${RSA_KEY}\n${RSA_KEY}` }),
    '422 SSH_KEY_INVALID /cloud/sshPublicKey',
  ],
  ['[A130] Ed25519', withCloud({ sshPublicKey: ED25519_KEY }), '422 SSH_KEY_TYPE /cloud/sshPublicKey'],
  [
    '[A130] RSA of 1024 bits',
    withCloud({ sshPublicKey: SHORT_RSA_KEY }),
    '422 SSH_KEY_TYPE /cloud/sshPublicKey',
  ],
  [
    '[A137] static fields with dynamic placement',
    withCloud({ placement: { mode: 'dynamic', workerSubnet: 'w' } }),
    '422 PLACEMENT_FIELDS_UNEXPECTED /cloud/placement/workerSubnet',
  ],
  [
    '[A137] fields of AWS',
    withCloud({ placement: { mode: 'dynamic', vpcId: 'vpc-1' } }),
    '422 PLACEMENT_FIELDS_UNEXPECTED /cloud/placement/vpcId',
  ],
  [
    '[A138] static without network',
    withCloud({ placement: { mode: 'static', controlPlaneSubnet: 'c', workerSubnet: 'w' } }),
    '422 VNET_REQUIRED /cloud/placement/virtualNetwork',
  ],
  [
    '[A139] static without control-plane subnet',
    withCloud({ placement: { mode: 'static', virtualNetwork: 'v', workerSubnet: 'w' } }),
    '422 CONTROL_PLANE_SUBNET_REQUIRED /cloud/placement/controlPlaneSubnet',
  ],
  [
    '[A140] static without worker subnet',
    withCloud({ placement: { mode: 'static', virtualNetwork: 'v', controlPlaneSubnet: 'c' } }),
    '422 WORKER_SUBNET_REQUIRED /cloud/placement/workerSubnet',
  ],
  [
    '[A43] one subnet for both',
    withCloud({
      placement: { mode: 'static', virtualNetwork: 'v', controlPlaneSubnet: 'a', workerSubnet: 'A' },
    }),
    '422 SUBNETS_MUST_DIFFER /cloud/placement/workerSubnet',
  ],
  [
    '[A166] a cloud of tomorrow',
    aClusterInput({ cloud: { type: 'gcp' } }),
    '422 CLOUD_TYPE_UNSUPPORTED /cloud/type',
  ],
  [
    '[A166] a cloud not built yet, whatever its fields',
    aClusterInput({ cloud: { type: 'azure', sshKeyPair: 'k', bastion: { enabled: true } } }),
    '422 CLOUD_TYPE_UNSUPPORTED /cloud/type',
  ],
  ['no cloud', aClusterInput({ cloud: undefined }), '422 REQUIRED /cloud'],
  [
    'storage on AKS',
    withCloud({ storage: { access: 'private' } }),
    '422 OPERATION_UNSUPPORTED /cloud/storage',
  ],
  ['[A189] a proxy', withCloud({ proxy: { httpProxy: 'http://p' } }), '422 PROXY_REQUIRES_PCG /cloud/proxy'],
  [
    '[A97] a cron of four fields',
    withSchedules({ osPatching: { cron: '0 3 * *' } }),
    '422 CRON_INVALID /schedules/osPatching/cron',
  ],
  ['[A97] no cron', withSchedules({ osPatching: {} }), '422 CRON_INVALID /schedules/osPatching/cron'],
  [
    '[A97] the 31st of February',
    withSchedules({ osPatching: { cron: '0 3 31 2 *' } }),
    '422 CRON_NEVER_FIRES /schedules/osPatching/cron',
  ],
  [
    '[A97] a time zone of nowhere',
    withSchedules({ osPatching: { cron: '0 3 * * 6', timezone: 'Europe/Nowhere' } }),
    '422 TIMEZONE_INVALID /schedules/osPatching/timezone',
  ],
  [
    '[A98] an offset, which knows no daylight saving',
    withSchedules({ scans: { sbom: { cron: '0 4 * * 0', timezone: '+01:00' } } }),
    '422 TIMEZONE_INVALID /schedules/scans/sbom/timezone',
  ],
  [
    '[A98] an unknown scan',
    withSchedules({ scans: { virus: { cron: '0 4 * * 0' } } }),
    '422 SCAN_KIND_UNKNOWN /schedules/scans/virus',
  ],
  [
    '[A98] a scan at minute 61',
    withSchedules({ scans: { sbom: { cron: '61 4 * * 0' } } }),
    '422 CRON_INVALID /schedules/scans/sbom/cron',
  ],
  [
    '[A99] retention of nothing',
    withSchedules({ backup: { cron: '0 2 * * *', retention: 'PT0S' } }),
    '422 RETENTION_INVALID /schedules/backup/retention',
  ],
  [
    '[A99] a time zone that is a number',
    withSchedules({ backup: { cron: '0 2 * * *', timezone: 60 } }),
    '422 TIMEZONE_INVALID /schedules/backup/timezone',
  ],
  ['[A184] a tag without colon', aClusterInput({ tags: ['dev'] }), '422 TAG_FORMAT /tags/0'],
  ['[A184] a tag without key', aClusterInput({ tags: { '': 'x' } }), '422 TAG_FORMAT /tags/'],
  ['[A184] a value that is a number', aClusterInput({ tags: { a: 1 } }), '422 TAG_FORMAT /tags/a'],
  [
    '[A184] a character that Azure refuses',
    aClusterInput({ tags: { 'a/b': 'c' } }),
    '422 TAG_FORMAT /tags/a~1b',
  ],
  ['[A184] a key twice', aClusterInput({ tags: ['a:1', 'A:2'] }), '422 TAG_DUPLICATE /tags/1'],
  [
    '[A183] 41 tags',
    aClusterInput({ tags: Object.fromEntries(Array.from({ length: 41 }, (_, n) => [`k${n}`, 'v'])) }),
    '422 TAG_LIMIT /tags',
  ],
  ['[A185] azure', aClusterInput({ tags: { azure: 'x' } }), '422 TAG_RESERVED /tags/azure'],
  [
    '[A186] microsoft, bare and in capitals',
    aClusterInput({ tags: [' MICROSOFT '] }),
    '422 TAG_RESERVED /tags/0',
  ],
  [
    '[A187] windows as a prefix',
    aClusterInput({ tags: { 'Windows-Team': 'x' } }),
    '422 TAG_RESERVED /tags/Windows-Team',
  ],
  [
    '[A182] a tag of ours',
    aClusterInput({ tags: { 'slipway:cluster-uid': 'x' } }),
    '422 TAG_RESERVED /tags/slipway:cluster-uid',
  ],
];
test.each(rows)('%s', (_title, body, expected) => {
  expect(said(body)).toEqual([expected]);
});

test.each([[null], [[]], ['x'], [3]])('a body that is %j is no cluster', (body) => {
  expect(said(body)).toEqual(['422 TYPE_INVALID ']);
});
