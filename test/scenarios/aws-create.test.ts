/** From nothing to Running: three control-plane nodes and three workers in three zones, and what is there then. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { listResources } from '../../lib/clusters/resources.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import { stateOf } from '../../lib/domain/cluster-state.ts';
import { ZONES } from '../builders/aws.ts';
import { type AwsWorld, aWorld, controlPlane, KEY, workers } from './aws-fixture.ts';
import { apiOf, counted, itemsOf, joinTokens, kindsOf, machinesOf } from './aws-looks.ts';

let world: AwsWorld;
let document: ClusterDocument;
let writes: readonly string[];
let passes: number;

beforeAll(async () => {
  world = await aWorld({ spec: { pools: [controlPlane, { ...workers, labels: { team: 'shop' } }] } });
  passes = await world.converge();
  writes = world.writes();
  document = await world.document();
});

/**
 * One call for each thing that has to exist or be connected, as the network and the machines need it: no API makes two
 * of them at once, machines have user data and tags of their own.
 */
const FLOOR = {
  // The network of three zones.
  CreateVpc: 1,
  ModifyVpcAttribute: 1,
  CreateInternetGateway: 1,
  AttachInternetGateway: 1,
  CreateSubnet: 6,
  AllocateAddress: 3,
  CreateNatGateway: 3,
  CreateRouteTable: 4,
  CreateRoute: 4,
  AssociateRouteTable: 6,
  // Who may reach what: two of the five groups have no rules of ours.
  CreateSecurityGroup: 5,
  AuthorizeSecurityGroupIngress: 3,
  CreateLoadBalancer: 1,
  ModifyLoadBalancerAttributes: 1,
  CreateTargetGroup: 1,
  ModifyTargetGroupAttributes: 1,
  CreateListener: 1,
  // Control plane and workers.
  CreateRole: 2,
  PutRolePolicy: 2,
  CreateInstanceProfile: 2,
  AddRoleToInstanceProfile: 2,
  // The channel in which EC2 announces what happens to machines.
  CreateQueue: 1,
  SetQueueAttributes: 1,
  PutRule: 4,
  PutTargets: 4,
  // Six machines and the bastion; files and targets of three.
  RunInstances: 7,
  CreateSecret: 3,
  DeleteSecret: 3,
  RegisterTargets: 3,
} as const;

/** Without what the clusters of an account share. */
const ownItems = () => world.aws.inventory().filter(({ name }) => !name.startsWith('slip-events'));

