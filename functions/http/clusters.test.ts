import { beforeEach, describe, expect, test } from '@jest/globals';
import { readAudit } from '../../lib/audit/record.ts';
import { aClusterInput } from '../../test/builders/cluster-input.ts';
import { askForCluster } from '../../test/builders/created-cluster.ts';
import { send, type TestApiDeps } from '../../test/builders/http.ts';
import { aReadyProject, editor, viewer } from '../../test/builders/project.ts';
import { createCluster } from './create-cluster.ts';
import { deleteCluster } from './delete-cluster.ts';
import { getCluster } from './get-cluster.ts';
import { patchCluster } from './patch-cluster.ts';
import { validateCluster } from './validate-cluster.ts';

const params = { project: 'default', cluster: 'shop' };
let deps: TestApiDeps;
beforeEach(async () => {
  deps = await aReadyProject();
});

const create = (fields: object = {}) => askForCluster(deps, fields);

describe('POST clusters', () => {
  test('[A1, A50] answers 202 with the object and its address, and is audited once', async () => {
    const created = await create();
    expect(created.status).toBe(202);
    expect(created.headers.get('location')).toBe('/api/v1/projects/default/clusters/shop');
    expect(created.headers.get('etag')).toBe('"1.1"');
    expect(created.body).toMatchObject({ name: 'shop', generation: 1, status: { state: 'Pending' } });
    expect(await readAudit(deps, 'default', { limit: 10 })).toMatchObject([
      {
        who: 'ed',
        what: 'cluster.create',
        object: { kind: 'cluster', name: 'shop' },
        generationAfter: 1,
        result: 'accepted',
        status: 202,
      },
    ]);
  });

  test('a refusal is audited with its code and stores nothing', async () => {
    const refused = await create({ profile: { name: 'aks-base', version: '9.0.0' } });
    expect(refused).toMatchObject({ status: 422, body: { code: 'PROFILE_NOT_FOUND' } });
    expect(await readAudit(deps, 'default', { limit: 10 })).toMatchObject([
      { what: 'cluster.create', result: 'refused', status: 422, code: 'PROFILE_NOT_FOUND' },
    ]);
    expect((await send(deps, getCluster, { ...viewer, params })).status).toBe(404);
  });

  test('a viewer may not', async () => {
    const refused = await send(deps, createCluster, {
      ...viewer,
      params: { project: 'default' },
      body: aClusterInput(),
    });
    expect(refused.status).toBe(403);
  });
});

test('[A13] validate says what create would say, and stores nothing', async () => {
  const ask = (body: unknown) =>
    send(deps, validateCluster, { ...editor, params: { project: 'default' }, body });
  const good = await ask(aClusterInput());
  expect(good).toMatchObject({
    status: 200,
    body: {
      valid: true,
      errors: [],
      resolved: { profile: { name: 'aks-base' } },
      plan: { nodes: { created: 1 } },
    },
  });
  const bad = await ask({ ...aClusterInput(), pools: [] });
  expect(bad).toMatchObject({ status: 200, body: { valid: false, errors: [{ code: 'POOL_REQUIRED' }] } });
  expect((await send(deps, getCluster, { ...viewer, params })).status).toBe(404);
});

describe('PATCH a cluster', () => {
  const patch = (body: unknown, headers = {}) =>
    send(deps, patchCluster, { headers: { ...editor.headers, ...headers }, params, body });

  test('changes tags by merge patch, and nothing twice', async () => {
    await create({ tags: { a: '1', b: '2' } });
    const changed = await patch({ tags: { a: null, c: '3' } });
    expect(changed).toMatchObject({ status: 202, body: { tags: { b: '2', c: '3' }, generation: 2 } });
    const same = await patch({ tags: { c: '3' } });
    expect(same).toMatchObject({ status: 200, body: { generation: 2 } });
  });

  test('a read can be edited and sent back', async () => {
    await create();
    const { body } = await send(deps, getCluster, { ...viewer, params });
    const sent = await patch({ ...Object(body), description: 'the shop' });
    expect(sent).toMatchObject({ status: 202, body: { description: 'the shop', generation: 2 } });
  });

  test('what has a route of its own is refused with that route', async () => {
    await create();
    const refused = await patch({ pools: [], cloud: { type: 'aws' }, name: 'other' });
    expect(refused.status).toBe(422);
    expect(refused.body).toMatchObject({
      errors: [
        { path: '/name', code: 'FIELD_IMMUTABLE' },
        { path: '/pools', code: 'FIELD_IMMUTABLE', hint: expect.stringContaining('/pools/{pool}') },
        { path: '/cloud', code: 'FIELD_IMMUTABLE' },
      ],
    });
    const profile = await patch({ profile: { name: 'aks-base', version: '2.0.0' } });
    expect(profile).toMatchObject({ status: 409, body: { code: 'USE_PROFILE_UPDATE' } });
  });

  test('[A50] a stale If-Match is 412, the current one passes', async () => {
    await create();
    expect((await patch({ description: 'x' }, { 'if-match': '"7.1"' })).status).toBe(412);
    expect((await patch({ description: 'x' }, { 'if-match': '"1.9"' })).status).toBe(202);
  });
});

describe('DELETE a cluster', () => {
  const remove = (confirm: string) =>
    send(deps, deleteCluster, { ...editor, params, path: `/api/v1/x?confirm=${confirm}` });

  test('needs its name, is accepted twice, and ends all changes', async () => {
    await create();
    expect(await remove('shap')).toMatchObject({ status: 428, body: { code: 'CONFIRMATION_REQUIRED' } });
    expect(await remove('shop')).toMatchObject({ status: 202, body: { status: { state: 'Deleting' } } });
    expect((await remove('shop')).status).toBe(202);
    const patched = await send(deps, patchCluster, { ...editor, params, body: { description: 'x' } });
    expect(patched).toMatchObject({ status: 409, body: { code: 'CLUSTER_DELETING' } });
  });
});
