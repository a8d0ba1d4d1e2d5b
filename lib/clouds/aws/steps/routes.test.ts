import { describe, expect, test } from '@jest/globals';
import type { RouteTableSeen } from '../network/port.ts';
import { planRoutes, type RoutesDesired } from './routes.ts';

const NOON_MS = Date.UTC(2026, 10, 20, 12);
const ago = (seconds: number) => new Date(NOON_MS - seconds * 1000).toISOString();

const desired: RoutesDesired = {
  uid: 'u1',
  deleting: false,
  speed: 1,
  wanted: [{ tableId: 'rtb-1', targetId: 'nat-1', subnetIds: ['subnet-1'] }],
  asked: { ids: [] },
};
const right: RouteTableSeen = {
  id: 'rtb-1',
  defaultRoute: { targetId: 'nat-1', blackhole: false },
  associations: [{ id: 'assoc-1', subnetId: 'subnet-1', state: 'associated' }],
  tags: {},
};
const bare: RouteTableSeen = { id: 'rtb-1', associations: [], tags: {} };
const routed = (targetId: string, blackhole = false): RouteTableSeen => ({
  ...right,
  defaultRoute: { targetId, blackhole },
});
const associated = (state: string): RouteTableSeen => ({
  ...right,
  associations: [{ id: 'assoc-1', subnetId: 'subnet-1', state }],
});
const route = (replace: boolean) => ({ tableId: 'rtb-1', targetId: 'nat-1', replace });
const association = { tableId: 'rtb-1', subnetId: 'subnet-1' };
const configure = (routes: readonly object[], associations: readonly object[]) => ({
  next: 'act',
  action: { kind: 'configure', routes, associations },
  reason: 'SettingRoutes',
});

type Row = readonly [string, Partial<RoutesDesired>, readonly RouteTableSeen[], object];

const rows: readonly Row[] = [
  ['bare: route and association in one act', {}, [bare], configure([route(false)], [association])],
  ['leads elsewhere', {}, [routed('nat-0')], configure([route(true)], [])],
  ['blackhole', {}, [routed('nat-1', true)], configure([route(true)], [])],
  ['not associated', {}, [{ ...right, associations: [] }], configure([], [association])],
  ['association failed', {}, [associated('failed')], configure([], [association])],
  ['associating', {}, [associated('associating')], { next: 'wait', forMs: 3000, reason: 'SettingRoutes' }],
  ['the table is not listed', {}, [], { next: 'wait', forMs: 3000, reason: 'SettingRoutes' }],
  ['as wanted', {}, [right], { next: 'done', reason: 'RoutesReady' }],
  [
    'deleting: associations are taken back',
    { deleting: true },
    [right, bare],
    { next: 'act', action: { kind: 'disassociate', ids: ['assoc-1'] }, reason: 'RemovingRoutes' },
  ],
  [
    'deleting: taken back and still listed',
    { deleting: true, asked: { ids: ['assoc-1'], at: ago(1) } },
    [right],
    { next: 'done', reason: 'NetworkGone' },
  ],
  ['deleting: none', { deleting: true }, [bare], { next: 'done', reason: 'NetworkGone' }],
];

describe('routes', () => {
  test.each(rows)('%s', (_title, fields, tables, plan) => {
    expect(planRoutes({ ...desired, ...fields }, { tables }, NOON_MS)).toMatchObject(plan);
  });
});
