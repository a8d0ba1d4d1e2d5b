import { expect, test } from '@jest/globals';
import { bearer, send, someApiDeps } from '../../test/builders/http.ts';
import { admin, editor, viewer } from '../../test/builders/project.ts';
import { checkEgress } from './check-egress.ts';
import { deleteProject } from './delete-project.ts';
import { getAzureRole } from './get-azure-role.ts';
import { getPlatformHealth } from './get-platform-health.ts';
import { getProject } from './get-project.ts';
import { getSettings } from './get-settings.ts';
import { listAudit } from './list-audit.ts';
import { listEgressRequirements } from './list-egress-requirements.ts';
import { listProjects } from './list-projects.ts';
import { putMember } from './put-member.ts';
import { putProject } from './put-project.ts';
import { putSettings } from './put-settings.ts';

test('health needs no token and is 503 as soon as one part is away', async () => {
  const deps = await someApiDeps();
  expect(await send(deps, getPlatformHealth)).toMatchObject({ status: 200, body: { ready: true } });
  deps.queue.setAvailable(false);
  expect(await send(deps, getPlatformHealth)).toMatchObject({
    status: 503,
    body: { ready: false, parts: { store: 'ready', queue: 'unavailable', secrets: 'ready' } },
  });
});

test('[A101, A102, A103, A104, A105, A106, A107, A108, A109] the outbound allow-list', async () => {
  const { body } = await send(await someApiDeps(), listEgressRequirements, viewer);
  const items = Object(body).items as readonly { host: string; port: number; required: boolean }[];
  expect(items.map(({ host, port }) => `${host}:${port}`)).toEqual([
    'localhost:80',
    'spectrocloud.com:443',
    's3.amazonaws.com:443',
    'gcr.io:443',
    'docker.io:443',
    'googleapis.com:443',
    'docker.com:443',
    'projectcalico.org:443',
    'quay.io:443',
    'grafana.com:443',
  ]);
  expect(items.filter(({ required }) => !required).map(({ host }) => host)).toEqual(['spectrocloud.com']);
});

test('[A101] where clusters have an agent, what it needs is listed too', async () => {
  const deps = await someApiDeps();
  const agents = {
    ...deps.config.agents,
    publicUrl: 'https://slipway.example.com:8443',
    image: 'registry.example.com/slipway-agent:0.1.0',
  };
  const listed = async (over: Partial<typeof agents>) => {
    const config = { ...deps.config, agents: { ...agents, ...over } };
    const { body } = await send({ ...deps, config }, listEgressRequirements, viewer);
    return Object(body).items.map(({ host, port }: { host: string; port: number }) => `${host}:${port}`);
  };
  expect((await listed({})).filter((target: string) => /example|github|k8s/.test(target))).toEqual([
    'slipway.example.com:8443',
    'registry.example.com:443',
    'prometheus-community.github.io:443',
    'vmware-tanzu.github.io:443',
    'registry.k8s.io:443',
    'github.com:443',
    'githubusercontent.com:443',
  ]);
  expect(await listed({ image: 'slipway/agent:0.1.0' })).not.toContain('slipway:443');
});

test('an egress check takes targets of the list only, and claims nothing that nobody tried', async () => {
  const deps = await someApiDeps();
  const ask = (targets: unknown) => send(deps, checkEgress, { ...viewer, body: { targets } });
  expect((await ask([{ host: 'registry.docker.io' }])).body).toMatchObject({
    items: [{ host: 'registry.docker.io', port: 443, reachable: null }],
  });
  for (const target of [{ host: '169.254.169.254' }, { host: 'quay.io', port: 80 }, { host: 'notquay.io' }]) {
    expect(await ask([target])).toMatchObject({ status: 422, body: { code: 'EGRESS_TARGET_UNKNOWN' } });
  }
});

test('[A111, A119] the role for AKS names managed clusters and is assignable in one subscription', async () => {
  const subscriptionId = '00000000-0000-0000-0000-000000000001';
  const path = `/api/v1/x?subscriptionId=${subscriptionId}`;
  const { body } = await send(await someApiDeps(), getAzureRole, { ...viewer, path });
  expect(body).toMatchObject({
    IsCustom: true,
    Actions: expect.arrayContaining(['Microsoft.ContainerService/managedClusters/write']),
    AssignableScopes: [`/subscriptions/${subscriptionId}`],
  });
});

