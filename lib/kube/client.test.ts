import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type CallAnswer, type CallGuard, type CloudCall, PassDeadlineError } from '../clouds/port.ts';
import { Secret } from '../domain/secret.ts';
import { type KubeClient, kubeClient } from './client.ts';
import type { KubeTransport, KubeTransportRequest } from './transport.ts';

const ACCESS = { server: new URL('https://shop.example/clusters/x'), token: new Secret('canary-token') };

interface Sent {
  readonly url: string;
  readonly request: KubeTransportRequest;
}

function clientOver(
  answer: (url: URL) => Response | Promise<Response>,
  more: { readonly guard?: CallGuard; readonly timeoutMs?: number } = {},
): { readonly client: KubeClient; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const transport: KubeTransport = async (url, request) => {
    sent.push({ url, request });
    return answer(new URL(url));
  };
  return { client: kubeClient({ access: ACCESS, transport, timeoutMs: 1_000, ...more }), sent };
}

const read = {
  operation: 'nodes.get',
  method: 'GET',
  path: '/api/v1/nodes/a',
  shape: z.object({ kind: z.string() }),
} as const;
const write = { ...read, operation: 'nodes.patch', method: 'PATCH', body: { a: 1 } } as const;
const status =
  (code: number, body: object, headers: Record<string, string> = {}) =>
  () =>
    new Response(JSON.stringify({ kind: 'Status', ...body }), { status: code, headers });

describe('a request', () => {
  test('goes to the server of the kubeconfig with its token and follows no redirect', async () => {
    const { client, sent } = clientOver(() => new Response('{"kind":"Node"}'));
    expect(await client.send(read)).toEqual({ ok: true, value: { kind: 'Node' } });
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url).toBe('https://shop.example/clusters/x/api/v1/nodes/a');
    expect(sent[0]?.request).toMatchObject({
      method: 'GET',
      redirect: 'manual',
      headers: { authorization: 'Bearer canary-token', accept: 'application/json' },
    });
  });

  test('hands on the time of the API server', async () => {
    const headers = { date: 'Fri, 20 Nov 2026 18:35:00 GMT' };
    const { client } = clientOver(() => new Response('{"kind":"Node"}', { headers }));
    expect(await client.send(read)).toMatchObject({ serverTime: Date.parse('2026-11-20T18:35:00Z') });
  });
});

describe('a refusal in our words', () => {
  test.each([
    [400, 'BadRequest', 'InvalidRequest'],
    [401, 'Unauthorized', 'Unauthorized'],
    [403, 'Forbidden', 'Unauthorized'],
    [404, 'NotFound', 'NotFound'],
    [409, 'Conflict', 'Conflict'],
    [410, 'Expired', 'Conflict'],
    [422, 'Invalid', 'InvalidRequest'],
    [429, 'TooManyRequests', 'Throttled'],
    [500, 'InternalError', 'Unavailable'],
    [503, 'ServiceUnavailable', 'Unavailable'],
    [302, 'Found', 'Unknown'],
  ])('%i %s is %s', async (code, reason, expected) => {
    const { client } = clientOver(status(code, { reason, message: 'the server says so' }));
    expect(await client.send(read)).toEqual({
      ok: false,
      error: {
        code: expected,
        message: 'the server says so',
        status: code,
        causes: [],
        source: `kube:nodes.get:${reason}`,
      },
    });
  });

  test('a throttled call carries the hint, from the header or from the Status', async () => {
    const header = clientOver(status(429, {}, { 'retry-after': '7' })).client;
    expect(await header.send(read)).toMatchObject({ error: { code: 'Throttled', retryAfterMs: 7_000 } });
    const body = clientOver(status(429, { details: { retryAfterSeconds: 3 } })).client;
    expect(await body.send(read)).toMatchObject({ error: { retryAfterMs: 3_000 } });
  });

  test('words are one line, bounded, and never show the token', async () => {
    const message = `first\r\nsecond\u0000\u202e canary-token ${'x'.repeat(5_000)}`;
    const { client } = clientOver(status(403, { message }));
    const answer = await client.send(read);
    if (answer.ok) throw new Error('was accepted');
    expect(answer.error.message).toMatch(/^first second \[redacted\] x+…$/);
    expect(answer.error.message.length).toBeLessThanOrEqual(300);
  });

  test('what is no Status still gets a plain sentence', async () => {
    const { client } = clientOver(() => new Response('<html>', { status: 502 }));
    expect(await client.send(read)).toMatchObject({
      error: { code: 'Unavailable', message: 'The API server answered 502', source: 'kube:nodes.get:502' },
    });
  });
});

