import { beforeEach, describe, expect, test } from '@jest/globals';
import { toList } from '../../lib/api/pagination.ts';
import { readAudit } from '../../lib/audit/record.ts';
import type { ClusterDocument } from '../../lib/domain/cluster.ts';
import { askForCluster } from '../../test/builders/created-cluster.ts';
import { send, type TestApiDeps } from '../../test/builders/http.ts';
import { admin, aReadyProject, editor, viewer } from '../../test/builders/project.ts';
import { getCluster } from './get-cluster.ts';
import { getClusterStatus } from './get-cluster-status.ts';
import { getKubeconfig } from './get-kubeconfig.ts';
import { getResolvedProfile } from './get-resolved-profile.ts';
import { listClusterEvents } from './list-cluster-events.ts';
import { listClusters } from './list-clusters.ts';
import { listPacks } from './list-packs.ts';
import { putMember } from './put-member.ts';
import { putPackValues } from './put-pack-values.ts';
import { reconcileCluster } from './reconcile-cluster.ts';

const params = { project: 'default', cluster: 'shop' };
let deps: TestApiDeps;
beforeEach(async () => {
  deps = await aReadyProject();
});

const create = (fields: object = {}) => askForCluster(deps, fields);

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
    expect((await list(editor)).body).toMatchObject({
      items: [{ name: 'shop', status: { state: 'Pending' } }],
    });
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
