/** The rules over Azure's answers: facts in, findings out. */
import { describe, expect, test } from '@jest/globals';
import { anAksCloud, aPool, aSpec } from '../../../../test/builders/cluster.ts';
import type { Finding } from '../../../domain/findings.ts';
import type { PoolSpec } from '../../../domain/pool.ts';
import type { VmSize } from '../catalog.ts';
import { entraFindings } from './entra-rules.ts';
import type { Facts } from './facts.ts';
import { networkFindings } from './network-rules.ts';
import { placeFindings, versionFindings } from './place-rules.ts';
import { quotaFindings } from './quota-rules.ts';
import { successorOf } from './retired-sizes.ts';
import { machineFindings, totalFindings } from './size-rules.ts';

const brief = (findings: readonly Finding[]) =>
  findings.map(({ severity, code, path }) => `${severity} ${code} ${path}`);

const D4: VmSize = {
  name: 'Standard_D4s_v5',
  family: 'standardDSv5Family',
  vCpus: 4,
  memoryGiB: 16,
  gpus: 0,
  premiumStorage: true,
  zones: ['1', '2', '3'],
  restricted: false,
};
const D2V2: VmSize = {
  ...D4,
  name: 'Standard_D2_v2',
  family: 'standardDv2Family',
  vCpus: 2,
  memoryGiB: 7,
  premiumStorage: false,
};
const B1: VmSize = { ...D4, name: 'Standard_B1s', family: 'standardBSFamily', vCpus: 1, memoryGiB: 1 };
const NC12: VmSize = { ...D4, name: 'Standard_NC12s_v3', family: 'standardNCSv3Family', restricted: true };
const facts: Facts = {
  subscription: { id: 's', name: 'demo', state: 'Enabled' },
  regions: [
    { name: 'westeurope', displayName: 'West Europe', zones: ['1', '2', '3'] },
    { name: 'westus', displayName: 'West US', zones: [] },
  ],
  resourceGroup: { name: 'platform', location: 'westeurope', state: 'Succeeded' },
  sizes: [D4, D2V2, B1, NC12],
  kubernetesVersions: ['1.33', '1.33.2'],
};

describe('place', () => {
  test.each<[string, Facts, string, readonly string[]]>([
    ['everything there', facts, 'westeurope', []],
    ['nothing answered', {}, 'westeurope', []],
    [
      '[A126] subscription not visible',
      { ...facts, subscription: 'absent' },
      'westeurope',
      ['error SUBSCRIPTION_NOT_ACCESSIBLE /cloud/subscriptionId'],
    ],
    [
      '[A126] subscription disabled',
      { ...facts, subscription: { id: 's', name: '', state: 'Disabled' } },
      'westeurope',
      ['error SUBSCRIPTION_NOT_ACCESSIBLE /cloud/subscriptionId'],
    ],
    [
      '[A127] unknown region',
      facts,
      'atlantis',
      ['error REGION_INVALID /cloud/region', 'warning RESOURCE_GROUP_REGION /cloud/resourceGroup'],
    ],
    [
      '[A128, A129] group missing',
      { ...facts, resourceGroup: 'absent' },
      'westeurope',
      ['error RESOURCE_GROUP_NOT_FOUND /cloud/resourceGroup'],
    ],
    [
      '[A129] group being deleted',
      { ...facts, resourceGroup: { name: 'platform', location: 'westeurope', state: 'Deleting' } },
      'westeurope',
      ['error RESOURCE_GROUP_NOT_FOUND /cloud/resourceGroup'],
    ],
    [
      '[A129] group in another region',
      facts,
      'westus',
      ['warning RESOURCE_GROUP_REGION /cloud/resourceGroup'],
    ],
  ])('%s', (_title, known, region, expected) => {
    expect(brief(placeFindings(aSpec({ cloud: anAksCloud({ region }) }), known))).toEqual(expected);
  });

  test('[A4] a version that AKS does not offer, with those that it does', () => {
    expect(versionFindings('1.20.0', facts)).toEqual([
      {
        severity: 'error',
        code: 'K8S_VERSION_UNSUPPORTED',
        path: '/profile',
        message: 'AKS does not offer Kubernetes 1.20.0 in this region.',
        hint: 'Offered: 1.33, 1.33.2',
      },
    ]);
    expect(versionFindings('1.33.2', facts)).toEqual([]);
  });
});

