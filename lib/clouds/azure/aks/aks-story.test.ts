/** The AKS steps against a stateful fake, pass by pass: what is written, in which order, and what people see. */
import { describe, expect, test } from '@jest/globals';
import { AksStory, aRunningCluster } from '../../../../test/builders/aks-story.ts';
import { aPool } from '../../../../test/builders/cluster.ts';
import type { CloudError } from '../../../domain/errors.ts';
import { Secret } from '../../../domain/secret.ts';
import { MINUTE_MS } from '../../../domain/time.ts';

const refusesConnections: CloudError = {
  code: 'Unavailable',
  message: "The cluster's API server refuses connections.",
  source: 'kube:nodes.list:ECONNREFUSED',
};

describe('creating', () => {
  test('[A131] one PUT makes the cluster with all pools, then everything is found ready', async () => {
    const story = new AksStory({ pools: [aPool(), aPool({ name: 'gpu', system: false, size: 1 })] });
    await story.settle();
    const writes = story.writes();
    expect(writes).toHaveLength(1);
    expect(writes[0]).toMatch(/^createCluster with system\w{4} gpu\w{4}$/);
    expect(story.agentPools()).toEqual(['system:3', 'gpu:1']);
  });

  test('[A4, A5] control plane, network and storage are satisfied by the managed service', async () => {
    const story = await aRunningCluster();
    const managed = ['aks/kubeconfig', 'aks/network-plugin', 'aks/storage'].map(
      (name) => story.step(name)?.reason,
    );
    expect(managed).toEqual(['ManagedByCloud', 'ManagedByCloud', 'ManagedByCloud']);
    expect(story.step('aks/kubeconfig')?.outputs).toEqual({
      apiEndpoint: 'https://shop.azmk8s.io:443',
      kubernetesVersion: '1.33.2',
    });
    expect([...story.secrets.keys()]).toEqual(['kubeconfig-11111111-1111-4111-8111-111111111111']);
  });

  test('an API server that nobody answers for may have moved: its kubeconfig is fetched again', async () => {
    const story = new AksStory();
    await story.pass();
    story.azure.finish();
    story.workload.failWith(refusesConnections);
    await story.pass();
    const [name = ''] = story.secrets.keys();
    story.secrets.set(name, new Secret('kubeconfig of before'));
    await story.pass();
    expect(story.secrets.get(name)?.reveal()).toBe('kubeconfig');
    expect(story.step('aks/nodes')?.reason).toBe('Unavailable');
    story.workload.failWith(undefined);
    await story.settle();
  });

  test('twice is once: a settled cluster is not written again', async () => {
    const story = await aRunningCluster();
    await story.settle();
    await story.pass();
    expect(story.writes()).toEqual([]);
  });

  test('nothing is asked of Azure before a create can be over', async () => {
    const story = new AksStory();
    const outcomes = await story.pass();
    const cluster = outcomes.find((outcome) => outcome.step === 'aks/cluster');
    expect(cluster?.turn).toMatchObject({ kind: 'acted', forMs: 285_000 });
  });

  test('[A90, A91, A92] a failed create shows Azure’s words, is tried again, and succeeds', async () => {
    const story = new AksStory();
    await story.pass();
    story.azure.failNext = {
      code: 'QuotaExceeded',
      message: 'ErrCode_InsufficientVCPUQuota: left 0 of 350',
      source: 'fake',
    };
    story.azure.finish();
    await story.pass();
    expect(story.step('aks/cluster')).toMatchObject({
      phase: 'failed',
      reason: 'QuotaExceeded',
      message: 'ErrCode_InsufficientVCPUQuota: left 0 of 350',
    });
    story.writes();
    story.nowMs += 20 * MINUTE_MS;
    await story.pass();
    expect(story.writes()).toEqual(['updateCluster with pools']);
    story.azure.finish();
    await story.settle();
    expect(story.step('aks/cluster')).toMatchObject({ phase: 'done', attempts: 0 });
  });

  test('a cluster of our name that is not ours is left alone', async () => {
    const story = await aRunningCluster();
    const { cluster } = story.azure;
    if (cluster) story.azure.cluster = { ...cluster, tags: { owner: 'somebody' } };
    story.document = { ...story.document, steps: {} };
    await story.pass();
    expect(story.step('aks/cluster')).toMatchObject({ phase: 'failed', reason: 'ForeignResource' });
    expect(story.writes()).toEqual([]);
  });
});

