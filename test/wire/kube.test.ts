/** The workload API client against the simulated API servers over TLS, as a pass meets them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Result } from '../../lib/domain/errors.ts';
import { Secret } from '../../lib/domain/secret.ts';
import { connectWorkloadApi } from '../../lib/kube/connect.ts';
import type { WorkloadApi } from '../../lib/kube/port.ts';
import type { ListeningServer } from '../../local/kube/http-exchange.ts';
import { serveOnKeptPort } from '../../local/kube/kept-port.ts';
import { ObjectStore } from '../../local/kube/object-store.ts';
import { serverIdentity } from '../../local/kube/server-identity.ts';
import { SimulatedClusters } from '../../local/kube/simulated-clusters.ts';
import { aMachine, CLUSTER } from '../builders/simulated-cluster.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'slipway-kube-'));
const machines = [aMachine('a'), aMachine('b', { zone: '2' })];

interface Running {
  readonly clusters: SimulatedClusters;
  readonly server: ListeningServer;
  readonly store: ObjectStore;
}

async function start(): Promise<Running> {
  const store = new ObjectStore(path.join(folder, 'clusters.db'));
  const identity = serverIdentity(store);
  const clusters: SimulatedClusters = new SimulatedClusters({
    source: { machines: (id) => (id === CLUSTER ? machines : undefined), version: () => 'v1.33.2' },
    clock: { now: Date.now, monotonic: () => performance.now() },
    secret: 'seed',
    baseUrl: () => `https://127.0.0.1:${server.port}`,
    certificateAuthority: identity.certificate,
    store,
    times: { nodeReadyMs: 0, podStopMs: 0 },
  });
  const server: ListeningServer = await serveOnKeptPort({ clusters, identity }, store);
  return { clusters, store, server };
}

async function stop({ server, store }: Running): Promise<void> {
  await server.close();
  store.close();
}

function connect(kubeconfig: string): WorkloadApi {
  const connected = connectWorkloadApi({ timeoutMs: 2_000 })(new Secret(kubeconfig));
  if (!connected.ok) throw new Error(connected.error.message);
  return connected.value;
}

function accepted<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('a workload API over TLS', () => {
  let running: Running;
  let kubeconfig: string;
  beforeAll(async () => {
    running = await start();
    kubeconfig = running.clusters.kubeconfig(CLUSTER);
  });
  afterAll(async () => {
    await stop(running);
    rmSync(folder, { recursive: true });
  });

  test('says its version and its nodes', async () => {
    const api = connect(kubeconfig);
    expect(accepted(await api.version())).toBe('v1.33.2');
    expect(accepted(await api.listNodes()).map(({ name, ready, zone }) => ({ name, ready, zone }))).toEqual([
      { name: 'a', ready: true, zone: 'westeurope-1' },
      { name: 'b', ready: true, zone: 'westeurope-2' },
    ]);
  });

  test('cordons, drains and applies', async () => {
    const api = connect(kubeconfig);
    accepted(await api.cordon('a'));
    expect(running.clusters.isCordoned(CLUSTER, 'a')).toBe(true);
    expect(accepted(await api.drain('a', { force: false }))).toEqual({ state: 'draining', podsLeft: 3 });
    expect(accepted(await api.drain('a', { force: false }))).toEqual({ state: 'drained' });
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm', namespace: 'default' } };
    accepted(await api.apply({ ...configMap, data: { a: '1' } }));
  });

  test('what happened outlives a restart, and so does the kubeconfig', async () => {
    await stop(running);
    running = await start();
    expect(running.clusters.kubeconfig(CLUSTER)).toBe(kubeconfig);
    const nodes = accepted(await connect(kubeconfig).listNodes());
    expect(nodes.map(({ name, unschedulable }) => [name, unschedulable])).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });

  test('somebody else on the port of last time does not keep it from starting', async () => {
    const { port } = running.server;
    await stop(running);
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    running = await start();
    other.close();
    expect(running.server.port).not.toBe(port);
    kubeconfig = running.clusters.kubeconfig(CLUSTER);
    expect(accepted(await connect(kubeconfig).version())).toBe('v1.33.2');
  });

  test('a wrong token is refused', async () => {
    const wrong = kubeconfig.replace(running.clusters.tokenFor(CLUSTER), 'wrong');
    expect(await connect(wrong).listNodes()).toMatchObject({
      ok: false,
      error: { code: 'Unauthorized', message: 'Unauthorized', source: 'kube:nodes.list:Unauthorized' },
    });
  });

  test('a server whose certificate the kubeconfig does not vouch for gets no token', async () => {
    const strange = kubeconfig.replace(/ +certificate-authority-data: .*\n( {8,}.*\n)*/, '');
    expect(await connect(strange).cordon('b')).toEqual({
      ok: false,
      error: {
        code: 'Unavailable',
        message: "The cluster's API server shows a certificate that the kubeconfig does not trust.",
        causes: [],
        source: 'kube:nodes.cordon:DEPTH_ZERO_SELF_SIGNED_CERT',
      },
    });
  });

  test('where no API server answers, calls are Unavailable', async () => {
    const down = running.clusters.faults.add(CLUSTER, { kind: 'api-down' });
    expect(await connect(kubeconfig).version()).toMatchObject({ error: { code: 'Unavailable' } });
    running.clusters.faults.clear(CLUSTER, down.id);
    expect(accepted(await connect(kubeconfig).version())).toBe('v1.33.2');
    const unknown = connect(running.clusters.kubeconfig('no-such-cluster'));
    expect(await unknown.version()).toMatchObject({ error: { code: 'Unavailable' } });
  });
});
