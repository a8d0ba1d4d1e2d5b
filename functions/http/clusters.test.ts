import { beforeEach, describe, expect, test } from '@jest/globals';
import { toList } from '../../lib/api/pagination.ts';
import { readAudit } from '../../lib/audit/record.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import { aClusterInput } from '../../test/builders/cluster-input.ts';
import { type Received, send, type TestApiDeps } from '../../test/builders/http.ts';
import { admin, aReadyProject, editor, viewer } from '../../test/builders/project.ts';
import { createCluster } from './create-cluster.ts';
import { deleteCluster } from './delete-cluster.ts';
import { getCluster } from './get-cluster.ts';
import { getClusterStatus } from './get-cluster-status.ts';
import { getKubeconfig } from './get-kubeconfig.ts';
import { getResolvedProfile } from './get-resolved-profile.ts';
import { listClusterEvents } from './list-cluster-events.ts';
import { listClusters } from './list-clusters.ts';
import { listPacks } from './list-packs.ts';
import { patchCluster } from './patch-cluster.ts';
import { putMember } from './put-member.ts';
import { putPackValues } from './put-pack-values.ts';
import { reconcileCluster } from './reconcile-cluster.ts';
import { validateCluster } from './validate-cluster.ts';

const params = { project: 'default', cluster: 'shop' };
let deps: TestApiDeps;
beforeEach(async () => {
  deps = await aReadyProject();
});

function create(fields = {}): Promise<Received> {
  return send(deps, createCluster, {
    ...editor,
    params: { project: 'default' },
    body: aClusterInput(fields),
  });
}

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