describe('no answer', () => {
  const failing = (code: string) => () =>
    Promise.reject(new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) }));

  test('a write whose answer was lost may have happened', async () => {
    const { client } = clientOver(failing('ECONNRESET'));
    expect(await client.send(write)).toEqual({
      ok: false,
      error: {
        code: 'Unavailable',
        message: "The cluster's API server broke the connection.",
        outcomeUnknown: true,
        causes: [],
        source: 'kube:nodes.patch:ECONNRESET',
      },
    });
  });

  test('a read that was lost and a write that was never sent leave nothing open', async () => {
    const lost = await clientOver(failing('ECONNRESET')).client.send(read);
    const refused = await clientOver(failing('ECONNREFUSED')).client.send(write);
    expect(lost.ok || lost.error.outcomeUnknown).toBeUndefined();
    expect(refused.ok || refused.error.outcomeUnknown).toBeUndefined();
    expect(refused).toMatchObject({
      error: { code: 'Unavailable', message: "The cluster's API server refuses connections." },
    });
  });

  test('a 5xx to a write may have happened', async () => {
    expect(await clientOver(status(500, {})).client.send(write)).toMatchObject({
      error: { outcomeUnknown: true },
    });
  });

  test('a server that hangs is given up', async () => {
    const transport: KubeTransport = (_url, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const client = kubeClient({ access: ACCESS, transport, timeoutMs: 5 });
    expect(await client.send(write)).toMatchObject({
      error: {
        code: 'Unavailable',
        message: "The cluster's API server did not answer in time.",
        outcomeUnknown: true,
      },
    });
  });
});

describe('hostile answers', () => {
  test.each([
    ['another shape', '{"kind":7}'],
    ['no JSON', 'kind: Node'],
    ['nothing', ''],
  ])('%s is no answer', async (_, body) => {
    const { client } = clientOver(() => new Response(body));
    expect(await client.send(read)).toMatchObject({
      error: { code: 'Unknown', source: 'kube:nodes.get:UnexpectedAnswer' },
    });
  });

  test('reading stops at 8 MiB', async () => {
    let pulled = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(1024 * 1024));
      },
    });
    const { client } = clientOver(() => new Response(stream));
    expect(await client.send(read)).toMatchObject({
      error: { code: 'Unknown', message: "The cluster's API server sent an answer above 8 MiB." },
    });
    expect(pulled).toBeLessThan(12);
  });
});

describe('lists', () => {
  const item = z.object({ name: z.string() });
  const call = { operation: 'nodes.list', path: '/api/v1/nodes', query: { fieldSelector: 'a=b' }, item };

  test('all pages are read', async () => {
    const { client, sent } = clientOver((url) => {
      const second = url.searchParams.get('continue') === 'c+/=';
      const metadata = second ? {} : { continue: 'c+/=' };
      return Response.json({ metadata, items: [{ name: second ? 'b' : 'a' }] });
    });
    expect(await client.list(call)).toEqual({ ok: true, value: [{ name: 'a' }, { name: 'b' }] });
    expect(sent[0]?.url).toBe('https://shop.example/clusters/x/api/v1/nodes?fieldSelector=a%3Db&limit=500');
  });

  test('an empty list may be null', async () => {
    const { client } = clientOver(() => Response.json({ metadata: {}, items: null }));
    expect(await client.list(call)).toEqual({ ok: true, value: [] });
  });

  test('a list without end is given up', async () => {
    const { client, sent } = clientOver(() => Response.json({ metadata: { continue: 'x' }, items: [] }));
    expect(await client.list(call)).toMatchObject({ error: { code: 'Unknown' } });
    expect(sent).toHaveLength(100);
  });
});

describe('the guard', () => {
  const guardThat = (admit: CallGuard['admit']) => {
    const settled: (CallAnswer & { readonly call: CloudCall })[] = [];
    const guard: CallGuard = { admit, settled: (call, answer) => settled.push({ call, ...answer }) };
    return { guard, settled };
  };

  test('learns what came back', async () => {
    const { guard, settled } = guardThat(() => undefined);
    await clientOver(status(404, {}), { guard }).client.send(write);
    await clientOver(() => new Response('{"kind":"Node"}'), { guard }).client.send(read);
    expect(settled).toEqual([
      { call: { verb: 'write', family: 'kubernetes:shop.example' }, status: 404 },
      { call: { verb: 'read', family: 'kubernetes:shop.example' }, status: 200 },
    ]);
  });

  test('learns how long a throttled API server wants to be left alone', async () => {
    const { guard, settled } = guardThat(() => undefined);
    await clientOver(status(429, {}, { 'retry-after': '7' }), { guard }).client.send(read);
    await clientOver(status(429, {}), { guard }).client.send(read);
    const call = { verb: 'read', family: 'kubernetes:shop.example' };
    expect(settled).toEqual([
      { call, status: 429, retryAfterMs: 7_000 },
      { call, status: 429 },
    ]);
  });

  test('is not told of a throttle when a disruption budget refuses an eviction', async () => {
    const { guard, settled } = guardThat(() => undefined);
    const refusal = status(429, { details: { causes: [{ reason: 'DisruptionBudget' }] } });
    await clientOver(refusal, { guard }).client.send(write);
    expect(settled).toEqual([
      { call: { verb: 'write', family: 'kubernetes:shop.example' }, status: 429, throttled: false },
    ]);
  });

  test('refuses a write past the deadline by ending the pass, and nothing is sent', async () => {
    const { guard } = guardThat(({ verb }) => (verb === 'write' ? { why: 'deadline' } : undefined));
    const { client, sent } = clientOver(() => new Response('{}'), { guard });
    await expect(client.send(write)).rejects.toThrow(PassDeadlineError);
    expect(sent).toEqual([]);
  });

  test('refuses for the budget with its hint', async () => {
    const { guard } = guardThat(() => ({ why: 'budget', retryAfterMs: 40 }));
    const { client, sent } = clientOver(() => new Response('{}'), { guard });
    expect(await client.send(read)).toMatchObject({ error: { code: 'Throttled', retryAfterMs: 40 } });
    expect(sent).toEqual([]);
  });
});
