import { describe, expect, test } from '@jest/globals';
import { Secret } from '../../lib/domain/secret.ts';
import { connectSelfManaged } from '../../lib/kube/connect-self-managed.ts';
import { createAuthority } from '../../lib/machines/bootstrap/certificates.ts';
import { adminKubeconfigOf } from '../../lib/machines/bootstrap/kubeconfig.ts';
import {
  aMachineWorld,
  ENDPOINT,
  expectOk,
  type MachineWorld,
  nodeNameOf,
  UID,
} from '../../test/builders/machine-world.ts';
import { aDeployment } from '../../test/builders/simulated-cluster.ts';
import type { ApiAnswer, ApiRequest } from '../kube/request.ts';
import { inProcessGateway } from './in-process-gateway.ts';
import { createMachineSide } from './machine-side.ts';

const FIRST = nodeNameOf(10);
const MASTER = { user: 'slipway', groups: ['system:masters'] };
const HOUR_MS = 3_600_000;

async function aCluster(): Promise<MachineWorld> {
  const world = await aMachineWorld();
  await world.launch('init', 0);
  world.pass(300);
  return world;
}

function ask(
  { clusters }: MachineWorld,
  method: string,
  path: string,
  more: Partial<ApiRequest> = {},
): ApiAnswer {
  const url = new URL(path, 'https://localhost');
  const answer = clusters.handle(UID, {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers: {},
    body: '',
    identity: MASTER,
    ...more,
  });
  if (answer === undefined) throw new Error('Nobody answers');
  return answer;
}

const withBody = (body: object, type = 'application/json') => ({
  headers: { 'content-type': type },
  body: JSON.stringify(body),
});

