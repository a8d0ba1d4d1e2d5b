/** The network steps over unmodified AWS clients against the simulated AWS, hidden windows and quotas included. */
import { describe, expect, test } from '@jest/globals';
import { openNetwork } from '../../lib/clouds/aws/network/ec2-network.ts';
import { natAddressesOf, subnetsOf, vpcOf } from '../../lib/clouds/aws/network/outputs.ts';
import { openSession } from '../../lib/clouds/aws/session.ts';
import { OPEN_GUARD } from '../../lib/clouds/open-guard.ts';
import type { ClusterSpec } from '../../lib/domain/cluster.ts';
import { asClusterId } from '../../lib/domain/ids.ts';
import { Secret } from '../../lib/domain/secret.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';
import { viewOf } from '../../lib/reconcile/view.ts';
import { type AwsSettings, CONSISTENT } from '../../local/clouds/aws/core/settings.ts';
import { inProcessHandler } from '../../local/clouds/aws/in-process-handler.ts';
import { DEMO_AWS } from '../../local/clouds/aws/seed.ts';
import { type AwsSimulator, createAwsSimulator } from '../../local/clouds/aws/simulator.ts';
import { anAccount } from '../builders/account.ts';
import { aControlPlane, anAwsCloud, anAwsPool, REGION, ZONES } from '../builders/aws.ts';
import { NetworkStory } from '../builders/network-story.ts';

interface Telling {
  readonly spec?: Partial<ClusterSpec>;
  readonly settings?: Partial<AwsSettings>;
  readonly seed?: string;
}

const account = anAccount({
  name: 'aws-demo',
  accountType: 'aws',
  settings: { accessKeyId: DEMO_AWS.accessKeyId },
});
const access = {
  account: { ...account, type: 'aws' as const },
  secret: new Secret<string>(DEMO_AWS.secretAccessKey),
};

function tell({ spec, settings, seed = 'network' }: Telling = {}) {
  const time = { nowMs: () => 0 };
  const clock = { now: () => time.nowMs(), wallNow: () => time.nowMs() };
  const aws = createAwsSimulator({ clock, seed, settings: { checksDates: false, ...settings } });
  const transport = inProcessHandler(aws);
  /** Another cluster in the same account; time goes on with it. */
  const another = (more: Partial<ClusterSpec> = {}) =>
    new NetworkStory(more, (story) => {
      story.nowMs = Math.max(story.nowMs, clock.now());
      time.nowMs = () => story.nowMs;
      const parts = { endpoint: 'http://aws.simulated', transport, requestTimeoutMs: 1000 };
      return openNetwork(openSession(parts, access, REGION, OPEN_GUARD));
    });
  return { story: another(spec), aws, another };
}

const count = (aws: AwsSimulator) => {
  const kinds = aws.inventory().map(({ kind }) => kind);
  return Object.fromEntries(
    [...new Set(kinds)].sort().map((kind) => [kind, kinds.filter((one) => one === kind).length]),
  );
};
const writesOf = (aws: AwsSimulator) =>
  aws.log.entries().filter(({ operation }) => !/^(?:Describe|Get)/.test(operation));
const inOneZone = { pools: [aControlPlane({ zones: [ZONES[0]] }), anAwsPool({ zones: [ZONES[0]] })] };
const ofOneZone = {
  'AWS::EC2::EIP': 1,
  'AWS::EC2::InternetGateway': 1,
  'AWS::EC2::NatGateway': 1,
  'AWS::EC2::RouteTable': 2,
  'AWS::EC2::Subnet': 2,
  'AWS::EC2::VPC': 1,
};
const whole = {
  'AWS::EC2::EIP': 3,
  'AWS::EC2::InternetGateway': 1,
  'AWS::EC2::NatGateway': 3,
  'AWS::EC2::RouteTable': 4,
  'AWS::EC2::Subnet': 6,
  'AWS::EC2::VPC': 1,
};