describe('reads', () => {
  beforeEach(async () => {
    await create({ tags: { department: 'finance' } });
  });

  test('an unchanged cluster is 304', async () => {
    const headers = { ...viewer.headers, 'if-none-match': '"1.1"' };
    expect((await send(deps, getCluster, { headers, params })).status).toBe(304);
  });

  test('[A87, A90] conditions show what, since when, how often tried, and when again', async () => {
    const [entry] = (await deps.store.query<ClusterDocument>({ container: 'clusters', where: [], limit: 1 }))
      .items;
    if (!entry) throw new Error('no cluster');
    const condition = {
      type: 'CreatingInfrastructure',
      title: 'Creating Infrastructure',
      status: 'Failed',
      reason: 'QuotaExceeded',
      message: 'ErrCode_InsufficientVCPUQuota: 12 vCPU are needed, 8 are left',
      attempts: 2,
      nextAttemptAt: '2026-11-20T12:05:00.000Z',
      lastTransitionAt: '2026-11-20T12:00:00.000Z',
      observedGeneration: 1,
    } as const;
    const failed: ClusterDocument = { ...entry.document, conditions: [condition], observedGeneration: 1 };
    await deps.store.replace({ container: 'clusters', partition: failed.id }, failed, entry.etag);
    const { body } = await send(deps, getCluster, { ...viewer, params });
    expect(body).toMatchObject({
      status: { state: 'Provisioning', converged: false, conditions: [condition] },
    });
  });

  test('[A14] status lists milestones and tasks', async () => {
    const status = await send(deps, getClusterStatus, { ...viewer, params });
    expect(status).toMatchObject({ status: 200, body: { state: 'Pending', tasks: [], conditions: [] } });
  });

  test('[A8, A11] resolved names the source of every value', async () => {
    await send(deps, putPackValues, {
      ...editor,
      params: { ...params, pack: 'prometheus' },
      body: { values: { retention: '7d' } },
    });
    const { body } = await send(deps, getResolvedProfile, { ...viewer, params });
    expect(body).toMatchObject({
      layers: [{}, {}, {}, { values: { retention: '7d' }, sources: { '/retention': 'override' } }],
    });
  });

  test('[A7, A10, A11] packs show version, layer, values by source and status', async () => {
    const at = { ...params, pack: 'prometheus' };
    const put = (values: unknown, more = {}) =>
      send(deps, putPackValues, { ...editor, params: at, body: { ...more, values } });
    const packs = async () => (await send(deps, listPacks, { ...viewer, params })).body;
    expect(await packs()).toMatchObject({
      items: [
        { layer: 'kubernetes' },
        { layer: 'cni' },
        { layer: 'csi' },
        {
          pack: 'prometheus',
          layer: 'addon',
          values: { retention: '15d' },
          sources: { '/retention': 'profile' },
          status: 'pending',
          generation: 1,
        },
      ],
    });
    const changed = await put({ retention: '7d' });
    expect(changed).toMatchObject({
      status: 202,
      body: {
        pack: 'prometheus',
        values: { retention: '7d' },
        sources: { '/retention': 'override' },
        generation: 2,
      },
    });
    expect(await put({ retention: '7d' }, Object(changed.body))).toMatchObject({
      status: 200,
      body: { generation: 2 },
    });
    const stranger = await send(deps, putPackValues, {
      ...editor,
      params: { ...params, pack: 'vault' },
      body: { values: { a: 1 } },
    });
    expect(stranger).toMatchObject({ status: 422, body: { code: 'PACK_NOT_IN_PROFILE' } });
    expect(await packs()).toMatchObject({
      items: [{}, {}, {}, { values: { retention: '7d' }, generation: 2 }],
    });
  });

  test('[A93] events have a cursor, and a bad one is refused', async () => {
    await send(deps, reconcileCluster, { ...editor, params });
    const { body } = await send(deps, listClusterEvents, { ...viewer, params });
    expect(body).toMatchObject({
      items: [
        { id: '0000000001', reason: 'ClusterRequested', task: 'api' },
        { id: '0000000002', reason: 'ReconcileRequested', task: 'api' },
      ],
    });
    const bad = await send(deps, listClusterEvents, { ...viewer, params, path: '/api/v1/x?after=yesterday' });
    expect(bad).toMatchObject({ status: 422, body: { code: 'CURSOR_INVALID' } });
  });

  test('[A93] a continuation that somebody sealed around nonsense is refused too', async () => {
    const { nextLink = '' } = toList('clusters', 'http://localhost/x', {
      items: [],
      continuation: 'nonsense',
    });
    const { search } = new URL(nextLink);
    const list = await send(deps, listClusters, {
      ...viewer,
      params: { project: 'default' },
      path: `/api/v1/x${search}`,
    });
    expect(list).toMatchObject({
      status: 422,
      body: { code: 'CURSOR_INVALID', errors: [{ path: '/continuation' }] },
    });
  });

  test('[A188] a member sees what the filter admits, in lists and alone', async () => {
    const filter = { and: [{ tag: 'department', is: 'hr' }] };
    await send(deps, putMember, {
      ...admin,
      params: { project: 'default', subject: 'vera' },
      body: { role: 'viewer', filter },
    });
    expect((await send(deps, getCluster, { ...viewer, params })).status).toBe(404);
    const list = (who: typeof viewer) => send(deps, listClusters, { ...who, params: { project: 'default' } });
    expect((await list(viewer)).body).toEqual({ items: [] });
    expect((await list(editor)).body).toMatchObject({ items: [{ name: 'shop', state: 'Pending' }] });
  });

  test('[A182] a list narrows by tag, state and text', async () => {
    const list = (query: string) =>
      send(deps, listClusters, { ...viewer, params: { project: 'default' }, path: `/api/v1/x?${query}` });
    expect((await list('tag=department:finance&state=Pending&q=sho')).body).toMatchObject({
      items: [{ name: 'shop' }],
    });
    for (const query of ['tag=department:hr', 'state=Running', 'q=other', 'cloud=aws', 'health=Healthy']) {
      expect((await list(query)).body).toEqual({ items: [] });
    }
  });

  test('the kubeconfig is for admins, once there is one, and audited', async () => {
    expect((await send(deps, getKubeconfig, { ...editor, params })).status).toBe(403);
    expect(await send(deps, getKubeconfig, { ...admin, params })).toMatchObject({
      status: 409,
      body: { code: 'CLUSTER_NOT_READY' },
    });
    deps.cloud.admin = 'apiVersion: v1';
    const got = await send(deps, getKubeconfig, { ...admin, params });
    expect(got).toMatchObject({ status: 200, body: 'apiVersion: v1' });
    expect(got.headers.get('content-type')).toBe('application/yaml');
    const records = await readAudit(deps, 'default', { limit: 10 });
    expect(records.at(-1)).toMatchObject({ who: 'ann', what: 'cluster.read-kubeconfig', status: 200 });
    expect(JSON.stringify(records)).not.toContain('apiVersion');
  });
});
