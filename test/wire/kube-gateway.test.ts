/** The gateway to simulated API servers, with the real client over real TLS: certificates, server names and exec. */
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Secret } from '../../lib/domain/secret.ts';
import { connectSelfManaged } from '../../lib/kube/connect-self-managed.ts';
import type { SelfManagedApi } from '../../lib/kube/self-managed.ts';
import { createAuthority } from '../../lib/machines/bootstrap/certificates.ts';
import { adminKubeconfigOf } from '../../lib/machines/bootstrap/kubeconfig.ts';
import type { ListeningServer } from '../../local/kube/http-exchange.ts';
import { startKubeGateway } from '../../local/machines/kube-gateway.ts';
import {
  aMachineWorld,
  ENDPOINT,
  expectOk,
  type MachineWorld,
  nodeNameOf,
  UID,
} from '../builders/machine-world.ts';
import { ENDPOINT_HOST } from '../fakes/fake-machine-host.ts';

const HOUR_MS = 3_600_000;
const FIRST = nodeNameOf(10);
const parts: { world?: MachineWorld; gateway?: ListeningServer } = {};

beforeAll(async () => {
  // Certificates are checked by the clock on the wall, so the world's has to be near it.
  const world = await aMachineWorld(Date.now());
  await world.launch('init', 0);
  world.pass(240);
  const { side: machines, clusters, clock } = world;
  Object.assign(parts, { world, gateway: await startKubeGateway({ machines, clusters, clock, port: 0 }) });
});

afterAll(() => parts.gateway?.close());

function started(): { readonly world: MachineWorld; readonly gateway: ListeningServer } {
  const { world, gateway } = parts;
  if (world === undefined || gateway === undefined) throw new Error('not started');
  return { world, gateway };
}

function connected(kubeconfig: Secret): SelfManagedApi {
  const gateway = `127.0.0.1:${started().gateway.port}`;
  return expectOk(connectSelfManaged({ timeoutMs: 5_000, gateway })(kubeconfig));
}

async function ourApi(): Promise<SelfManagedApi> {
  return connected(expectOk(await started().world.boot.adminKubeconfig(ENDPOINT, HOUR_MS, 'control-plane')));
}

test('a client with the right certificates is let in', async () => {
  const api = await ourApi();
  expect(await api.ready()).toEqual({ ok: true, value: true });
  expect(expectOk(await api.listNodes()).map(({ name }) => name)).toEqual([FIRST]);
});

test('etcdctl runs in the pod of etcd', async () => {
  const api = await ourApi();
  expect(expectOk(await api.etcdMembers(FIRST))).toMatchObject([
    { name: FIRST, started: true, learner: false, leader: true, healthy: true },
  ]);
  const [member] = expectOk(await api.etcdMembers(FIRST));
  expect(await api.removeEtcdMember(FIRST, member?.id ?? '')).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('not enough started members') },
  });
  expect(await api.etcdMembers('nobody')).toMatchObject({ ok: false, error: { code: 'NotFound' } });
});

test('servers and clients of another authority are refused', async () => {
  const { world } = started();
  const another = await createAuthority('kubernetes', Date.now());
  const validity = { fromMs: Date.now(), lifetimeMs: HOUR_MS };
  const order = { clusterName: 'shop', endpoint: ENDPOINT, holder: 'control-plane', validity } as const;
  const stranger = await adminKubeconfigOf(another, order);
  expect(await connected(stranger).listNodes()).toMatchObject({
    ok: false,
    error: { code: 'Unavailable', message: expect.stringContaining('does not trust') },
  });
  const ours = expectOk(await world.boot.adminKubeconfig(ENDPOINT, HOUR_MS, 'control-plane'));
  const authority = /certificate-authority-data: (\S+)/.exec(ours.reveal())?.[1] ?? '';
  const mixed = stranger.reveal().replace(/(certificate-authority-data: )\S+/, `$1${authority}`);
  const refused = { ok: false, error: { code: 'Unauthorized' } };
  expect(await connected(new Secret(mixed)).listNodes()).toMatchObject(refused);
  expect(await connected(new Secret(mixed)).etcdMembers(FIRST)).toMatchObject(refused);
});

test('where nobody listens the connection is cut', async () => {
  const { world } = started();
  const api = await ourApi();
  const cut = { ok: false, error: { code: 'Unavailable' } };
  const elsewhere = ENDPOINT.replace('shop', 'other');
  const ours = expectOk(await world.boot.adminKubeconfig(elsewhere, HOUR_MS, 'people'));
  expect(await connected(ours).listNodes()).toMatchObject(cut);
  // Also on a connection that was opened before.
  expectOk(await api.listNodes());
  const fault = world.clusters.faults.add(UID, { kind: 'api-down' });
  expect(await api.listNodes()).toMatchObject(cut);
  expect(await api.etcdMembers(FIRST)).toMatchObject(cut);
  world.clusters.faults.clear(UID, fault.id);
  expectOk(await api.listNodes());
});

test('health checks need no certificate, and the server shows its own', async () => {
  const { gateway } = started();
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(
      { port: gateway.port, servername: ENDPOINT_HOST, rejectUnauthorized: false },
      () => {
        const { subject, subjectaltname } = socket.getPeerCertificate();
        socket.once('data', (data) => {
          socket.destroy();
          resolve(
            `${subject.CN} ${subjectaltname?.includes(ENDPOINT_HOST)} ${String(data).split('\r\n')[0]}`,
          );
        });
        socket.write(`GET /readyz HTTP/1.1\r\nhost: ${ENDPOINT_HOST}\r\n\r\n`);
      },
    );
    socket.once('error', reject);
  });
  expect(answer).toBe('kube-apiserver true HTTP/1.1 200 OK');
});
