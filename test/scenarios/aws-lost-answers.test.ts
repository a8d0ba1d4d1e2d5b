/** Answers of AWS that never arrive, and descriptions that lag behind: nothing is made twice, nothing is lost. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AwsWorld, type AwsWorldOptions, aWorld, oneControlPlane, oneWorker } from './aws-fixture.ts';
import { counted, kindsOf } from './aws-looks.ts';

const small = { spec: { pools: [oneControlPlane, oneWorker] } };

/** Everything around the machines: they are about to be started, or have been. */
async function infrastructure(options: AwsWorldOptions, lost?: string): Promise<AwsWorld> {
  const world = await aWorld({ ...small, ...options });
  if (lost !== undefined) loseNext(world, lost);
  await world.until('built', async () =>
    (await world.condition('CreatingInfrastructure')).startsWith('Succeeded'),
  );
  return world;
}

/** The next such calls take effect, and their answers do not arrive. */
function loseNext({ aws }: AwsWorld, operation: string, count = 1): void {
  aws.addFault({ fault: 'error', operation, code: 'ConnectionReset', when: 'after', count });
}

/** Without machines, their disks and interfaces: whether the first one has been started is a matter of seconds. */
function around(world: AwsWorld): Readonly<Record<string, number>> {
  const machines = /::(?:Instance|Volume|NetworkInterface|Secret)$/;
  return Object.fromEntries(Object.entries(kindsOf(world)).filter(([kind]) => !machines.test(kind)));
}

let expected: Readonly<Record<string, number>>;
let machines: Readonly<Record<string, number>>;

beforeAll(async () => {
  const world = await infrastructure({});
  expected = around(world);
  await world.converge();
  machines = kindsOf(world);
});

test('what a cluster in one zone consists of', () => {
  expect(machines).toEqual({
    'AWS::EC2::VPC': 1,
    'AWS::EC2::InternetGateway': 1,
    'AWS::EC2::Subnet': 2,
    'AWS::EC2::EIP': 1,
    'AWS::EC2::NatGateway': 1,
    'AWS::EC2::RouteTable': 2,
    'AWS::EC2::SecurityGroup': 5,
    'AWS::EC2::Instance': 3,
    'AWS::EC2::Volume': 3,
    'AWS::EC2::NetworkInterface': machines['AWS::EC2::NetworkInterface'],
    'AWS::ElasticLoadBalancingV2::LoadBalancer': 1,
    'AWS::ElasticLoadBalancingV2::TargetGroup': 1,
    'AWS::IAM::Role': 2,
    'AWS::IAM::InstanceProfile': 2,
    'AWS::SQS::Queue': 1,
    'AWS::Events::Rule': 4,
  });
});

describe('the answer that never arrives to', () => {
  test.each([
    'CreateVpc',
    'CreateSubnet',
    'CreateInternetGateway',
    'AllocateAddress',
    'CreateNatGateway',
    'CreateRouteTable',
    'CreateSecurityGroup',
    'AuthorizeSecurityGroupIngress',
    'CreateLoadBalancer',
    'CreateTargetGroup',
    'CreateListener',
    'CreateRole',
    'CreateInstanceProfile',
    'CreateQueue',
    'PutRule',
  ])('%s makes nothing twice', async (operation) => {
    const world = await infrastructure({}, operation);
    expect(world.aws.listFaults()).toEqual([]);
    expect(around(world)).toEqual(expected);
  });

  test('CreateSecret, and to RunInstances for every machine, starts none twice', async () => {
    const world = await aWorld(small);
    loseNext(world, 'CreateSecret');
    loseNext(world, 'RunInstances', 3);
    await world.converge();
    expect(world.aws.listFaults()).toEqual([]);
    expect(kindsOf(world)).toEqual(machines);
    expect(world.machines.splitClusters()).toEqual([]);
  });
});

describe('while descriptions lag behind', () => {
  const hiding = { settings: { consistency: { usual: [5, 20], tail: [20, 45], tailPercent: 5 } } } as const;

  // What has neither token nor name of its own: it is looked for before another one is made.
  test.each(['CreateVpc', 'CreateInternetGateway', 'AllocateAddress'])(
    'the lost answer of %s makes nothing twice either',
    async (operation) => {
      const world = await infrastructure(hiding, operation);
      expect(around(world)).toEqual(expected);
    },
  );

  test('a cluster comes up and goes, and nobody is told of troubles that are none', async () => {
    const world = await aWorld({ ...small, ...hiding });
    await world.converge();
    expect(kindsOf(world)).toEqual(machines);
    const events = await world.events();
    expect(events.filter((event) => /NotOurs|Gone|Failed|Unavailable/.test(event))).toEqual([]);
    const creates = world.writes().filter((write) => /^(?:Create|Allocate|Run)/.test(write));
    expect(counted(creates)).toMatchObject({
      CreateVpc: 1,
      CreateSubnet: 2,
      RunInstances: 3,
      AllocateAddress: 1,
    });
    await world.delete();
    expect(world.aws.inventory()).toEqual([]);
  });
});