describe('machines', () => {
  const check = (fields: Partial<PoolSpec>, region = 'westeurope', known = facts) =>
    brief(machineFindings([{ pool: aPool(fields), index: 1 }], region, known));

  test.each<[string, Partial<PoolSpec>, readonly string[]]>([
    ['[A143] a size that is offered', {}, []],
    ['[A155] the general-purpose example', { instanceType: 'Standard_D2_v2' }, []],
    ['[A143] case does not matter', { instanceType: 'standard_d4s_V5' }, []],
    [
      '[A143] no size at all',
      { instanceType: 'big', zones: [] },
      ['error INSTANCE_TYPE_INVALID /pools/1/instanceType'],
    ],
    [
      '[A48] not offered here',
      { instanceType: 'Standard_D96s_v9', zones: [] },
      ['error INSTANCE_TYPE_UNAVAILABLE /pools/1/instanceType'],
    ],
    [
      '[A155] retired',
      { instanceType: 'Standard_NC12s_v3', zones: [] },
      ['error INSTANCE_TYPE_UNAVAILABLE /pools/1/instanceType'],
    ],
    ['[A151] a zone of the size', { zones: ['2'] }, []],
    ['[A49] a zone that is none', { zones: ['1', '4'] }, ['error ZONE_INVALID /pools/1/zones']],
    [
      '[A144] premium disk on a size without',
      { instanceType: 'Standard_D2_v2', disk: { type: 'Premium_LRS', sizeGiB: 60 } },
      ['error DISK_TYPE_UNSUPPORTED_BY_SIZE /pools/1/disk/type'],
    ],
    [
      '[A144] AKS derives the disk from the size',
      { disk: { type: 'Standard_LRS', sizeGiB: 60 } },
      ['warning DISK_TYPE_BY_SIZE /pools/1/disk/type'],
    ],
    ['[A144] the disk that the size has', { disk: { type: 'Premium_LRS', sizeGiB: 60 } }, []],
  ])('%s', (_title, fields, expected) => {
    expect(check(fields)).toEqual(expected);
  });

  test('[A151] a region without zones', () => {
    expect(check({ zones: ['1'] }, 'westus')).toEqual(['error REGION_HAS_NO_ZONES /pools/1/zones']);
  });
  test('unanswered questions judge nothing', () => {
    expect(check({ instanceType: 'Standard_NC12s_v3', zones: ['9'] }, 'westeurope', {})).toEqual([]);
  });
  test('[A155] a retired size names its successor', () => {
    const [finding] = machineFindings(
      [{ pool: aPool({ instanceType: 'Standard_NC12s_v3', zones: [] }), index: 0 }],
      'westeurope',
      facts,
    );
    expect(finding?.hint).toBe('Its successor is Standard_NC4as_T4_v3.');
  });
  test.each([
    ['Standard_NC6', 'Standard_NC4as_T4_v3'],
    ['Standard_NC24rs_v3', 'Standard_NC4as_T4_v3'],
    ['Standard_ND12s', 'Standard_NC24ads_A100_v4'],
    ['Standard_NV12s_v2', 'Standard_NV6ads_A10_v5'],
    ['Standard_DS2_v2', 'Standard_D2s_v5'],
    ['Standard_A2_v2', 'Standard_B2s'],
    ['Standard_D4s_v5', undefined],
    ['Standard_NC4as_T4_v3', undefined],
  ])('[A155] %s is followed by %s', (size, successor) => {
    expect(successorOf(size)).toBe(successor);
  });
});

describe('totals', () => {
  test.each<[string, Partial<PoolSpec>, readonly string[]]>([
    ['[A149, A150] enough', { size: 1 }, []],
    [
      '[A149, A150] too little of both',
      { size: 1, instanceType: 'Standard_B1s' },
      [
        'All pools together have 1 vCPU; at least 2 are needed.',
        'All pools together have 1 GiB of memory; at least 4 GiB are needed.',
      ],
    ],
    [
      '[A150] enough cores, too little memory',
      { size: 3, instanceType: 'Standard_B1s' },
      ['All pools together have 3 GiB of memory; at least 4 GiB are needed.'],
    ],
    [
      '[A149] an autoscaled pool counts with its minimum',
      { size: 9, autoscale: { min: 0, max: 9 } },
      [
        'All pools together have 0 vCPU; at least 2 are needed.',
        'All pools together have 0 GiB of memory; at least 4 GiB are needed.',
      ],
    ],
    ['unknown sizes are not counted', { instanceType: 'Standard_X1' }, []],
  ])('%s', (_title, fields, messages) => {
    expect(totalFindings([aPool(fields)], facts).map(({ message }) => message)).toEqual(messages);
  });
});

