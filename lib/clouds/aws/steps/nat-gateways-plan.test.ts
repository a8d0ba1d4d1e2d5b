import { describe, expect, test } from '@jest/globals';
import { asClusterId } from '../../../domain/ids.ts';
import type { NatSeen, NatState } from '../network/port.ts';
import { type NatDesired, planNatGateways } from './nat-gateways-plan.ts';

const NOON_MS = Date.UTC(2026, 10, 20, 12);
const ago = (seconds: number) => new Date(NOON_MS - seconds * 1000).toISOString();

const wanted = (zone: string) => ({
  zone,
  subnetId: `subnet-${zone}`,
  allocationId: `eip-${zone}`,
  tags: {},
});
const desired: NatDesired = {
  cluster: { id: asClusterId('11111111-1111-4111-8111-111111111111'), name: 'shop' },
  deleting: false,
  speed: 1,
  wanted: [wanted('a')],
  recorded: { ids: {} },
  attempts: {},
  asked: { ids: [] },
  isFailureShown: false,
};
const nat = (id: string, state: NatState, attempt = 1, fields: Partial<NatSeen> = {}): NatSeen => ({
  id,
  vpcId: 'vpc-1',
  state,
  publicIps: [],
  tags: { 'slipway:az': 'a', 'slipway:gen': String(attempt) },
  ...fields,
});
const recorded = (id: string, seconds: number, attempt = 1) => ({
  recorded: { ids: { a: id }, since: ago(seconds) },
  attempts: { a: attempt },
});
const failed = nat('nat-1', 'failed', 1, { failure: 'Gateway.NotAttached: no gateway' });

type Row = readonly [string, Partial<NatDesired>, readonly NatSeen[], object];

const present: readonly Row[] = [
  [
    'absent: the first attempt',
    {},
    [],
    {
      next: 'act',
      action: {
        kind: 'create',
        orders: [{ zone: 'a', attempt: 1, subnetId: 'subnet-a', allocationId: 'eip-a' }],
      },
      reason: 'CreatingNatGateways',
    },
  ],
  [
    'all that are missing in one act',
    { wanted: [wanted('a'), wanted('b')] },
    [nat('nat-1', 'pending')],
    { action: { kind: 'create', orders: [{ zone: 'b', attempt: 1 }] }, progress: { done: 0, total: 2 } },
  ],
  [
    'just asked for: until it can be there',
    recorded('nat-1', 15),
    [nat('nat-1', 'pending')],
    { next: 'wait', forMs: 45_000 },
  ],
  [
    'later: every six seconds',
    recorded('nat-1', 90),
    [nat('nat-1', 'pending')],
    { next: 'wait', forMs: 6_000 },
  ],
  [
    'asked for and not listed yet',
    recorded('nat-1', 10),
    [],
    { next: 'wait', forMs: 3000, reason: 'CreatingNatGateways' },
  ],
  ['ready', recorded('nat-1', 90), [nat('nat-1', 'available')], { next: 'done', reason: 'NatGatewaysReady' }],
  [
    'a lost answer: what it made counts',
    {},
    [nat('nat-1', 'available')],
    { next: 'done', reason: 'NatGatewaysReady' },
  ],
  [
    'gone for long: its token is spent',
    recorded('nat-1', 600),
    [],
    { action: { orders: [{ zone: 'a', attempt: 2 }] } },
  ],
  [
    'deleted by somebody: the next attempt at once',
    recorded('nat-1', 10),
    [nat('nat-1', 'deleted')],
    { action: { orders: [{ zone: 'a', attempt: 2 }] } },
  ],
  [
    'a dead one that only its tag knows of has spent its token, too',
    {},
    [nat('nat-1', 'deleted', 3)],
    { action: { orders: [{ attempt: 4 }] } },
  ],
  [
    'failed: people hear of it first',
    recorded('nat-1', 30),
    [failed],
    {
      next: 'blocked',
      reason: 'NatGatewayFailed',
      message: 'NAT gateways failed. a: Gateway.NotAttached: no gateway.',
    },
  ],
  [
    'failed without a word',
    {},
    [nat('nat-1', 'failed')],
    { next: 'blocked', message: 'NAT gateways failed. a: EC2 gives no reason.' },
  ],
  [
    'failed and shown: deleted, because it holds the address',
    { isFailureShown: true },
    [failed],
    { next: 'act', action: { kind: 'delete', ids: ['nat-1'] }, reason: 'ReplacingNatGateway' },
  ],
  [
    'failed, asked to go and still listed as failed',
    { asked: { ids: ['nat-1'], at: ago(5) } },
    [failed],
    { next: 'wait', forMs: 6_000, reason: 'ReplacingNatGateway' },
  ],
  [
    'going: the address is not free yet',
    {},
    [nat('nat-1', 'deleting')],
    { next: 'wait', forMs: 6_000, reason: 'ReplacingNatGateway' },
  ],
  [
    'another zone is not held up by a failure',
    { wanted: [wanted('a'), wanted('b')] },
    [failed],
    { action: { kind: 'create', orders: [{ zone: 'b' }] } },
  ],
  [
    'a failed one beside one that serves goes quietly',
    recorded('nat-2', 600, 2),
    [failed, nat('nat-2', 'available', 2)],
    { action: { kind: 'delete', ids: ['nat-1'] } },
  ],
  [
    'twins: the recorded one stays',
    recorded('nat-2', 600, 2),
    [nat('nat-1', 'available'), nat('nat-2', 'available', 2)],
    { action: { kind: 'delete', ids: ['nat-1'] } },
  ],
  [
    'twins: else the one that works',
    {},
    [nat('nat-1', 'pending'), nat('nat-2', 'available', 2)],
    { action: { kind: 'delete', ids: ['nat-1'] } },
  ],
];
const removal: readonly Row[] = [
  [
    'all that live or failed go',
    {},
    [nat('nat-1', 'pending'), nat('nat-2', 'available'), nat('nat-3', 'failed'), nat('nat-4', 'deleted')],
    { action: { kind: 'delete', ids: ['nat-1', 'nat-2', 'nat-3'] }, reason: 'DeletingNatGateways' },
  ],
  ['going', {}, [nat('nat-1', 'deleting')], { next: 'wait', forMs: 6_000, reason: 'DeletingNatGateways' }],
  [
    'asked to go and still available',
    { asked: { ids: ['nat-1'], at: ago(5) } },
    [nat('nat-1', 'available')],
    { next: 'wait' },
  ],
  [
    'deleted ones are still listed',
    recorded('nat-1', 10),
    [nat('nat-1', 'deleted')],
    { next: 'done', reason: 'NetworkGone' },
  ],
  ['asked for a moment ago: will show up', recorded('nat-1', 10), [], { next: 'wait', forMs: 3000 }],
  ['never made', {}, [], { next: 'done', reason: 'NetworkGone' }],
];

describe('[A203] NAT gateways', () => {
  test.each(present)('%s', (_title, fields, gateways, plan) => {
    expect(planNatGateways({ ...desired, ...fields }, { atMs: NOON_MS, gateways }, NOON_MS)).toMatchObject(
      plan,
    );
  });
  test.each(removal)('deleting: %s', (_title, fields, gateways, plan) => {
    const wish = { ...desired, deleting: true, ...fields };
    expect(planNatGateways(wish, { atMs: NOON_MS, gateways }, NOON_MS)).toMatchObject(plan);
  });
});
