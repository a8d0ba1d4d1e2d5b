import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aControlPlane, anAwsCloud, anAwsPool, anAwsSpec, ZONES } from '../../test/builders/aws.ts';
import {
  aControlPlaneInput,
  anAwsInput,
  anAwsPoolInput,
  inAws,
  STATIC,
  withControlPlane,
  withWorkers,
} from '../../test/builders/aws-input.ts';
import { NOON_MS } from '../../test/builders/cluster.ts';
import { withPool } from '../../test/builders/cluster-input.ts';
import { parseCluster } from './parse-cluster.ts';
import { renderSpec } from './render-cluster.ts';

const parse = (body: unknown) => parseCluster(body, NOON_MS);
const said = (body: unknown) =>
  parse(body).findings.map(
    ({ severity, code, path, status = 422 }) => `${severity === 'error' ? status : severity} ${code} ${path}`,
  );
const poolsOf = (body: unknown) => parse(body).spec?.pools;

const worker = anAwsPool({ capacity: 'on-demand', zones: [] });
const controlPlane = aControlPlane({ allowWorkloads: false, zones: [] });
const asWorkers = (fields: Parameters<typeof withWorkers>[0]) => said(withWorkers(fields));

describe('defaults', () => {
  test('[A18, A226, A249] a control-plane pool and a worker pool, in a network made for them', () => {
    const { spec, findings, namesPools } = parse(anAwsInput());
    expect(findings).toEqual([]);
    expect(namesPools).toBe(false);
    expect(spec).toEqual(
      anAwsSpec({
        pools: [
          { ...controlPlane, size: 1 },
          { ...worker, size: 1 },
        ],
        cloud: anAwsCloud(),
      }),
    );
  });

  test('[A18] three of each in production', () => {
    expect(poolsOf(anAwsInput({ purpose: 'production' }))?.map(({ size }) => size)).toEqual([3, 3]);
  });

  test('[A18] a control plane that nobody named comes last, so that the others stay where they were sent', () => {
    expect(poolsOf(anAwsInput({ purpose: 'production', pools: [anAwsPoolInput({ size: 5 })] }))).toEqual([
      { ...worker, size: 5 },
      controlPlane,
    ]);
  });

  test('everything that may be said is kept', () => {
    const machines = { disk: { type: 'gp2', sizeGiB: 16_384 }, zones: ['b', 'eu-central-1a'] };
    const body = anAwsInput({
      cloud: {
        ...Object(inAws({}).cloud),
        placement: STATIC,
        bastion: { allowedCidrs: ['203.0.113.0/24', '203.0.113.0/24'], rdp: true },
        apiAllowedCidrs: ['203.0.113.0/24'],
      },
      pools: [
        aControlPlaneInput({ ...machines, size: 5, allowWorkloads: true, chain: true }),
        anAwsPoolInput({
          ...machines,
          size: 0,
          capacity: 'spot',
          spot: { maxBidPercent: 62.5, fallback: 'on-demand' },
          system: false,
          osType: 'Linux',
          publicIp: false,
        }),
      ],
    });
    const zones = ['eu-central-1a', 'eu-central-1b'];
    const { spec, findings } = parse(body);
    expect(findings).toEqual([]);
    expect(spec?.cloud).toEqual(
      anAwsCloud({
        placement: STATIC,
        bastion: { enabled: true, allowedCidrs: ['203.0.113.0/24'], rdp: true },
        apiAllowedCidrs: ['203.0.113.0/24'],
      }),
    );
    expect(spec?.pools).toEqual([
      { ...controlPlane, ...machines, zones, size: 5, allowWorkloads: true },
      {
        ...worker,
        ...machines,
        zones,
        size: 0,
        capacity: 'spot',
        spot: { maxBidPercent: 62.5, fallback: 'on-demand' },
      },
    ]);
  });
});