test('projects: made by their admin, seen by those with a role, removed when empty', async () => {
  const deps = await someApiDeps();
  const owner = { headers: bearer('olga:admin@shop') };
  const params = { project: 'shop' };
  expect((await send(deps, putProject, { ...viewer, params })).status).toBe(404);
  expect((await send(deps, putProject, { ...owner, params })).status).toBe(201);
  expect((await send(deps, putProject, { ...owner, params, body: { description: 'x' } })).status).toBe(200);
  expect((await send(deps, getProject, { ...viewer, params })).status).toBe(404);
  expect((await send(deps, listProjects, owner)).body).toMatchObject({ items: [{ name: 'shop' }] });
  expect((await send(deps, listProjects, viewer)).body).toEqual({ items: [] });
  expect((await send(deps, deleteProject, { ...owner, params })).status).toBe(204);
  expect((await send(deps, getProject, { ...owner, params })).status).toBe(404);
});

test('a project is named like a DNS label', async () => {
  const headers = bearer('root:admin@*');
  const refused = await send(await someApiDeps(), putProject, { headers, params: { project: 'My_Shop' } });
  expect(refused).toMatchObject({ status: 422, body: { code: 'NAME_INVALID' } });
});

test('[A188] a filter that is none is refused', async () => {
  const params = { project: 'default', subject: 'vera' };
  const body = { role: 'viewer', filter: { xor: [] } };
  expect(await send(await someApiDeps(), putMember, { ...admin, params, body })).toMatchObject({
    status: 422,
    body: { code: 'FILTER_INVALID' },
  });
});

test('the audit log is for admins and goes on where one stopped', async () => {
  const deps = await someApiDeps();
  for (const subject of ['a', 'b', 'c']) {
    deps.time.nowMs += 1;
    const params = { project: 'default', subject };
    await send(deps, putMember, { ...admin, params, body: { role: 'viewer' } });
  }
  const read = (query: string, who = admin) =>
    send(deps, listAudit, { ...who, path: `/api/v1/audit?project=default${query}` });
  expect((await read('', editor)).status).toBe(403);
  const first = Object((await read('&limit=2')).body);
  expect(first.items.map(({ object }: { object: { name: string } }) => object.name)).toEqual(['a', 'b']);
  const rest = await read(`&after=${first.items[1].id}`);
  expect(rest.body).toMatchObject({ items: [{ what: 'member.put', object: { kind: 'member', name: 'c' } }] });
  expect(await read('&after=later')).toMatchObject({ status: 422, body: { code: 'CURSOR_INVALID' } });
});

test('settings are replaced whole, by admins, with If-Match', async () => {
  const deps = await someApiDeps();
  const params = { project: 'default' };
  const put = (body: unknown, who = admin, headers = {}) =>
    send(deps, putSettings, { headers: { ...who.headers, ...headers }, params, body });
  expect((await send(deps, getSettings, { ...viewer, params })).body).toEqual({ generation: 0 });
  const webhooks = [{ url: 'https://example.com/hook' }];
  expect((await put({ webhooks }, editor)).status).toBe(403);
  expect(await put({ webhooks })).toMatchObject({ status: 200, body: { webhooks, generation: 1 } });
  const shown = [{ ...webhooks[0], name: 'webhook-1', hasSecret: true }];
  expect(await put({ webhooks })).toMatchObject({ status: 200, body: { generation: 1 } });
  expect((await put({}, admin, { 'if-match': '"0.0"' })).status).toBe(412);
  expect(await put({ webhooks: [{ url: 'http://example.com' }] })).toMatchObject({ status: 422 });
  const late = { healthThresholds: { heartbeat: { unhealthyAfter: 'soon' } } };
  expect(await put(late)).toMatchObject({ status: 422, body: { code: 'DURATION_INVALID' } });
  expect((await send(deps, getSettings, { ...viewer, params })).body).toEqual({
    webhooks: shown,
    generation: 1,
  });
});
