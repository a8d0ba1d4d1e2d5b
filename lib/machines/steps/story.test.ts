import { describe, expect, test } from '@jest/globals';
import { controlPlane, workers, ZONES } from '../../../test/builders/machine-pools.ts';
import { MachineWorld } from '../../../test/fakes/machine-world.ts';
import type { PoolSpec } from '../../domain/pool.ts';
import { MINUTE_MS } from '../../domain/time.ts';

const [A, B, C] = ZONES;

async function settled(...pools: readonly PoolSpec[]): Promise<MachineWorld> {
  const world = new MachineWorld(pools);
  await world.settle();
  world.events.length = 0;
  return world;
}

/** Passes until settled, with the least number of Ready nodes of the pool and the most machines on the way. */
async function watched(
  world: MachineWorld,
  pool: string,
): Promise<{ leastReady: number; mostMachines: number }> {
  let leastReady = Number.POSITIVE_INFINITY;
  let mostMachines = 0;
  for (let count = 0; count < 300; count += 1) {
    const outcomes = await world.pass();
    leastReady = Math.min(leastReady, await world.readyNodes(pool));
    mostMachines = Math.max(mostMachines, world.machines.livingOf(pool).length);
    if (outcomes.every(({ turn }) => turn.kind === 'done')) return { leastReady, mostMachines };
  }
  throw new Error('Never settled');
}

function zonesOf(world: MachineWorld, pool: string): readonly string[] {
  return world.machines
    .livingOf(pool)
    .map(({ order }) => order.zone)
    .sort();
}

const typesOf = (world: MachineWorld, pool: string): readonly string[] => [
  ...new Set(world.machines.livingOf(pool).map(({ order }) => String(order.template.instanceType))),
];

describe('a new cluster', () => {
  test('is initialised once, and its pools follow', async () => {
    const world = new MachineWorld([controlPlane(), workers()]);
    await world.settle();
    expect(world.events).toEqual([
      'Made the authorities and keys of the cluster',
      'Launched machine shop-cp-0-1 of pool cp in eu-central-1a',
      'Put shop-cp-0-1 behind the load balancer',
      'Node ip-10-0-0-1 joined the cluster',
      'Launched 3 machines of pool w in eu-central-1a, eu-central-1b, eu-central-1c',
      'Node ip-10-0-0-2, ip-10-0-0-3, ip-10-0-0-4 joined the cluster',
    ]);
    expect(world.boots).toEqual([]);
    expect(world.violations).toEqual([]);
  });

  test('a first machine that dies is followed by another with the same keys', async () => {
    const world = new MachineWorld([controlPlane()]);
    world.isBroken = ({ order }) => order.attempt === 1;
    await world.settle();
    expect(world.events[3]).toMatch(
      /^Ended machine ip-10-0-0-1, which never joined in its time; its console ends/,
    );
    expect(world.machines.living.map(({ order }) => order.attempt)).toEqual([2]);
    expect(world.boots).toEqual([]);
    expect(world.violations).toEqual([]);
  });

  test('once it was initialised, a lost control plane is for people to mend', async () => {
    const world = await settled(controlPlane());
    world.machines.kill(world.machines.livingOf('cp')[0]?.id ?? '');
    for (let count = 0; count < 30; count += 1) await world.pass(true);
    expect(world.machines.living).toEqual([]);
    expect(world.steps['machines/first-node']).toMatchObject({ phase: 'failed', reason: 'ControlPlaneLost' });
    expect(world.violations).toEqual([]);
  });
});

