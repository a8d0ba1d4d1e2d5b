/** An AWS account with room for everything; a test overrides what it is about. */
import type {
  AwsCatalog,
  Limits,
  MachineType,
  RegionUsage,
  SubnetSeen,
} from '../../lib/clouds/aws/catalog/port.ts';
import { ok } from '../../lib/domain/errors.ts';
import { REGION, ZONES } from '../builders/aws.ts';

export const LIMITS: Limits = {
  'standard-vcpus': 256,
  'graphics-vcpus': 64,
  'accelerated-vcpus': 0,
  'spot-standard-vcpus': 128,
  'spot-graphics-vcpus': 64,
  'spot-accelerated-vcpus': 0,
  vpcs: 5,
  addresses: 15,
  'internet-gateways': 5,
  'nat-gateways': 5,
  'network-balancers': 50,
};

export const NO_USAGE: RegionUsage = {
  vpcs: 0,
  addresses: 0,
  internetGateways: 0,
  networkBalancers: 0,
  natGateways: {},
  machines: [],
};

export function aMachineType(fields: Partial<MachineType> = {}): MachineType {
  return {
    name: 'm5.large',
    vCpus: 2,
    memoryGiB: 8,
    gpus: 0,
    architectures: ['x86_64'],
    spot: true,
    nitro: true,
    zones: [...ZONES],
    ...fields,
  };
}

export function aSubnetSeen(fields: Partial<SubnetSeen> = {}): SubnetSeen {
  return {
    id: 'subnet-1',
    vpcId: 'vpc-1',
    zone: ZONES[0],
    cidr: '10.1.0.0/24',
    freeAddresses: 250,
    egress: 'other',
    tags: {},
    ...fields,
  };
}

export function anAwsCatalog(fields: Partial<AwsCatalog> = {}): AwsCatalog {
  return {
    identity: async () =>
      ok({ account: '123456789012', arn: 'arn:aws:iam::123456789012:user/slipway', isRoot: false }),
    regions: async () =>
      ok([
        { name: REGION, enabled: true },
        { name: 'ap-east-1', enabled: false },
      ]),
    zones: async () => ok(ZONES.map((name) => ({ name, available: true }))),
    keyPairs: async () => ok(['default']),
    machineTypes: async (_region, names) =>
      ok([aMachineType()].filter(({ name }) => names?.includes(name) ?? true)),
    networks: async () => ok([]),
    network: async () => ok(undefined),
    subnets: async () => ok([]),
    usage: async () => ok(NO_USAGE),
    limits: async () => ok(LIMITS),
    deniedActions: async () => ok([]),
    ...fields,
  };
}
