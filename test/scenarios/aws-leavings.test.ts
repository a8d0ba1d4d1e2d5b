/** What Kubernetes itself makes in AWS, and its end with the cluster, whether or not the cluster can still be asked. */
import { CreateVolumeCommand, DescribeSecurityGroupRulesCommand } from '@aws-sdk/client-ec2';
import { CreateLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing';
import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { SECOND_MS } from '../../lib/domain/time.ts';
import { anInternetGateway, aSubnet, aVpc } from '../../local/clouds/aws/harness-network.ts';
import { sdkClients } from '../../local/clouds/aws/sdk-clients.ts';
import { aControlPlane, anAwsPool, ZONES } from '../builders/aws.ts';
import { type AwsWorld, aWorld, KEY, MINUTE_MS, REGION } from './aws-fixture.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const CLAIMS = '/api/v1/namespaces/default/persistentvolumeclaims';
const PODS = '/api/v1/namespaces/default/pods';
const CLUSTER_TAG = `kubernetes.io/cluster/${KEY}`;
const CLASSIC = 'AWS::ElasticLoadBalancing::LoadBalancer';
const NETWORK = 'AWS::ElasticLoadBalancingV2::LoadBalancer';
const GROUP = 'AWS::EC2::SecurityGroup';
const VOLUME = 'AWS::EC2::Volume';

const aService = (name: string, annotations: Readonly<Record<string, string>> = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, annotations },
  spec: { type: 'LoadBalancer', ports: [{ port: 443 }] },
});
const aNetworkService = (name: string) =>
  aService(name, { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb' });
const aClaim = (name: string) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
});
const aPod = (name: string, claimName: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    containers: [{ name, image: 'postgres' }],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
  },
});

/** What the cloud has that carries the tag of Kubernetes and not ours. */
const leavingsIn = ({ aws }: AwsWorld) =>
  aws
    .inventory()
    .filter(({ tags }) => tags[CLUSTER_TAG] === 'owned' && tags['slipway:cluster-uid'] === undefined);

const kindsOf = (world: AwsWorld) =>
  leavingsIn(world)
    .map(({ kind }) => kind)
    .sort();

const small = { count: 1, zones: [ZONES[0]] };
const SPEC = { pools: [aControlPlane(small), anAwsPool(small)] };

/** Rules of the cluster's own group for load balancers that Kubernetes wrote: the group or the addresses they let in. */
async function admittedIn(world: AwsWorld): Promise<readonly string[]> {
  const { ec2 } = sdkClients(world.aws, REGION);
  const group = world.aws.inventory().find(({ kind, name }) => kind === GROUP && name === `${KEY}-lb`);
  const Filters = [{ Name: 'group-id', Values: [group?.id ?? ''] }];
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
  return SecurityGroupRules.filter(({ IsEgress }) => !IsEgress).map(
    ({ ReferencedGroupInfo, CidrIpv4 }) => ReferencedGroupInfo?.GroupId ?? CidrIpv4 ?? '',
  );
}

/** Two services, and a claim that a pod uses. */
async function aBusyCluster(): Promise<AwsWorld> {
  const world = await aWorld({ spec: SPEC });
  await world.converge();
  world.kube('POST', SERVICES, aService('web'));
  world.kube('POST', SERVICES, aNetworkService('tcp'));
  world.kube('POST', CLAIMS, aClaim('data'));
  world.kube('POST', PODS, aPod('db', 'data'));
  world.kube('GET', SERVICES);
  return world;
}

