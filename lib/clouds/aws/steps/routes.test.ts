import { describe, expect, test } from '@jest/globals';
import type { RouteTableSeen } from '../network/port.ts';
import { planRoutes, type RoutesDesired } from './routes.ts';

const desired: RoutesDesired = {
  uid: 'u1',
  wanted: [{ tableId: 'rtb-1', targetId: 'nat-1', subnetIds: ['subnet-1'] }],
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
  action: { routes, associations },
  reason: 'SettingRoutes',
});

type Row = readonly [string, readonly RouteTableSeen[], object];

const rows: readonly Row[] = [
  ['bare: route and association in one act', [bare], configure([route(false)], [association])],
  ['leads elsewhere', [routed('nat-0')], configure([route(true)], [])],
  ['blackhole', [routed('nat-1', true)], configure([route(true)], [])],
  ['not associated', [{ ...right, associations: [] }], configure([], [association])],
  ['association failed', [associated('failed')], configure([], [association])],
  ['associating', [associated('associating')], { next: 'wait', forMs: 3000, reason: 'SettingRoutes' }],
  ['the table is not listed', [], { next: 'wait', forMs: 3000, reason: 'SettingRoutes' }],
  ['as wanted', [right], { next: 'done', reason: 'RoutesReady' }],
];

describe('routes', () => {
  test.each(rows)('%s', (_title, tables, plan) => {
    expect(planRoutes(desired, { tables })).toMatchObject(plan);
  });
});