describe('scaling', () => {
  test('[A46, A235] one PUT changes the count', async () => {
    const story = await aRunningCluster();
    story.edit([aPool({ size: 5 })]);
    await story.pass();
    expect(story.step('aks/pool:system')).toMatchObject({
      condition: 'AddingWorkerNode',
      progress: { done: 3, total: 5 },
    });
    await story.settle();
    expect(story.writes()).toEqual([expect.stringMatching(/^updatePool system\w{4} 5$/)]);
    expect(story.agentPools()).toEqual(['system:5']);
  });

  test('[A134] an autoscaled pool keeps the count of its autoscaler', async () => {
    const story = await aRunningCluster([aPool({ autoscale: { min: 1, max: 5 } })]);
    const { cluster } = story.azure;
    if (cluster)
      story.azure.cluster = { ...cluster, pools: cluster.pools.map((pool) => ({ ...pool, count: 4 })) };
    story.document = { ...story.document, steps: {} };
    await story.pass();
    expect(story.writes()).toEqual([]);
  });

  test('[A183] new tags of the cluster go to the cluster and to each pool, one write per pass', async () => {
    const story = await aRunningCluster([aPool(), aPool({ name: 'web', system: false })]);
    story.edit(story.document.spec.pools, { tags: { department: 'finance' } });
    await story.pass();
    expect(story.writes()).toEqual(['updateCluster']);
    await story.settle();
    expect(story.writes()).toHaveLength(2);
    const tagged = story.azure.cluster?.pools.map((pool) => pool.tags.department);
    expect([story.azure.cluster?.tags.department, ...(tagged ?? [])]).toEqual([
      'finance',
      'finance',
      'finance',
    ]);
  });
});

describe('adding and removing pools', () => {
  test('[A47, A240] a new pool is one PUT', async () => {
    const story = await aRunningCluster();
    story.edit([aPool(), aPool({ name: 'web', system: false, size: 2 })]);
    await story.settle();
    expect(story.writes()).toEqual([expect.stringMatching(/^createPool web\w{4} 2$/)]);
  });

  test('[A244] nodes are drained before their pool is deleted, and nothing is left behind', async () => {
    const story = await aRunningCluster([aPool(), aPool({ name: 'web', system: false, size: 2 })]);
    const web = [...story.azure.machines].find(([name]) => name.startsWith('web'))?.[1] ?? [];
    for (const node of web) story.workload.addNode(node, story.workload.node(node), 3);
    story.edit([aPool()]);
    await story.pass();
    expect(story.step('aks/pool:web')).toMatchObject({
      condition: 'RemovingNode',
      progress: { done: 0, total: 2 },
    });
    expect(web.map((node) => story.workload.node(node)?.unschedulable)).toEqual([true, true]);
    expect(story.writes()).toEqual([]);
    await story.settle();
    expect(story.writes()).toEqual([expect.stringMatching(/^deletePool web\w{4}$/)]);
    expect(story.agentPools()).toEqual(['system:3']);
    await story.pass();
    expect(story.step('aks/pool:web')).toMatchObject({ phase: 'done', reason: 'PoolRemoved' });
    expect(story.writes()).toEqual([]);
  });

  test('a budget that forbids the eviction is named, and force overrides it after the timeout', async () => {
    const drain = { timeoutMs: 5 * MINUTE_MS, onBlocked: 'force' } as const;
    const story = await aRunningCluster([aPool({ drain })]);
    const [node = ''] = [...story.azure.machines.values()].flat();
    story.workload.addNode(node, story.workload.node(node), 2);
    story.workload.block(node, 'shop/web');
    story.edit([aPool({ drain, instanceType: 'Standard_D8s_v5' })]);
    await story.pass();
    story.azure.finish();
    await story.pass();
    await story.pass();
    expect(story.step('aks/pool:system')?.message).toBe(
      `Draining node ${node}: PodDisruptionBudget shop/web allows no eviction now.`,
    );
    await story.settle();
    expect(story.workload.node(node)).toBeUndefined();
    // AKS drains once more when it deletes the pool: the budget that was overridden must not hold that up.
    expect(story.writes().at(-1)).toMatch(/^deletePool system\w{4} past budgets$/);
  });

  test('[A147] a system pool stays until another one has nodes', async () => {
    const story = await aRunningCluster([aPool({ name: 'one' })]);
    story.edit([aPool({ name: 'two' })]);
    await story.settle();
    expect(story.writes().map((write) => write.split(' ')[0])).toEqual(['createPool', 'deletePool']);
    expect(story.agentPools()).toEqual(['two:3']);
  });

  test('a pool that only Azure remembers is removed too', async () => {
    const story = await aRunningCluster([aPool(), aPool({ name: 'web', system: false, size: 1 })]);
    story.edit([aPool()]);
    const { 'aks/pool:web': _lost, ...steps } = story.document.steps;
    story.document = { ...story.document, steps };
    await story.settle();
    expect(story.agentPools()).toEqual(['system:3']);
  });
});