describe('the control plane', () => {
  test('[A238] grows from 1 to 3 to 5, one member at a time, over the zones', async () => {
    const world = await settled(controlPlane());
    world.pools = [controlPlane({ size: 3 })];
    await world.settle();
    expect(zonesOf(world, 'cp')).toEqual([A, B, C]);
    world.pools = [controlPlane({ size: 5 })];
    await world.settle();
    expect(zonesOf(world, 'cp')).toEqual([A, A, B, B, C]);
    expect(world.cluster.voters).toHaveLength(5);
    expect(world.violations).toEqual([]);
    expect(world.events.filter((event) => event.startsWith('Saved a snapshot of etcd'))).toHaveLength(1);
    expect(world.cluster.saves).toHaveLength(1);
  });

  test('[A238] does not grow while etcd cannot be saved, and grows as soon as it can', async () => {
    const world = await settled(controlPlane());
    world.fate = (operation) => (operation === 'saveEtcd' ? 'refused' : 'fine');
    world.pools = [controlPlane({ size: 3 })];
    for (let count = 0; count < 10; count += 1) await world.pass();
    expect(world.machines.livingOf('cp')).toHaveLength(1);
    expect(world.steps['machines/pool:cp']?.message).toMatch(/does not grow before etcd is saved/);
    world.fate = () => 'fine';
    await world.settle();
    expect(world.cluster.voters).toHaveLength(3);
    expect(world.cluster.saves).toHaveLength(1);
  });

  test.each([1, 3])('[A245] changes its instance type with %i nodes, always one more first', async (size) => {
    const world = await settled(controlPlane({ size }), workers());
    world.pools = [controlPlane({ size, instanceType: 'm5.xlarge' }), workers()];
    const { leastReady, mostMachines } = await watched(world, 'cp');
    expect(typesOf(world, 'cp')).toEqual(['m5.xlarge']);
    expect({ leastReady, mostMachines }).toEqual({ leastReady: size, mostMachines: size + 1 });
    expect(world.cluster.voters).toHaveLength(size);
    expect(world.violations).toEqual([]);
  });

  test('that somebody took out of its load balancer is put behind it again, though nobody can ask it', async () => {
    const world = await settled(controlPlane());
    const [node] = world.machines.livingOf('cp');
    const seen = await world.machines.list();
    for (const machine of seen.ok ? seen.value : []) await world.machines.detach(machine);
    world.nowMs += 30 * MINUTE_MS;
    await world.settle();
    expect(world.events).toEqual([expect.stringMatching(/^Put .* behind the load balancer$/)]);
    expect(world.machines.livingOf('cp')).toEqual([node]);
  });

  test('a dead machine leaves etcd and is replaced', async () => {
    const world = await settled(controlPlane({ size: 3 }));
    const [dead] = world.machines.livingOf('cp');
    world.machines.kill(dead?.id ?? '');
    await world.settle();
    expect(world.events).toContain(`Removed member ${dead?.nodeName} from etcd`);
    expect(world.events).toContain(`Removed node ${dead?.nodeName}, whose machine is gone`);
    expect(zonesOf(world, 'cp')).toEqual([A, B, C]);
    expect(world.cluster.voters).toHaveLength(3);
    expect(world.violations).toEqual([]);
  });

  test('a member that somebody took out of etcd is replaced, never added again', async () => {
    const world = await settled(controlPlane({ size: 3 }));
    const [outcast] = world.machines.livingOf('cp');
    world.cluster.expel(outcast?.nodeName ?? '');
    await world.settle();
    expect(world.machines.livingOf('cp').map(({ id }) => id)).not.toContain(outcast?.id);
    expect(world.cluster.voters).toHaveLength(3);
    expect(world.violations).toEqual([]);
  });

  test('takes workloads and gives them up in place', async () => {
    const world = await settled(controlPlane());
    world.pools = [controlPlane({ allowWorkloads: true })];
    await world.settle();
    const [machine] = world.machines.livingOf('cp');
    expect(world.cluster.node(machine?.nodeName ?? '')?.taints).toEqual([]);
    expect(world.events).toEqual([`Changed labels and taints of node ${machine?.nodeName}`]);
  });
});

