/** The steps with short planners: account, network, control plane, nodes. */
import { describe, expect, test } from '@jest/globals';
import { aCluster, anAksCloud, aPool, aSpec } from '../../../../../test/builders/cluster.ts';
import type { StepRecord } from '../../../../domain/cluster.ts';
import type { WorkloadNode } from '../../../../kube/port.ts';
import { viewOf } from '../../../../reconcile/view.ts';
import type { SubnetSeen, VirtualNetworkSeen } from '../../platform.ts';
import type { AksPool } from '../port.ts';
import { accountStep } from './account.ts';
import { kubeconfigStep } from './kubeconfig.ts';
import { networkStep } from './network.ts';
import { nodesStep } from './nodes.ts';

const NOON_MS = Date.UTC(2026, 10, 20, 12);
const group = { name: 'platform', location: 'westeurope', state: 'Succeeded' };

describe('aks/account', () => {
  const desired = { subscriptionId: 's', resourceGroup: 'platform' };
  test.each([
    ['ready', { group, provider: 'Registered' }, 'done', 'AccountReady'],
    ['[A129] no group', { provider: 'Registered' }, 'blocked', 'ResourceGroupNotFound'],
    [
      'group going',
      { group: { ...group, state: 'Deleting' }, provider: 'Registered' },
      'blocked',
      'ResourceGroupBeingDeleted',
    ],
    ['provider on its way', { group, provider: 'Registering' }, 'wait', 'RegisteringProvider'],
    [
      'provider not registered',
      { group, provider: 'NotRegistered' },
      'blocked',
      'MissingSubscriptionRegistration',
    ],
  ])('%s', (_title, observed, next, reason) => {
    expect(accountStep.plan(desired, observed, NOON_MS)).toMatchObject({ next, reason });
  });
});

describe('aks/network', () => {
  const subnet = (name: string, delegations: readonly string[] = []): SubnetSeen => ({
    id: `/v/subnets/${name}`,
    name,
    addressPrefixes: ['10.1.0.0/24'],
    used: 0,
    delegations,
    state: 'Succeeded',
  });
  const network: VirtualNetworkSeen = {
    id: '/v',
    name: 'hub',
    location: 'westeurope',
    addressPrefixes: ['10.1.0.0/16'],
    subnets: [subnet('cp'), subnet('workers')],
    state: 'Succeeded',
  };
  const placement = {
    mode: 'static',
    virtualNetwork: 'hub',
    virtualNetworkResourceGroup: 'net',
    controlPlaneSubnet: 'cp',
    workerSubnet: 'workers',
  } as const;
  const view = viewOf(aCluster({ spec: aSpec({ cloud: anAksCloud({ placement }) }) }));
  const desired = {
    resourceGroup: 'net',
    virtualNetwork: 'hub',
    controlPlaneSubnet: 'cp',
    workerSubnet: 'workers',
  };

  test('[A137] only for static placement', () => {
    expect(networkStep.desired(view)).toEqual(desired);
    expect(networkStep.desired(viewOf(aCluster()))).toBeUndefined();
  });
  test.each([
    ['found', { network }, 'done', 'NetworkFound'],
    ['[A138] not found', {}, 'blocked', 'VirtualNetworkNotFound'],
    [
      '[A140] subnet missing',
      { network: { ...network, subnets: [subnet('cp')] } },
      'blocked',
      'SubnetNotFound',
    ],
    ['moving', { network: { ...network, state: 'Updating' } }, 'wait', 'NetworkUpdating'],
  ])('%s', (_title, observed, next, reason) => {
    expect(networkStep.plan(desired, observed, NOON_MS)).toMatchObject({ next, reason });
  });
  test('what existed is adopted, never created', () => {
    const seen = networkStep.read?.(desired, { network });
    expect(seen?.resources?.map(({ name, origin }) => [name, origin])).toEqual([
      ['hub', 'adopted'],
      ['cp', 'adopted'],
      ['workers', 'adopted'],
    ]);
    expect(seen?.outputs).toEqual({ workerSubnetId: '/v/subnets/workers', addressPrefixes: ['10.1.0.0/16'] });
  });
  test('[A139] a delegated subnet takes the API server in', () => {
    const delegated = subnet('cp', ['Microsoft.ContainerService/managedClusters']);
    const seen = networkStep.read?.(desired, {
      network: { ...network, subnets: [delegated, subnet('workers')] },
    });
    expect(seen?.outputs).toMatchObject({ apiServerSubnetId: '/v/subnets/cp' });
  });
});