describe('while the cluster is there', () => {
  let world: AwsWorld;
  beforeAll(async () => {
    world = await aBusyCluster();
  });

  test('its services and claims have what they ask for, tagged as its own', () => {
    expect(kindsOf(world)).toEqual([
      GROUP,
      VOLUME,
      CLASSIC,
      NETWORK,
      'AWS::ElasticLoadBalancingV2::TargetGroup',
    ]);
    const tagsOf = (kind: string) => leavingsIn(world).find((one) => one.kind === kind)?.tags;
    expect(tagsOf(CLASSIC)).toMatchObject({ 'kubernetes.io/service-name': 'default/web' });
    expect(tagsOf(NETWORK)).toMatchObject({ 'kubernetes.io/service-name': 'default/tcp' });
    expect(tagsOf(VOLUME)).toMatchObject({
      'ebs.csi.aws.com/cluster': 'true',
      'kubernetes.io/created-for/pvc/name': 'data',
    });
    const hostnames = ['web', 'tcp'].map((name) => world.kube('GET', `${SERVICES}/${name}`).body);
    expect(hostnames).toMatchObject([
      { status: { loadBalancer: { ingress: [{ hostname: expect.stringMatching(/^a[0-9a-f]{31}-/) }] } } },
      { status: { loadBalancer: { ingress: [{ hostname: expect.stringMatching(/^a[0-9a-f]{31}-/) }] } } },
    ]);
    expect(leavingsIn(world).find(({ kind }) => kind === VOLUME)?.state).toBe('in-use');
  });

  test('our group for load balancers lets them in, and stays as they left it', async () => {
    const group = leavingsIn(world).find(({ kind }) => kind === GROUP)?.id;
    await world.run(30 * MINUTE_MS);
    expect(await admittedIn(world)).toEqual(expect.arrayContaining([group, '0.0.0.0/0']));
  });

  test('a role that lacks the right makes nothing until it has it', async () => {
    const { iam } = sdkClients(world.aws, REGION);
    const RoleName = `slip-${KEY}-controlplane`;
    const { PolicyNames: [PolicyName = ''] = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    world.kube('POST', SERVICES, aService('late'));
    const late = () => world.kube('GET', `${SERVICES}/late`).body;
    expect(late()).not.toHaveProperty('status.loadBalancer.ingress');
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: decodeURIComponent(PolicyDocument) }),
    );
    world.deps.time.nowMs += 10 * SECOND_MS;
    expect(late()).toHaveProperty('status.loadBalancer.ingress');
    world.kube('DELETE', `${SERVICES}/late`);
  });

  test('what is deleted in it goes from the cloud', async () => {
    world.kube('DELETE', `${PODS}/db`);
    await world.run(MINUTE_MS);
    world.kube('GET', PODS);
    expect(leavingsIn(world).find(({ kind }) => kind === VOLUME)?.state).toBe('available');
    world.kube('DELETE', `${CLAIMS}/data`);
    world.kube('DELETE', `${SERVICES}/web`);
    world.kube('DELETE', `${SERVICES}/tcp`);
    world.kube('GET', SERVICES);
    // The group of the classic one waits for its interfaces, and so does the service.
    expect(kindsOf(world)).toEqual([GROUP, GROUP]);
    expect(world.kube('GET', `${SERVICES}/web`).status).toBe(200);
    await world.run(6 * MINUTE_MS);
    expect(world.kube('GET', `${SERVICES}/web`).status).toBe(404);
    expect(kindsOf(world)).toEqual([]);
    expect(await admittedIn(world)).toEqual([]);
  });
});

describe('[A227] a deleted cluster', () => {
  test('takes along what Kubernetes made', async () => {
    const world = await aBusyCluster();
    expect(kindsOf(world)).toHaveLength(5);
    await world.delete();
    expect(world.aws.inventory()).toEqual([]);
  });

  test('does so when its API is dead', async () => {
    const world = await aBusyCluster();
    const { id } = await world.document();
    world.clusters.faults.add(id, { kind: 'api-down' });
    await world.run(10 * SECOND_MS);
    await world.delete();
    expect(world.aws.inventory()).toEqual([]);
  });

  test('leaves what others have in the account', async () => {
    const world = await aBusyCluster();
    const before = world.aws.inventory().map(({ id }) => id);
    await foreignLeavings(world);
    const theirs = world.aws.inventory().filter(({ id }) => !before.includes(id));
    expect(theirs.map(({ kind }) => kind)).toEqual(expect.arrayContaining([CLASSIC, VOLUME]));
    await world.delete();
    expect(world.aws.inventory()).toEqual(theirs);
  });
});

/** A network of another cluster with a classic load balancer, and volumes: its own, nobody's, one that it shares with ours. */
async function foreignLeavings(world: AwsWorld): Promise<void> {
  const { ec2, classicBalancing } = sdkClients(world.aws, REGION);
  const vpcId = await aVpc(ec2, '10.9.0.0/16');
  await anInternetGateway(ec2, vpcId);
  const subnet = await aSubnet(ec2, vpcId, '10.9.0.0/20');
  const owned = [{ Key: 'kubernetes.io/cluster/other-222222', Value: 'owned' }];
  await classicBalancing.send(
    new CreateLoadBalancerCommand({
      LoadBalancerName: 'theirs',
      Listeners: [{ Protocol: 'TCP', LoadBalancerPort: 80, InstancePort: 80 }],
      Subnets: [subnet],
      Tags: owned,
    }),
  );
  for (const tags of [owned, [], [{ Key: CLUSTER_TAG, Value: 'shared' }]]) {
    await ec2.send(
      new CreateVolumeCommand({
        AvailabilityZone: `${REGION}a`,
        Size: 1,
        ...(tags.length === 0 ? {} : { TagSpecifications: [{ ResourceType: 'volume', Tags: tags }] }),
      }),
    );
  }
}
