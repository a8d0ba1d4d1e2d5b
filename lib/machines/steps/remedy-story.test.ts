import { describe, expect, test } from '@jest/globals';
import { controlPlane, workers } from '../../../test/builders/machine-pools.ts';
import type { RealMachine } from '../../../test/fakes/fake-machines.ts';
import { MachineWorld } from '../../../test/fakes/machine-world.ts';
import type { PoolSpec } from '../../domain/pool.ts';
import { HOUR_MS, MINUTE_MS } from '../../domain/time.ts';
import { nodeTasks } from '../node-tasks.ts';

async function settled(...pools: readonly PoolSpec[]): Promise<MachineWorld> {
  const world = new MachineWorld(pools);
  await world.settle();
  world.events.length = 0;
  return world;
}

function silence(world: MachineWorld, ...nodes: readonly string[]): void {
  world.isSilent = ({ nodeName }) => nodes.includes(nodeName);
}

async function passFor(world: MachineWorld, ms: number): Promise<void> {
  const until = world.nowMs + ms;
  await world.pass(true);
  while (world.nowMs < until) await world.pass();
}

const nodesOf = (world: MachineWorld, pool: string): readonly string[] =>
  world.machines.livingOf(pool).map(({ nodeName }) => nodeName);

const launchesOf = (world: MachineWorld, pool: string): readonly RealMachine[] =>
  world.machines.all.filter(({ order }) => order.pool === pool);

const stepOf = (world: MachineWorld, pool: string) => world.steps[`machines/pool:${pool}`];

describe('a worker whose node stays bad', () => {
  test('is replaced in its slot, and everybody is told why', async () => {
    const world = await settled(controlPlane(), workers());
    const [bad = ''] = nodesOf(world, 'w');
    silence(world, bad);
    await world.pass(true);
    await world.settle();
    expect(world.events).toEqual([
      `Asked the pods of node ${bad} to leave`,
      `Ended machine of node ${bad} (NodeNotReady)`,
      `Removed node ${bad}, whose machine is gone`,
      expect.stringMatching(/^Launched machine shop-w-0-2 of pool w/),
      expect.stringMatching(/^Node \S+ joined the cluster$/),
    ]);
    expect(await world.readyNodes('w')).toBe(3);
    const step = stepOf(world, 'w');
    expect(step && nodeTasks('machines/pool:w', step)?.[0]).toMatchObject({
      machine: '0-2',
      phase: 'Ready',
      replacedBecause: 'NodeNotReady',
    });
    expect(world.violations).toEqual([]);
  });

  test('keeps its machine when it recovers in time, however often', async () => {
    const world = await settled(controlPlane(), workers());
    for (let count = 0; count < 5; count += 1) {
      silence(world, nodesOf(world, 'w')[0] ?? '');
      await passFor(world, 4 * MINUTE_MS);
      silence(world);
      await passFor(world, 2 * MINUTE_MS);
    }
    await world.settle();
    expect(world.events).toEqual([]);
  });

  test('takes pods again when it recovers while it drains', async () => {
    const world = await settled(controlPlane(), workers());
    const [bad = ''] = nodesOf(world, 'w');
    world.cluster.block(bad, 'shop/web');
    silence(world, bad);
    await passFor(world, 6 * MINUTE_MS);
    expect(world.cluster.node(bad)).toMatchObject({ unschedulable: true });
    silence(world);
    await world.settle();
    expect(world.cluster.node(bad)).toMatchObject({ unschedulable: false });
    expect(launchesOf(world, 'w')).toHaveLength(3);
  });

  test('waits neither for pods nor for volumes that nobody there can end', async () => {
    const world = await settled(controlPlane(), workers());
    const [bad = ''] = nodesOf(world, 'w');
    world.cluster.block(bad, 'shop/web');
    world.cluster.attachVolumes(bad, 'pvc-1');
    silence(world, bad);
    const fromMs = world.nowMs;
    await world.pass(true);
    await world.settle();
    const [ended] = launchesOf(world, 'w').filter(({ nodeName }) => nodeName === bad);
    const tookMs = (ended?.endedMs ?? Number.POSITIVE_INFINITY) - fromMs;
    expect(tookMs).toBeLessThan(13 * MINUTE_MS);
    expect(world.violations).toEqual([]);
  });

  test('with a fault of its own goes as well, once its budgets and volumes let it', async () => {
    const world = await settled(controlPlane(), workers());
    const [bad = ''] = nodesOf(world, 'w');
    world.cluster.changeNode(bad, { conditions: [{ type: 'ReadonlyFilesystem', status: 'True' }] });
    world.cluster.block(bad, 'shop/web');
    await passFor(world, 30 * MINUTE_MS);
    expect(nodesOf(world, 'w')).toContain(bad);
    expect(stepOf(world, 'w')?.message).toMatch(/PodDisruptionBudget shop\/web/);
    world.cluster.block(bad);
    await world.settle();
    expect(nodesOf(world, 'w')).not.toContain(bad);
    expect(world.events).toContain(`Ended machine of node ${bad} (ReadonlyFilesystem)`);
  });

  test('is left alone when its people say so', async () => {
    const world = await settled(controlPlane(), workers());
    const [bad = ''] = nodesOf(world, 'w');
    silence(world, bad);
    world.cluster.changeNode(bad, { leftAlone: true });
    await passFor(world, HOUR_MS);
    expect(stepOf(world, 'w')).toMatchObject({ phase: 'failed', reason: 'NodesNotReady' });
    world.cluster.changeNode(bad, { leftAlone: undefined } as unknown as { leftAlone: true });
    await world.settle();
    expect(nodesOf(world, 'w')).not.toContain(bad);
  });
});

