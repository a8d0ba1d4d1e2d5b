import { beforeEach, expect, test } from '@jest/globals';
import { readAudit } from '../../lib/audit/record.ts';
import { CLIENT, TENANT } from '../../test/builders/account.ts';
import { aClusterInput } from '../../test/builders/cluster-input.ts';
import { send, type TestApiDeps } from '../../test/builders/http.ts';
import { admin, aReadyProject, editor, viewer } from '../../test/builders/project.ts';
import { checkCloudAccount } from './check-cloud-account.ts';
import { createCloudAccount } from './create-cloud-account.ts';
import { createCluster } from './create-cluster.ts';
import { deleteCloudAccount } from './delete-cloud-account.ts';
import { getCloudAccount } from './get-cloud-account.ts';
import { listCloudAccountOptions } from './list-cloud-account-options.ts';
import { listCloudAccounts } from './list-cloud-accounts.ts';
import { patchCloudAccount } from './patch-cloud-account.ts';

const SECRET = 'Q~very-secret';
const params = { project: 'default', name: 'second' };
const input = { name: 'second', type: 'azure', tenantId: TENANT, clientId: CLIENT, clientSecret: SECRET };
let deps: TestApiDeps;
beforeEach(async () => {
  deps = await aReadyProject();
});

const register = (who = admin, body: unknown = input) =>
  send(deps, createCloudAccount, { ...who, params: { project: 'default' }, body });

test('[A114, A115, A116, A117] ids are readable back, the secret never is', async () => {
  const created = await register();
  expect(created.status).toBe(201);
  expect(created.headers.get('location')).toBe('/api/v1/projects/default/cloud-accounts/second');
  const read = await send(deps, getCloudAccount, { ...viewer, params });
  expect(read.body).toMatchObject({ tenantId: TENANT, clientId: CLIENT, hasSecret: true, generation: 1 });
  const list = await send(deps, listCloudAccounts, { ...viewer, params });
  const audit = await readAudit(deps, 'default', { limit: 10 });
  for (const text of [created.body, read.body, list.body, audit].map((body) => JSON.stringify(body))) {
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('secretName');
  }
});

test('only admins register, change and remove', async () => {
  expect((await register(editor)).status).toBe(403);
  await register();
  const patched = await send(deps, patchCloudAccount, { ...editor, params, body: { clientSecret: 'x' } });
  expect(patched.status).toBe(403);
  expect((await send(deps, deleteCloudAccount, { ...editor, params })).status).toBe(403);
});

test('[A118] refused credentials answer with the code of Entra ID', async () => {
  deps.probe.accepted = new Set();
  const refused = await register();
  expect(refused).toMatchObject({ status: 422, body: { code: 'CREDENTIALS_REJECTED' } });
  expect(JSON.stringify(refused.body)).toContain('AADSTS7000215');
});

test('[A116] rotating the secret raises the generation; an empty one does not', async () => {
  await register();
  const same = await send(deps, patchCloudAccount, { ...admin, params, body: { clientSecret: '' } });
  expect(same).toMatchObject({ status: 200, body: { generation: 1 } });
  const rotated = await send(deps, patchCloudAccount, { ...admin, params, body: { clientSecret: 'next' } });
  expect(rotated).toMatchObject({ status: 200, body: { generation: 2 } });
  expect(rotated.headers.get('etag')).toBe('"2.0"');
});

test('an account in use stays; an unused one goes', async () => {
  await send(deps, createCluster, { ...editor, params: { project: 'default' }, body: aClusterInput() });
  const used = { project: 'default', name: 'azure-demo' };
  expect(await send(deps, deleteCloudAccount, { ...admin, params: used })).toMatchObject({
    status: 409,
    body: { code: 'ACCOUNT_IN_USE' },
  });
  await register();
  expect((await send(deps, deleteCloudAccount, { ...admin, params })).status).toBe(204);
  expect((await send(deps, getCloudAccount, { ...viewer, params })).status).toBe(404);
});

test('[A110, A111, A119] a check answers with findings', async () => {
  const hint = 'A User Access Administrator can assign it.';
  deps.probe.findings = [
    { severity: 'error', code: 'ROLE_INSUFFICIENT', path: '', message: 'missing actions', hint },
  ];
  await register();
  const path = '/api/v1/x?region=westeurope';
  expect(await send(deps, checkCloudAccount, { ...editor, params, path })).toMatchObject({
    status: 200,
    body: { ok: false, findings: [{ severity: 'error', code: 'ROLE_INSUFFICIENT', hint }] },
  });
  expect(deps.probe.checkedRegions).toEqual(['westeurope']);
});

test('options pass the question on and name what is missing', async () => {
  await register();
  const ask = (kind: string, query = '') =>
    send(deps, listCloudAccountOptions, {
      ...viewer,
      params: { ...params, kind },
      path: `/api/v1/x${query}`,
    });
  deps.probe.answer = { kind: 'items', items: [{ name: '1' }] };
  expect((await ask('zones', '?region=westeurope&other=1')).body).toEqual({ items: [{ name: '1' }] });
  expect(deps.probe.asked).toEqual([{ kind: 'zones', query: { region: 'westeurope' } }]);
  deps.probe.answer = { kind: 'missing-parameter', parameter: 'region' };
  expect(await ask('zones')).toMatchObject({
    status: 422,
    body: { code: 'PARAMETER_REQUIRED', errors: [{ path: '/region' }] },
  });
  deps.probe.answer = { kind: 'unknown-kind' };
  expect((await ask('planets')).status).toBe(404);
  const error = { code: 'Throttled', message: 'slow down', source: 'test' } as const;
  deps.probe.answer = { kind: 'failed', error };
  expect((await ask('regions')).status).toBe(503);
});
