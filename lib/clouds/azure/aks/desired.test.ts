import { describe, expect, test } from '@jest/globals';
import { aCluster, anAksCloud, aPool, aSpec } from '../../../../test/builders/cluster.ts';
import { aRecord } from '../../../../test/builders/step-outcome.ts';
import type { ClusterDocument } from '../../../domain/cluster.ts';
import { viewOf } from '../../../reconcile/view.ts';
import {
  draftCluster,
  draftPool,
  networkOutputs,
  servedPools,
  stringOf,
  stringsOf,
  taintText,
} from './desired.ts';

const seen = (outputs: NonNullable<ReturnType<typeof aRecord>['outputs']>, step = 'aks/network') =>
  viewOf(aCluster({ steps: { [step]: aRecord({ outputs }) } }));
const view = (fields: Partial<ClusterDocument> = {}) => viewOf(aCluster(fields));

describe('a pool as AKS is asked for it', () => {
  test('zones and taints have one order', () => {
    const pool = aPool({
      zones: ['3', '1'],
      taints: [
        { key: 'b', effect: 'NoSchedule' },
        { key: 'a', value: 'x', effect: 'NoExecute' },
      ],
    });
    expect(draftPool(view(), pool)).toMatchObject({
      zones: ['1', '3'],
      taints: ['a=x:NoExecute', 'b=:NoSchedule'],
      labels: { 'slipway.io/pool': 'system' },
    });
  });

  test.each([
    [true, 'System'],
    [false, 'User'],
  ])('system: %s is mode %s', (system, mode) => {
    expect(draftPool(view(), aPool({ system })).mode).toBe(mode);
  });

  test('a range is asked for where people gave one', () => {
    expect(draftPool(view(), aPool({ autoscale: { min: 1, max: 5 } })).autoscale).toEqual({ min: 1, max: 5 });
    expect(draftPool(view(), aPool())).not.toHaveProperty('autoscale');
  });

  test('nodes are put into the subnet that was found, if any', () => {
    expect(draftPool(seen({ workerSubnetId: '/w' }), aPool()).subnetId).toBe('/w');
    expect(draftPool(view(), aPool())).not.toHaveProperty('subnetId');
  });

  test('a taint without a value keeps its equals sign', () => {
    expect(taintText({ key: 'gpu', effect: 'NoSchedule' })).toBe('gpu=:NoSchedule');
    expect(taintText({ key: 'gpu', value: 'yes', effect: 'NoSchedule' })).toBe('gpu=yes:NoSchedule');
  });
});

describe('the cluster as AKS is asked for it', () => {
  test('it runs as the account only in a network that was there before', () => {
    const placement = {
      mode: 'static',
      virtualNetwork: 'v',
      controlPlaneSubnet: 'c',
      workerSubnet: 'w',
    } as const;
    const fixed = view({ spec: aSpec({ cloud: anAksCloud({ placement }) }) });
    expect([draftCluster(fixed).runAsAccount, draftCluster(view()).runAsAccount]).toEqual([true, false]);
  });

  test('its API server is put into the subnet that was found, if any', () => {
    expect(draftCluster(seen({ apiServerSubnetId: '/c' })).apiServerSubnetId).toBe('/c');
    expect(draftCluster(view())).not.toHaveProperty('apiServerSubnetId');
  });

  test('names are made of what never changes', () => {
    expect(draftCluster(view())).toMatchObject({
      location: 'westeurope',
      dnsPrefix: 'shop-111111',
      nodeResourceGroup: 'MC_platform_shop-111111_westeurope',
    });
  });
});

describe('outputs of earlier steps', () => {
  test('what has another type than it should is not there', () => {
    const outputs = { workerSubnetId: 7, apiServerSubnetId: null, addressPrefixes: ['10.0.0.0/8', 7, null] };
    expect(networkOutputs(seen(outputs))).toEqual({ occupied: ['10.0.0.0/8'] });
    expect(stringsOf({ list: 'a' }, 'list')).toEqual([]);
    expect([stringOf({ a: 'x' }, 'a'), stringOf({ a: 7 }, 'a'), stringOf({}, 'a')]).toEqual([
      'x',
      undefined,
      undefined,
    ]);
  });

  test('which pools the cluster has is read off its last look', () => {
    expect(servedPools(seen({ pools: ['web'] }, 'aks/cluster'))).toEqual(['web']);
  });
});
