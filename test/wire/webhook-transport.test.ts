/** How webhooks leave, over sockets: to a checked address and no other, once, and within their time. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Resolve, webhookTransport } from '../../lib/webhooks/transport.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly seen: { readonly method?: string; readonly url?: string; readonly body: string }[];
}

async function aReceiver(answer: RequestListener): Promise<Receiver> {
  const seen: { readonly method?: string; readonly url?: string; readonly body: string }[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    seen.push({ method, url, body: await bodyOf(request) });
    answer(request, response);
  });
  servers.push(server);
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}/hook`, port, seen };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return port;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

const post = (url: string) => ({ url, headers: { 'webhook-id': 'msg_1' }, body: '{"id":"e-1"}' });
const local = webhookTransport({ targets: 'any', timeoutMs: 500 });

describe('an attempt', () => {
  test('sends the body as it was signed, and tells nothing but the status', async () => {
    const receiver = await aReceiver((_request, response) => response.writeHead(204).end());
    expect(await local(post(receiver.url))).toEqual({ kind: 'answered', status: 204 });
    expect(receiver.seen).toEqual([{ method: 'POST', url: '/hook', body: '{"id":"e-1"}' }]);
  });

  test.each([301, 302, 303, 307, 308])('does not follow a redirect (%s)', async (status) => {
    const inside = await aReceiver((_request, response) => response.end('secrets'));
    const receiver = await aReceiver((_request, response) =>
      response.writeHead(status, { location: inside.url }).end(),
    );
    expect(await local(post(receiver.url))).toEqual({ kind: 'answered', status });
    expect(inside.seen).toEqual([]);
  });

  test('ends when nobody answers', async () => {
    const receiver = await aReceiver(() => {});
    expect(await local(post(receiver.url))).toEqual({ kind: 'timed-out' });
  });

  test('is over with the status, whatever the receiver goes on to say', async () => {
    const endless = await aReceiver((_request, response) => {
      const more = setInterval(() => response.write('x'.repeat(4_096)), 1);
      response.writeHead(200).on('close', () => clearInterval(more));
    });
    const slow = await aReceiver((_request, response) => response.writeHead(200).write('and then'));
    expect(await local(post(endless.url))).toEqual({ kind: 'answered', status: 200 });
    expect(await local(post(slow.url))).toEqual({ kind: 'answered', status: 200 });
  });

  test('says in a word why there is no connection', async () => {
    const receiver = await aReceiver(() => {});
    for (const server of servers.splice(0)) await new Promise((closed) => server.close(closed));
    expect(await local(post(receiver.url))).toEqual({ kind: 'unreachable', code: 'ECONNREFUSED' });
  });

  test('speaks TLS to https, and to nothing else', async () => {
    const receiver = await aReceiver((_request, response) => response.end());
    const outcome = await local(post(`https://127.0.0.1:${receiver.port}/hook`));
    expect(outcome).toMatchObject({ kind: 'unreachable' });
    expect(receiver.seen).toEqual([]);
  });
});

/** Answers of a resolver, one after the other. */
function resolver(...answers: readonly (readonly string[])[]) {
  const asked: string[] = [];
  const resolve: Resolve = async (host) => {
    const addresses = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(host);
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return { asked, resolve };
}

describe('names', () => {
  const HOOK = post('https://hooks.example.com/');

  test.each([
    ['loopback', ['127.0.0.1']],
    ['private', ['10.1.2.3']],
    ['metadata', ['169.254.169.254']],
    ['metadata of AWS over IPv6', ['fd00:ec2::254']],
    ['mapped', ['::ffff:169.254.169.254']],
    ['public and private', ['93.184.215.14', '10.1.2.3']],
    ['private and public', ['::1', '93.184.215.14']],
    ['nothing', []],
  ])('%s: nothing is dialled', async (_what, addresses) => {
    const { asked, resolve } = resolver(addresses);
    const send = webhookTransport({ targets: 'public', resolve, timeoutMs: 500 });
    expect(await send(HOOK)).toEqual({ kind: 'forbidden' });
    expect(asked).toEqual(['hooks.example.com']);
  });

  test('an address in the URL is judged without being dialled', async () => {
    const { asked, resolve } = resolver(['93.184.215.14']);
    const send = webhookTransport({ targets: 'public', resolve, timeoutMs: 500 });
    expect(await send(post('https://169.254.169.254/'))).toEqual({ kind: 'forbidden' });
    expect(await send(post('https://[::ffff:7f00:1]/'))).toEqual({ kind: 'forbidden' });
    expect(asked).toEqual([]);
  });

  test('a name that does not resolve', async () => {
    const resolve: Resolve = async () => {
      throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
    };
    const send = webhookTransport({ targets: 'public', resolve, timeoutMs: 500 });
    expect(await send(HOOK)).toEqual({ kind: 'unreachable', code: 'ENOTFOUND' });
  });

  test('TLS asks for the host by its name, wherever it was dialled', async () => {
    const names: string[] = [];
    const server = createTlsServer({
      SNICallback(name, done) {
        names.push(name);
        done(null);
      },
    });
    servers.push(server);
    const port = await listen(server);
    const { resolve } = resolver(['127.0.0.1']);
    const send = webhookTransport({ targets: 'any', resolve, timeoutMs: 500 });
    // The server has no certificate, so that the name in its greeting is all that it gets.
    expect(await send(post(`https://hooks.example.com:${port}/`))).toMatchObject({ kind: 'unreachable' });
    expect(names).toEqual(['hooks.example.com']);
  });

  test('the connection goes to the address that was checked: the name is asked once', async () => {
    const dialled: string[] = [];
    const { asked, resolve } = resolver(['127.0.0.2'], ['127.0.0.3']);
    const send = webhookTransport({
      targets: 'public',
      resolve,
      isAllowed: (address) => dialled.push(address) > 0 && address === '127.0.0.2',
      timeoutMs: 500,
    });
    // Nobody listens on port 443 there: that the connection was refused means that it was tried.
    expect(await send(HOOK)).toEqual({ kind: 'unreachable', code: 'ECONNREFUSED' });
    expect(asked).toEqual(['hooks.example.com']);
    expect(dialled).toEqual(['127.0.0.2']);
    // The next attempt asks again, and what the name means by then is judged again.
    expect(await send(HOOK)).toEqual({ kind: 'forbidden' });
    expect(dialled).toEqual(['127.0.0.2', '127.0.0.3']);
  });
});
