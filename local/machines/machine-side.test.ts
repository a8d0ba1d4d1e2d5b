import { describe, expect, test } from '@jest/globals';
import { aMachineWorld, expectOk, type MachineWorld, nodeNameOf } from '../../test/builders/machine-world.ts';

const FIRST = nodeNameOf(10);
const MEMBER = /^[0-9a-f]{1,16}$/;

async function aCluster(): Promise<MachineWorld> {
  const world = await aMachineWorld();
  await world.launch('init', 0);
  world.pass(300);
  await world.install('cloud-controller-aws');
  await world.install('cni-flannel');
  world.pass(30);
  return world;
}

describe('the first machine', () => {
  test('makes a cluster whose node waits for its network and its cloud', async () => {
    const world = await aMachineWorld();
    const id = await world.launch('init', 0);
    world.pass(300);
    expect(world.host.consoleOf(id).at(-1)).toBe('SLIP-BOOT-OK');
    expect([22, 6443, 2379, 10250, 80].filter((port) => world.side.listens(id, port))).toEqual([
      22, 6443, 2379, 10250,
    ]);
    const api = await world.api();
    expect(await api.ready()).toEqual({ ok: true, value: true });
    expect(expectOk(await api.version())).toBe('v1.33.2');
    const [node] = expectOk(await api.listNodes());
    expect(node).toMatchObject({ name: FIRST, ready: false, kubeletVersion: 'v1.33.2' });
    expect(node?.providerId).toBeUndefined();
    expect(node?.labels).toMatchObject({
      'slipway.io/pool': 'control-plane',
      'node-role.kubernetes.io/control-plane': '',
    });
    expect(node?.taints.map(({ key }) => key)).toEqual([
      'node-role.kubernetes.io/control-plane',
      'node.cloudprovider.kubernetes.io/uninitialized',
      'node.kubernetes.io/not-ready',
      'node.kubernetes.io/not-ready',
    ]);
    expect(node?.conditions.find(({ type }) => type === 'Ready')?.message).toContain('NetworkPluginNotReady');
  });

  test('becomes Ready, with its place in the cloud, once both are installed', async () => {
    const world = await aCluster();
    const api = await world.api();
    const [node] = expectOk(await api.listNodes());
    expect(node).toMatchObject({
      ready: true,
      providerId: 'aws:///eu-central-1a/i-a0000000000000000',
      zone: 'eu-central-1a',
      instanceType: 'm5.large',
    });
    expect(node?.taints.map(({ key }) => key)).toEqual(['node-role.kubernetes.io/control-plane']);
    const sets = expectOk(await api.daemonSets());
    expect(sets.map(({ desired, ready }) => [desired, ready])).toEqual(sets.map(() => [1, 1]));
    const pods = expectOk(await api.controlPlanePods());
    expect(pods.map(({ component, ready }) => `${component} ${ready}`).sort()).toEqual([
      'etcd true',
      'kube-apiserver true',
      'kube-controller-manager true',
      'kube-scheduler true',
    ]);
  });

  test('listens before it can be reached, and gives up when it never can', async () => {
    const world = await aMachineWorld();
    const id = await world.launch('init', 0);
    world.host.attached.length = 0;
    world.pass(120);
    expect(world.side.listens(id, 6443)).toBe(true);
    world.pass(900);
    expect(world.host.consoleOf(id).at(-1)).toBe('SLIP-BOOT-FAIL kubeadm');
    expect(world.host.consoleOf(id).join('\n')).toContain('error execution phase upload-config/kubeadm');
  });

  test('twice is two clusters, which is told', async () => {
    const world = await aCluster();
    expect(world.side.splitClusters()).toEqual([]);
    await world.launch('init', 1);
    world.pass(300);
    expect(world.side.splitClusters()).toHaveLength(1);
  });

  test('that is gone leaves nothing, and another one starts anew', async () => {
    const world = await aCluster();
    world.host.terminate('i-a0000000000000000', world.side);
    await world.launch('init', 1);
    world.pass(300);
    expect(world.side.splitClusters()).toEqual([]);
    const nodes = expectOk(await (await world.api()).listNodes());
    expect(nodes.map(({ name, ready }) => [name, ready])).toEqual([[nodeNameOf(11), false]]);
  });
});

describe('machines that join', () => {
  test('are workers, then members of etcd one by one', async () => {
    const world = await aCluster();
    await world.launch('join-worker', 0);
    await world.launch('join-control-plane', 1);
    world.pass(300);
    await world.launch('join-control-plane', 2);
    world.pass(300);
    const api = await world.api();
    const nodes = expectOk(await api.listNodes());
    expect(nodes.map(({ name, ready }) => [name, ready])).toEqual([
      [FIRST, true],
      [nodeNameOf(100), true],
      [nodeNameOf(11), true],
      [nodeNameOf(12), true],
    ]);
    const members = expectOk(await api.etcdMembers(FIRST));
    expect(members.map(({ id: _id, ...member }) => member)).toEqual([
      { name: FIRST, started: true, learner: false, leader: true, healthy: true },
      { name: nodeNameOf(11), started: true, learner: false, leader: false, healthy: true },
      { name: nodeNameOf(12), started: true, learner: false, leader: false, healthy: true },
    ]);
    expect(members.every(({ id }) => MEMBER.test(id))).toBe(true);
    expect(expectOk(await api.controlPlanePods()).filter(({ ready }) => ready)).toHaveLength(12);
  });

  test('at the same moment do not become two learners at once', async () => {
    const world = await aCluster();
    const ids = [await world.launch('join-control-plane', 1), await world.launch('join-control-plane', 2)];
    world.pass(400);
    expect(ids.map((id) => world.host.consoleOf(id).at(-1))).toEqual(['SLIP-BOOT-OK', 'SLIP-BOOT-OK']);
    expect(expectOk(await (await world.api()).etcdMembers(FIRST))).toHaveLength(3);
  });
});

