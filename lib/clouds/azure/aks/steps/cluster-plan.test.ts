import { describe, expect, test } from '@jest/globals';
import type { AksCluster, AksPool, ClusterDraft, PoolDraft } from '../port.ts';
import { type ClusterDesired, type ClusterObserved, planCluster } from './cluster-plan.ts';

const NOON_MS = Date.UTC(2026, 10, 20, 12);
const ago = (seconds: number) => new Date(NOON_MS - seconds * 1000).toISOString();

const draft: ClusterDraft = {
  location: 'westeurope',
  kubernetesVersion: '1.33.2',
  dnsPrefix: 'shop-111111',
  nodeResourceGroup: 'MC_platform_shop-111111_westeurope',
  sshPublicKey: 'ssh-rsa AAAA',
  network: { podCidr: '10.244.0.0/16', serviceCidr: '10.0.0.0/16', dnsServiceIp: '10.0.0.10' },
  pools: [],
  runAsAccount: false,
  tags: { slipway_cluster_uid: 'u1' },
  sku: 'Free',
  upgradeChannel: 'none',
};
const desired: ClusterDesired = {
  id: 'u1',
  name: 'shop-111111',
  resourceGroup: 'platform',
  subscriptionId: 's',
  deleting: false,
  speed: 1,
  draft,
  managedTags: ['slipway_cluster_uid'],
  wasReady: true,
};
const cluster: AksCluster = {
  id: '/c',
  name: 'shop-111111',
  etag: 'e1',
  provisioning: 'settled',
  state: 'Succeeded',
  stopped: false,
  tags: { slipway_cluster_uid: 'u1' },
  sku: 'Free',
  upgradeChannel: 'none',
  azurePolicy: false,
  kubernetesVersion: '1.33.2',
  fqdn: 'shop.azmk8s.io',
  nodeResourceGroup: 'MC',
  pools: [],
};
const aDraftPool: PoolDraft = {
  name: 'system1abc',
  mode: 'System',
  count: 1,
  instanceType: 'Standard_D4s_v5',
  diskSizeGiB: 60,
  zones: [],
  labels: {},
  taints: [],
  tags: {},
};
const aPoolOf = (name: string): AksPool => ({
  ...aDraftPool,
  name,
  provisioning: 'settled',
  state: 'Succeeded',
});
const quota = { code: 'QuotaExceeded', message: 'X: no vCPU', hint: 'Ask.', source: 's' } as const;
const moving = { provisioning: 'moving', state: 'Updating' } as const;
const { fqdn: _fqdn, ...young } = cluster;
const creating: AksCluster = { ...young, provisioning: 'moving', state: 'Creating' };
const broken: AksCluster = { ...cluster, provisioning: 'broken', state: 'Failed', failure: quota };
const seen = (one?: AksCluster): ClusterObserved => ({
  nodeGroupLeft: false,
  ...(one ? { cluster: one } : {}),
});
const aad = (groups: readonly string[]) => ({ managed: true, adminGroupObjectIds: groups });

/** next, reason, and either the wait or the kind of action with what it changes. */
function short(plan: ReturnType<typeof planCluster>): readonly unknown[] {
  switch (plan.next) {
    case 'act':
      return [plan.next, plan.reason, 'changes' in plan.action ? plan.action.changes : plan.action.kind];
    case 'wait':
      return [plan.next, plan.reason, plan.forMs];
    case 'blocked':
      return [plan.next, plan.reason, plan.message];
    case 'done':
      return [plan.next, plan.reason];
  }
}

interface Row {
  readonly title: string;
  readonly desired?: Partial<ClusterDesired>;
  readonly observed: ClusterObserved;
  readonly plan: readonly unknown[];
}

const createdAgo = (seconds: number) => ({ operation: 'createCluster', operationAt: ago(seconds) });

