/** Static placement over a region in memory: what exists is adopted, marked, and left as it was found. */
import { describe, expect, test } from '@jest/globals';
import { aControlPlane, anAwsCloud, anAwsPool, ZONES } from '../../../../test/builders/aws.ts';
import { NetworkStory } from '../../../../test/builders/network-story.ts';
import { viewOf } from '../../../reconcile/view.ts';
import type { SubnetSeen } from '../catalog/port.ts';
import { natAddressesOf, subnetsOf, vpcOf } from './outputs.ts';

const [A] = ZONES;
const CLUSTER = 'kubernetes.io/cluster/shop-111111=shared';
const ELB = 'kubernetes.io/role/elb=1';
const INTERNAL = 'kubernetes.io/role/internal-elb=1';

const subnet = (id: string, fields: Partial<SubnetSeen> = {}): SubnetSeen => ({
  id,
  vpcId: 'vpc-given',
  zone: A,
  cidr: '10.9.0.0/24',
  freeAddresses: 250,
  egress: 'other',
  tags: { owner: 'net' },
  ...fields,
});

function aStory(): NetworkStory {
  const placement = {
    mode: 'static',
    vpcId: 'vpc-given',
    controlPlaneSubnetIds: ['subnet-cp'],
    workerSubnetIds: ['subnet-node'],
  } as const;
  const story = new NetworkStory({
    cloud: anAwsCloud({ placement }),
    pools: [aControlPlane({ zones: [A] }), anAwsPool({ zones: [A] })],
  });
  const dns = new Set(['enableDnsSupport', 'enableDnsHostnames']);
  story.region.vpcs.set('vpc-given', {
    id: 'vpc-given',
    cidrs: ['10.9.0.0/16'],
    state: 'available',
    tags: {},
    dns,
  });
  story.region.adoptable = [
    subnet('subnet-cp'),
    subnet('subnet-node', { tags: { owner: 'net', 'kubernetes.io/role/internal-elb': '1' } }),
    subnet('subnet-open', { egress: 'internet-gateway' }),
  ];
  return story;
}

describe('[A228] static placement', () => {
  test('adopts, marks what is not marked, and creates nothing', async () => {
    const story = aStory();
    await story.settle();
    expect(story.writes()).toEqual([
      `tag subnet-open ${CLUSTER} ${ELB}`,
      `tag subnet-cp ${CLUSTER} ${INTERNAL}`,
      `tag subnet-node ${CLUSTER}`,
    ]);
    const view = viewOf(story.document);
    expect(vpcOf(view)).toEqual({ id: 'vpc-given', cidrs: ['10.9.0.0/16'] });
    expect(subnetsOf(view)).toEqual({
      public: { [A]: 'subnet-open' },
      private: { [A]: 'subnet-node' },
      controlPlane: { [A]: 'subnet-cp' },
    });
    expect(natAddressesOf(view)).toEqual(['203.0.113.7']);
    expect(Object.values(story.document.ledger).flat()).toMatchObject([
      { id: 'vpc-given', origin: 'adopted' },
      { id: 'subnet-open', origin: 'adopted', role: 'public-subnet', zone: A },
      { id: 'subnet-cp', origin: 'adopted', role: 'control-plane-subnet' },
      { id: 'subnet-node', origin: 'adopted', role: 'worker-subnet' },
    ]);
  });

  test('deleting takes exactly our tags away and nothing else', async () => {
    const story = aStory();
    const before = story.region.adoptable;
    await story.settle();
    story.writes();
    story.delete();
    await story.settle();
    expect(story.writes().every((write) => write.startsWith('untag '))).toBe(true);
    expect(story.region.adoptable).toEqual(before);
    expect(story.region.vpcs.size).toBe(1);
  });

  test('a process that dies after the tags were written knows of them all the same', async () => {
    for (let at = 0; at < 3; at += 1) {
      const story = aStory();
      const before = story.region.adoptable;
      for (let pass = 0; pass < at; pass += 1) await story.pass();
      await story.pass({ crash: true });
      story.delete();
      await story.settle();
      expect(story.region.adoptable).toEqual(before);
    }
  });

  test.each([
    ['no such VPC', (story: NetworkStory) => story.region.vpcs.clear(), 'aws/vpc', 'VpcNotFound'],
    [
      'no DNS hostnames',
      (story: NetworkStory) => story.region.vpcs.get('vpc-given')?.dns.delete('enableDnsHostnames'),
      'aws/vpc',
      'VpcDnsDisabled',
    ],
    [
      'no public subnet',
      (story: NetworkStory) => story.region.adoptable.pop(),
      'aws/subnets',
      'ZoneWithoutSubnet',
    ],
  ])('%s: said, and not a write', async (_title, spoil, step, reason) => {
    const story = aStory();
    spoil(story);
    await story.until(step, { phase: 'failed' });
    expect(story.step(step)?.reason).toBe(reason);
    expect(story.writes()).toEqual([]);
  });
});