describe('who may ask', () => {
  test('is told by the certificate, and by a binding that people can delete', async () => {
    const world = await aCluster();
    const people = { identity: { user: 'me', groups: ['kubeadm:cluster-admins'] } };
    expect(ask(world, 'GET', '/api/v1/nodes', people).status).toBe(200);
    ask(world, 'DELETE', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/kubeadm:cluster-admins');
    expect(ask(world, 'GET', '/api/v1/nodes', people)).toMatchObject({
      status: 403,
      body: {
        message:
          'nodes is forbidden: User "me" cannot list resource "nodes" in API group "" at the cluster scope',
      },
    });
    expect(ask(world, 'GET', '/api/v1/nodes').status).toBe(200);
    expect(ask(world, 'GET', '/api/v1/nodes', { identity: 'invalid' }).status).toBe(401);
    const token = { authorization: 'Bearer ' };
    const { identity: _master, ...anonymous } = { identity: MASTER, headers: token };
    const request = { method: 'GET', query: new URLSearchParams(), body: '', path: '/api/v1/nodes' };
    expect(world.clusters.handle(UID, { ...request, ...anonymous })?.status).toBe(401);
    expect(world.clusters.handle(UID, { ...request, headers: {} })?.status).toBe(403);
    expect(world.clusters.handle(UID, { ...request, headers: {}, path: '/readyz' })?.body).toBe('ok');
  });

  async function connectedBy(world: MachineWorld, kubeconfig: Secret) {
    const transportFor = inProcessGateway({
      machines: world.side,
      clusters: world.clusters,
      clock: world.clock,
    });
    return expectOk(connectSelfManaged({ transportFor, timeoutMs: 1_000 })(kubeconfig));
  }

  test('people and the control plane come in, for as long as their certificates say', async () => {
    const world = await aCluster();
    const people = await world.api('people');
    expect(expectOk(await people.listNodes())).toHaveLength(1);
    world.clock.advance(2 * HOUR_MS);
    expect(await people.listNodes()).toMatchObject({ ok: false, error: { code: 'Unauthorized' } });
  });

  test('a server of another authority is not believed, nor a client of another one', async () => {
    const world = await aCluster();
    const another = await createAuthority('kubernetes', world.clock.now());
    const validity = { fromMs: world.clock.now(), lifetimeMs: HOUR_MS };
    const order = { clusterName: 'shop', endpoint: ENDPOINT, holder: 'control-plane', validity } as const;
    const stranger = await adminKubeconfigOf(another, order);
    expect(await (await connectedBy(world, stranger)).listNodes()).toMatchObject({
      ok: false,
      error: { code: 'Unavailable', source: expect.stringContaining('UNABLE_TO_VERIFY_LEAF_SIGNATURE') },
    });
    const ours = expectOk(await world.boot.adminKubeconfig(ENDPOINT, HOUR_MS, 'control-plane'));
    const authority = /certificate-authority-data: (\S+)/.exec(ours.reveal())?.[1] ?? '';
    const mixed = stranger.reveal().replace(/(certificate-authority-data: )\S+/, `$1${authority}`);
    expect(await (await connectedBy(world, new Secret(mixed))).listNodes()).toMatchObject({
      ok: false,
      error: { code: 'Unauthorized' },
    });
  });

  test('nobody listens at other addresses', async () => {
    const world = await aCluster();
    const ours = expectOk(await world.boot.adminKubeconfig('elsewhere.example.com:6443', HOUR_MS, 'people'));
    expect(await (await connectedBy(world, ours)).listNodes()).toMatchObject({
      ok: false,
      error: { source: expect.stringContaining('ECONNREFUSED') },
    });
  });
});

describe('programs in pods', () => {
  const exec = (world: MachineWorld, pod: string, ...command: readonly string[]) => {
    const query = new URLSearchParams(command.map((word): [string, string] => ['command', word]));
    const path = `/api/v1/namespaces/kube-system/pods/${pod}/exec`;
    return world.clusters.exec(UID, { method: 'GET', path, query, headers: {}, body: '', identity: MASTER });
  };

  test('are etcdctl, which fails with its exit code, and nothing else', async () => {
    const world = await aCluster();
    expect(exec(world, `etcd-${FIRST}`, 'etcdctl', 'member', 'list')).toMatchObject({
      kind: 'ran',
      stderr: 'Error: context deadline exceeded\n',
      outcome: expect.stringContaining('"causes":[{"reason":"ExitCode","message":"1"}]'),
    });
    for (const [pod, program] of [
      [`etcd-${FIRST}`, 'sh'],
      [`kube-apiserver-${FIRST}`, 'etcdctl'],
    ] as const) {
      expect(exec(world, pod, program)).toMatchObject({
        outcome: expect.stringContaining(`exec: \\"${program}\\": executable file not found in $PATH`),
      });
    }
    expect(exec(world, 'etcd-nobody', 'etcdctl')).toMatchObject({ kind: 'refused', answer: { status: 404 } });
    expect(exec(world, `etcd-${FIRST}`)).toMatchObject({ kind: 'refused', answer: { status: 400 } });
  });

  test('run by no other subresource', async () => {
    const world = await aCluster();
    const path = `/api/v1/namespaces/kube-system/pods/etcd-${FIRST}/portforward`;
    const query = new URLSearchParams({ command: 'etcdctl' });
    const request = { method: 'GET', path, query, headers: {}, body: '', identity: MASTER };
    expect(world.clusters.exec(UID, request)).toMatchObject({ kind: 'refused', answer: { status: 404 } });
  });

  test('cannot be reached on a node whose kubelet is silent', async () => {
    const world = await aCluster();
    world.clusters.faults.add(UID, { kind: 'node-lost', node: FIRST });
    expect(exec(world, `etcd-${FIRST}`, 'etcdctl')).toMatchObject({
      kind: 'refused',
      answer: {
        status: 500,
        body: { message: 'error dialing backend: dial tcp 10.0.0.10:10250: connect: no route to host' },
      },
    });
  });
});

describe('a new cluster', () => {
  test('has what kubeadm leaves there, its first token included', async () => {
    const world = await aCluster();
    const { items } = JSON.parse(
      JSON.stringify(ask(world, 'GET', '/api/v1/namespaces/kube-system/secrets').body),
    );
    expect(items.map(({ type }: { type: string }) => type)).toEqual(['bootstrap.kubernetes.io/token']);
    expectOk(await world.boot.withdraw({ pool: 'control-plane', index: 0, attempt: 1 }, 'control-plane'));
    expect(ask(world, 'GET', '/api/v1/namespaces/kube-system/secrets').body).toMatchObject({ items: [] });
    expect(ask(world, 'GET', '/api/v1/namespaces/default/services/kubernetes').body).toMatchObject({
      spec: { clusterIP: '10.96.0.1' },
    });
  });

  test('starts no pods of its own network before it has one', async () => {
    const world = await aCluster();
    await world.install('cloud-controller-aws');
    await world.launch('join-worker', 0);
    world.pass(300);
    const running = () => {
      const path = '/api/v1/pods?fieldSelector=status.phase=Running';
      const { items } = JSON.parse(JSON.stringify(ask(world, 'GET', path).body));
      const pods: readonly { metadata: { labels: Record<string, string> } }[] = items;
      return new Set(pods.map(({ metadata: { labels } }) => labels['k8s-app'] ?? labels.component));
    };
    ask(world, 'POST', '/apis/apps/v1/namespaces/default/deployments', withBody(aDeployment('web', 2)));
    expect([...running()]).not.toContain('kube-dns');
    expect([...running()]).toContain('kube-proxy');
    await world.install('cni-flannel');
    world.pass(30);
    expect([...running()]).toContain('kube-dns');
    const path = '/apis/apps/v1/namespaces/default/deployments/web';
    expect(ask(world, 'GET', path).body).toMatchObject({ status: { readyReplicas: 2 } });
  });

  test('keeps what people add to a node while its cloud tells more of it', async () => {
    const world = await aCluster();
    const api = await world.api();
    const dedicated = { key: 'dedicated', value: 'shop', effect: 'PreferNoSchedule' } as const;
    expectOk(await api.shapeNode(FIRST, { labels: { team: 'shop' }, taints: [dedicated] }));
    await world.install('cloud-controller-aws');
    const [node] = expectOk(await api.listNodes());
    expect(node?.labels).toMatchObject({ team: 'shop', 'topology.kubernetes.io/zone': 'eu-central-1a' });
    expect(node?.taints).toContainEqual(dedicated);
    expect(node?.taints.map(({ key }) => key)).not.toContain(
      'node.cloudprovider.kubernetes.io/uninitialized',
    );
  });
});

describe('services of type LoadBalancer', () => {
  const SERVICES = '/api/v1/namespaces/default/services';
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
  };

  test('leave a balancer in the cloud, until they are deleted', async () => {
    const world = await aCluster();
    ask(world, 'POST', SERVICES, withBody(service));
    ask(world, 'GET', SERVICES);
    expect([...world.host.balancers]).toEqual([]);
    await world.install('cloud-controller-aws');
    expect(ask(world, 'GET', `${SERVICES}/web`).body).toMatchObject({
      status: { loadBalancer: { ingress: [{ hostname: 'web-1.eu-central-1.elb.amazonaws.com' }] } },
    });
    expect([...world.host.balancers]).toEqual(['default/web']);
    ask(world, 'DELETE', `${SERVICES}/web`);
    expect(ask(world, 'GET', `${SERVICES}/web`).status).toBe(404);
    expect([...world.host.balancers]).toEqual([]);
  });

  test('that become another type give it back', async () => {
    const world = await aCluster();
    await world.install('cloud-controller-aws');
    ask(world, 'POST', SERVICES, withBody(service));
    ask(world, 'GET', SERVICES);
    ask(
      world,
      'PATCH',
      `${SERVICES}/web`,
      withBody({ spec: { type: 'ClusterIP' } }, 'application/merge-patch+json'),
    );
    expect(ask(world, 'GET', `${SERVICES}/web`).body).toMatchObject({ status: { loadBalancer: {} } });
    expect([...world.host.balancers]).toEqual([]);
  });
});

test('a restart changes nothing', async () => {
  const world = await aCluster();
  await world.launch('join-worker', 0);
  world.pass(40);
  const { host, clusters, records, clock } = world;
  const again = createMachineSide({ host, clusters: () => clusters, records, clock, seed: 'seed' });
  world.host.probe = (id) => again.listens(id, 6443);
  world.clock.advance(300_000);
  const seen = again.source.machines(UID);
  expect(seen).toEqual(world.side.source.machines(UID));
  expect(seen?.map(({ name, state }) => [name, state])).toEqual([
    [FIRST, 'joined'],
    [nodeNameOf(100), 'joined'],
  ]);
});

test('two runs are the same', async () => {
  const story = async () => {
    const world = await aCluster();
    await world.launch('join-control-plane', 1);
    world.pass(300);
    return [world.side.source.machines(UID), world.host.consoleOf('i-a0000000000000001')];
  };
  expect(await story()).toEqual(await story());
});