describe('when it is hardly the machines', () => {
  test('nothing is replaced while too many are bad, and it goes on when fewer are', async () => {
    const world = await settled(controlPlane(), workers({ size: 4 }));
    const [one = '', two = '', three = ''] = nodesOf(world, 'w');
    silence(world, one, two, three);
    await passFor(world, 3 * HOUR_MS);
    expect(world.events).toEqual([]);
    expect(stepOf(world, 'w')).toMatchObject({ phase: 'failed', reason: 'RemediationHeld' });
    silence(world, two);
    await world.settle();
    expect(nodesOf(world, 'w')).toEqual(expect.arrayContaining([one, three]));
    expect(nodesOf(world, 'w')).not.toContain(two);
    expect(await world.readyNodes('w')).toBe(4);
  });

  test('two of five go one after the other', async () => {
    const world = await settled(controlPlane(), workers({ size: 5 }));
    const bad = nodesOf(world, 'w').slice(1, 3);
    silence(world, ...bad);
    await world.pass(true);
    let least = 5;
    for (let count = 0; count < 60; count += 1) {
      await world.pass();
      least = Math.min(least, world.machines.livingOf('w').length);
    }
    await world.settle();
    expect(least).toBe(4);
    expect(await world.readyNodes('w')).toBe(5);
    expect(world.violations).toEqual([]);
  });

  test('a slot whose machines all turn bad costs four in half a day', async () => {
    const world = await settled(controlPlane(), workers());
    const wellMs = 3 * MINUTE_MS;
    world.isSilent = (machine) =>
      machine.order.pool === 'w' && machine.order.index === 0 && world.nowMs > machine.launchedMs + wellMs;
    await passFor(world, 12 * HOUR_MS);
    expect(launchesOf(world, 'w').filter(({ order }) => order.index === 0)).toHaveLength(4);
    expect(stepOf(world, 'w')).toMatchObject({ phase: 'failed', reason: 'RemediationHeld' });
    silence(world);
    await world.settle();
    expect(world.boots).toEqual([]);
  });

  test('a successor that never joins is the last for a while', async () => {
    const world = await settled(controlPlane(), workers());
    silence(world, nodesOf(world, 'w')[0] ?? '');
    world.isBroken = ({ order }) => order.pool === 'w' && order.attempt > 1;
    await passFor(world, 2 * HOUR_MS);
    expect(launchesOf(world, 'w').length).toBeLessThanOrEqual(7);
    expect(stepOf(world, 'w')).toMatchObject({ reason: 'NodesKeepFailing' });
    expect(await world.readyNodes('w')).toBe(2);
  });
});

describe('a control plane', () => {
  test('gives up a node that stays bad, and gets another: etcd is never without its majority', async () => {
    const world = await settled(controlPlane({ size: 3 }));
    const [bad = ''] = nodesOf(world, 'cp');
    silence(world, bad);
    await world.pass(true);
    await world.settle();
    const order = [
      `Asked the pods of node ${bad} to leave`,
      `Removed member ${bad} from etcd`,
      `Ended machine of node ${bad} (NodeNotReady)`,
    ];
    expect(world.events.filter((event) => order.includes(event))).toEqual(order);
    expect(nodesOf(world, 'cp')).not.toContain(bad);
    expect(world.cluster.voters).toHaveLength(3);
    expect(world.violations).toEqual([]);
  });

  test('the same when etcd died with the kubelet', async () => {
    const world = await settled(controlPlane({ size: 3 }));
    const [, bad = ''] = nodesOf(world, 'cp');
    const isAlive = world.cluster.isAlive;
    world.cluster.isAlive = (node) => node !== bad && isAlive(node);
    silence(world, bad);
    await world.pass(true);
    await world.settle();
    expect(nodesOf(world, 'cp')).not.toContain(bad);
    expect(world.cluster.voters).toHaveLength(3);
    expect(world.violations).toEqual([]);
  });

  test('of five loses two, one after the other', async () => {
    const world = await settled(controlPlane({ size: 5 }));
    const bad = nodesOf(world, 'cp').slice(0, 2);
    const isAlive = world.cluster.isAlive;
    world.cluster.isAlive = (node) => !bad.includes(node) && isAlive(node);
    silence(world, ...bad);
    await world.pass(true);
    await world.settle();
    expect(nodesOf(world, 'cp')).toHaveLength(5);
    expect(nodesOf(world, 'cp').filter((node) => bad.includes(node))).toEqual([]);
    expect(world.cluster.voters).toHaveLength(5);
    expect(world.violations).toEqual([]);
  });

  test('keeps two bad nodes of three: the third alone is no majority', async () => {
    const world = await settled(controlPlane({ size: 3 }));
    silence(world, ...nodesOf(world, 'cp').slice(0, 2));
    await passFor(world, HOUR_MS);
    expect(world.events).toEqual([]);
    expect(stepOf(world, 'cp')).toMatchObject({ phase: 'failed', reason: 'RemediationHeld' });
    expect(world.cluster.voters).toHaveLength(3);
  });

  test('never loses its only node', async () => {
    const world = await settled(controlPlane());
    const [only = ''] = nodesOf(world, 'cp');
    world.cluster.changeNode(only, { conditions: [{ type: 'KernelDeadlock', status: 'True' }] });
    await passFor(world, HOUR_MS);
    expect(nodesOf(world, 'cp')).toEqual([only]);
    expect(stepOf(world, 'cp')).toMatchObject({ phase: 'failed', reason: 'RemediationHeld' });
  });
});
