/**
 * Requests that nobody should send: each is answered with a 4xx of the right code, gives away no inside, and leaves every
 * document as it was. The table is test/builders/bad-requests.ts.
 */
import type { HttpMethod } from '@azure/functions';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CONTAINERS, Query } from '../../lib/store/port.ts';
import { BAD_REQUESTS, PROJECT } from '../../test/builders/bad-requests.ts';
import { aClusterInput, aPoolInput } from '../../test/builders/cluster-input.ts';
import {
  type Received,
  type RequestParts,
  send,
  sendTo,
  type TestApiDeps,
} from '../../test/builders/http.ts';
import { admin, aReadyProject } from '../../test/builders/project.ts';
import { createCluster } from './create-cluster.ts';
import { endpoints } from './index.ts';

let deps: TestApiDeps;
let before: string;

beforeAll(async () => {
  deps = await aReadyProject();
  await send(deps, createCluster, {
    ...admin,
    params: { project: 'default' },
    body: aClusterInput({ pools: [aPoolInput(), aPoolInput({ name: 'work', system: false })] }),
  });
  before = await everything();
});

/** All that is stored but the audit log, which grows with every refusal. */
async function everything(): Promise<string> {
  const containers: readonly (keyof typeof CONTAINERS)[] = ['clusters', 'directory', 'idempotency'];
  const pages = containers.map((container) =>
    deps.store.query({ container, where: [], limit: 1000 } satisfies Query),
  );
  const documents = (await Promise.all(pages)).flatMap(({ items }) => items);
  return JSON.stringify([documents, [...deps.secrets.values.keys()], deps.queue.sent.length]);
}

function call(method: HttpMethod, path: string, parts: RequestParts = {}): Promise<Received> {
  return sendTo(deps, endpoints, method, { ...admin, ...parts, path });
}

describe.each(BAD_REQUESTS)('%s', (_what, rows) => {
  test.each(rows)('%s: %s %s', async (_title, method, path, parts, expected) => {
    const { status, body, headers } = await call(method, path, parts);
    expect(`${status} ${Object(body).code}`).toBe(expected);
    expect(headers.get('content-type')).toBe('application/problem+json');
    const text = JSON.stringify(body);
    expect(text).not.toMatch(/\.ts:|node_modules|PRIVATE KEY|b3BlbnNzaC1rZXk/);
  });
});

test('[A130] nothing of it was stored, and no pasted key is in the audit log', async () => {
  expect(await everything()).toBe(before);
  const audit = await deps.store.query({ container: 'audit', where: [], limit: 1000 });
  expect(JSON.stringify(audit)).not.toMatch(/PRIVATE KEY|b3BlbnNzaC1rZXk/);
});

test('a subject of any length and kind can be a member', async () => {
  for (const subject of ['€'.repeat(256), '"'.repeat(256), 'a/b?c#d']) {
    const path = `${PROJECT}/members/${encodeURIComponent(subject)}`;
    expect((await call('PUT', path, { body: { role: 'viewer' } })).status).toBe(201);
    expect((await call('GET', path)).body).toMatchObject({ subject, role: 'viewer' });
    expect((await call('DELETE', path)).status).toBe(204);
  }
});

afterAll(() => expect(Object.prototype).not.toHaveProperty('a'));
