import { describe, expect, test } from '@jest/globals';
import type { InterfaceSeen, OwnSubnet } from '../network/port.ts';
import { planSubnets, type SubnetsDesired, type SubnetsObserved, type WantedSubnet } from './subnets-plan.ts';

const NOON_MS = Date.UTC(2026, 10, 20, 12);
const ago = (seconds: number) => new Date(NOON_MS - seconds * 1000).toISOString();

const tags = { 'slipway:cluster-uid': 'u1', team: 'web' };
const want = (role: 'public' | 'private', zone = 'eu-1a'): WantedSubnet => ({ role, zone, tags });
const desired: SubnetsDesired = {
  uid: 'u1',
  deleting: false,
  speed: 1,
  vpcId: 'vpc-1',
  vpcCidr: '10.0.0.0/16',
  wanted: [want('public'), want('private')],
  slots: { 'eu-1a': 0 },
  recorded: { ids: {} },
  asked: { ids: [] },
};
const subnet = (id: string, cidr: string, fields: Partial<OwnSubnet> = {}): OwnSubnet => ({
  id,
  vpcId: 'vpc-1',
  zone: 'eu-1a',
  cidr,
  state: 'available',
  tags,
  ...fields,
});
const open = subnet('subnet-1', '10.0.128.0/20');
const closed = subnet('subnet-2', '10.0.0.0/20');
const seen = (subnets: readonly OwnSubnet[], fields: Partial<SubnetsObserved> = {}): SubnetsObserved => ({
  atMs: NOON_MS,
  subnets,
  zones: [],
  interfaces: [],
  ...fields,
});
const recorded = (seconds: number) => ({
  recorded: { ids: { 'public/eu-1a': 'subnet-1', 'private/eu-1a': 'subnet-2' }, since: ago(seconds) },
});

type Row = readonly [string, Partial<SubnetsDesired>, SubnetsObserved, object];

const present: readonly Row[] = [
  [
    'absent: all in one act',
    {},
    seen([]),
    {
      next: 'act',
      action: {
        kind: 'create',
        subnets: [
          { role: 'public', zone: 'eu-1a', cidr: '10.0.128.0/20', tags },
          { role: 'private', zone: 'eu-1a', cidr: '10.0.0.0/20', tags },
        ],
      },
      progress: { done: 0, total: 2 },
    },
  ],
  [
    'one is there: only the other',
    {},
    seen([open]),
    { action: { kind: 'create', subnets: [{ role: 'private' }] }, progress: { done: 1, total: 2 } },
  ],
  ['recorded a moment ago: may hide', recorded(10), seen([open]), { next: 'wait', forMs: 3000 }],
  ['recorded long ago: is gone', recorded(600), seen([open]), { next: 'act', action: { kind: 'create' } }],
  [
    'pending',
    {},
    seen([open, { ...closed, state: 'pending' }]),
    { next: 'wait', forMs: 3000, reason: 'CreatingSubnets' },
  ],
  [
    'ours without our tag: marked again',
    recorded(600),
    seen([open, { ...closed, tags: { team: 'web' } }]),
    { next: 'act', action: { kind: 'tag', subnets: [{ id: 'subnet-2', tags }] }, reason: 'TaggingSubnets' },
  ],
  [
    'tags of a young one may hide',
    recorded(5),
    seen([open, { ...closed, tags: {} }]),
    { next: 'wait', forMs: 3000 },
  ],
  [
    "people's own tags are theirs",
    recorded(600),
    seen([open, { ...closed, tags: { 'slipway:cluster-uid': 'u1' } }]),
    { next: 'done', reason: 'SubnetsReady' },
  ],
  [
    'as wanted',
    {},
    seen([open, closed]),
    { next: 'done', reason: 'SubnetsReady', progress: { done: 2, total: 2 } },
  ],
  [
    'our range in another zone',
    {},
    seen([open, { ...closed, zone: 'eu-1b' }]),
    {
      next: 'blocked',
      reason: 'SubnetRangeTaken',
      message: 'Subnet subnet-2 in eu-1b has 10.0.0.0/20; 10.0.0.0/20 is for eu-1a. Delete that subnet.',
    },
  ],
  [
    "somebody's subnet across our range",
    {},
    seen([open, subnet('subnet-9', '10.0.8.0/24')]),
    { next: 'blocked', reason: 'SubnetRangeTaken' },
  ],
  [
    "somebody's subnet elsewhere in the VPC",
    {},
    seen([open, closed, subnet('subnet-9', '10.0.96.0/24')]),
    { next: 'done' },
  ],
  [
    'a zone that the region lacks',
    { slots: {} },
    seen([], { zones: [{ name: 'eu-1b', id: 'az1' }] }),
    { next: 'blocked', reason: 'ZoneNotFound', message: 'The region has no availability zone eu-1a.' },
  ],
  [
    'a ninth zone',
    { slots: Object.fromEntries([...Array(8).keys()].map((slot) => [`z${slot}`, slot])) },
    seen([], { zones: [{ name: 'eu-1a', id: 'az9' }] }),
    { next: 'blocked', reason: 'ZonesExhausted' },
  ],
];

const eni = (subnetId: string, fields: Partial<InterfaceSeen> = {}): InterfaceSeen => ({
  id: 'eni-1',
  subnetId,
  description: 'ELB net/shop/1',
  byAws: true,
  ...fields,
});
const removal: readonly Row[] = [
  ['empty ones go', {}, seen([open, closed]), { action: { kind: 'delete', ids: ['subnet-1', 'subnet-2'] } }],
  [
    'those without interfaces of AWS go first',
    {},
    seen([open, closed], { interfaces: [eni('subnet-1')] }),
    { action: { kind: 'delete', ids: ['subnet-2'] } },
  ],
  [
    'interfaces of AWS are waited for',
    {},
    seen([open], { interfaces: [eni('subnet-1')] }),
    {
      next: 'wait',
      forMs: 15_000,
      reason: 'WaitingForInterfaces',
      message: 'AWS takes its network interfaces away: eni-1 (ELB net/shop/1).',
    },
  ],
  [
    '19 minutes',
    { waitingSince: ago(19 * 60) },
    seen([open], { interfaces: [eni('subnet-1')] }),
    { next: 'wait' },
  ],
  [
    '20 minutes: people hear of it',
    { waitingSince: ago(20 * 60) },
    seen([open], { interfaces: [eni('subnet-1', { description: '' })] }),
    {
      next: 'blocked',
      reason: 'InterfacesRemain',
      message: 'AWS still keeps network interfaces in the subnets: eni-1.',
    },
  ],
  [
    'interfaces of others are for EC2 to refuse',
    {},
    seen([open], { interfaces: [eni('subnet-1', { byAws: false })] }),
    { action: { kind: 'delete', ids: ['subnet-1'] } },
  ],
  [
    'deleted and still listed',
    { asked: { ids: ['subnet-1'], at: ago(2) } },
    seen([open]),
    { next: 'wait', forMs: 3000 },
  ],
  ['recorded a moment ago: will show up', recorded(10), seen([]), { next: 'wait', forMs: 3000 }],
  ['gone', recorded(600), seen([]), { next: 'done', reason: 'NetworkGone' }],
];

describe('[A201] subnets', () => {
  test.each(present)('%s', (_title, fields, observed, plan) => {
    expect(planSubnets({ ...desired, ...fields }, observed, NOON_MS)).toMatchObject(plan);
  });
  test.each(removal)('deleting: %s', (_title, fields, observed, plan) => {
    const wish = { ...desired, deleting: true, ...fields };
    expect(planSubnets(wish, observed, NOON_MS)).toMatchObject(plan);
  });
});
