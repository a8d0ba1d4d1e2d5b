import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aCluster, aPool, aSpec, NOON_MS } from '../../test/builders/cluster.ts';
import {
  aCloudInput,
  aClusterInput,
  aPoolInput,
  ED25519_KEY,
  RSA_KEY,
  SHORT_RSA_KEY,
} from '../../test/builders/cluster-input.ts';
import { parseCluster } from './parse-cluster.ts';
import { renderSpec } from './render-cluster.ts';

const SECOND_POOL = { name: 'extra', size: 1, instanceType: 'Standard_D4s_v5' };
const parse = (body: unknown) => parseCluster(body, NOON_MS);
/** Without the advice about small system pools, which most bodies here would get. */
const said = (body: unknown) =>
  parse(body)
    .findings.filter(({ code }) => code !== 'SYSTEM_POOL_BELOW_THREE')
    .map(({ code, path, status = 422 }) => `${status} ${code} ${path}`);
const withCloud = (fields: object) => aClusterInput({ cloud: aCloudInput({ ...fields }) });
const withPool = (fields: object) => aClusterInput({ pools: [aPoolInput(), { ...SECOND_POOL, ...fields }] });
const withSystemPool = (fields: object) => aClusterInput({ pools: [aPoolInput({ ...fields })] });
const withSchedules = (schedules: object) => aClusterInput({ schedules });

describe('a good cluster', () => {
  test('[A17] one system pool is the default; three nodes of it in production', () => {
    const { spec, findings, poolsWithoutZones } = parse(aClusterInput());
    expect(findings.map(({ code }) => code)).toEqual(['SYSTEM_POOL_BELOW_THREE']);
    expect(spec).toEqual({
      tags: {},
      profile: { name: 'aks-base', version: '1.0.0' },
      packOverrides: {},
      cloud: { ...aSpec().cloud, sshPublicKey: RSA_KEY },
      pools: [aPool({ size: 1, zones: [] })],
    });
    expect(poolsWithoutZones).toEqual(['system']);
    const production = parse(aClusterInput({ purpose: 'production' }));
    expect(production.spec?.pools).toEqual([aPool({ size: 3, zones: [] })]);
    expect(production.findings).toEqual([]);
  });

  test('everything that may be said is kept', () => {
    const pool = aPoolInput({
      size: undefined,
      autoscale: { min: 3, max: 5 },
      disk: { type: 'Premium_LRS', sizeGiB: 128 },
      zones: ['3', '1'],
      labels: { 'example.com/team': 'a' },
      taints: [{ key: 'CriticalAddonsOnly', value: 'true', effect: 'NoSchedule' }],
      drain: { timeout: 'PT5M', onBlocked: 'force' },
      capacity: 'on-demand',
      osType: 'Linux',
      publicIp: false,
    });
    const { spec, findings, poolsWithoutZones } = parse(
      aClusterInput({
        description: 'the shop',
        tags: ['department:finance', 'url:http://x'],
        packOverrides: { prometheus: { retention: '7d' } },
        pools: [pool],
        schedules: { osPatching: { cron: '0 3 * * 6' }, backup: { cron: '0 2 * * *', retention: 'P7D' } },
      }),
    );
    expect(findings).toEqual([]);
    expect(poolsWithoutZones).toEqual([]);
    expect(spec).toMatchObject({
      description: 'the shop',
      tags: { department: 'finance', url: 'http://x' },
      packOverrides: { prometheus: { retention: '7d' } },
      schedules: { osPatching: { cron: '0 3 * * 6' }, backup: { cron: '0 2 * * *', retention: 'P7D' } },
    });
    expect(spec?.pools).toEqual([
      {
        name: 'system',
        role: 'worker',
        system: true,
        size: 3,
        autoscale: { min: 3, max: 5 },
        instanceType: 'Standard_D4s_v5',
        disk: { type: 'Premium_LRS', sizeGiB: 128 },
        zones: ['1', '3'],
        labels: { 'example.com/team': 'a' },
        taints: [{ key: 'CriticalAddonsOnly', value: 'true', effect: 'NoSchedule' }],
        drain: { timeoutMs: 300_000, onBlocked: 'force' },
      },
    ]);
  });

  test('a read can be sent back', () => {
    const spec = aSpec({
      description: 'd',
      tags: { a: 'b' },
      cloud: {
        ...aSpec().cloud,
        sshPublicKey: RSA_KEY,
        placement: { mode: 'static', virtualNetwork: 'v', controlPlaneSubnet: 'c', workerSubnet: 'w' },
      },
      pools: [aPool(), aPool({ name: 'user', system: false, autoscale: { min: 0, max: 4 }, size: 0 })],
    });
    const again = parse({ name: aCluster().name, ...renderSpec(spec) });
    expect(again.spec).toEqual(spec);
  });
});