const rows: readonly [string, unknown, readonly string[]][] = [
  ['[A141, A229] twenty characters', withWorkers({ name: '0123456789-abcdefghi' }), []],
  [
    '[A141, A229] 21',
    withWorkers({ name: '0123456789-abcdefghij' }),
    ['422 POOL_NAME_INVALID /pools/1/name'],
  ],
  [
    '[A141, A229] a hyphen at the end',
    withWorkers({ name: 'work-' }),
    ['422 POOL_NAME_INVALID /pools/1/name'],
  ],
  [
    '[A141, A229] a name twice',
    withWorkers({ name: 'control-plane' }),
    ['409 POOL_NAME_TAKEN /pools/1/name'],
  ],
  [
    '[A18] two control planes',
    withWorkers({ name: 'second', role: 'control-plane', allowWorkloads: true }),
    ['422 CONTROL_PLANE_POOL_SINGLE /pools/1/role'],
  ],
  ['no pools at all', anAwsInput({ pools: [] }), ['422 POOL_REQUIRED /pools']],
  ...[0, 2, 4, 6, 1.5, '3', null, undefined].map((size): [string, unknown, readonly string[]] => [
    `[A163, A230] a control plane of ${size}`,
    withControlPlane({ size }),
    ['422 CONTROL_PLANE_SIZE_INVALID /pools/0/size'],
  ]),
  ...[1, 3, 5].map((size): [string, unknown, readonly string[]] => [
    `[A163, A230] a control plane of ${size}`,
    withControlPlane({ size }),
    [],
  ]),
  ['[A142, A230] 1001 workers', withWorkers({ size: 1001 }), ['422 POOL_SIZE_INVALID /pools/1/size']],
  ['[A142, A230] no size', withWorkers({ size: undefined }), ['422 POOL_SIZE_INVALID /pools/1/size']],
  [
    '[A164, A231] allowWorkloads on workers',
    withWorkers({ allowWorkloads: true }),
    ['422 FIELD_CONTROL_PLANE_ONLY /pools/1/allowWorkloads'],
  ],
  ['[A238] chain on workers', withWorkers({ chain: true }), ['422 FIELD_CONTROL_PLANE_ONLY /pools/1/chain']],
  [
    '[A164] nowhere for workloads to run',
    anAwsInput({ pools: [aControlPlaneInput()] }),
    ['422 NO_SCHEDULABLE_NODES /pools'],
  ],
  ['[A164] workers without a node', withWorkers({ size: 0 }), ['422 NO_SCHEDULABLE_NODES /pools']],
  [
    '[A164] a control plane for everything',
    anAwsInput({ pools: [aControlPlaneInput({ allowWorkloads: true })] }),
    [],
  ],
  [
    '[A143, A232] a size of Azure',
    withWorkers({ instanceType: 'Standard_D4s_v5' }),
    ['422 INSTANCE_TYPE_INVALID /pools/1/instanceType'],
  ],
  [
    '[A143, A232] half a type',
    withWorkers({ instanceType: 'm5' }),
    ['422 INSTANCE_TYPE_INVALID /pools/1/instanceType'],
  ],
  ['[A234] an older type', withWorkers({ instanceType: 'm3.large' }), []],
  ['[A234] an older type with a GPU', withWorkers({ instanceType: 'g2.2xlarge' }), []],
  ['[A234] a type with a hyphen', withWorkers({ instanceType: 'u-6tb1.56xlarge' }), []],
  [
    '[A144, A165] a disk of Azure',
    withControlPlane({ disk: { type: 'Premium_LRS' } }),
    ['422 DISK_TYPE_INVALID /pools/0/disk/type'],
  ],
  [
    '[A144] a disk that needs IOPS',
    withWorkers({ disk: { type: 'io1' } }),
    ['422 DISK_TYPE_INVALID /pools/1/disk/type'],
  ],
  ['[A145] 29 GiB', withWorkers({ disk: { sizeGiB: 29 } }), ['422 DISK_SIZE_INVALID /pools/1/disk/sizeGiB']],
  [
    '[A145] more than gp2 has',
    withWorkers({ disk: { sizeGiB: 16_385 } }),
    ['422 DISK_SIZE_INVALID /pools/1/disk/sizeGiB'],
  ],
  ['[A200, A233] zones of a control plane', withControlPlane({ zones: ['a', 'b', 'c'] }), []],
  [
    '[A151, A233] a zone of another region',
    withWorkers({ zones: ['us-east-1a'] }),
    ['422 ZONE_INVALID /pools/1/zones/0'],
  ],
  [
    '[A151, A233] a local zone',
    withWorkers({ zones: ['eu-central-1-ham-1a'] }),
    ['422 ZONE_INVALID /pools/1/zones/0'],
  ],
  ['[A151, A233] a zone of Azure', withWorkers({ zones: ['1'] }), ['422 ZONE_INVALID /pools/1/zones/0']],
  [
    '[A151, A233] a zone by both of its names',
    withWorkers({ zones: ['a', 'eu-central-1a'] }),
    ['422 ZONE_INVALID /pools/1/zones/1'],
  ],
  [
    '[A161, A202] a public address',
    withWorkers({ publicIp: true }),
    ['422 PUBLIC_IP_FORBIDDEN /pools/1/publicIp'],
  ],
  ['[A146] a system pool', withWorkers({ system: true }), ['422 FIELD_AKS_ONLY /pools/1/system']],
  [
    '[A15] a range instead of a size',
    withWorkers({ size: undefined, autoscale: { min: 1, max: 3 } }),
    ['422 OPERATION_UNSUPPORTED /pools/1/autoscale'],
  ],
  ['[A15] Windows', withWorkers({ osType: 'Windows' }), ['422 OPERATION_UNSUPPORTED /pools/1/osType']],
  [
    '[A158] a security group',
    withWorkers({ securityGroupName: 'mine' }),
    ['422 OPERATION_UNSUPPORTED /pools/1/securityGroupName'],
  ],
  [
    'a label of ours',
    withWorkers({ labels: { 'slipway.io/pool': 'x' } }),
    ['422 LABEL_INVALID /pools/1/labels/slipway.io~1pool'],
  ],
];
test.each(rows)('%s', (_title, body, expected) => {
  expect(said(body)).toEqual(expected);
});

