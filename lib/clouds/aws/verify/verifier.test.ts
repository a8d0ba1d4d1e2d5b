import { describe, expect, test } from '@jest/globals';
import {
  aControlPlane,
  anAwsCloud,
  anAwsPool,
  anAwsSpec,
  REGION,
  ZONES,
} from '../../../../test/builders/aws.ts';
import { aProfile, NOON_MS } from '../../../../test/builders/cluster.ts';
import {
  aMachineType,
  anAwsCatalog,
  aSubnetSeen,
  LIMITS,
  NO_USAGE,
} from '../../../../test/fakes/fake-aws-catalog.ts';
import type { ClusterSpec } from '../../../domain/cluster.ts';
import { fail, ok } from '../../../domain/errors.ts';
import { Secret } from '../../../domain/secret.ts';
import { createAnswerCache } from '../../verify/ask.ts';
import type { AwsCatalog } from '../catalog/port.ts';
import { createVerifier } from './verifier.ts';

const ACCESS = {
  account: {
    project: 'default',
    name: 'aws-demo',
    type: 'aws',
    settings: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
    lastRotatedAt: '2026-11-20T12:00:00.000Z',
  },
  secret: new Secret('s'),
} as const;

const verifierOf = (catalog: Partial<AwsCatalog>) => {
  const clock = { now: () => NOON_MS, monotonic: () => 0 };
  return createVerifier({ cache: createAnswerCache(clock), catalog: () => anAwsCatalog(catalog) });
};

async function findings(spec: ClusterSpec, catalog: Partial<AwsCatalog> = {}, before?: ClusterSpec) {
  const request = { access: ACCESS, spec, profile: aProfile(), timeoutMs: 50, ...(before && { before }) };
  const found = await verifierOf(catalog).verify(request);
  return found.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
}

const inPlace = (vpcId = 'vpc-1') =>
  anAwsSpec({
    cloud: anAwsCloud({
      placement: { mode: 'static', vpcId, controlPlaneSubnetIds: ['cp'], workerSubnetIds: ['w'] },
    }),
    pools: [aControlPlane({ zones: [ZONES[0]] }), anAwsPool({ zones: [ZONES[0]] })],
  });
const vpc = { id: 'vpc-1', cidrs: ['10.1.0.0/16'], dnsSupport: true, dnsHostnames: true };
const subnets = [aSubnetSeen({ id: 'cp' }), aSubnetSeen({ id: 'w' })];

test('a cluster that fits says nothing', async () => {
  expect(await findings(anAwsSpec())).toEqual([]);
});

describe('the place', () => {
  test('[A223] a region that AWS does not have, and one that is not enabled', async () => {
    const at = (region: string) => anAwsSpec({ cloud: anAwsCloud({ region }) });
    expect(await findings(at('mars-1'))).toContain('error REGION_INVALID /cloud/region');
    expect(await findings(at('ap-east-1'))).toContain('error REGION_NOT_ENABLED /cloud/region');
  });
  test('[A224] a key pair of another region', async () => {
    expect(await findings(anAwsSpec(), { keyPairs: async () => ok(['other']) })).toEqual([
      'error KEY_PAIR_NOT_FOUND /cloud/sshKeyPair',
    ]);
  });
});

describe('the machines', () => {
  const pools = (fields: Parameters<typeof anAwsPool>[0]) =>
    anAwsSpec({ pools: [aControlPlane(), anAwsPool(fields)] });
  const types = (...more: ReturnType<typeof aMachineType>[]): Partial<AwsCatalog> => ({
    machineTypes: async () => ok([aMachineType(), ...more]),
  });

  test.each([
    ['m3.large', 'm5.large'],
    ['g2.2xlarge', 'g4dn.xlarge'],
  ])('[A234] %s parses and names its successor %s', async (instanceType, successor) => {
    const request = { access: ACCESS, spec: pools({ instanceType }), profile: aProfile(), timeoutMs: 50 };
    const found = await verifierOf({}).verify(request);
    expect(found[0]).toMatchObject({
      code: 'INSTANCE_TYPE_UNAVAILABLE',
      hint: expect.stringContaining(successor),
    });
  });
  test('[A143] a word that is no type', async () => {
    expect(await findings(pools({ instanceType: 'Standard_D4s_v5' }))).toContain(
      'error INSTANCE_TYPE_INVALID /pools/1/instanceType',
    );
  });
  test('a type of another architecture, and one too small for a control plane', async () => {
    const arm = aMachineType({ name: 'm6g.large', architectures: ['arm64'] });
    const small = aMachineType({ name: 't3.micro', memoryGiB: 1 });
    expect(await findings(pools({ instanceType: 'm6g.large' }), types(arm))).toEqual([
      'error INSTANCE_TYPE_INVALID /pools/1/instanceType',
    ]);
    const spec = anAwsSpec({ pools: [aControlPlane({ instanceType: 't3.micro' }), anAwsPool()] });
    expect(await findings(spec, types(small))).toEqual(['error INSTANCE_TYPE_INVALID /pools/0/instanceType']);
  });
  test('[A200, A233] a zone that the region or the type does not have', async () => {
    expect(await findings(pools({ zones: ['eu-central-1x'] }))).toEqual([
      'error ZONE_INVALID /pools/1/zones',
    ]);
    const narrow = aMachineType({ name: 'g4dn.xlarge', zones: [ZONES[0]] });
    expect(await findings(pools({ instanceType: 'g4dn.xlarge', zones: [ZONES[1]] }), types(narrow))).toEqual([
      'error ZONE_INVALID /pools/1/zones',
    ]);
  });
  test('[A252] a type without spot market', async () => {
    const spot = { capacity: 'spot', spot: { maxBidPercent: 50, fallback: 'none' } } as const;
    const metal = aMachineType({ name: 'm5.metal', spot: false });
    expect(await findings(pools({ instanceType: 'm5.metal', ...spot }), types(metal))).toEqual([
      'error SPOT_UNAVAILABLE /pools/1/capacity',
    ]);
  });
  test('[A149, A150] one tiny worker is not enough', async () => {
    const tiny = aMachineType({ name: 't3.nano', vCpus: 1, memoryGiB: 0.5 });
    expect(await findings(pools({ instanceType: 't3.nano', size: 1 }), types(tiny))).toEqual([
      'error MIN_CPU /pools',
      'error MIN_MEMORY /pools',
    ]);
  });
  test('a pool that runs is not judged again', async () => {
    const before = pools({ instanceType: 'm3.large' });
    const spec = { ...before, pools: before.pools.map((pool) => ({ ...pool, size: pool.size + 1 })) };
    expect(await findings(spec, {}, before)).toEqual([]);
  });
});