describe('a pool of workers', () => {
  test('[A46] [A152] scales up and down, spread over its zones', async () => {
    const world = await settled(controlPlane(), workers({ size: 2 }));
    expect(zonesOf(world, 'w')).toEqual([A, B]);
    world.pools = [controlPlane(), workers({ size: 7 })];
    await world.settle();
    expect(zonesOf(world, 'w')).toEqual([A, A, A, B, B, C, C]);
    world.pools = [controlPlane(), workers({ size: 4 })];
    await world.settle();
    expect(zonesOf(world, 'w')).toEqual([A, A, B, C]);
    expect(world.violations).toEqual([]);
  });

  test('[A245] [A247] is replaced one by one: never fewer Ready nodes, never two machines more', async () => {
    const world = await settled(controlPlane(), workers({ size: 4 }));
    world.pools = [controlPlane(), workers({ size: 4, instanceType: 'c5.large' })];
    expect(await watched(world, 'w')).toEqual({ leastReady: 4, mostMachines: 5 });
    expect(typesOf(world, 'w')).toEqual(['c5.large']);
    expect(zonesOf(world, 'w')).toEqual([A, A, B, C]);
    expect(world.events.filter((event) => event.startsWith('Ended machine of node'))).toHaveLength(4);
    expect(world.violations).toEqual([]);
  });

  test('[A247] without room for one more an old one goes first', async () => {
    const world = await settled(controlPlane(), workers());
    world.machines.quota = 4;
    world.pools = [controlPlane(), workers({ instanceType: 'c5.large' })];
    expect(await watched(world, 'w')).toEqual({ leastReady: 2, mostMachines: 3 });
    expect(typesOf(world, 'w')).toEqual(['c5.large']);
    expect(world.violations).toEqual([]);
  });

  test('[A247] an edit midway is carried out from the nodes as they are', async () => {
    const world = await settled(controlPlane(), workers());
    world.pools = [controlPlane(), workers({ instanceType: 'c5.large' })];
    for (let count = 0; count < 12; count += 1) await world.pass();
    expect(typesOf(world, 'w')).toHaveLength(2);
    world.pools = [controlPlane(), workers()];
    await world.settle();
    expect(typesOf(world, 'w')).toEqual(['m5.large']);
    const nodes = world.machines.livingOf('w').map(({ nodeName }) => world.cluster.node(nodeName));
    expect(nodes.some((node) => node?.unschedulable)).toBe(false);
    expect(world.violations).toEqual([]);
  });

  test('[A49] new zones take new nodes; a zone that is taken away loses its nodes one by one', async () => {
    const world = await settled(controlPlane(), workers({ zones: [A, B] }));
    expect(zonesOf(world, 'w')).toEqual([A, A, B]);
    world.pools = [controlPlane(), workers({ zones: [A, B, C] })];
    await world.settle();
    expect(zonesOf(world, 'w')).toEqual([A, A, B]);
    world.pools = [controlPlane(), workers({ zones: [B, C] })];
    expect(await watched(world, 'w')).toEqual({ leastReady: 3, mostMachines: 4 });
    expect(zonesOf(world, 'w')).toEqual([B, B, C]);
  });

  test('[A47] [A244] comes and goes, drained before it ends', async () => {
    const world = await settled(controlPlane(), workers());
    world.pools = [controlPlane(), workers(), workers({ name: 'x', size: 5 })];
    await world.settle();
    expect(world.machines.livingOf('x')).toHaveLength(5);
    world.pools = [controlPlane(), workers()];
    await world.settle();
    expect(world.machines.livingOf('x')).toEqual([]);
    expect(Object.keys(world.steps)).not.toContain('machines/pool:x');
    world.pools = [controlPlane(), workers(), workers({ name: 'x', size: 2 })];
    await world.settle();
    expect(world.machines.livingOf('x')).toHaveLength(2);
    expect(world.violations).toEqual([]);
  });

  test('a machine that somebody ended is replaced under the same slot', async () => {
    const world = await settled(controlPlane(), workers());
    const [dead] = world.machines.livingOf('w');
    world.machines.kill(dead?.id ?? '');
    await world.pass(true);
    await world.settle();
    const [fresh] = world.machines.livingOf('w').filter(({ order }) => order.attempt === 2);
    expect(fresh?.order).toMatchObject({ index: dead?.order.index, zone: dead?.order.zone });
    expect(world.cluster.node(dead?.nodeName ?? '')).toBeUndefined();
    expect(world.violations).toEqual([]);
  });

  test('machines that never join are tried three times at once, then every half hour', async () => {
    const world = await settled(controlPlane());
    world.pools = [controlPlane(), workers({ size: 1 })];
    world.isBroken = ({ order }) => order.pool === 'w';
    const before = world.nowMs;
    while (world.nowMs < before + 75 * 60_000) await world.pass();
    expect(world.machines.all.filter(({ order }) => order.pool === 'w')).toHaveLength(3);
    expect(world.steps['machines/pool:w']).toMatchObject({ phase: 'failed', reason: 'NodesKeepFailing' });
    world.isBroken = () => false;
    await world.settle();
    expect(world.machines.livingOf('w')).toHaveLength(1);
    expect(world.boots).toEqual([]);
    expect(world.violations).toEqual([]);
  });

  test('a zone without room is passed over, for that machine only', async () => {
    const world = await settled(controlPlane());
    world.machines.room.set(`${B}/on-demand`, 0);
    world.pools = [controlPlane(), workers()];
    await world.settle();
    expect(world.events[0]).toBe(`Launched 2 machines of pool w in ${A}, ${C}; no room in ${B}`);
    expect(zonesOf(world, 'w')).toEqual([A, A, C]);
    world.machines.room.clear();
    world.pools = [controlPlane(), workers({ size: 5 })];
    await world.settle();
    expect(zonesOf(world, 'w')).toEqual([A, A, B, B, C]);
    expect(world.violations).toEqual([]);
  });

  test('labels and taints change in place', async () => {
    const taint = { key: 'team', value: 'a', effect: 'NoSchedule' } as const;
    const world = await settled(controlPlane(), workers({ size: 1, taints: [taint] }));
    world.pools = [controlPlane(), workers({ size: 1, labels: { disk: 'fast' } })];
    await world.settle();
    const [machine] = world.machines.livingOf('w');
    expect(world.cluster.node(machine?.nodeName ?? '')).toMatchObject({
      labels: { disk: 'fast', 'slipway.io/pool': 'w' },
      taints: [],
    });
    expect(machine?.order.attempt).toBe(1);
  });
});