describe('a network of its own', () => {
  test('[A201, A203, A204, A227] made to the letter, and deleted to nothing', async () => {
    const { story, aws } = tell({ settings: { consistency: CONSISTENT } });
    await story.settle();
    expect(count(aws)).toEqual(whole);
    expect(writesOf(aws)).toHaveLength(30);
    expect(natAddressesOf(viewOf(story.document))).toHaveLength(3);
    story.delete();
    await story.settle();
    expect(aws.inventory()).toEqual([]);
  });

  test.each(['one', 'two'])('the worst of hidden windows, seed %s', async (seed) => {
    const consistency = { usual: [5, 30], tail: [30, 55], tailPercent: 20 } as const;
    const { story, aws } = tell({ seed, settings: { consistency } });
    await story.settle();
    expect(count(aws)).toEqual(whole);
    story.delete();
    await story.settle();
    expect(aws.inventory()).toEqual([]);
  });

  test.each([
    'CreateVpc',
    'ModifyVpcAttribute',
    'CreateInternetGateway',
    'AttachInternetGateway',
    'CreateSubnet',
    'AllocateAddress',
    'CreateNatGateway',
    'CreateRouteTable',
    'CreateRoute',
    'AssociateRouteTable',
  ])('the answer to %s is lost: nothing twice, nothing left', async (operation) => {
    const { story, aws } = tell({ spec: inOneZone });
    aws.addFault({ fault: 'error', operation, code: 'ConnectionReset', when: 'after' });
    await story.settle();
    expect(count(aws)).toEqual(ofOneZone);
    story.delete();
    await story.settle();
    expect(aws.inventory()).toEqual([]);
  });

  test.each([
    'DeleteNatGateway',
    'ReleaseAddress',
    'DeleteRouteTable',
    'DetachInternetGateway',
    'DeleteInternetGateway',
    'DeleteSubnet',
    'DeleteVpc',
  ])('the answer to %s is lost: deleted all the same', async (operation) => {
    const { story, aws } = tell({ spec: inOneZone, settings: { consistency: CONSISTENT } });
    await story.settle();
    aws.addFault({ fault: 'error', operation, code: 'ConnectionReset', when: 'after' });
    story.delete();
    await story.settle();
    expect(aws.inventory()).toEqual([]);
  });

  test('a NAT gateway that fails is said, and made again', async () => {
    const { story, aws } = tell({ spec: inOneZone });
    aws.addFault({ fault: 'error', operation: 'CreateNatGateway', code: 'InternalError', when: 'late' });
    await story.until('aws/nat-gateways', { phase: 'failed' });
    expect(story.step('aws/nat-gateways')).toMatchObject({ reason: 'NatGatewayFailed' });
    await story.settle();
    expect(count(aws)).toMatchObject({ 'AWS::EC2::NatGateway': 1, 'AWS::EC2::EIP': 1 });
  });

  test('deleted at any moment of its making', async () => {
    for (let passes = 1; passes < 7; passes += 1) {
      const { story, aws } = tell({ spec: inOneZone, seed: `deleted after ${passes}` });
      for (let pass = 0; pass < passes; pass += 1) await story.pass();
      story.delete();
      await story.settle();
      story.nowMs += MINUTE_MS;
      await story.settle();
      expect(aws.inventory()).toEqual([]);
    }
  });
});

describe('[A228] a network that exists', () => {
  test('is marked, used, and left as it was', async () => {
    const { story: host, aws, another } = tell({ spec: inOneZone });
    await host.settle();
    host.nowMs += 10 * MINUTE_MS;
    const { private: closed } = subnetsOf(viewOf(host.document));
    const before = aws.inventory();
    const subnetIds = Object.values(closed);
    const placement = {
      mode: 'static',
      vpcId: vpcOf(viewOf(host.document))?.id ?? '',
      controlPlaneSubnetIds: subnetIds,
      workerSubnetIds: subnetIds,
    } as const;
    const guest = another({ ...inOneZone, cloud: anAwsCloud({ placement }) });
    guest.document = {
      ...guest.document,
      id: asClusterId('22222222-2222-4222-8222-222222222222'),
      name: 'guest',
    };
    await guest.settle();
    expect(natAddressesOf(viewOf(guest.document))).toEqual(natAddressesOf(viewOf(host.document)));
    const marked = aws
      .inventory()
      .filter(({ tags }) => tags['kubernetes.io/cluster/guest-222222'] === 'shared');
    expect(marked.map(({ kind }) => kind)).toEqual(['AWS::EC2::Subnet', 'AWS::EC2::Subnet']);
    guest.delete();
    await guest.settle();
    expect(aws.inventory()).toEqual(before);
  });

  test('[A202] nodes in a public subnet are refused in words, without a write', async () => {
    const { story: host, aws, another } = tell({ spec: inOneZone });
    await host.settle();
    host.nowMs += 10 * MINUTE_MS;
    const { public: open } = subnetsOf(viewOf(host.document));
    aws.log.clear();
    const placement = {
      mode: 'static',
      vpcId: vpcOf(viewOf(host.document))?.id ?? '',
      controlPlaneSubnetIds: Object.values(open),
      workerSubnetIds: Object.values(open),
    } as const;
    const guest = another({ ...inOneZone, cloud: anAwsCloud({ placement }) });
    await guest.until('aws/subnets', { phase: 'failed' });
    expect(guest.step('aws/subnets')?.reason).toBe('SubnetNotPrivate');
    expect(writesOf(aws)).toEqual([]);
  });
});