describe('one mistake, one code', () => {
  const rows: readonly [string, unknown, string][] = [
    ['[A2] unknown field', aClusterInput({ replicas: 3 }), '422 UNKNOWN_FIELD /replicas'],
    ['[A2] unknown field inside', withCloud({ zone: '1' }), '422 UNKNOWN_FIELD /cloud/zone'],
    ['[A2] unknown field in a pool', withPool({ disk: { size: 1 } }), '422 UNKNOWN_FIELD /pools/1/disk/size'],
    ['[A2] what only reads have', aClusterInput({ generation: 1 }), '422 UNKNOWN_FIELD /generation'],
    ['[A1] no profile', aClusterInput({ profile: undefined }), '422 PROFILE_REQUIRED /profile'],
    [
      '[A1] a profile without version',
      aClusterInput({ profile: { name: 'a' } }),
      '422 PROFILE_REQUIRED /profile/version',
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
    ['[A17] an empty list of pools', aClusterInput({ pools: [] }), '422 POOL_REQUIRED /pools'],
    [
      '[A17] a control-plane pool',
      withPool({ role: 'control-plane' }),
      '422 CONTROL_PLANE_POOL_NOT_ALLOWED /pools/1/role',
    ],
    ['pools that are no list', aClusterInput({ pools: {} }), '422 TYPE_INVALID /pools'],
    ['a pool that is no object', aClusterInput({ pools: [aPoolInput(), 'x'] }), '422 TYPE_INVALID /pools/1'],
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
      '[A134] min above max',
      withPool({ size: undefined, autoscale: { min: 3, max: 2 } }),
      '422 AUTOSCALE_RANGE /pools/1/autoscale',
    ],
    [
      '[A134] negative min',
      withPool({ size: undefined, autoscale: { min: -1, max: 2 } }),
      '422 AUTOSCALE_RANGE /pools/1/autoscale/min',
    ],
    [
      '[A134] no max',
      withPool({ size: undefined, autoscale: { min: 1 } }),
      '422 AUTOSCALE_RANGE /pools/1/autoscale/max',
    ],
    [
      '[A134] a system pool that may be empty',
      withSystemPool({ size: undefined, autoscale: { min: 0, max: 3 } }),
      '422 AUTOSCALE_RANGE /pools/0/autoscale/min',
    ],
    [
      '[A134] size and autoscale',
      withPool({ size: 2, autoscale: { min: 1, max: 3 } }),
      '422 SIZE_AND_AUTOSCALE /pools/1/size',
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
    ['[A141] a capital in a pool name', withPool({ name: 'Extra' }), '422 POOL_NAME_INVALID /pools/1/name'],
    ['[A141] 13 characters', withPool({ name: 'abcdefghijklm' }), '422 POOL_NAME_INVALID /pools/1/name'],
    ['[A141] a name twice', withPool({ name: 'system' }), '409 POOL_NAME_TAKEN /pools/1/name'],
    ['[A142] half a node', withPool({ size: 1.5 }), '422 POOL_SIZE_INVALID /pools/1/size'],
    ['[A142] minus one', withPool({ size: -1 }), '422 POOL_SIZE_INVALID /pools/1/size'],
    ['[A142] 1001 nodes', withPool({ size: 1001 }), '422 POOL_SIZE_INVALID /pools/1/size'],
    ['[A142] a text', withPool({ size: '3' }), '422 POOL_SIZE_INVALID /pools/1/size'],
    ['[A142] nothing', withPool({ size: undefined }), '422 POOL_SIZE_INVALID /pools/1/size'],
    [
      '[A142] an empty second system pool',
      withPool({ system: true, size: 0 }),
      '422 POOL_SIZE_INVALID /pools/1/size',
    ],
    [
      '[A143] no instance type',
      withPool({ instanceType: undefined }),
      '422 INSTANCE_TYPE_INVALID /pools/1/instanceType',
    ],
    [
      '[A144] an unknown disk',
      withPool({ disk: { type: 'Floppy' } }),
      '422 DISK_TYPE_INVALID /pools/1/disk/type',
    ],
    ['[A145] 29 GiB', withPool({ disk: { sizeGiB: 29 } }), '422 DISK_SIZE_INVALID /pools/1/disk/sizeGiB'],
    ['[A145] 2049 GiB', withPool({ disk: { sizeGiB: 2049 } }), '422 DISK_SIZE_INVALID /pools/1/disk/sizeGiB'],
    ['[A145] a text', withPool({ disk: { sizeGiB: '60' } }), '422 DISK_SIZE_INVALID /pools/1/disk/sizeGiB'],
    [
      '[A146] Windows on a system pool',
      withSystemPool({ osType: 'Windows' }),
      '422 SYSTEM_POOL_RESTRICTION /pools/0/osType',
    ],
    [
      '[A146] a taint on a system pool',
      withSystemPool({ taints: [{ key: 'gpu', effect: 'NoSchedule' }] }),
      '422 SYSTEM_POOL_RESTRICTION /pools/0/taints/0',
    ],
    ['[A147] no system pool', withSystemPool({ system: false }), '422 SYSTEM_POOL_REQUIRED /pools'],
    ['[A147] the system pool has no node', withSystemPool({ size: 0 }), '422 SYSTEM_POOL_REQUIRED /pools'],
    ['[A151] a zone twice', withPool({ zones: ['1', '1'] }), '422 ZONE_INVALID /pools/1/zones/1'],
    ['[A151] a number for a zone', withPool({ zones: [1] }), '422 ZONE_INVALID /pools/1/zones/0'],
    [
      '[A154] 101 pools',
      aClusterInput({ pools: Array.from({ length: 101 }, (_, n) => aPoolInput({ name: `p${n}` })) }),
      '422 POOL_LIMIT /pools',
    ],
    ['[A161] a public address', withPool({ publicIp: true }), '422 PUBLIC_IP_FORBIDDEN /pools/1/publicIp'],
    [
      '[A164] allowWorkloads on a worker pool',
      withPool({ allowWorkloads: true }),
      '422 FIELD_CONTROL_PLANE_ONLY /pools/1/allowWorkloads',
    ],
    [
      '[A166] a cloud of tomorrow',
      aClusterInput({ cloud: { type: 'gcp' } }),
      '422 CLOUD_TYPE_UNSUPPORTED /cloud/type',
    ],
    [
      '[A166] a cloud not built yet, whatever its fields',
      aClusterInput({ cloud: { type: 'aws', sshKeyPair: 'k', bastion: { enabled: true } } }),
      '422 CLOUD_TYPE_UNSUPPORTED /cloud/type',
    ],
    ['no cloud', aClusterInput({ cloud: undefined }), '422 REQUIRED /cloud'],
    ['spot on AKS', withPool({ capacity: 'spot' }), '422 OPERATION_UNSUPPORTED /pools/1/capacity'],
    [
      'storage on AKS',
      withCloud({ storage: { access: 'private' } }),
      '422 OPERATION_UNSUPPORTED /cloud/storage',
    ],
    [
      '[A189] a proxy',
      withCloud({ proxy: { httpProxy: 'http://p' } }),
      '422 PROXY_REQUIRES_PCG /cloud/proxy',
    ],
    ['a label that is none', withPool({ labels: { 'a b': 'c' } }), '422 LABEL_INVALID /pools/1/labels/a b'],
    [
      'a label of Kubernetes',
      withPool({ labels: { 'kubernetes.azure.com/mode': 'c' } }),
      '422 LABEL_INVALID /pools/1/labels/kubernetes.azure.com~1mode',
    ],
    ['a taint without effect', withPool({ taints: [{ key: 'a' }] }), '422 TAINT_INVALID /pools/1/taints/0'],
    [
      'a drain of two days',
      withPool({ drain: { timeout: 'P2D' } }),
      '422 DURATION_INVALID /pools/1/drain/timeout',
    ],
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
});

describe('many mistakes at once', () => {
  test('[A2] what the schema says and what the rules say come together, with what is left to judge on', () => {
    const body = aClusterInput({
      name: 'Shop',
      replicas: 3,
      description: 7,
      pools: [aPoolInput({ system: false, size: -1, colour: 'red' })],
    });
    expect(said(body)).toEqual([
      '422 TYPE_INVALID /description',
      '422 UNKNOWN_FIELD /replicas',
      '422 NAME_INVALID /name',
      '422 UNKNOWN_FIELD /pools/0/colour',
      '422 POOL_SIZE_INVALID /pools/0/size',
      '422 SYSTEM_POOL_REQUIRED /pools',
    ]);
    expect(parse(body).spec?.cloud.region).toBe('westeurope');
  });

  test('a private key is not repeated in the answer', () => {
    const pasted = '-----BEGIN RSA PRIVATE KEY-----\nMIIsecret\n-----END RSA PRIVATE KEY-----';
    expect(JSON.stringify(parse(withCloud({ sshPublicKey: pasted })))).not.toContain('MIIsecret');
  });
});

describe('[A148] advice about a lone system pool', () => {
  const advice = (body: unknown) =>
    parse(body).findings.find(({ code }) => code === 'SYSTEM_POOL_BELOW_THREE');
  test.each([
    ['production', true],
    [undefined, true],
    ['non-production', true],
  ])('fewer than three nodes, purpose %s', (purpose, warned) => {
    const found = advice(aClusterInput({ purpose, pools: [aPoolInput({ size: 2 })] }));
    expect(found?.severity).toBe(warned ? 'warning' : undefined);
  });

  test('only the words differ for what is not production', () => {
    const words = (purpose: string) =>
      advice(aClusterInput({ purpose, pools: [aPoolInput({ size: 2 })] }))?.message;
    expect(words('non-production')).toMatch(/that is fine for tests/);
    expect(words('production')).not.toMatch(/that is fine for tests/);
  });

  test('three nodes, or two system pools, need none', () => {
    expect(advice(aClusterInput({ pools: [aPoolInput({ size: 3 })] }))).toBeUndefined();
    const two = [aPoolInput({ size: 1 }), aPoolInput({ name: 'second', size: 1 })];
    expect(advice(aClusterInput({ pools: two }))).toBeUndefined();
  });
});

describe('whatever is sent', () => {
  /** Any JSON in the place of any field, so that each reader meets each type. */
  const fields = [
    ...[
      'name',
      'description',
      'tags',
      'purpose',
      'profile',
      'packOverrides',
      'cloud',
      'pools',
      'schedules',
    ].map((field) => (value: unknown) => aClusterInput({ [field]: value })),
    ...['type', 'account', 'region', 'subscriptionId', 'sshPublicKey', 'placement', 'storage', 'bastion'].map(
      (field) => (value: unknown) => withCloud({ [field]: value }),
    ),
    ...[
      'name',
      'role',
      'system',
      'size',
      'autoscale',
      'disk',
      'zones',
      'labels',
      'taints',
      'drain',
      'spot',
    ].map((field) => (value: unknown) => withPool({ [field]: value })),
    ...['osPatching', 'scans', 'backup'].map(
      (field) => (value: unknown) => withSchedules({ [field]: value }),
    ),
  ];

  test('nothing throws, and what has no findings can be sent back', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 4 }), (place, value) => {
        const { spec, findings } = parse(place(value));
        if (findings.some(({ severity }) => severity === 'error')) return;
        if (!spec) throw new Error('neither a spec nor a reason');
        expect(parse({ name: 'shop', ...renderSpec(spec) }).spec).toEqual(spec);
      }),
      { numRuns: 2_000 },
    );
  });
});
