/** How the agent reaches its API server and its control plane: real sockets, certificates and proxies. */

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KubeConfig } from '@kubernetes/client-node';
import { kubeConfigHttp } from '../../agent/kube/kube-config.ts';
import type { Http } from '../../agent/ports.ts';
import { outboundHttp } from '../../agent/server/outbound.ts';
import type { ListeningServer } from '../../local/kube/http-exchange.ts';
import { ObjectStore } from '../../local/kube/object-store.ts';
import { serveClusters } from '../../local/kube/server.ts';
import { type ServerIdentity, serverIdentity } from '../../local/kube/server-identity.ts';
import { SimulatedClusters } from '../../local/kube/simulated-clusters.ts';
import { aMachine, CLUSTER } from '../builders/simulated-cluster.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'slipway-agent-'));
const { signal } = new AbortController();

afterAll(() => rmSync(folder, { recursive: true }));

const get = (http: Http, url: string) => http({ method: 'GET', url, headers: {}, signal });

describe('an API server', () => {
  let clusters: SimulatedClusters;
  let server: ListeningServer;
  let identity: ServerIdentity;

  beforeAll(async () => {
    identity = serverIdentity(new ObjectStore());
    clusters = new SimulatedClusters({
      source: { machines: () => [aMachine('a')], version: () => 'v1.33.2' },
      clock: { now: Date.now, monotonic: () => performance.now() },
      secret: 'seed',
      baseUrl: () => `https://127.0.0.1:${server.port}`,
      certificateAuthority: identity.certificate,
    });
    server = await serveClusters({ clusters, identity, port: 0 });
  });
  afterAll(() => server.close());

  /** As in a pod: the token in a file, which is renewed there. */
  function inPod(token: string, certificate = identity.certificate): Http {
    const tokenFile = path.join(folder, 'token');
    writeFileSync(tokenFile, token);
    const config = new KubeConfig();
    config.loadFromOptions({
      clusters: [
        {
          name: 'here',
          server: clusters.access(CLUSTER).server,
          caData: Buffer.from(certificate).toString('base64'),
          tlsServerName: 'localhost',
          skipTLSVerify: false,
        },
      ],
      users: [{ name: 'agent', authProvider: { name: 'tokenFile', config: { tokenFile } } }],
      contexts: [{ name: 'here', cluster: 'here', user: 'agent' }],
      currentContext: 'here',
    });
    return kubeConfigHttp(config);
  }

  test('is asked over TLS, with the service account of the pod', async () => {
    const { status, body } = await get(inPod(clusters.tokenFor(CLUSTER)), '/api/v1/nodes?limit=1');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ kind: 'NodeList', items: [{ metadata: { name: 'a' } }] });
  });

  test('answers who has no right to ask', async () => {
    expect((await get(inPod('wrong'), '/api/v1/nodes')).status).toBe(401);
  });

  test('that another authority signed is told nothing', async () => {
    const other = serverIdentity(new ObjectStore()).certificate;
    await expect(get(inPod(clusters.tokenFor(CLUSTER), other), '/api/v1/nodes')).rejects.toThrow();
  });
});

describe('the control plane', () => {
  const environment = { ...process.env };
  const target = createServer((request, response) => {
    if (request.url === '/away') response.writeHead(302, { location: '/elsewhere' });
    response.end(`${request.method} ${request.url}`);
  });
  const tunnels: (string | undefined)[] = [];
  const proxy = createServer((request, response) => response.end(`proxied ${request.url}`)).on(
    'connect',
    (request, socket) => {
      tunnels.push(request.url);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    },
  );

  beforeAll(async () => {
    for (const server of [target, proxy]) await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(() => {
    process.env = environment;
    for (const server of [target, proxy]) {
      server.closeAllConnections();
      server.close();
    }
  });

  function url(server: Server, at = '', scheme = 'http'): string {
    const address = server.address();
    return `${scheme}://127.0.0.1:${typeof address === 'object' ? address?.port : ''}${at}`;
  }

  test('is asked through the proxy of the environment, unless NO_PROXY says otherwise', async () => {
    const proxied = { HTTP_PROXY: url(proxy), HTTPS_PROXY: url(proxy), NO_PROXY: '' };
    const lower = { http_proxy: undefined, https_proxy: undefined, no_proxy: undefined };
    process.env = { ...environment, ...lower, ...proxied };
    for (const name of Object.keys(lower)) delete process.env[name];
    expect((await get(outboundHttp(), url(target, '/x'))).body).toBe(`proxied ${url(target, '/x')}`);
    await expect(get(outboundHttp(), url(target, '/x', 'https'))).rejects.toThrow();
    expect(tunnels).toEqual([new URL(url(target)).host]);
    process.env.NO_PROXY = '127.0.0.1';
    expect((await get(outboundHttp(), url(target, '/y'))).body).toBe('GET /y');
  });

  test('cannot send the credential elsewhere', async () => {
    process.env = { ...environment, NO_PROXY: '*', no_proxy: '*' };
    expect((await get(outboundHttp(), url(target, '/away'))).status).toBe(302);
  });
});
