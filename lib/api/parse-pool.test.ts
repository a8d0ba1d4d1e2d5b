import { expect, test } from '@jest/globals';
import { NOON_MS } from '../../test/builders/cluster.ts';
import { aClusterInput, aPoolInput, withPool, withSystemPool } from '../../test/builders/cluster-input.ts';
import { parseCluster } from './parse-cluster.ts';

/** Without the advice about small system pools, which most bodies here would get. */
const said = (body: unknown) =>
  parseCluster(body, NOON_MS)
    .findings.filter(({ code }) => code !== 'SYSTEM_POOL_BELOW_THREE')
    .map(({ code, path, status = 422 }) => `${status} ${code} ${path}`);

const rows: readonly [string, unknown, string][] = [
  ['[A2] unknown field in a pool', withPool({ disk: { size: 1 } }), '422 UNKNOWN_FIELD /pools/1/disk/size'],
  ['[A17] an empty list of pools', aClusterInput({ pools: [] }), '422 POOL_REQUIRED /pools'],
  [
    '[A17] a control-plane pool',
    withPool({ role: 'control-plane' }),
    '422 CONTROL_PLANE_POOL_NOT_ALLOWED /pools/1/role',
  ],
  ['pools that are no list', aClusterInput({ pools: {} }), '422 TYPE_INVALID /pools'],
  ['a pool that is no object', aClusterInput({ pools: [aPoolInput(), 'x'] }), '422 TYPE_INVALID /pools/1'],
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
  ['[A145] null', withPool({ disk: { sizeGiB: null } }), '422 DISK_SIZE_INVALID /pools/1/disk/sizeGiB'],
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
  [
    '[A153] zones do not make a control-plane pool possible on AKS',
    withPool({ role: 'control-plane', zones: ['1'] }),
    '422 CONTROL_PLANE_POOL_NOT_ALLOWED /pools/1/role',
  ],
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
  ['spot on AKS', withPool({ capacity: 'spot' }), '422 OPERATION_UNSUPPORTED /pools/1/capacity'],
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
];
test.each(rows)('%s', (_title, body, expected) => {
  expect(said(body)).toEqual([expected]);
});