test('zones without a region are judged by their form', () => {
  const body = { ...withWorkers({ zones: ['a', 'us-east-1b', 'x1'] }), cloud: { type: 'aws' } };
  expect(said(body).filter((one) => one.includes('ZONE'))).toEqual(['422 ZONE_INVALID /pools/1/zones/2']);
});

describe('[A250, A251] spot', () => {
  const spot = (maxBidPercent: unknown) => asWorkers({ capacity: 'spot', spot: { maxBidPercent } });

  test.each([0.5, 35, 100])('%d %% of the on-demand price', (percent) => {
    expect(spot(percent)).toEqual([]);
  });

  test.each([100.5, 1_000])('%d %% costs more than on demand: a warning', (percent) => {
    expect(spot(percent)).toEqual(['warning SPOT_MAX_BID_ABOVE_ON_DEMAND /pools/1/spot/maxBidPercent']);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1_001, '35', null, {}])(
    '%p is no bid',
    (percent) => {
      expect(spot(percent)).toEqual(['422 SPOT_MAX_BID_INVALID /pools/1/spot/maxBidPercent']);
    },
  );

  test.each<[string, Parameters<typeof withWorkers>[0], readonly string[]]>([
    ['no bid', { capacity: 'spot' }, ['422 SPOT_MAX_BID_REQUIRED /pools/1/spot/maxBidPercent']],
    [
      'an empty bid',
      { capacity: 'spot', spot: {} },
      ['422 SPOT_MAX_BID_REQUIRED /pools/1/spot/maxBidPercent'],
    ],
    ['a bid that is a number', { capacity: 'spot', spot: 35 }, ['422 TYPE_INVALID /pools/1/spot']],
    [
      'a bid on demand',
      { capacity: 'on-demand', spot: { maxBidPercent: 35 } },
      ['422 SPOT_FIELDS_UNEXPECTED /pools/1/spot'],
    ],
    [
      'a bid for what is bought by default',
      { spot: { maxBidPercent: 35 } },
      ['422 SPOT_FIELDS_UNEXPECTED /pools/1/spot'],
    ],
    ['a third way to buy', { capacity: 'reserved' }, ['422 VALUE_INVALID /pools/1/capacity']],
    [
      'another fallback',
      { capacity: 'spot', spot: { maxBidPercent: 35, fallback: 'wait' } },
      ['422 VALUE_INVALID /pools/1/spot/fallback'],
    ],
  ])('%s', (_title, fields, expected) => {
    expect(asWorkers(fields)).toEqual(expected);
  });

  test('[A250] the control plane is never spot', () => {
    const fields = { capacity: 'spot', spot: { maxBidPercent: 35 } };
    expect(said(withControlPlane(fields))).toEqual(['422 SPOT_WORKER_ONLY /pools/0/capacity']);
  });

  test('waiting for the price is what is done unless somebody says otherwise', () => {
    const [, pool] = poolsOf(withWorkers({ capacity: 'spot', spot: { maxBidPercent: 35 } })) ?? [];
    expect(pool?.spot).toEqual({ maxBidPercent: 35, fallback: 'none' });
  });
});

