import { describe, expect, test } from '@jest/globals';
import { aSimulatedCluster, type ClusterUnderTest } from '../../test/builders/simulated-cluster.ts';

const MERGE = { 'content-type': 'application/merge-patch+json' };
const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

const aConfigMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

/** Answers as clients see them: through JSON. */
function body(cluster: ClusterUnderTest, ...request: Parameters<ClusterUnderTest['ask']>) {
  return JSON.parse(JSON.stringify(cluster.ask(...request).body));
}

const names = (list: { items: { metadata: { name: string } }[] }) =>
  list.items.map(({ metadata }) => metadata.name);

describe('objects', () => {
  test('a stale version is a conflict, and a write that changes nothing is no new version', () => {
    const cluster = aSimulatedCluster(['a']);
    const made = body(cluster, 'POST', CONFIG_MAPS, aConfigMap('m', { a: '1' }));
    expect(cluster.ask('POST', CONFIG_MAPS, aConfigMap('m')).body).toMatchObject({ reason: 'AlreadyExists' });
    const changed = body(cluster, 'PUT', `${CONFIG_MAPS}/m`, { ...made, data: { a: '2' } });
    expect(cluster.ask('PUT', `${CONFIG_MAPS}/m`, { ...made, data: { a: '3' } })).toMatchObject({
      status: 409,
      body: { reason: 'Conflict' },
    });
    const again = body(cluster, 'PATCH', `${CONFIG_MAPS}/m`, { data: { a: '2' } }, MERGE);
    expect(again.metadata.resourceVersion).toBe(changed.metadata.resourceVersion);
  });

  test('a storage class keeps the fields that nobody may change', () => {
    const cluster = aSimulatedCluster(['a']);
    const classes = '/apis/storage.k8s.io/v1/storageclasses';
    const gold = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'gold' } };
    const made = { ...gold, provisioner: 'x', parameters: { type: 'a' } };
    cluster.ask('POST', classes, made);
    const change = (fields: object) => cluster.ask('PATCH', `${classes}/gold`, fields, MERGE);
    expect(change({ parameters: { type: 'b' } })).toMatchObject({
      status: 422,
      body: {
        reason: 'Invalid',
        message:
          'StorageClass.storage.k8s.io "gold" is invalid: parameters: Forbidden: updates to parameters are forbidden.',
      },
    });
    expect(change({ provisioner: 'y', reclaimPolicy: 'Retain' }).status).toBe(422);
    expect(change({ volumeBindingMode: 'WaitForFirstConsumer' }).status).toBe(422);
    expect(change({ reclaimPolicy: 'Delete', allowVolumeExpansion: true }).status).toBe(200);
    cluster.ask('DELETE', `${classes}/gold`);
    expect(cluster.ask('POST', classes, { ...made, provisioner: 'y' }).status).toBe(201);
  });

  test('lists come in pages, by selector', () => {
    const cluster = aSimulatedCluster(['a']);
    for (const name of ['c', 'a', 'b']) {
      const labels = { tier: name === 'b' ? 'x' : 'y' };
      cluster.ask('POST', CONFIG_MAPS, { ...aConfigMap(name), metadata: { name, labels } });
    }
    const first = body(cluster, 'GET', `${CONFIG_MAPS}?limit=2`);
    expect([names(first), first.metadata.remainingItemCount]).toEqual([['a', 'b'], 1]);
    const second = body(cluster, 'GET', `${CONFIG_MAPS}?limit=2&continue=${first.metadata.continue}`);
    expect([names(second), second.metadata.continue]).toEqual([['c'], undefined]);
    const selected = (selector: string) =>
      names(body(cluster, 'GET', `${CONFIG_MAPS}?labelSelector=${encodeURIComponent(selector)}`));
    expect(selected('tier=y')).toEqual(['a', 'c']);
    expect(selected('tier!=y')).toEqual(['b']);
    expect(selected('tier in (x,z),tier')).toEqual(['b']);
    expect(selected('!tier')).toEqual([]);
    expect(cluster.ask('GET', `${CONFIG_MAPS}?labelSelector=a%20b`).status).toBe(400);
    expect(cluster.ask('GET', `${CONFIG_MAPS}?watch=true`).status).toBe(501);
  });

  test('two managers conflict over a field until one forces it', () => {
    const cluster = aSimulatedCluster(['a']);
    const apply = (manager: string, data: Record<string, string>, force = '') =>
      cluster.ask('PATCH', `${CONFIG_MAPS}/m?fieldManager=${manager}${force}`, aConfigMap('m', data), APPLY);
    expect(apply('slipway', { a: '1', b: '1' }).status).toBe(200);
    expect(apply('other', { a: '2' }).body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "slipway" using v1: .data.a',
      details: { causes: [{ reason: 'FieldManagerConflict', field: '.data.a' }] },
    });
    expect(apply('other', { a: '2' }, '&force=true')).toMatchObject({ body: { data: { a: '2', b: '1' } } });
    // What a manager no longer says goes; what became another's stays.
    expect(apply('slipway', {}).body).toMatchObject({ data: { a: '2' } });
    expect(body(cluster, 'GET', `${CONFIG_MAPS}/m`).data).toEqual({ a: '2' });
  });

  test('secrets keep what was written as text in base64', () => {
    const cluster = aSimulatedCluster(['a']);
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { a: 'text' } };
    const made = body(cluster, 'POST', '/api/v1/namespaces/default/secrets', secret);
    expect([made.data, made.stringData, made.type]).toEqual([{ a: 'dGV4dA==' }, undefined, 'Opaque']);
  });

  test('a namespace takes its objects with it, and nothing is made where there is none', () => {
    const cluster = aSimulatedCluster(['a']);
    const inShop = '/api/v1/namespaces/shop/configmaps';
    expect(cluster.ask('POST', inShop, aConfigMap('m')).status).toBe(404);
    cluster.ask('POST', '/api/v1/namespaces', { metadata: { name: 'shop' } });
    expect(cluster.ask('POST', inShop, aConfigMap('m')).status).toBe(201);
    cluster.ask('DELETE', '/api/v1/namespaces/shop');
    expect(names(body(cluster, 'GET', inShop))).toEqual([]);
  });

  test('what is not served, not named right or not let in is refused as a Status', () => {
    const cluster = aSimulatedCluster(['a']);
    const status = (...request: Parameters<ClusterUnderTest['ask']>) => cluster.ask(...request).status;
    expect(status('GET', '/apis/example.com/v1/widgets')).toBe(404);
    expect(status('GET', '/api/v1/configmaps/m')).toBe(404);
    expect(status('POST', '/api/v1/nodes', {})).toBe(405);
    expect(status('POST', CONFIG_MAPS, aConfigMap('Not A Name'))).toBe(422);
    expect(status('PUT', `${CONFIG_MAPS}/other`, aConfigMap('m'))).toBe(404);
    expect(status('PATCH', '/api/v1/nodes/a', [], { 'content-type': 'application/json-patch+json' })).toBe(
      415,
    );
    expect(cluster.ask('GET', CONFIG_MAPS, undefined, { authorization: 'Bearer wrong' })).toMatchObject({
      status: 401,
      body: { kind: 'Status', reason: 'Unauthorized', code: 401 },
    });
    expect(status('GET', '/version', undefined, { authorization: '' })).toBe(200);
  });
});
