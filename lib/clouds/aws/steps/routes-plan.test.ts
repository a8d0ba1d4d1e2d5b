import { describe, expect, test } from '@jest/globals';
import { asClusterId } from '../../../domain/ids.ts';
import type { RouteTableSeen } from '../network/port.ts';
import { planRoutes, type RoutesDesired } from './routes-plan.ts';

const NOON_MS = Date.UTC(2026, 10, 20, 12);
const ago = (seconds: number) => new Date(NOON_MS - seconds * 1000).toISOString();

const desired: RoutesDesired = {
  cluster: { id: asClusterId('11111111-1111-4111-8111-111111111111'), name: 'shop' },
  deleting: false,
  speed: 1,
  vpcId: 'vpc-1',
  wanted: [{ key: 'a', targetId: 'nat-1', subnetIds: ['subnet-1'], tags: {} }],
  recorded: { ids: {} },
  attempts: {},
  asked: { ids: [] },
};
const right: RouteTableSeen = {
  id: 'rtb-1',
  defaultRoute: { targetId: 'nat-1', blackhole: false },
  associations: [{ id: 'assoc-1', subnetId: 'subnet-1', state: 'associated' }],
  tags: { 'slipway:az': 'a' },
};
const { defaultRoute: _, ...routeless } = right;
const routed = (targetId: string, blackhole = false): RouteTableSeen => ({
  ...right,
  defaultRoute: { targetId, blackhole },
});
const associated = (state: string): RouteTableSeen => ({
  ...right,
  associations: [{ id: 'assoc-1', subnetId: 'subnet-1', state }],
});
const bare: RouteTableSeen = { ...routeless, associations: [] };
const recorded = (seconds: number) => ({
  recorded: { ids: { a: 'rtb-1' }, since: ago(seconds) },
  attempts: { a: 1 },
});
const route = (replace: boolean) => ({ tableId: 'rtb-1', targetId: 'nat-1', replace });
const association = { tableId: 'rtb-1', subnetId: 'subnet-1' };

type Row = readonly [string, Partial<RoutesDesired>, readonly RouteTableSeen[], object];

const present: readonly Row[] = [
  [
    'absent',
    {},
    [],
    { next: 'act', action: { kind: 'create', orders: [{ key: 'a', attempt: 1 }] }, reason: 'CreatingRoutes' },
  ],
  ['hides', recorded(10), [], { next: 'wait', forMs: 3000, reason: 'CreatingRoutes' }],
  ['gone: its token is spent', recorded(600), [], { action: { kind: 'create', orders: [{ attempt: 2 }] } }],
  [
    'bare: route and association in one act',
    {},
    [bare],
    { action: { kind: 'configure', routes: [route(false)], associations: [association] } },
  ],
  ['leads elsewhere', {}, [routed('nat-0')], { action: { routes: [route(true)], associations: [] } }],
  ['blackhole', {}, [routed('nat-1', true)], { action: { routes: [route(true)] } }],
  [
    'not associated',
    {},
    [{ ...right, associations: [] }],
    { action: { routes: [], associations: [association] } },
  ],
  ['association failed', {}, [associated('failed')], { action: { associations: [association] } }],
  ['associating', {}, [associated('associating')], { next: 'wait', forMs: 3000 }],
  ['as wanted', {}, [right], { next: 'done', reason: 'RoutesReady' }],
  [
    'an idle twin goes',
    {},
    [{ ...bare, id: 'rtb-0' }, right],
    { next: 'act', action: { kind: 'remove', tables: [{ id: 'rtb-0' }] }, reason: 'RemovingTwin' },
  ],
];
const removal: readonly Row[] = [
  [
    'all go',
    {},
    [right, bare],
    { action: { kind: 'remove', tables: [right, bare] }, reason: 'DeletingRoutes' },
  ],
  [
    'deleted and still listed',
    { asked: { ids: ['rtb-1'], at: ago(1) } },
    [right],
    { next: 'wait', forMs: 3000 },
  ],
  ['hides', recorded(10), [], { next: 'wait', forMs: 3000 }],
  ['gone', recorded(600), [], { next: 'done', reason: 'NetworkGone' }],
];

describe('routes', () => {
  test.each(present)('%s', (_title, fields, tables, plan) => {
    expect(planRoutes({ ...desired, ...fields }, { atMs: NOON_MS, tables }, NOON_MS)).toMatchObject(plan);
  });
  test.each(removal)('deleting: %s', (_title, fields, tables, plan) => {
    const wish = { ...desired, deleting: true, ...fields };
    expect(planRoutes(wish, { atMs: NOON_MS, tables }, NOON_MS)).toMatchObject(plan);
  });

  test('a table without a zone is that of the public subnets', () => {
    const open = { key: 'public', targetId: 'igw-1', subnetIds: ['subnet-1'], tags: {} };
    const table = { ...routed('igw-1'), tags: {} };
    const plan = planRoutes({ ...desired, wanted: [open] }, { atMs: NOON_MS, tables: [table] }, NOON_MS);
    expect(plan).toMatchObject({ next: 'done' });
  });
});
