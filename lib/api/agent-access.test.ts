import { beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { anAgent, type TestAgent } from '../../test/builders/agents.ts';
import { bearer, send, someApiDeps, type TestApiDeps } from '../../test/builders/http.ts';
import { removeRosterEntry } from '../agents/roster.ts';
import { asClusterId } from '../domain/ids.ts';
import { HOUR_MS } from '../domain/time.ts';
import { answer } from './answer.ts';
import { agentOf } from './auth/agent-of.ts';
import type { Access } from './contract.ts';
import { endpoint } from './endpoint.ts';

const CLUSTER = asClusterId('11111111-2222-4333-8444-555555555555');
const OTHER = asClusterId('99999999-2222-4333-8444-555555555555');

const forAgents = endpoint(
  {
    name: 'agent-thing',
    method: 'POST',
    route: 'agent/v1/things',
    summary: 'For agents',
    tag: 'Agents',
    access: 'agent',
    body: z.looseObject({}),
    responses: { 200: { description: 'Said' } },
  },
  (call) => answer(200, { cluster: agentOf(call).cluster, caller: call.caller }),
);

const routeFor = (access: Access) =>
  endpoint(
    {
      name: 'thing',
      method: 'GET',
      route: 'v1/projects/{project}/things',
      summary: 'For people',
      tag: 'Things',
      access,
      params: z.object({ project: z.string() }),
      responses: { 200: { description: 'Said' } },
    },
    () => answer(200),
  );

let deps: TestApiDeps;
let agent: TestAgent;
beforeEach(async () => {
  deps = await someApiDeps();
  agent = await anAgent(deps);
});

const call = (parts: { headers?: Record<string, string>; body?: unknown; path?: string }) =>
  send(deps, forAgents, { path: '/api/agent/v1/things', headers: agent.headers, body: {}, ...parts });

test('[A51] an agent calls with its credential and is known by its cluster', async () => {
  const answered = await call({ body: { cluster: CLUSTER } });
  expect(answered).toMatchObject({
    status: 200,
    body: { cluster: CLUSTER, caller: { subject: `agent:${CLUSTER}`, kind: 'service', roles: {} } },
  });
});

describe('[A51] 401 on a route for agents is', () => {
  test.each([
    ['no token', {}],
    ['a token of an admin', bearer('ada:admin@*')],
    ['another word in front', { authorization: 'Basic abc' }],
    ['a made-up credential', bearer(`sla1.${CLUSTER}.0.1.9999999999999.${'A'.repeat(43)}`)],
  ])('%s', async (_what, headers) => {
    const { status, body, headers: answered } = await call({ headers });
    expect([status, answered.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(body).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('a credential after its day', async () => {
    deps.time.nowMs += 24 * HOUR_MS;
    expect((await call({})).status).toBe(401);
  });
});

test.each([
  ['body', { body: { cluster: OTHER } }],
  ['query', { path: `/api/agent/v1/things?cluster=${OTHER}` }],
  ['query, the second time', { path: `/api/agent/v1/things?cluster=${OTHER}`, body: { cluster: CLUSTER } }],
])('[A51] 403 is the credential of another cluster than the %s names', async (_where, parts) => {
  const { status, body } = await call(parts);
  expect(status).toBe(403);
  expect(body).toMatchObject({ code: 'CREDENTIAL_OF_OTHER_CLUSTER' });
});

test('[A66] 404 is a cluster that has left', async () => {
  await removeRosterEntry(deps, CLUSTER);
  const { status, body } = await call({});
  expect(status).toBe(404);
  expect(body).toMatchObject({ code: 'CLUSTER_NOT_FOUND' });
});

test.each<[Access]>([
  ['authenticated'],
  [{ role: 'viewer' }],
  [{ role: 'admin', of: 'deployment' }],
  [{ role: 'viewer', of: 'new-project' }],
])('[A51] the credential of an agent is good for no route of people: %j', async (access) => {
  const path = '/api/v1/projects/default/things';
  const { status } = await send(deps, routeFor(access), {
    path,
    params: { project: 'default' },
    headers: agent.headers,
  });
  expect(status).toBe(401);
});