const rows: readonly Row[] = [
  { title: 'absent: create', observed: seen(), plan: ['act', 'CreatingCluster', 'create'] },
  {
    title: 'just asked for: wait for the earliest end',
    desired: createdAgo(40),
    observed: seen(creating),
    plan: ['wait', 'CreatingCluster', 245_000],
  },
  {
    title: 'almost the earliest end: no look in the next seconds',
    desired: createdAgo(269),
    observed: seen(creating),
    plan: ['wait', 'CreatingCluster', 26_500],
  },
  {
    title: 'later: every 106 seconds',
    desired: createdAgo(300),
    observed: seen(creating),
    plan: ['wait', 'CreatingCluster', 106_000],
  },
  {
    title: 'sped-up time counts as cloud time',
    desired: { ...createdAgo(10), speed: 30 },
    observed: seen(creating),
    plan: ['wait', 'CreatingCluster', 106_000],
  },
  {
    title: 'our update under way',
    desired: { operation: 'updateCluster', operationAt: ago(20) },
    observed: seen({ ...cluster, ...moving }),
    plan: ['wait', 'UpdatingCluster', 40_000],
  },
  {
    title: 'somebody else moves it and it is as wanted',
    observed: seen({ ...cluster, ...moving }),
    plan: ['done', 'ClusterReady'],
  },
  {
    title: 'somebody else moves it and it is not as wanted',
    desired: { draft: { ...draft, sku: 'Standard' } },
    observed: seen({ ...cluster, ...moving }),
    plan: ['wait', 'UpdatingCluster', 40_000],
  },
  { title: 'as wanted', observed: seen(cluster), plan: ['done', 'ClusterReady'] },
  {
    title: '[A177] SKU tier in place',
    desired: { draft: { ...draft, sku: 'Standard' } },
    observed: seen(cluster),
    plan: ['act', 'UpdatingCluster', ['SKU tier']],
  },
  {
    title: '[A179] upgrade channel in place',
    desired: { draft: { ...draft, upgradeChannel: 'patch' } },
    observed: seen(cluster),
    plan: ['act', 'UpdatingCluster', ['upgrade channel']],
  },
  {
    title: '[A179] a version that a channel moved on is accepted',
    observed: seen({ ...cluster, kubernetesVersion: '1.34.0' }),
    plan: ['done', 'ClusterReady'],
  },
  {
    title: '[A135] admin groups in place',
    desired: { draft: { ...draft, aad: aad(['a', 'b']) } },
    observed: seen({ ...cluster, aad: aad(['a']) }),
    plan: ['act', 'UpdatingCluster', ['admin groups']],
  },
  {
    title: '[A135] integration turned on',
    desired: { draft: { ...draft, aad: aad(['a']) } },
    observed: seen(cluster),
    plan: ['act', 'UpdatingCluster', ['admin groups']],
  },
  {
    title: '[A135] groups without integration change nothing',
    desired: { draft: { ...draft, aad: { managed: false, adminGroupObjectIds: ['a'] } } },
    observed: seen(cluster),
    plan: ['done', 'ClusterReady'],
  },
  {
    title: 'integration cannot be taken back',
    observed: seen({ ...cluster, aad: aad(['a']) }),
    plan: ['done', 'ClusterReady'],
  },
  {
    title: 'nor switched to one that is not managed',
    desired: { draft: { ...draft, aad: { managed: false, adminGroupObjectIds: [] } } },
    observed: seen({ ...cluster, aad: aad(['a']) }),
    plan: ['done', 'ClusterReady'],
  },
  {
    title: '[A182] tags in place',
    desired: { draft: { ...draft, tags: { slipway_cluster_uid: 'u1', a: '1' } } },
    observed: seen(cluster),
    plan: ['act', 'UpdatingCluster', ['tags']],
  },
  {
    title: 'stopped by somebody',
    observed: seen({ ...cluster, stopped: true }),
    plan: [
      'blocked',
      'ClusterStopped',
      'AKS cluster shop-111111 was stopped in Azure. Start it: az aks start.',
    ],
  },
  {
    title: '[A90] failed: Azure’s words first',
    observed: seen(broken),
    plan: ['blocked', 'QuotaExceeded', 'X: no vCPU Ask.'],
  },
  {
    title: '[A91] shown, but not due yet',
    desired: { shown: { reason: 'QuotaExceeded', nextAttemptAt: ago(-60) } },
    observed: seen(broken),
    plan: ['blocked', 'QuotaExceeded', 'X: no vCPU Ask.'],
  },
  {
    title: '[A91] shown and due: repair',
    desired: { shown: { reason: 'QuotaExceeded', nextAttemptAt: ago(0) } },
    observed: seen(broken),
    plan: ['act', 'RepairingCluster', []],
  },
  {
    title: 'another failure than the one shown',
    desired: { shown: { reason: 'Unavailable' } },
    observed: seen(broken),
    plan: ['blocked', 'QuotaExceeded', 'X: no vCPU Ask.'],
  },
  {
    title: 'never came up and its pools have changed since: made anew',
    desired: { wasReady: false, draft: { ...draft, pools: [aDraftPool] } },
    observed: seen(broken),
    plan: ['act', 'RecreatingCluster', 'delete'],
  },
  {
    title: 'never came up, the same pools: repaired',
    desired: { wasReady: false, shown: { reason: 'QuotaExceeded', nextAttemptAt: ago(0) } },
    observed: seen(broken),
    plan: ['act', 'RepairingCluster', []],
  },
  {
    title: 'was up once: never made anew',
    desired: { draft: { ...draft, pools: [aDraftPool] } },
    observed: seen(broken),
    plan: ['blocked', 'QuotaExceeded', 'X: no vCPU Ask.'],
  },
  {
    title: '[A136] Azure Policy in place',
    desired: { draft: { ...draft, azurePolicy: true } },
    observed: seen(cluster),
    plan: ['act', 'UpdatingCluster', ['Azure Policy']],
  },
  {
    title: '[A136] a profile that does not name Azure Policy leaves it alone',
    observed: seen({ ...cluster, azurePolicy: true }),
    plan: ['done', 'ClusterReady'],
  },
  {
    title: '[A136] Azure Policy as wanted',
    desired: { draft: { ...draft, azurePolicy: true } },
    observed: seen({ ...cluster, azurePolicy: true }),
    plan: ['done', 'ClusterReady'],
  },
  {
    title: 'still being made although it has its address',
    desired: createdAgo(40),
    observed: seen({ ...cluster, provisioning: 'moving', state: 'Creating' }),
    plan: ['wait', 'CreatingCluster', 245_000],
  },
  {
    title: 'not made yet as long as it has no address, whatever AKS calls it',
    observed: seen({ ...young, ...moving }),
    plan: ['wait', 'CreatingCluster', 106_000],
  },
  {
    title: 'a repair takes as long as a create',
    desired: createdAgo(40),
    observed: seen({ ...cluster, ...moving }),
    plan: ['wait', 'UpdatingCluster', 245_000],
  },
  {
    title: '[A90] failed, and only a pool says why',
    observed: seen({
      ...cluster,
      provisioning: 'broken',
      state: 'Failed',
      pools: [aPoolOf('ok'), { ...aPoolOf('bad'), failure: quota }],
    }),
    plan: ['blocked', 'QuotaExceeded', 'X: no vCPU Ask.'],
  },
  {
    title: '[A90] failed, and nobody says why',
    observed: seen({ ...cluster, provisioning: 'broken', state: 'Failed' }),
    plan: ['blocked', 'Unknown', 'AKS cluster shop-111111 is Failed; Azure gives no reason.'],
  },
  {
    title: 'never came up, the same pools in another order: shown, not made anew',
    desired: {
      wasReady: false,
      draft: {
        ...draft,
        pools: [
          { ...aDraftPool, name: 'a' },
          { ...aDraftPool, name: 'b' },
        ],
      },
    },
    observed: seen({ ...broken, pools: [aPoolOf('b'), aPoolOf('a')] }),
    plan: ['blocked', 'QuotaExceeded', 'X: no vCPU Ask.'],
  },
  {
    title: 'foreign',
    observed: seen({ ...cluster, tags: {} }),
    plan: [
      'blocked',
      'ForeignResource',
      'Resource group platform already has an AKS cluster shop-111111 that is not ours; it is left alone. Delete or move it.',
    ],
  },
  {
    title: 'deleting: ours goes',
    desired: { deleting: true },
    observed: seen(cluster),
    plan: ['act', 'DeletingCluster', 'delete'],
  },
  {
    title: 'deleting: even while it moves',
    desired: { deleting: true },
    observed: seen(creating),
    plan: ['act', 'DeletingCluster', 'delete'],
  },
  {
    title: 'deleting: under way',
    desired: { deleting: true, operation: 'deleteCluster', operationAt: ago(30) },
    observed: seen({ ...cluster, provisioning: 'moving', state: 'Deleting' }),
    plan: ['wait', 'DeletingCluster', 150_000],
  },
  {
    title: 'deleting: the machines are still there',
    desired: { deleting: true },
    observed: { nodeGroupLeft: true },
    plan: ['wait', 'DeletingNodes', 60_000],
  },
  { title: 'deleting: gone', desired: { deleting: true }, observed: seen(), plan: ['done', 'ClusterGone'] },
  {
    title: 'deleting: a foreign one is not touched',
    desired: { deleting: true },
    observed: seen({ ...cluster, tags: {} }),
    plan: ['done', 'NotOurs'],
  },
];

describe('planCluster', () => {
  test.each(rows)('$title', ({ desired: fields, observed, plan }) => {
    expect(short(planCluster({ ...desired, ...fields }, observed, NOON_MS))).toEqual(plan);
  });
});
