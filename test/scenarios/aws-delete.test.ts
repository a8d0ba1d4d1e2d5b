/** The end of a cluster on EC2: nothing is left of it, whenever it is asked for, and what was there before stays. */
import { AllocateAddressCommand, CreateVpcCommand, ModifyVpcAttributeCommand } from '@aws-sdk/client-ec2';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from '@jest/globals';
import { reserveName } from '../../lib/clusters/directory.ts';
import { asClusterId } from '../../lib/domain/ids.ts';
import { collectOrphans } from '../../lib/reconcile/collect-orphans.ts';
import { clusterAddress } from '../../lib/reconcile/event-log.ts';
import { tombstoneAddress } from '../../lib/reconcile/tombstones.ts';
import {
  aNatGateway,
  anInternetGateway,
  aRouteTable,
  aSubnet,
  aVpc,
} from '../../local/clouds/aws/harness-network.ts';
import { anAwsCloud } from '../builders/aws.ts';
import { aCluster } from '../builders/cluster.ts';
import { type AwsWorld, aWorld, MINUTE_MS, oneControlPlane, oneWorker } from './aws-fixture.ts';
import { counted, kindsOf, ownersClients } from './aws-looks.ts';

const small = { spec: { pools: [oneControlPlane, oneWorker] } };

async function expectNothingLeft(world: AwsWorld, id: string): Promise<void> {
  expect(world.aws.inventory().map(({ kind, name }) => `${kind} ${name}`)).toEqual([]);
  expect([...world.deps.secrets.values.keys()]).toEqual(['account-of-aws-demo']);
  expect(await world.deps.store.read(tombstoneAddress(id), id)).toBeDefined();
}

describe('[A227] a cluster that is deleted', () => {
  test('leaves nothing behind, not even what Kubernetes made for it', async () => {
    const world = await aWorld(small);
    await world.converge();
    const { id } = await world.document();
    world.kube('POST', '/api/v1/namespaces/default/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'default' },
      spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
    });
    await world.run(5 * MINUTE_MS);
    world.kube('GET', '/api/v1/namespaces/default/services');
    expect(balancersOf(world)).toBe(2);
    await world.delete();
    await expectNothingLeft(world, id);
  });

  // After the first pass, with half a network, while machines boot, with one node, while the others join.
  test.each([2, 6, 12, 18, 24])(
    'in the middle of its making, after %i passes, leaves nothing behind',
    async (passes) => {
      const world = await aWorld(small);
      for (let pass = 0; pass < passes; pass += 1) await world.next();
      const { id } = await world.document();
      await world.delete();
      await expectNothingLeft(world, id);
    },
  );
});

describe('what clusters of an account share', () => {
  test('stays for the others, and goes with the last one', async () => {
    const world = await aWorld(small);
    await world.next();
    const { spec } = await world.document();
    const other = aCluster({ id: asClusterId('22222222-2222-4222-8222-222222222222'), name: 'other', spec });
    await reserveName(world.deps, other);
    await world.deps.store.create(clusterAddress(other.id), other);
    await world.delete();
    expect(kindsOf(world)).toEqual({ 'AWS::Events::Rule': 4, 'AWS::SQS::Queue': 1 });
  });
});

describe('what appears after the end of its cluster', () => {
  const tags = (uid: string) => [{ Key: 'slipway:cluster-uid', Value: uid }];

  test('is collected, and what is of no cluster of ours stays', async () => {
    const world = await aWorld(small);
    await world.next();
    const { id } = await world.document();
    await world.delete();
    const { ec2, secrets } = ownersClients(world);
    for (const uid of [id, 'of-somebody-else']) {
      const of = (ResourceType: 'vpc' | 'elastic-ip') => [{ ResourceType, Tags: tags(uid) }];
      await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', TagSpecifications: of('vpc') }));
      await ec2.send(new AllocateAddressCommand({ Domain: 'vpc', TagSpecifications: of('elastic-ip') }));
      await secrets.send(
        new CreateSecretCommand({ Name: `slip/${uid}/a`, SecretString: 'a', Tags: tags(uid) }),
      );
    }
    const { deleted, foreign } = await collectOrphans(world.deps);
    expect(counted(deleted.map(({ kind }) => kind))).toEqual({
      'AWS::EC2::EIP': 1,
      'AWS::EC2::VPC': 1,
      'AWS::SecretsManager::Secret': 1,
    });
    expect(foreign).toBe(3);
    expect(new Set(world.aws.inventory().map((item) => item.tags['slipway:cluster-uid']))).toEqual(
      new Set(['of-somebody-else']),
    );
  });
});

const balancersOf = (world: AwsWorld): number =>
  Object.entries(kindsOf(world))
    .filter(([kind]) => kind.endsWith('::LoadBalancer'))
    .reduce((sum, [, count]) => sum + count, 0);

describe('[A228] static placement', () => {
  /** A VPC with a public and two private subnets in one zone, made by its owner. */
  async function ownNetwork(world: AwsWorld) {
    const { ec2 } = ownersClients(world);
    const vpcId = await aVpc(ec2, '172.20.0.0/16');
    for (const attribute of ['EnableDnsSupport', 'EnableDnsHostnames'] as const) {
      await ec2.send(new ModifyVpcAttributeCommand({ VpcId: vpcId, [attribute]: { Value: true } }));
    }
    const gateway = await anInternetGateway(ec2, vpcId);
    const [open, control, workers] = await Promise.all([
      aSubnet(ec2, vpcId, '172.20.0.0/20'),
      aSubnet(ec2, vpcId, '172.20.16.0/20'),
      aSubnet(ec2, vpcId, '172.20.32.0/20'),
    ]);
    await aRouteTable(ec2, vpcId, open, { GatewayId: gateway });
    const nat = await aNatGateway(ec2, open);
    world.deps.time.nowMs += 3 * MINUTE_MS;
    for (const subnet of [control, workers]) await aRouteTable(ec2, vpcId, subnet, { NatGatewayId: nat });
    return { vpcId, controlPlaneSubnetIds: [control], workerSubnetIds: [workers] };
  }

  test('uses the network that exists, tags it for Kubernetes, and gives it back as it was', async () => {
    const world = await aWorld(small);
    const network = await ownNetwork(world);
    const before = world.aws.inventory();
    await world.change((spec) => ({
      ...spec,
      cloud: anAwsCloud({ placement: { mode: 'static', ...network } }),
    }));
    await world.converge();
    const { id, ledger } = await world.document();
    const adopted = Object.values(ledger)
      .flat()
      .filter(({ origin }) => origin === 'adopted');
    expect(counted(adopted.map(({ kind }) => kind))).toEqual({ 'AWS::EC2::Subnet': 3, 'AWS::EC2::VPC': 1 });
    expect(
      world
        .writes()
        .filter((write) => /^Create(?:Vpc|Subnet|NatGateway|RouteTable|InternetGateway)$/.test(write)),
    ).toEqual([
      'CreateVpc',
      'CreateInternetGateway',
      'CreateSubnet',
      'CreateSubnet',
      'CreateSubnet',
      'CreateRouteTable',
      'CreateNatGateway',
      'CreateRouteTable',
      'CreateRouteTable',
    ]);
    const places = world.nodes().map(({ labels }) => labels['slipway.io/pool']);
    expect(places.sort()).toEqual(['control-plane', 'workers']);
    await world.delete();
    expect(world.aws.inventory()).toEqual(before);
    expect(await world.deps.store.read(tombstoneAddress(id), id)).toBeDefined();
  });
});