test('a pool of an AKS cluster still has no spot', () => {
  expect(said(withPool({ capacity: 'spot' }))).toContain('422 OPERATION_UNSUPPORTED /pools/1/capacity');
});

describe('a read can be sent back', () => {
  test('with everything that a read of an AWS cluster shows', () => {
    const spec = anAwsSpec({
      cloud: anAwsCloud({ vpcCidr: '10.9.0.0/20', apiAllowedCidrs: ['203.0.113.0/24'] }),
      pools: [
        aControlPlane({ allowWorkloads: true, zones: [...ZONES] }),
        anAwsPool({ capacity: 'on-demand' }),
        anAwsPool({ name: 'batch', capacity: 'spot', spot: { maxBidPercent: 35, fallback: 'on-demand' } }),
      ],
    });
    const again = parse({ name: 'shop', ...renderSpec(spec) });
    expect(again.findings).toEqual([]);
    expect(again.spec).toEqual(spec);
  });

  test('whatever was sent', () => {
    const places = [
      ...[
        'region',
        'sshKeyPair',
        'placement',
        'bastion',
        'vpcCidr',
        'apiAllowedCidrs',
        'sshAllowedCidrs',
      ].map((field) => (value: unknown) => inAws({ [field]: value })),
      ...['enabled', 'allowedCidrs', 'rdp'].map(
        (field) => (value: unknown) => inAws({ bastion: { [field]: value } }),
      ),
      ...Object.keys(STATIC).map(
        (field) => (value: unknown) => inAws({ placement: { ...STATIC, [field]: value } }),
      ),
      ...[
        'name',
        'role',
        'size',
        'autoscale',
        'instanceType',
        'disk',
        'zones',
        'capacity',
        'spot',
        'chain',
      ].map((field) => (value: unknown) => withWorkers({ [field]: value })),
      ...['size', 'allowWorkloads', 'capacity', 'spot'].map(
        (field) => (value: unknown) => withControlPlane({ [field]: value }),
      ),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 3 }), (place, value) => {
        const { spec, findings } = parse(place(value));
        if (findings.some(({ severity }) => severity === 'error')) return;
        if (!spec) throw new Error('neither a spec nor a reason');
        expect(parse({ name: 'shop', ...renderSpec(spec) }).spec).toEqual(spec);
      }),
      { numRuns: 1_000 },
    );
  });
});