describe('aks/kubeconfig', () => {
  const up = { deleting: false, cluster: 'shop' };
  test.each([
    ['no address yet', up, { stored: false }, 'wait', 'WaitingForControlPlane'],
    ['deleting: stored', { ...up, deleting: true }, { stored: true }, 'act', 'RemovingKubeconfig'],
    ['deleting: gone', { ...up, deleting: true }, { stored: false }, 'done', 'KubeconfigRemoved'],
  ])('%s', (_title, desired, observed, next, reason) => {
    expect(kubeconfigStep.plan(desired, observed, NOON_MS)).toMatchObject({ next, reason });
  });
});

describe('aks/nodes', () => {
  const step = nodesStep(1, []);
  const pool: AksPool = {
    name: 'system12',
    provisioning: 'settled',
    state: 'Succeeded',
    mode: 'System',
    count: 2,
    instanceType: 'Standard_D4s_v5',
    zones: [],
    labels: {},
    taints: [],
    tags: { slipway_pool: 'system' },
  };
  const node = (name: string, ready: boolean): WorkloadNode => ({
    name,
    providerId: `azure:///subscriptions/s/vm/${name}`,
    labels: { agentpool: 'system12' },
    taints: [],
    ready,
    unschedulable: false,
    zone: 'westeurope-1',
    kubeletVersion: 'v1.33.2',
    createdAt: '2026-11-20T11:00:00.000Z',
    conditions: ready ? [] : [{ type: 'Ready', status: 'False', message: 'no network' }],
  });
  const desired = { id: 'u1', pools: [], speed: 1 };
  const late = { ...desired, since: '2026-11-20T11:45:00.000Z' };

  test('all Ready', () => {
    const plan = step.plan(desired, { pools: [pool], nodes: [node('n1', true), node('n2', true)] }, NOON_MS);
    expect(plan).toMatchObject({ next: 'done', progress: { done: 2, total: 2 } });
  });
  test('[A14] progress while waiting', () => {
    const plan = step.plan(desired, { pools: [pool], nodes: [node('n1', true), node('n2', false)] }, NOON_MS);
    expect(plan).toMatchObject({ next: 'wait', reason: 'WaitingForNodes', progress: { done: 1, total: 2 } });
  });
  test('[A90] after a quarter of an hour people are told which and why', () => {
    const plan = step.plan(late, { pools: [pool], nodes: [node('n1', false)] }, NOON_MS);
    expect(plan).toMatchObject({
      next: 'blocked',
      reason: 'NodesNotReady',
      message:
        'Pool system is Succeeded, not Ready: n1 (no network), some machines never joined the cluster.',
    });
  });
  test('the time counts from when the waiting began', () => {
    const record: StepRecord = {
      title: '',
      phase: 'active',
      condition: 'AddingWorkerNode',
      reason: 'WaitingForNodes',
      message: '',
      attempts: 0,
      startedAt: '2026-11-20T11:50:00.000Z',
      changedAt: '2026-11-20T11:50:00.000Z',
    };
    const document = aCluster({ spec: aSpec({ pools: [aPool()] }), steps: { 'aks/nodes': record } });
    expect(step.desired(viewOf(document))).toMatchObject({ since: '2026-11-20T11:50:00.000Z' });
    const done = aCluster({ steps: { 'aks/nodes': { ...record, phase: 'done' } } });
    expect(step.desired(viewOf(done))).not.toHaveProperty('since');
  });
});
