/** The control plane grows by one member of etcd at a time, is replaced one by one, and is never down. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AwsWorld, aWorld, controlPlane, ONE_ZONE, oneWorker } from './aws-fixture.ts';
import { type ControlPlaneWatch, counted, itemsOf, machinesOf, watchControlPlane } from './aws-looks.ts';

let world: AwsWorld;
let watch: ControlPlaneWatch;

async function become(pool: Partial<typeof controlPlane>): Promise<readonly string[]> {
  watch = watchControlPlane(world, 'control-plane');
  const told = new Set<string>();
  await world.pools({ ...controlPlane, ...pool }, oneWorker);
  await world.converge(async () => {
    await watch.look();
    const { condition, phase, progress } =
      (await world.document()).steps['machines/pool:control-plane'] ?? {};
    if (phase === 'active' && progress) told.add(`${condition} ${progress.done}/${progress.total}`);
  });
  return [...told];
}

beforeAll(async () => {
  world = await aWorld({ spec: { pools: [{ ...controlPlane, ...ONE_ZONE, size: 1 }, oneWorker] } });
  await world.converge();
});

describe('[A238] a control plane of one', () => {
  test('becomes one of three, over the zones that it is given', async () => {
    expect(await become({ size: 3 })).toEqual(
      expect.arrayContaining(['AddingControlPlaneNode 1/3', 'AddingControlPlaneNode 2/3']),
    );
    expect([watch.sizes, watch.mostJoining, watch.downs]).toEqual([[1, 2, 3], 1, 0]);
    expect(new Set(machinesOf(world, 'control-plane').map(({ zone }) => zone)).size).toBe(3);
    const saved = (await world.events()).filter((event) => event.includes('Saved a snapshot of etcd'));
    expect(saved).toHaveLength(1);
  });

  test('[A247] gets another instance type node by node, never fewer than three', async () => {
    expect(await become({ size: 3, instanceType: 'm6i.large' })).toEqual(
      expect.arrayContaining(['ReplacingNode 0/3', 'ReplacingNode 1/3', 'ReplacingNode 2/3']),
    );
    expect([watch.sizes, watch.mostJoining, watch.downs]).toEqual([[3, 4, 3, 4, 3, 4, 3], 1, 0]);
    expect(counted(machinesOf(world, 'control-plane').map(({ instanceType }) => instanceType))).toEqual({
      'm6i.large': 3,
    });
    expect(world.machines.splitClusters()).toEqual([]);
  });

  test('becomes one of five, and the load balancer knows them all', async () => {
    await become({ size: 5, instanceType: 'm6i.large' });
    expect([watch.sizes, watch.mostJoining, watch.downs]).toEqual([[3, 4, 5], 1, 0]);
    const { apiEndpoint = '' } = await world.document();
    const behind = world.aws.host.behind(new URL(apiEndpoint).hostname, 6443, 'internet');
    expect(behind.toSorted()).toEqual(
      machinesOf(world, 'control-plane')
        .map(({ id }) => id)
        .sort(),
    );
    expect(itemsOf(world, 'AWS::SecretsManager::Secret')).toEqual([]);
  });
});