describe('a cluster of six machines in three zones', () => {
  test('is Running, every milestone reached in its order', async () => {
    expect(stateOf(document)).toBe('Running');
    expect(document.conditions.map(({ type, status }) => `${type} ${status}`)).toEqual([
      'CheckingAccount Succeeded',
      'CreatingInfrastructure Succeeded',
      'EnsuringImage Succeeded',
      'AddingControlPlaneNode Succeeded',
      'AddingWorkerNode Succeeded',
      'InstallingNetwork Succeeded',
      'InstallingStorage Succeeded',
      'InstallingAgent Succeeded',
    ]);
    const reached = (await world.events()).filter((event) => event.startsWith('MilestoneReached'));
    expect(reached.map((event) => event.replace(/^\w+: (.*) succeeded$/, '$1'))).toEqual([
      'Checking Account',
      'Ensuring Image',
      'Creating Infrastructure',
      'Installing Network',
      'Installing Storage',
      'Installing Agent',
      'Adding Worker Node',
      'Adding Control Plane Node',
    ]);
    expect([document.kubernetesVersion, document.apiEndpoint]).toEqual([
      '1.33.2',
      expect.stringMatching(/^https:\/\/shop-111111-api-[\w.-]+\.elb\.eu-central-1\.amazonaws\.com:6443$/),
    ]);
  });

  test('[A200, A202] has its nodes Ready, one of each pool in each zone, known to the cloud', () => {
    const nodes = world.nodes();
    expect(nodes.filter(({ ready }) => ready)).toHaveLength(6);
    const zoneOf = new Map(machinesOf(world).map(({ id, zone }) => [id, zone]));
    for (const { providerId = '', labels } of nodes) {
      const [, , , zone = '', id = ''] = providerId.split('/');
      expect([zone, labels['topology.kubernetes.io/zone']]).toEqual([zoneOf.get(id), zone]);
    }
    const places = nodes.map(
      ({ labels }) => `${labels['slipway.io/pool']} ${labels['topology.kubernetes.io/zone']}`,
    );
    expect(places.sort()).toEqual([
      ...ZONES.map((zone) => `control-plane ${zone}`),
      ...ZONES.map((zone) => `workers ${zone}`),
    ]);
    const shown = nodes.map(({ labels, taints }) =>
      [labels['slipway.io/pool'], labels.team, ...taints].join(' '),
    );
    expect(counted(shown)).toEqual({
      'control-plane  node-role.kubernetes.io/control-plane:NoSchedule': 3,
      'workers shop': 3,
    });
  });

  test('[A201, A203, A204, A226] has a public and a private subnet and a way out in each zone', () => {
    expect(kindsOf(world)).toMatchObject({
      'AWS::EC2::VPC': 1,
      'AWS::EC2::InternetGateway': 1,
      'AWS::EC2::Subnet': 6,
      'AWS::EC2::EIP': 3,
      'AWS::EC2::NatGateway': 3,
      'AWS::EC2::RouteTable': 4,
      'AWS::EC2::SecurityGroup': 5,
      'AWS::ElasticLoadBalancingV2::LoadBalancer': 1,
      'AWS::ElasticLoadBalancingV2::TargetGroup': 1,
      'AWS::EC2::Instance': 7,
    });
    const names = itemsOf(world, 'AWS::EC2::Subnet').map(({ name }) => name);
    expect(names.sort()).toEqual(
      ['private', 'public'].flatMap((role) => ZONES.map((zone) => `${KEY}-subnet-${role}-${zone}`)),
    );
  });

  test('[A43, A44, A205, A206, A208] lets in who has business there, and nobody else', () => {
    const { host } = world.aws;
    const [control = '', peer = ''] = machinesOf(world, 'control-plane').map(({ id }) => id);
    const [worker = '', other = ''] = machinesOf(world, 'workers').map(({ id }) => id);
    const [bastion = ''] = machinesOf(world, '').map(({ id }) => id);
    const api = new URL(document.apiEndpoint ?? '').hostname;
    expect(host.behind(api, 6443, 'internet').toSorted()).toEqual(
      machinesOf(world, 'control-plane')
        .map(({ id }) => id)
        .sort(),
    );
    expect([bastion, control, worker].map((from) => host.reachesPeer(from, other, 22))).toEqual([
      true,
      false,
      false,
    ]);
    expect([peer, worker, bastion].map((from) => host.reachesPeer(from, control, 2379))).toEqual([
      true,
      false,
      false,
    ]);
    expect([control, other, bastion].map((from) => host.reachesPeer(from, worker, 10_250))).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('[A182, A183] carries the tags of its owner everywhere', () => {
    const own = ownItems();
    const without = own.filter(({ tags }) => tags.department !== 'finance');
    expect(without.map(({ kind, name }) => `${kind} ${name}`)).toEqual([]);
    expect(own.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['AWS::EC2::Volume', 'AWS::IAM::Role']),
    );
  });

  test('keeps no key where machines or people could read it once they have joined', () => {
    const texts = machinesOf(world).map(({ userData }) => userData);
    expect(texts.filter((text) => text.includes('kubeadm'))).toHaveLength(6);
    const pki = world.deps.secrets.values.get(`pki-${document.id}`)?.reveal() ?? '';
    const { encryptionKey, joinKey } = JSON.parse(pki);
    for (const text of texts) expect(text).not.toMatch(/PRIVATE KEY/);
    expect([encryptionKey, joinKey].filter((key) => texts.some((text) => text.includes(key)))).toEqual([]);
    expect(itemsOf(world, 'AWS::SecretsManager::Secret')).toEqual([]);
    expect(joinTokens(world)).toEqual([]);
    expect([...world.deps.secrets.values.keys()].sort()).toEqual([
      'account-of-aws-demo',
      `pki-${document.id}`,
    ]);
  });

  test('[A225] shows all of it in one list, machines and disks included', async () => {
    const { items, warnings } = await listResources(world.deps, document);
    expect(warnings).toEqual([]);
    const missing = ownItems().filter(
      ({ id, name }) => !items.some((item) => item.id === id || item.name === name),
    );
    expect(missing.map(({ kind, name }) => `${kind} ${name}`)).toEqual([]);
    expect(items.every(({ origin }) => origin === 'created')).toBe(true);
  });

  test('opens with the kubeconfig that is made for its owners, and keeps none', async () => {
    const nodes = await (await apiOf(world)).listNodes();
    expect(nodes.ok && nodes.value).toHaveLength(6);
    expect([...world.deps.secrets.values.keys()].filter((name) => name.startsWith('kubeconfig'))).toEqual([]);
  });

  test('costs what it has to: each write once, few looks', () => {
    const floor = Object.values(FLOOR).reduce((sum, count) => sum + count, 0);
    expect(counted(writes)).toEqual(FLOOR);
    expect(writes.length / floor).toBeLessThanOrEqual(1.1);
    // Machines are looked at often around the time when they may be nodes: passes buy waiting time.
    expect(passes).toBeLessThanOrEqual(130);
  });
});