describe('etcd', () => {
  async function threeNodes(): Promise<MachineWorld> {
    const world = await aCluster();
    await world.launch('join-control-plane', 1);
    await world.launch('join-control-plane', 2);
    world.pass(400);
    return world;
  }

  test('moves its leader and lets a member go, whose API server ends with it', async () => {
    const world = await threeNodes();
    const api = await world.api();
    const second = expectOk(await api.etcdMembers(FIRST)).find(({ name }) => name === nodeNameOf(11));
    if (second === undefined) throw new Error('no second member');
    expectOk(await api.moveEtcdLeader(FIRST, second.id));
    const led = expectOk(await api.etcdMembers(FIRST));
    expect(led.filter(({ leader }) => leader).map(({ name }) => name)).toEqual([nodeNameOf(11)]);
    // Only its leader hands the lead over.
    expect(await api.moveEtcdLeader(FIRST, second.id)).toMatchObject({ ok: false });
    expectOk(await api.moveEtcdLeader(nodeNameOf(11), led[0]?.id ?? ''));
    expect(world.side.listens('i-a0000000000000001', 6443)).toBe(true);
    expectOk(await api.removeEtcdMember(FIRST, second.id));
    expect(world.side.listens('i-a0000000000000001', 6443)).toBe(false);
    expectOk(await api.removeEtcdMember(FIRST, second.id));
    const pods = expectOk(await api.controlPlanePods());
    expect(pods.filter(({ ready }) => !ready).map(({ component, node }) => [component, node])).toEqual([
      ['etcd', nodeNameOf(11)],
      ['kube-apiserver', nodeNameOf(11)],
    ]);
  });

  test('keeps the members of dead machines, elects another leader, and refuses to lose its quorum', async () => {
    const world = await threeNodes();
    world.host.terminate('i-a0000000000000000', world.side);
    const via = nodeNameOf(11);
    const api = await world.api();
    const members = expectOk(await api.etcdMembers(via));
    expect(members.map(({ leader, healthy }) => [leader, healthy])).toEqual([
      [false, false],
      [true, true],
      [false, true],
    ]);
    const refused = await api.removeEtcdMember(via, members[2]?.id ?? '');
    expect(refused).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('unhealthy cluster') },
    });
    expectOk(await api.removeEtcdMember(via, members[0]?.id ?? ''));
    expect(expectOk(await api.etcdMembers(via))).toHaveLength(2);
  });

  test('without a quorum there is no API, until a machine comes back', async () => {
    const world = await threeNodes();
    const stopped = world.host.stop('i-a0000000000000001');
    world.host.stop('i-a0000000000000002');
    const api = await world.api();
    expect(await api.listNodes()).toMatchObject({ ok: false, error: { code: 'Unavailable' } });
    world.host.start(stopped);
    expect(expectOk(await api.listNodes())).toHaveLength(3);
  });
});

describe('nodes of machines that are gone', () => {
  test('stay, silent, until the cloud controller deletes them', async () => {
    const world = await aCluster();
    const id = await world.launch('join-worker', 0);
    world.pass(300);
    const api = await world.api();
    const ready = async () =>
      expectOk(await api.listNodes()).map(
        ({ conditions }) => conditions.find(({ type }) => type === 'Ready')?.status,
      );
    expect(await ready()).toEqual(['True', 'True']);
    world.host.terminate(id, world.side);
    world.pass(45);
    expect(await ready()).toEqual(['True', 'True']);
    world.pass(5);
    expect(await ready()).toEqual(['True', 'Unknown']);
    world.pass(5);
    expect(await ready()).toEqual(['True']);
  });

  test('are deleted at once when we ask for it', async () => {
    const world = await aCluster();
    const id = await world.launch('join-worker', 0);
    world.pass(300);
    world.host.terminate(id, world.side);
    const api = await world.api();
    expectOk(await api.deleteNode(nodeNameOf(100)));
    expect(expectOk(await api.listNodes())).toHaveLength(1);
  });

  test('of stopped machines stay', async () => {
    const world = await aCluster();
    const id = await world.launch('join-worker', 0);
    world.pass(300);
    world.host.stop(id);
    world.pass(600);
    expect(expectOk(await (await world.api()).listNodes())).toHaveLength(2);
  });
});

test('a load balancer that probes while it is asked who is behind it, finds what listens', async () => {
  const world = await aMachineWorld();
  const id = await world.launch('init', 0);
  const probes: boolean[] = [];
  const found: boolean[] = [];
  world.host.probe = (probed) => {
    const answers = world.side.listens(probed, 6443);
    probes.push(answers);
    return answers;
  };
  // Only the load balancer looks: each probe leads to machines that ask who is behind it.
  for (let passed = 0; passed < 60; passed++) {
    world.clock.advance(5_000);
    found.push(world.side.listens(id, 6443));
  }
  expect(found.indexOf(true)).toBe(found.lastIndexOf(false) + 1);
  expect(probes).toContain(true);
  expect(probes).not.toContain(false);
  expect(world.host.consoleOf(id).at(-1)).toBe('SLIP-BOOT-OK');
});
