import { expect, test } from '@jest/globals';
import { anAwsCloudInput, anAwsInput, inAws, STATIC, subnet, VPC } from '../../test/builders/aws-input.ts';
import { NOON_MS } from '../../test/builders/cluster.ts';
import { RSA_KEY } from '../../test/builders/cluster-input.ts';
import { parseCluster } from './parse-cluster.ts';

const said = (body: unknown) =>
  parseCluster(body, NOON_MS).findings.map(
    ({ severity, code, path, status = 422 }) =>
      `${severity === 'error' ? status : severity} ${code} ${path.replace('/cloud', '')}`,
  );
const placed = (fields: object) => inAws({ placement: { ...STATIC, ...fields } });
const bastion = (fields: object) => inAws({ bastion: fields });

const rows: readonly [string, unknown, readonly string[]][] = [
  ['nothing but what is needed', inAws({}), []],
  ['[A125, A222] no account', inAws({ account: undefined }), ['422 CLOUD_ACCOUNT_REQUIRED /account']],
  ['[A223] no region', inAws({ region: undefined }), ['422 REGION_INVALID /region']],
  ['[A223] a region of Azure', inAws({ region: 'westeurope' }), ['422 REGION_INVALID /region']],
  ['[A223] a zone for a region', inAws({ region: 'eu-central-1a' }), ['422 REGION_INVALID /region']],
  ['[A223] a region of the government', inAws({ region: 'us-gov-west-1' }), []],
  ['[A224] no key pair', inAws({ sshKeyPair: undefined }), ['422 KEY_PAIR_NOT_FOUND /sshKeyPair']],
  ['[A224] a number', inAws({ sshKeyPair: 7 }), ['422 KEY_PAIR_NOT_FOUND /sshKeyPair']],
  ['[A224] a name with blanks around', inAws({ sshKeyPair: ' k' }), ['422 KEY_PAIR_NOT_FOUND /sshKeyPair']],
  ['[A224] a name with blanks inside', inAws({ sshKeyPair: 'ada at work' }), []],
  ['[A226] dynamic placement', inAws({ placement: { mode: 'dynamic' } }), []],
  [
    '[A137] static fields with dynamic placement',
    inAws({ placement: { vpcId: VPC, publicSubnetIds: [subnet(1)] } }),
    [
      '422 PLACEMENT_FIELDS_UNEXPECTED /placement/vpcId',
      '422 PLACEMENT_FIELDS_UNEXPECTED /placement/publicSubnetIds',
    ],
  ],
  [
    '[A137] fields of Azure',
    placed({ virtualNetwork: 'hub' }),
    ['422 PLACEMENT_FIELDS_UNEXPECTED /placement/virtualNetwork'],
  ],
  ['[A228] static placement', placed({ publicSubnetIds: [subnet(5), subnet(6)] }), []],
  ['[A228] ids of eight digits', placed({ vpcId: 'vpc-0123abcd', workerSubnetIds: ['subnet-0123abcd'] }), []],
  [
    '[A228] nothing but the mode',
    inAws({ placement: { mode: 'static' } }),
    [
      '422 VPC_REQUIRED /placement/vpcId',
      '422 CONTROL_PLANE_SUBNET_REQUIRED /placement/controlPlaneSubnetIds',
      '422 WORKER_SUBNET_REQUIRED /placement/workerSubnetIds',
    ],
  ],
  ['[A228] a name for a VPC', placed({ vpcId: 'main' }), ['422 VPC_NOT_FOUND /placement/vpcId']],
  [
    '[A228] a name for a subnet',
    placed({ workerSubnetIds: [subnet(3), 'workers'] }),
    ['422 SUBNET_NOT_IN_VPC /placement/workerSubnetIds/1'],
  ],
  [
    '[A228] a text for a list',
    placed({ workerSubnetIds: subnet(3) }),
    ['422 TYPE_INVALID /placement/workerSubnetIds'],
  ],
  [
    '[A228] no public subnets after all',
    placed({ publicSubnetIds: [] }),
    ['422 PUBLIC_SUBNET_REQUIRED /placement/publicSubnetIds'],
  ],
  [
    '[A43] a subnet for both',
    placed({ workerSubnetIds: [subnet(2), subnet(3)] }),
    ['422 SUBNETS_MUST_DIFFER /placement/workerSubnetIds'],
  ],
  [
    '[A43] a subnet twice',
    placed({ workerSubnetIds: [subnet(3), subnet(3)] }),
    ['422 SUBNETS_MUST_DIFFER /placement/workerSubnetIds/1'],
  ],
  [
    '[A202] machines in a public subnet',
    placed({ publicSubnetIds: [subnet(1), subnet(4)] }),
    [
      '422 SUBNET_NOT_PRIVATE /placement/controlPlaneSubnetIds',
      '422 SUBNET_NOT_PRIVATE /placement/workerSubnetIds',
    ],
  ],
  ['[A201] the largest VPC', inAws({ vpcCidr: '10.9.0.0/16' }), []],
  ['[A201] the smallest VPC', inAws({ vpcCidr: '172.16.5.0/24' }), []],
  ['[A201] too small for eight zones', inAws({ vpcCidr: '10.9.0.0/25' }), ['422 CIDR_TOO_SMALL /vpcCidr']],
  ['[A201] larger than a VPC', inAws({ vpcCidr: '10.8.0.0/15' }), ['422 CIDR_INVALID /vpcCidr']],
  ['[A201] not at its beginning', inAws({ vpcCidr: '10.9.0.1/16' }), ['422 CIDR_INVALID /vpcCidr']],
  ['[A201] an address', inAws({ vpcCidr: '10.9.0.0' }), ['422 CIDR_INVALID /vpcCidr']],
  ['[A201] a number', inAws({ vpcCidr: 10 }), ['422 CIDR_INVALID /vpcCidr']],
  ['[A156] among the pods', inAws({ vpcCidr: '192.168.4.0/22' }), ['422 CIDR_OVERLAP /vpcCidr']],
  ['[A156] among the services', inAws({ vpcCidr: '10.100.0.0/16' }), ['422 CIDR_OVERLAP /vpcCidr']],
  ['[A156] around the metadata service', inAws({ vpcCidr: '169.254.0.0/16' }), ['422 CIDR_OVERLAP /vpcCidr']],
  [
    '[A156] small and taken',
    inAws({ vpcCidr: '192.168.4.0/26' }),
    ['422 CIDR_TOO_SMALL /vpcCidr', '422 CIDR_OVERLAP /vpcCidr'],
  ],
  [
    'a range for a VPC that has one',
    inAws({ placement: STATIC, vpcCidr: '10.9.0.0/16' }),
    ['422 PLACEMENT_FIELDS_UNEXPECTED /vpcCidr'],
  ],
  [
    '[A206] a bastion that lets two offices in',
    bastion({ allowedCidrs: ['203.0.113.0/24', '198.51.100.7/32'] }),
    [],
  ],
  ['[A206] nobody yet', bastion({ enabled: true }), []],
  ['[A206] an empty list', bastion({ allowedCidrs: [] }), ['422 CIDR_REQUIRED /bastion/allowedCidrs']],
  [
    '[A206] ranges that are none',
    bastion({ allowedCidrs: ['203.0.113.0/33', '203.0.113.7/24', 'fd00::/64', 7] }),
    [
      '422 CIDR_INVALID /bastion/allowedCidrs/0',
      '422 CIDR_INVALID /bastion/allowedCidrs/1',
      '422 CIDR_INVALID /bastion/allowedCidrs/2',
      '422 CIDR_INVALID /bastion/allowedCidrs/3',
    ],
  ],
  ['[A206] a text', bastion({ allowedCidrs: '203.0.113.0/24' }), ['422 TYPE_INVALID /bastion/allowedCidrs']],
  [
    '[A206] more than a security group takes',
    bastion({ allowedCidrs: Array.from({ length: 26 }, (_, n) => `203.0.113.${n}/32`) }),
    ['422 CIDR_LIMIT /bastion/allowedCidrs'],
  ],
  [
    '[A6, A206] the whole Internet is let in with a warning',
    bastion({ allowedCidrs: ['0.0.0.0/0'] }),
    ['warning OPEN_INGRESS /bastion/allowedCidrs'],
  ],
  ['[A207] RDP', bastion({ rdp: true, allowedCidrs: ['203.0.113.0/24'] }), []],
  ['[A207] RDP in words', bastion({ rdp: 'yes' }), ['422 TYPE_INVALID /bastion/rdp']],
  ['no bastion', bastion({ enabled: false, rdp: false }), []],
  [
    'rules for no bastion',
    bastion({ enabled: false, rdp: true, allowedCidrs: ['203.0.113.0/24'] }),
    ['422 BASTION_FIELDS_UNEXPECTED /bastion/allowedCidrs', '422 BASTION_FIELDS_UNEXPECTED /bastion/rdp'],
  ],
  [
    '[A205] SSH from elsewhere',
    inAws({ sshAllowedCidrs: ['203.0.113.0/24'] }),
    ['422 SSH_ONLY_VIA_BASTION /sshAllowedCidrs'],
  ],
  ['[A44] an API for one office', inAws({ apiAllowedCidrs: ['203.0.113.0/24'] }), []],
  ['[A44] an API for nobody', inAws({ apiAllowedCidrs: [] }), ['422 CIDR_REQUIRED /apiAllowedCidrs']],
  [
    '[A44] an API for an address',
    inAws({ apiAllowedCidrs: ['203.0.113.7'] }),
    ['422 CIDR_INVALID /apiAllowedCidrs/0'],
  ],
  [
    'what Azure clusters have',
    inAws({ subscriptionId: 's', resourceGroup: 'g', sshPublicKey: RSA_KEY, storage: {} }),
    [
      '422 OPERATION_UNSUPPORTED /subscriptionId',
      '422 OPERATION_UNSUPPORTED /resourceGroup',
      '422 OPERATION_UNSUPPORTED /sshPublicKey',
      '422 OPERATION_UNSUPPORTED /storage',
    ],
  ],
  ['[A184] tags', anAwsInput({ tags: { 'cost centre': 'a@b.c: 4/7', größe: '+1' } }), []],
  [
    '[A184] a character that IAM refuses',
    anAwsInput({ tags: { note: 'a#b' } }),
    ['422 TAG_FORMAT /tags/note'],
  ],
  ['[A184] one in a key', anAwsInput({ tags: { 'a!': 'b' } }), ['422 TAG_FORMAT /tags/a!']],
  ['[A185] a key of Azure here too', anAwsInput({ tags: ['azure:x'] }), ['422 TAG_RESERVED /tags/0']],
  [
    'keys of AWS',
    anAwsInput({ tags: { 'aws:team': 'x', name: 'y' } }),
    ['422 TAG_RESERVED /tags/aws:team', '422 TAG_RESERVED /tags/name'],
  ],
  ['[A189] a proxy', inAws({ proxy: {} }), ['422 PROXY_REQUIRES_PCG /proxy']],
  ['[A2] a field of nobody', inAws({ vpc: VPC }), ['422 UNKNOWN_FIELD /vpc']],
];
test.each(rows)('%s', (_title, body, expected) => {
  expect(said(body)).toEqual(expected);
});

