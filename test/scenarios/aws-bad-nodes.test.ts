/** Nodes that are lost while their machines run: replaced one by one, and not at all when too many are lost at once. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { nodeTasks } from '../../lib/machines/node-tasks.ts';
import { anAwsPool } from '../builders/aws.ts';
import { type AwsWorld, aWorld, controlPlane, MINUTE_MS, ONE_ZONE } from './aws-fixture.ts';
import { machinesOf, watchControlPlane } from './aws-looks.ts';

const POOL = 'machines/pool:workers';
/** Nobody reports here: a pool finds out at its next drift look. */
const DRIFT_MS = 31 * MINUTE_MS;

const workers = anAwsPool({ name: 'workers', ...ONE_ZONE, size: 3 });

let world: AwsWorld;

beforeAll(async () => {
  world = await aWorld({ spec: { pools: [{ ...controlPlane, ...ONE_ZONE, size: 3 }, workers] } });
  await world.converge();
});

const nodesOf = (pool: string) => world.nodes().filter(({ labels }) => labels['slipway.io/pool'] === pool);

async function lose(...names: readonly string[]): Promise<() => void> {
  const { id } = await world.document();
  const faults = names.map((node) => world.clusters.faults.add(id, { kind: 'node-lost', node }).id);
  return () => {
    for (const fault of faults) world.clusters.faults.clear(id, fault);
  };
}

/** As `kubectl annotate` does. */
function leaveAlone(node: string): void {
  const path = `/api/v1/nodes/${node}`;
  const body = world.kube('GET', path).body as { readonly metadata: { readonly annotations?: object } };
  const annotations = { ...body.metadata.annotations, 'slipway.io/remediation': 'disabled' };
  const answer = world.kube('PUT', path, { ...body, metadata: { ...body.metadata, annotations } });
  expect(answer.status).toBe(200);
}

async function tasks() {
  const step = (await world.document()).steps[POOL];
  return (step && nodeTasks(POOL, step)) ?? [];
}

async function stateOfPool(): Promise<string> {
  const { phase, reason } = (await world.document()).steps[POOL] ?? {};
  return `${phase} ${reason}`;
}

const ENDED = /^RemediatingNode: Ended machine of node (\S+) \(NodeNotReady\)$/;

async function remediated(): Promise<readonly string[]> {
  return (await world.events()).flatMap((event) => ENDED.exec(event)?.[1] ?? []);
}

describe('workers', () => {
  test('one that is lost is replaced, and the nodes say why', async () => {
    const [lost] = nodesOf('workers');
    const before = machinesOf(world, 'workers').map(({ id }) => id);
    await lose(lost?.name ?? '');
    await world.run(DRIFT_MS);
    await world.converge();
    expect(await remediated()).toEqual([lost?.name]);
    const after = machinesOf(world, 'workers').map(({ id }) => id);
    expect(after.filter((id) => before.includes(id))).toHaveLength(2);
    expect(nodesOf('workers').map(({ ready }) => ready)).toEqual(Array(3).fill(true));
    const because = (await tasks()).flatMap(({ replacedBecause }) => replacedBecause ?? []);
    expect(because).toEqual(['NodeNotReady']);
  });

  test('many that are lost at once are not, and people are told; with fewer it goes on', async () => {
    const all = machinesOf(world, 'workers').map(({ id }) => id);
    const [one = '', two = ''] = nodesOf('workers').map(({ name }) => name);
    const back = await lose(one);
    await lose(two);
    await world.run(2 * DRIFT_MS);
    expect(machinesOf(world, 'workers').map(({ id }) => id)).toEqual(all);
    expect(await stateOfPool()).toBe('failed RemediationHeld');
    expect(await world.condition('ReplacingNode')).toBe('Failed RemediationHeld');
    const told = (await world.events()).filter((event) => event.startsWith('RemediationHeld: '));
    expect(told).toEqual([expect.stringContaining('Too many nodes of pool workers are bad at once')]);
    back();
    await world.converge();
    expect((await remediated()).slice(1)).toEqual([two]);
    expect(nodesOf('workers').map(({ ready }) => ready)).toEqual(Array(3).fill(true));
  });

  test('one that its people look into stays', async () => {
    const [mine] = nodesOf('workers');
    leaveAlone(mine?.name ?? '');
    const back = await lose(mine?.name ?? '');
    await world.run(2 * DRIFT_MS);
    expect(nodesOf('workers').map(({ name }) => name)).toContain(mine?.name);
    expect(await stateOfPool()).toBe('failed NodesNotReady');
    back();
    await world.converge();
    expect(await remediated()).toHaveLength(2);
  });
});

test('a control plane of three that loses a node has three again, one member of etcd at a time', async () => {
  const watch = watchControlPlane(world, 'control-plane');
  const [lost] = nodesOf('control-plane');
  await lose(lost?.name ?? '');
  await world.run(DRIFT_MS);
  await world.converge(() => watch.look());
  expect(await remediated()).toHaveLength(3);
  expect(nodesOf('control-plane').map(({ name }) => name)).not.toContain(lost?.name);
  expect(nodesOf('control-plane').map(({ ready }) => ready)).toEqual([true, true, true]);
  expect(world.machines.splitClusters()).toEqual([]);
  expect(watch.downs).toBe(0);
});