describe('reconfiguring', () => {
  const bigger = aPool({ size: 2, instanceType: 'Standard_D8s_v5' });

  test('[A48, A247] nodes are replaced one by one: one more, then one less', async () => {
    const story = await aRunningCluster([aPool({ size: 2 })]);
    story.edit([bigger]);
    await story.settle();
    expect(
      story.writes().map((write) => write.replace(/system\w{4}/, 'pool').replace(/ aks-.*/, '')),
    ).toEqual(['createPool pool 1', 'deleteMachines pool', 'updatePool pool 2', 'deletePool pool']);
    expect(story.azure.cluster?.pools.map((pool) => [pool.instanceType, pool.count])).toEqual([
      ['Standard_D8s_v5', 2],
    ]);
  });

  test('[A247] the next node waits until the new one is Ready', async () => {
    const story = await aRunningCluster([aPool({ size: 2 })]);
    story.edit([bigger]);
    await story.pass();
    story.azure.finish();
    const fresh = [...story.azure.machines].at(-1)?.[1][0] ?? '';
    story.workload.addNode(fresh, { ...story.workload.node(fresh), ready: false });
    story.writes();
    await story.pass();
    await story.pass();
    expect(story.writes()).toEqual([]);
    expect(story.step('aks/pool:system')).toMatchObject({
      condition: 'ReplacingNode',
      reason: 'WaitingForNewNode',
    });
  });

  test('[A247] an edit in the middle changes what comes next', async () => {
    const story = await aRunningCluster([aPool({ size: 2 })]);
    story.edit([bigger]);
    await story.pass();
    story.azure.finish();
    await story.pass();
    story.azure.finish();
    story.edit([aPool({ size: 2 })]);
    await story.settle();
    expect(story.azure.cluster?.pools.map((pool) => [pool.instanceType, pool.count])).toEqual([
      ['Standard_D4s_v5', 2],
    ]);
  });

  test('an autoscaled pool ends with its autoscaler on and the nodes it had', async () => {
    const autoscale = { min: 1, max: 5 };
    const story = await aRunningCluster([aPool({ size: 2, autoscale })]);
    story.edit([aPool({ size: 2, autoscale, instanceType: 'Standard_D8s_v5' })]);
    await story.settle();
    const [pool] = story.azure.cluster?.pools ?? [];
    expect([pool?.instanceType, pool?.count, pool?.autoscale]).toEqual(['Standard_D8s_v5', 2, autoscale]);
    expect(story.azure.cluster?.pools).toHaveLength(1);
  });

  test('[A144] another disk type alone replaces nothing', async () => {
    const story = await aRunningCluster();
    story.edit([aPool({ disk: { type: 'StandardSSD_LRS', sizeGiB: 60 } })]);
    await story.settle();
    expect(story.writes()).toEqual([]);
  });
});

describe('deleting', () => {
  test('takes the cluster, waits for its machines, forgets the kubeconfig', async () => {
    const story = await aRunningCluster();
    story.document = { ...story.document, deletedAt: '2026-11-20T13:00:00.000Z' };
    await story.pass();
    await story.pass();
    expect(story.writes()).toEqual(['deleteCluster']);
    story.azure.nodeGroupLeft = true;
    story.azure.finish();
    await story.pass();
    expect(story.step('aks/cluster')).toMatchObject({ phase: 'active', reason: 'DeletingNodes' });
    story.azure.nodeGroupLeft = false;
    await story.settle();
    expect(story.azure.cluster).toBeUndefined();
    expect(story.secrets.size).toBe(0);
  });
});