test('a range that is too small says how it was reckoned', () => {
  const [finding] = parseCluster(inAws({ vpcCidr: '10.9.0.0/26' }), NOON_MS).findings;
  expect(finding?.message).toBe(
    '10.9.0.0/26 has 64 addresses. A public and a private subnet for each of up to 8 zones are ' +
      '16 subnets of 16 addresses at least: 256, a /24.',
  );
});

test('[A224] a missing key pair names the region', () => {
  const [finding] = parseCluster(inAws({ sshKeyPair: '' }), NOON_MS).findings;
  expect(finding?.message).toBe('Name a key pair that exists in eu-central-1.');
});

test('every mistake at once', () => {
  const body = anAwsInput({
    name: 'Shop',
    cloud: anAwsCloudInput({ region: 'here', vpcCidr: 'x', bastion: { allowedCidrs: [] } }),
    pools: [
      { name: 'Worker', size: 1.5, autoscale: { min: 1, max: 2 }, instanceType: 'm5', disk: { sizeGiB: 1 } },
    ],
  });
  expect(said(body)).toEqual([
    '422 NAME_INVALID /name',
    '422 REGION_INVALID /region',
    '422 CIDR_REQUIRED /bastion/allowedCidrs',
    '422 CIDR_INVALID /vpcCidr',
    '422 POOL_NAME_INVALID /pools/0/name',
    '422 POOL_SIZE_INVALID /pools/0/size',
    '422 INSTANCE_TYPE_INVALID /pools/0/instanceType',
    '422 DISK_SIZE_INVALID /pools/0/disk/sizeGiB',
    '422 OPERATION_UNSUPPORTED /pools/0/autoscale',
  ]);
});