describe('quota', () => {
  const usage = (current: number) => ({
    ...facts,
    computeUsage: [
      { name: 'cores', current, limit: 350 },
      { name: 'standardDSv5Family', current: 0, limit: 350 },
    ],
  });

  test('[A110] enough is silent', () => {
    expect(quotaFindings([aPool({ size: 3 })], [], usage(338))).toEqual([]);
  });
  test('[A110] short is a warning with the numbers', () => {
    expect(quotaFindings([aPool({ size: 3 })], [], usage(340))).toMatchObject([
      {
        severity: 'warning',
        code: 'QUOTA_SHORT',
        message: '12 more vCPUs are needed, 10 of 350 are left for all sizes together.',
      },
    ]);
  });
  test('[A110] nodes that run are in Azure’s count already', () => {
    expect(quotaFindings([aPool({ size: 4 })], [aPool({ size: 3 })], usage(345))).toEqual([]);
  });
});

describe('network', () => {
  const subnet = (name: string, prefix: string, used = 0) => ({
    id: `/subnets/${name}`,
    name,
    addressPrefixes: [prefix],
    used,
    delegations: [],
    state: 'Succeeded',
  });
  const network = (worker = '10.1.0.0/24', used = 0) => ({
    id: '/v',
    name: 'hub',
    location: 'westeurope',
    addressPrefixes: ['10.1.0.0/16'],
    subnets: [subnet('cp', '10.1.9.0/28'), subnet('workers', worker, used)],
    state: 'Succeeded',
  });
  const placement = {
    mode: 'static',
    virtualNetwork: 'hub',
    controlPlaneSubnet: 'cp',
    workerSubnet: 'workers',
  } as const;
  const question = { placement, region: 'westeurope', pools: [aPool({ size: 3 })], before: [] };

  test.each<[string, Partial<typeof question>, Facts, readonly string[]]>([
    ['[A138] all there', {}, { virtualNetwork: network() }, []],
    [
      '[A137] dynamic placement',
      { placement: { mode: 'dynamic' } as never },
      { virtualNetwork: 'absent' },
      [],
    ],
    [
      '[A138] no such network',
      {},
      { virtualNetwork: 'absent' },
      ['error VNET_NOT_FOUND /cloud/placement/virtualNetwork'],
    ],
    [
      '[A138] in another region',
      { region: 'eastus' },
      { virtualNetwork: network() },
      ['error VNET_NOT_FOUND /cloud/placement/virtualNetwork'],
    ],
    [
      '[A139, A140] subnets of another network',
      {},
      { virtualNetwork: { ...network(), subnets: [] } },
      [
        'error SUBNET_NOT_IN_VNET /cloud/placement/controlPlaneSubnet',
        'error SUBNET_NOT_IN_VNET /cloud/placement/workerSubnet',
      ],
    ],
  ])('%s', (_title, fields, known, expected) => {
    expect(brief(networkFindings({ ...question, ...fields }, known))).toEqual(expected);
  });

  test('[A140] a subnet that is too small shows the arithmetic', () => {
    const [finding] = networkFindings(
      { ...question, pools: [aPool({ size: 4 })] },
      { virtualNetwork: network('10.1.0.0/28', 7) },
    );
    expect(finding).toMatchObject({
      code: 'SUBNET_TOO_SMALL',
      path: '/cloud/placement/workerSubnet',
      message:
        'Subnet workers has 16 addresses - 5 reserved - 7 in use = 4 free; 4 nodes + 1 for upgrades = 5 are needed.',
    });
  });
  test('[A140] addresses of our own nodes are free for them', () => {
    const pools = [aPool({ size: 4 })];
    const known = { virtualNetwork: network('10.1.0.0/28', 7) };
    expect(networkFindings({ ...question, pools, before: [aPool({ size: 3 })] }, known)).toEqual([]);
  });
});

describe('Entra ID', () => {
  test('[A121] the account needs a tenant name', () => {
    expect(brief(entraFindings(undefined, {}))).toEqual([
      'error TENANT_NAME_REQUIRED_FOR_AAD /cloud/account',
    ]);
  });
  test('[A122, A123, A124] both Graph permissions, and where they are set', () => {
    const findings = entraFindings('contoso', { graphRoles: [] });
    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      [
        'GRAPH_PERMISSION_MISSING',
        'The application lacks the Microsoft Graph application permission Group.Read.All.',
      ],
      [
        'GRAPH_PERMISSION_MISSING',
        'The application lacks the Microsoft Graph application permission Directory.Read.All.',
      ],
    ]);
    expect(findings[0]?.hint).toContain('App registrations');
    expect(entraFindings('contoso', { graphRoles: ['Group.Read.All', 'Directory.Read.All'] })).toEqual([]);
  });
});
