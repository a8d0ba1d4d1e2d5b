/** Programs in containers over real sockets, and API servers that are dialled at the gateway with TLS as it is. */
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import sshpk from 'sshpk/lib/index.js';
import { type WebSocket, WebSocketServer } from 'ws';
import { Secret } from '../../lib/domain/secret.ts';
import { connectSelfManaged } from '../../lib/kube/connect-self-managed.ts';
import type { KubeAccess } from '../../lib/kube/kubeconfig.ts';
import { type KubeExec, tlsTransport } from '../../lib/kube/transport.ts';
import { createAuthority } from '../../lib/machines/bootstrap/certificates.ts';
import { adminKubeconfigOf } from '../../lib/machines/bootstrap/kubeconfig.ts';

const BALANCER = 'shop-1a2b3c-api-0123.elb.eu-central-1.amazonaws.com';
const SUCCESS = '{"metadata":{},"status":"Success"}';

let server: Server;
let sockets: WebSocketServer;
let port: number;
let access: KubeAccess;
let serverCertificate: string;
let kubeconfig: Secret;
/** What the API server does with a program. */
let program: (socket: WebSocket) => void;
const seen = { protocols: '', path: '', subject: '', serverName: '' };

function frame(channel: number, text: string): Buffer {
  return Buffer.concat([Buffer.from([channel]), Buffer.from(text)]);
}

beforeAll(async () => {
  const key = sshpk.generatePrivateKey('ecdsa');
  const identity = sshpk.identityForHost(BALANCER);
  serverCertificate = sshpk.createSelfSignedCertificate(identity, key, { lifetime: 3_600 }).toString('pem');
  const authority = await createAuthority('kubernetes', Date.now());
  kubeconfig = await adminKubeconfigOf(authority, {
    clusterName: 'shop',
    endpoint: `${BALANCER}:6443`,
    holder: 'control-plane',
    validity: { fromMs: Date.now(), lifetimeMs: 60_000 },
  });
  server = createServer(
    {
      cert: serverCertificate,
      key: key.toString('pkcs8'),
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      const socket = request.socket as TLSSocket;
      seen.subject = String(socket.getPeerCertificate().subject?.O);
      seen.serverName = String(socket.servername);
      response
        .writeHead(404)
        .end(JSON.stringify({ kind: 'Status', message: 'no such pod', reason: 'NotFound' }));
    },
  );
  sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has('v5.channel.k8s.io') ? 'v5.channel.k8s.io' : false),
  });
  server.on('upgrade', (request, socket, head) => {
    seen.protocols = String(request.headers['sec-websocket-protocol']);
    seen.path = String(request.url);
    if (seen.path.includes('/gone/')) {
      socket.end(
        'HTTP/1.1 404 Not Found\r\nContent-Length: 24\r\nConnection: close\r\n\r\n{"message":"no such pod"}',
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (opened) => program(opened));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  sockets.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  access = {
    server: new URL(`https://${BALANCER}:6443`),
    certificateAuthority: serverCertificate,
  };
});

function run(pod = 'etcd-a', options: { maxBytes?: number; timeoutMs?: number } = {}): ReturnType<KubeExec> {
  const { exec } = tlsTransport(access, `127.0.0.1:${port}`);
  if (exec === undefined) throw new Error('it runs programs');
  return exec(`https://${BALANCER}:6443/api/v1/namespaces/kube-system/pods/${pod}/exec?command=x`, {
    headers: { 'user-agent': 'slipway' },
    signal: AbortSignal.timeout(options.timeoutMs ?? 5_000),
    maxBytes: options.maxBytes ?? 1_024,
  });
}

describe('a program', () => {
  test('says what it says, in pieces, and how it ended', async () => {
    program = (socket) => {
      for (const channel of [1, 2, 3]) socket.send(frame(channel, ''));
      socket.send(frame(1, 'first '));
      socket.send(frame(2, 'oops'));
      socket.send(frame(1, 'second'));
      socket.send(frame(3, SUCCESS));
      socket.close(1000);
    };
    expect(await run()).toEqual({ kind: 'ran', stdout: 'first second', stderr: 'oops', outcome: SUCCESS });
    expect(seen.protocols).toBe('v5.channel.k8s.io,v4.channel.k8s.io');
    expect(seen.path).toBe('/api/v1/namespaces/kube-system/pods/etcd-a/exec?command=x');
  });

  test('that says too much is cut off, in one piece or in many', async () => {
    program = (socket) => socket.send(frame(1, 'x'.repeat(2_000)));
    expect(await run()).toEqual({ kind: 'too-large' });
    program = (socket) => {
      for (let piece = 0; piece < 20; piece++) socket.send(frame(1, 'x'.repeat(100)));
    };
    expect(await run()).toEqual({ kind: 'too-large' });
  });

  test('whose connection ends before it has given no answer', async () => {
    program = (socket) => {
      socket.send(frame(1, 'half'));
      socket.close(1000);
    };
    await expect(run()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  test('that never ends is given up', async () => {
    program = () => {};
    await expect(run('etcd-a', { timeoutMs: 50 })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  test('in a pod that is gone is refused in plain HTTP', async () => {
    const answer = await run('gone/x');
    expect(answer).toMatchObject({ kind: 'refused', answer: { status: 404 } });
  });

  test('of a server that nobody vouches for is not run', async () => {
    const { certificate } = await createAuthority('kubernetes', Date.now());
    access = { server: access.server, certificateAuthority: certificate };
    program = (socket) => socket.send(frame(3, SUCCESS));
    await expect(run()).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  test('of a server with another name is not run', async () => {
    access = { ...access, serverName: 'other.example' };
    await expect(run()).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });
});

test('behind the gateway the API server sees its own name and our certificate', async () => {
  const trusted = new Secret(
    kubeconfig.reveal().replace(/certificate-authority-data: \S+/, () => {
      return `certificate-authority-data: ${Buffer.from(serverCertificate).toString('base64')}`;
    }),
  );
  const gateway = `127.0.0.1:${port}`;
  const connected = connectSelfManaged({ timeoutMs: 2_000, gateway })(trusted);
  if (!connected.ok) throw new Error(connected.error.message);
  expect(await connected.value.deleteNode('a')).toEqual({ ok: true, value: undefined });
  expect(seen).toMatchObject({ subject: 'system:masters', serverName: BALANCER });
});