describe('deleting', () => {
  test('ends all machines at once and forgets the keys last', async () => {
    const world = await settled(controlPlane({ size: 3 }), workers());
    world.deleting = true;
    await world.settle();
    expect(world.machines.living).toEqual([]);
    expect(world.hasPki).toBe(false);
    expect(world.boots).toEqual([]);
    expect(world.events.at(-1)).toBe('Forgot the keys of the cluster');
    expect(world.events.filter((event) => event.startsWith('Asked the pods'))).toEqual([]);
  });

  test('in the middle of everything leaves nothing', async () => {
    const world = new MachineWorld([controlPlane({ size: 3 }), workers()]);
    for (let count = 0; count < 16; count += 1) await world.pass();
    expect(world.machines.living.length).toBeGreaterThan(0);
    world.deleting = true;
    await world.settle();
    expect(world.machines.living).toEqual([]);
    expect(world.hasPki).toBe(false);
    expect(world.boots).toEqual([]);
  });

  test('a machine whose launch nobody wrote down goes, too', async () => {
    const world = new MachineWorld([controlPlane(), workers({ size: 1 })]);
    await world.settle();
    world.pools = [controlPlane(), workers({ size: 1 }), workers({ name: 'x', size: 1 })];
    world.crashes = () => true;
    await world.pass();
    expect(world.machines.livingOf('x')).toHaveLength(1);
    world.crashes = () => false;
    world.pools = [controlPlane(), workers({ size: 1 })];
    await world.pass(true);
    await world.settle();
    expect(world.machines.livingOf('x')).toEqual([]);
  });
});
