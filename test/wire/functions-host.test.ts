/** The local functions host with the unmodified @azure/functions: what an app sees over HTTP and from its timers. */
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { build } from '../../scripts/build.ts';
import { eventually } from './eventually.ts';
import { aDataDirectory, type ForkedHost, forkHost } from './fixtures/forked-host.ts';

const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const KEYS = { function: 'fk', admin: 'ak' };

/** Without a URL parser in between, which would repair what the test is about. */
function rawStatus(port: number, target: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: target }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}

describe.each([
  ['buffered', {}],
  ['streamed', { FIXTURE_STREAMS: 'true' }],
] as const)('functions host, bodies %s', (mode, settings) => {
  let host: ForkedHost;
  beforeAll(async () => {
    host = await forkHost({ settings, keys: KEYS, bodyLimit: 1_000 });
  });
  afterAll(async () => {
    await host.stop();
  });

  test('hands parameters, query, headers, body and trace to the function, and its answer back', async () => {
    const answer = await host.fetch('/api/Echo/a%2Fb%20c/7?q=x%20y', {
      method: 'POST',
      body: 'hello',
      headers: { x: '1', traceparent: TRACE },
    });

    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-post-hook')).toBe('ran');
    expect(await answer.json()).toEqual({
      params: { name: 'a/b c', revision: '7' },
      query: { q: 'x y' },
      body: 'hello',
      url: `http://127.0.0.1:${host.port}/api/Echo/a%2Fb%20c/7?q=x%20y`,
      x: '1',
      trace: TRACE,
    });
    expect(host.logs).toContainEqual(
      expect.objectContaining({ category: 'user', functionName: 'echo', message: 'echo a/b c' }),
    );
  });

  test.each([
    ['a literal before a parameter', 'GET', '/api/echo/latest', 200],
    ['an optional parameter left out', 'GET', '/api/echo/x', 200],
    ['a constraint that does not hold', 'GET', '/api/echo/x/notint', 404],
    ['no such route', 'GET', '/api/nope', 404],
    ['outside the prefix', 'GET', '/echo/x', 404],
    ['another method', 'POST', '/api/nothing', 405],
    ['HEAD of what answers GET', 'HEAD', '/api/echo/x', 200],
    ['OPTIONS', 'OPTIONS', '/api/nothing', 204],
    ['a handler that returns nothing', 'GET', '/api/nothing', 204],
    ['a key that is missing', 'GET', '/api/of-function', 401],
    ['the function key', 'GET', '/api/of-function?code=fk', 200],
    ['the function key where admin is needed', 'GET', '/api/of-admin?code=fk', 401],
    ['the admin key', 'GET', '/api/of-admin?code=ak', 200],
    ['a route of the local mode', 'GET', '/local/ping', 200],
  ])('%s: %s %s gives %i', async (_what, method, target, status) => {
    expect((await host.fetch(target, { method })).status).toBe(status);
  });

  test.each([
    ['/api/echo/%zz', 400],
    ['//evil.example/api/echo/x', 404],
    ['/api/echo/%', 400],
  ])('a strange target %s gives %i', async (target, status) => {
    expect(await rawStatus(host.port, target)).toBe(status);
  });

  test('says which methods a route has', async () => {
    const answer = await host.fetch('/api/echo/x', { method: 'DELETE' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS, POST']);
  });

  test('a handler that throws gives a bare 500 and one log line with the cause', async () => {
    const answer = await host.fetch('/api/boom');

    expect([answer.status, await answer.text()]).toEqual([500, '']);
    const errors = host.logs.filter(({ level }) => level === 'error');
    expect(errors.map(({ functionName }) => functionName)).toEqual(['boom']);
    expect(errors[0]?.message).toContain('broken on purpose');
  });

  test('sets cookies with their attributes', async () => {
    const answer = await host.fetch('/api/cookies');

    expect(answer.status).toBe(201);
    const [pair, ...attributes] = answer.headers.getSetCookie().join().split('; ');
    expect(pair).toBe('session=a%20b');
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=60', 'Path=/', 'SameSite=Strict']);
  });

  test.each([
    ['just fits', 1_000, 200],
    ['is one byte too long', 1_001, 413],
    ['is much too long', 5_000_000, 413],
  ])('a body that %s (%i bytes) gives %i', async (_what, length, status) => {
    const send = (body: Uint8Array<ArrayBuffer> | ReadableStream) =>
      host.fetch('/api/echo/x', { method: 'POST', body, duplex: 'half' });
    const bytes = new Uint8Array(length).fill(97);
    expect((await send(bytes)).status).toBe(status);
    // The same without an announced length.
    expect((await send(new Blob([bytes]).stream())).status).toBe(status);
  });

  test(`an answer made in pieces arrives ${mode}`, async () => {
    const answer = await host.fetch('/api/chunks');
    const pieces: string[] = [];
    for await (const piece of answer.body ?? []) pieces.push(Buffer.from(piece).toString());

    expect(pieces.join('')).toBe('one two three');
    expect(pieces.length > 1).toBe(mode === 'streamed');
  });

  test('lets a request under way end when it is told to stop', async () => {
    await using stopping = await forkHost({ settings });
    const slow = stopping.fetch('/api/slow');
    await stopping.fetch('/local/ping');

    const [answer, code] = await Promise.all([slow.then((response) => response.text()), stopping.stop()]);

    expect([answer, code]).toEqual(['done', 0]);
  });
});

describe('functions host, timers', () => {
  test('fires every second and makes up for a missed time once, also across restarts', async () => {
    const dataDirectory = aDataDirectory();
    const last = '2024-01-01T00:00:00.000Z';
    const status = { last, next: '2025-01-01T00:00:00.000Z', lastUpdated: last };
    writeFileSync(path.join(dataDirectory, 'timers.json'), JSON.stringify({ yearly: status }));

    await using first = await forkHost({ dataDirectory });
    await eventually(async () => expect((await first.seen()).ticks.length).toBeGreaterThanOrEqual(2));
    const seen = await first.seen();
    await first.stop();
    await using second = await forkHost({ dataDirectory });
    const afterRestart = await second.seen();
    await second.stop();

    expect(seen.ticks.every((isPastDue) => isPastDue === false)).toBe(true);
    expect(seen.missed).toHaveLength(1);
    expect(seen.missed[0]).toMatchObject({ isPastDue: true, scheduleStatus: { last } });
    expect(afterRestart.missed).toEqual([]);
  });
});

describe('functions host, start', () => {
  test('runs the app as it is deployed: one bundled file', async () => {
    const appDirectory = aDataDirectory();
    writeFileSync(path.join(appDirectory, 'package.json'), '{"type":"module","main":"dist/*.mjs"}');
    const entry = path.join(import.meta.dirname, 'fixtures/functions-app/main.mjs');
    const { bytes } = await build({ entry, outfile: path.join(appDirectory, 'dist/main.mjs') });

    await using host = await forkHost({ appDirectory });
    const answer = await host.fetch('/api/echo/bundled');

    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ params: { name: 'bundled' } });
    expect(bytes).toBeGreaterThan(100_000);
  });

  test.each([
    [
      'a setting that is missing',
      { settings: { YEARLY: '0 0 0 1 1 *', BROKER: 'x' } },
      'STEPS_QUEUE, which is not set',
    ],
    ['a schedule that is none', { settings: { YEARLY: 'now and then' } }, 'CronPattern'],
    ['a host.json of another version', { hostJson: { version: '1.0' } }, 'expected \\"2.0\\"'],
  ])('refuses %s', async (_what, options, reason) => {
    await expect(forkHost(options)).rejects.toThrow(reason);
  });
});
