import { describe, expect, test } from '@jest/globals';
import { asClusterId } from '../../../domain/ids.ts';
import type { RouteTableSeen } from '../network/port.ts';
import { planTables, type TablesDesired } from './route-tables.ts';

const NOON_MS = Date.UTC(2026, 10, 20, 12);
const ago = (seconds: number) => new Date(NOON_MS - seconds * 1000).toISOString();

const desired: TablesDesired = {
  cluster: { id: asClusterId('11111111-1111-4111-8111-111111111111'), name: 'shop' },
  deleting: false,
  speed: 1,
  vpcId: 'vpc-1',
  wanted: [
    { key: 'public', tags: {} },
    { key: 'a', tags: {} },
  ],
  recorded: { ids: {} },
  attempts: {},
  asked: { ids: [] },
};
const open: RouteTableSeen = { id: 'rtb-1', associations: [], tags: {} };
const closed: RouteTableSeen = { id: 'rtb-2', associations: [], tags: { 'slipway:az': 'a' } };
const used = (table: RouteTableSeen): RouteTableSeen => ({
  ...table,
  associations: [{ id: 'assoc-1', subnetId: 'subnet-1', state: 'associated' }],
});
const recorded = (seconds: number) => ({
  recorded: { ids: { public: 'rtb-1', a: 'rtb-2' }, since: ago(seconds) },
  attempts: { public: 1, a: 1 },
});

type Row = readonly [string, Partial<TablesDesired>, readonly RouteTableSeen[], object];

const present: readonly Row[] = [
  [
    'absent: all in one act',
    {},
    [],
    {
      next: 'act',
      action: {
        kind: 'create',
        orders: [
          { key: 'public', attempt: 1 },
          { key: 'a', attempt: 1 },
        ],
      },
      reason: 'CreatingRouteTables',
    },
  ],
  [
    'a table without a zone is the public one',
    {},
    [open],
    { action: { orders: [{ key: 'a', attempt: 1 }] } },
  ],
  ['one hides', recorded(10), [open], { next: 'wait', forMs: 3000, reason: 'CreatingRouteTables' }],
  [
    'one is gone: its token is spent',
    recorded(600),
    [open],
    { action: { orders: [{ key: 'a', attempt: 2 }] } },
  ],
  ['as wanted', {}, [open, closed], { next: 'done', reason: 'RouteTablesReady' }],
  [
    'an idle twin goes',
    recorded(600),
    [{ ...closed, id: 'rtb-0' }, open, closed],
    { next: 'act', action: { kind: 'remove', tables: [{ id: 'rtb-0' }] }, reason: 'RemovingTwin' },
  ],
  [
    'of twins the one in use stays',
    {},
    [{ ...closed, id: 'rtb-0' }, open, used(closed)],
    { action: { kind: 'remove', tables: [{ id: 'rtb-0' }] } },
  ],
  [
    'a twin in use is left alone',
    recorded(600),
    [used({ ...closed, id: 'rtb-0' }), open, closed],
    { next: 'done' },
  ],
];
const removal: readonly Row[] = [
  [
    'all go',
    {},
    [open, used(closed)],
    { action: { kind: 'remove', tables: [open, used(closed)] }, reason: 'DeletingRouteTables' },
  ],
  [
    'deleted and still listed',
    { asked: { ids: ['rtb-1'], at: ago(1) } },
    [open],
    { next: 'wait', forMs: 3000 },
  ],
  ['hides', recorded(10), [], { next: 'wait', forMs: 3000, reason: 'DeletingRouteTables' }],
  ['gone', recorded(600), [], { next: 'done', reason: 'NetworkGone' }],
];

describe('route tables', () => {
  test.each(present)('%s', (_title, fields, tables, plan) => {
    expect(planTables({ ...desired, ...fields }, { atMs: NOON_MS, tables }, NOON_MS)).toMatchObject(plan);
  });
  test.each(removal)('deleting: %s', (_title, fields, tables, plan) => {
    const wish = { ...desired, deleting: true, ...fields };
    expect(planTables(wish, { atMs: NOON_MS, tables }, NOON_MS)).toMatchObject(plan);
  });
});