describe('quotas are warnings, because limits are raised', () => {
  test('[A110, A210] vCPUs of the family, what runs already counted', async () => {
    const machines = [{ instanceType: 'm5.large', spot: false }];
    const short: Partial<AwsCatalog> = {
      usage: async () => ok({ ...NO_USAGE, machines }),
      limits: async () => ok({ ...LIMITS, 'standard-vcpus': 13 }),
    };
    expect(await findings(anAwsSpec(), short)).toEqual(['warning QUOTA_SHORT /pools']);
    const enough = { ...short, limits: async () => ok({ ...LIMITS, 'standard-vcpus': 14 }) };
    expect(await findings(anAwsSpec(), enough)).toEqual([]);
  });
  test('[A203, A211, A212] VPCs and addresses of a new network', async () => {
    const full = { ...NO_USAGE, vpcs: 5, addresses: 13 };
    expect(await findings(anAwsSpec(), { usage: async () => ok(full) })).toEqual([
      'warning QUOTA_SHORT /pools',
      'warning QUOTA_SHORT /pools',
    ]);
  });
});

describe('static placement', () => {
  const there: Partial<AwsCatalog> = { network: async () => ok(vpc), subnets: async () => ok(subnets) };
  test('[A228] what is there is used', async () => {
    expect(await findings(inPlace(), there)).toEqual([]);
  });
  test('[A228] a VPC that is not there', async () => {
    expect(await findings(inPlace('vpc-2'))).toEqual(['error VPC_NOT_FOUND /cloud/placement/vpcId']);
  });
  test('[A228] a subnet of another VPC, and a zone without one', async () => {
    const found = await findings(inPlace(), {
      ...there,
      subnets: async () => ok([aSubnetSeen({ id: 'cp' })]),
    });
    expect(found).toEqual([
      'error SUBNET_NOT_IN_VPC /cloud/placement/workerSubnetIds/0',
      'error ZONE_WITHOUT_SUBNET /cloud/placement/workerSubnetIds',
    ]);
  });
  test('[A202] nodes never go into a public subnet; unknown routes are a warning', async () => {
    const withEgress = (egress: 'internet-gateway' | 'unknown') => ({
      ...there,
      subnets: async () => ok([aSubnetSeen({ id: 'cp' }), aSubnetSeen({ id: 'w', egress })]),
    });
    const path = '/cloud/placement/workerSubnetIds';
    expect(await findings(inPlace(), withEgress('internet-gateway'))).toEqual([
      `error SUBNET_NOT_PRIVATE ${path}`,
    ]);
    expect(await findings(inPlace(), withEgress('unknown'))).toEqual([`warning SUBNET_NOT_PRIVATE ${path}`]);
  });
});

describe('silence', () => {
  const error = { code: 'Unavailable', message: 'no', source: 'test' } as const;
  test('is a warning, never an error', async () => {
    expect(await findings(anAwsSpec(), { keyPairs: async () => fail(error) })).toEqual([
      'warning NOT_VERIFIED /cloud/sshKeyPair',
    ]);
  });
  test('[A200] default zones are those of the type, and unknown without an answer', async () => {
    const at = { cloud: anAwsCloud({ region: REGION }), instanceType: 'm5.large' };
    expect(await verifierOf({}).defaultZones(ACCESS, at, 50)).toEqual(ZONES);
    const silent = verifierOf({ machineTypes: async () => fail(error) });
    expect(await silent.defaultZones(ACCESS, at, 50)).toBeUndefined();
  });
});
