import { describe, expect, test } from '@jest/globals';
import type { SubnetSeen } from '../catalog/port.ts';
import {
  groupedByTags,
  mergedTags,
  missingTags,
  type PlacementWish,
  placeSubnets,
  tagsToRemove,
} from './static-placement.ts';

const CLUSTER = 'kubernetes.io/cluster/shop-111111';
const ELB = 'kubernetes.io/role/elb';
const INTERNAL = 'kubernetes.io/role/internal-elb';

const subnet = (id: string, zone: string, fields: Partial<SubnetSeen> = {}): SubnetSeen => ({
  id,
  vpcId: 'vpc-1',
  zone,
  cidr: '10.0.0.0/24',
  freeAddresses: 250,
  egress: 'other',
  tags: {},
  ...fields,
});
const open = (id: string, zone: string, tags: SubnetSeen['tags'] = {}) =>
  subnet(id, zone, { egress: 'internet-gateway', tags });

const all = [
  subnet('cp-a', 'a'),
  subnet('cp-b', 'b'),
  subnet('node-a', 'a'),
  subnet('node-b', 'b'),
  open('pub-a', 'a'),
  open('pub-b', 'b'),
];
const wish: PlacementWish = {
  vpcId: 'vpc-1',
  controlPlaneSubnetIds: ['cp-a', 'cp-b'],
  workerSubnetIds: ['node-a', 'node-b'],
  publicSubnetIds: ['pub-a', 'pub-b'],
  controlPlaneZones: ['a', 'b'],
  workerZones: ['a'],
};
const { publicSubnetIds: _, ...withoutPublic } = wish;
const placement = {
  public: { a: 'pub-a', b: 'pub-b' },
  controlPlane: { a: 'cp-a', b: 'cp-b' },
  private: { a: 'node-a', b: 'node-b' },
};

describe('[A228] subnets that exist, by role and zone', () => {
  test('as given', () => {
    expect(placeSubnets(wish, all)).toEqual({ kind: 'placed', placement });
  });
  test('public ones are found by their routes', () => {
    expect(placeSubnets(withoutPublic, all)).toEqual({ kind: 'placed', placement });
  });
  test('of several public ones in a zone the one that is marked for load balancers', () => {
    const more = [...all, open('pub-a0', 'a'), open('pub-z', 'a', { [ELB]: '1' })];
    expect(placeSubnets(withoutPublic, more)).toMatchObject({
      placement: { public: { a: 'pub-z', b: 'pub-b' } },
    });
  });
  test('of several given ones in a zone the first', () => {
    const twice = { ...wish, workerSubnetIds: ['node-b', 'node-a', 'cp-a'] };
    expect(placeSubnets(twice, all)).toMatchObject({ placement: { private: { a: 'node-a', b: 'node-b' } } });
  });

  test.each([
    [
      'not in the VPC',
      { workerSubnetIds: ['node-a', 'node-x'] },
      all,
      'SubnetNotFound',
      'VPC vpc-1 has no subnet node-x.',
    ],
    [
      '[A202] nodes in a public subnet',
      { workerSubnetIds: ['pub-a'] },
      all,
      'SubnetNotPrivate',
      'Subnet pub-a leads to an Internet gateway; nodes go into private subnets.',
    ],
    [
      'a load balancer in a private subnet',
      { publicSubnetIds: ['node-a', 'pub-b'] },
      all,
      'SubnetNotPublic',
      'Subnet node-a has no route to an Internet gateway, which the load balancer needs.',
    ],
    [
      'control-plane zone without one',
      { controlPlaneZones: ['a', 'c'] },
      all,
      'ZoneWithoutSubnet',
      'VPC vpc-1 has no subnet for control-plane nodes in c.',
    ],
    [
      'worker zone without one',
      { workerZones: ['c', 'd'] },
      all,
      'ZoneWithoutSubnet',
      'VPC vpc-1 has no subnet for workers in c and d.',
    ],
    [
      'a zone into which the load balancer would send nothing',
      { publicSubnetIds: ['pub-a'] },
      all,
      'ZoneWithoutSubnet',
      'VPC vpc-1 has no subnet with a route to an Internet gateway, for the load balancer in b.',
    ],
  ])('refused: %s', (_title, fields, subnets, reason, message) => {
    const answer = placeSubnets({ ...wish, ...fields }, subnets);
    expect(answer).toEqual({ kind: 'refused', refusal: { next: 'blocked', reason, message } });
  });

  test('routes that could not be read refuse nothing', () => {
    const unknown = all.map((one) => ({ ...one, egress: 'unknown' as const }));
    expect(placeSubnets(wish, unknown)).toMatchObject({ kind: 'placed' });
  });
});

describe('tags for Kubernetes', () => {
  test('what is missing, by subnet', () => {
    expect(missingTags({ ...placement, private: { a: 'node-a' } }, CLUSTER, all)).toEqual({
      'pub-a': { [CLUSTER]: 'shared', [ELB]: '1' },
      'pub-b': { [CLUSTER]: 'shared', [ELB]: '1' },
      'cp-a': { [CLUSTER]: 'shared', [INTERNAL]: '1' },
      'cp-b': { [CLUSTER]: 'shared', [INTERNAL]: '1' },
      'node-a': { [CLUSTER]: 'shared', [INTERNAL]: '1' },
    });
  });
  test('a key that somebody set is left as it is', () => {
    const marked = [open('pub-a', 'a', { [ELB]: '', [CLUSTER]: 'owned' })];
    expect(missingTags({ public: { a: 'pub-a' }, controlPlane: {}, private: {} }, CLUSTER, marked)).toEqual(
      {},
    );
  });

  const added = { 'pub-a': { [CLUSTER]: 'shared', [ELB]: '1' } };
  test.each([
    ['both that we added', { [CLUSTER]: 'shared', [ELB]: '1', team: 'net' }, added],
    [
      'not one that has another value now',
      { [CLUSTER]: 'shared', [ELB]: 'mine' },
      { 'pub-a': { [CLUSTER]: 'shared' } },
    ],
    [
      "not the mark by which another cluster's load balancers find the subnet",
      { [CLUSTER]: 'shared', [ELB]: '1', 'kubernetes.io/cluster/other': 'shared' },
      { 'pub-a': { [CLUSTER]: 'shared' } },
    ],
    ['nothing that is gone', { team: 'net' }, {}],
  ])('taken away: %s', (_title, tags, expected) => {
    expect(tagsToRemove(added, CLUSTER, [open('pub-a', 'a', tags)])).toEqual(expected);
  });
  test('a subnet that is gone needs nothing', () => {
    expect(tagsToRemove(added, CLUSTER, [])).toEqual({});
  });

  test('subnets that need the same are written together', () => {
    const one = { x: { k: '1' }, y: { k: '1' }, z: { k: '1', l: '2' } };
    expect(groupedByTags(one)).toEqual([
      { ids: ['x', 'y'], tags: { k: '1' } },
      { ids: ['z'], tags: { k: '1', l: '2' } },
    ]);
  });
  test('what was added before is not forgotten', () => {
    expect(mergedTags({ x: { k: '1' } }, { x: { l: '2' }, y: { k: '1' } })).toEqual({
      x: { k: '1', l: '2' },
      y: { k: '1' },
    });
  });
});
