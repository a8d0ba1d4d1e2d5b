import { describe, expect, test } from '@jest/globals';
import type { Helm, Http, Time } from '../../agent/ports.ts';
import { aSimulatedCluster, CLUSTER, type ClusterUnderTest } from '../../test/builders/simulated-cluster.ts';
import { simulatedHelm } from './helm.ts';

const { signal } = new AbortController();

interface Helmed {
  readonly cluster: ClusterUnderTest;
  /** Arguments as one line. */
  run(line: string, values?: object): ReturnType<Helm>;
  get(path: string): { readonly status: number; readonly body: object };
}

/** As the cluster's admin, unless a service account of namespace default is named. */
function aHelm(account?: string): Helmed {
  const cluster = aSimulatedCluster(['a']);
  if (account !== undefined) {
    cluster.ask('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: account } });
  }
  const token = account && cluster.clusters.serviceAccountToken(CLUSTER, 'default', account);
  const who = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const http: Http = async ({ method, url, headers, body }) => {
    const parsed = body === undefined ? undefined : JSON.parse(body);
    const answer = cluster.ask(method, url, parsed, { ...headers, ...who });
    return { status: answer.status, headers: {}, body: JSON.stringify(answer.body) };
  };
  let nowMs = 0;
  const time: Time = {
    now: () => 0,
    monotonic: () => nowMs,
    async sleep(ms) {
      nowMs += ms;
    },
  };
  const helm = simulatedHelm(http, time);
  return {
    cluster,
    run: (line, values) =>
      helm({ args: line.split(' '), signal, ...(values ? { values: JSON.stringify(values) } : {}) }),
    get(path) {
      const { status, body } = cluster.ask('GET', path);
      return { status, body: JSON.parse(JSON.stringify(body)) };
    },
  };
}

const SHOP = 'upgrade shop shop --repo https://charts.test --install --namespace shop --version 1.2.3';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/shop/deployments';

describe('a release', () => {
  test('is installed, known, and taken away again', async () => {
    const { run, get } = aHelm();
    expect(await run('status shop --namespace shop --output json')).toMatchObject({
      exitCode: 1,
      stderr: 'Error: release: not found\n',
    });
    expect(await run(SHOP)).toMatchObject({ exitCode: 0 });
    const { stdout } = await run('status shop --namespace shop --output json');
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, info: { status: 'deployed' } });
    expect(get(`${DEPLOYMENTS}/shop`).body).toMatchObject({
      metadata: { annotations: { 'meta.helm.sh/release-name': 'shop' } },
      status: { availableReplicas: 1 },
    });
    expect(await run('uninstall shop --namespace shop --ignore-not-found')).toMatchObject({ exitCode: 0 });
    expect(get(`${DEPLOYMENTS}/shop`).status).toBe(404);
    expect(await run('status shop --namespace shop')).toMatchObject({ exitCode: 1 });
  });

  test('whose pods find no node fails, and can be tried again', async () => {
    const { cluster, run } = aHelm();
    const cordon = (unschedulable: boolean) =>
      cluster.ask(
        'PATCH',
        '/api/v1/nodes/a',
        { spec: { unschedulable } },
        {
          'content-type': 'application/merge-patch+json',
        },
      );
    cordon(true);
    expect(await run(SHOP)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('deadline') });
    expect(JSON.parse((await run('status shop --namespace shop')).stdout).info.status).toBe('failed');
    cordon(false);
    expect(await run(SHOP)).toMatchObject({ exitCode: 0 });
  });

  test('that was left half way is not gone on with before it is put back', async () => {
    const { cluster, run } = aHelm();
    await run(SHOP);
    const secret = '/api/v1/namespaces/shop/secrets/sh.helm.release.v1.shop.v1';
    const pending = { status: 'pending-upgrade', revision: 2, chart: 'shop', objects: [] };
    const release = Buffer.from(JSON.stringify(pending)).toString('base64');
    cluster.ask('PATCH', secret, { data: { release } }, { 'content-type': 'application/merge-patch+json' });
    expect(await run(SHOP)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('in progress') });
    expect(await run('rollback shop --namespace shop')).toMatchObject({ exitCode: 0 });
    expect(await run(SHOP)).toMatchObject({ exitCode: 0 });
  });

  test('needs the rights of who installs it', async () => {
    const { run } = aHelm('robot');
    expect(await run(SHOP)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('cannot patch resource "namespaces"'),
    });
  });
});

describe('Velero, once its chart is installed', () => {
  const API = '/apis/velero.io/v1/namespaces/velero';
  const VALUES = {
    configuration: {
      backupStorageLocation: [{ name: 'main', provider: 'aws', bucket: 'backups', default: true }],
    },
  };
  const aBackup = (name: string, spec: object) => ({ metadata: { name }, spec });

  async function installed(): Promise<Helmed> {
    const helm = aHelm();
    await helm.run('upgrade velero velero --install --namespace velero --version 10.0.1', VALUES);
    return helm;
  }

  test('finds its locations and carries out backups and restores', async () => {
    const { cluster, get } = await installed();
    expect(get(`${API}/backupstoragelocations/main`).body).toMatchObject({ status: { phase: 'Available' } });
    cluster.ask('POST', `${API}/backups`, aBackup('b', { storageLocation: 'main', ttl: '24h0m0s' }));
    expect(get(`${API}/backups/b`).body).toMatchObject({
      status: { phase: 'InProgress', progress: { itemsBackedUp: 0 }, expiration: '2026-11-21T18:01:00Z' },
    });
    cluster.advance(45_000);
    const { status } = JSON.parse(JSON.stringify(get(`${API}/backups/b`).body));
    expect(status.phase).toBe('Completed');
    expect(status.progress.itemsBackedUp).toBe(status.progress.totalItems);
    expect(status.progress.totalItems).toBeGreaterThan(20);
    cluster.ask('POST', `${API}/restores`, aBackup('r', { backupName: 'b' }));
    cluster.ask(
      'POST',
      `${API}/restores`,
      aBackup('part', { backupName: 'b', includedNamespaces: ['velero'] }),
    );
    get(`${API}/restores/r`);
    cluster.advance(45_000);
    expect(get(`${API}/restores/r`).body).toMatchObject({
      status: { phase: 'Completed', progress: { itemsRestored: status.progress.totalItems } },
    });
    const part = JSON.parse(JSON.stringify(get(`${API}/restores/part`).body)).status.progress;
    expect(part.itemsRestored).toBeLessThan(status.progress.totalItems);
    cluster.advance(25 * 3_600_000);
    expect(get(`${API}/backups/b`).status).toBe(404);
  });

  test('refuses a place that is not there and a backup that is not there', async () => {
    const { cluster, get } = await installed();
    cluster.ask('POST', `${API}/backups`, aBackup('b', { storageLocation: 'other' }));
    expect(get(`${API}/backups/b`).body).toMatchObject({
      status: { phase: 'FailedValidation', validationErrors: [expect.stringContaining('other')] },
    });
    cluster.ask('POST', `${API}/restores`, aBackup('r', { backupName: 'no-such' }));
    expect(get(`${API}/restores/r`).body).toMatchObject({ status: { phase: 'FailedValidation' } });
  });

  test('waits for the Secret that its values name', async () => {
    const { cluster, run, get } = aHelm();
    const line = 'upgrade velero velero --install --namespace velero --version 12.1.0';
    const values = { ...VALUES, credentials: { existingSecret: 'cloud' }, deployNodeAgent: true };
    expect(await run(line, values)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('deadline'),
    });
    cluster.ask('POST', '/api/v1/namespaces/velero/secrets', { metadata: { name: 'cloud' } });
    expect(await run(line, values)).toMatchObject({ exitCode: 0 });
    expect(get('/apis/apps/v1/namespaces/velero/daemonsets/node-agent').status).toBe(200);
  });

  test('takes no values that its schema does not', async () => {
    const { run } = aHelm();
    const values = { configuration: { backupStorageLocation: [{ provider: 'aws' }] } };
    expect(await run('upgrade velero velero --install --namespace velero', values)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('schema'),
    });
  });

  test('leaves nothing of what only its installation needs', async () => {
    const { get } = await installed();
    const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
    expect(get(`${roles}/velero-server-upgrade-crds`).status).toBe(404);
    expect(get('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/velero-server').status).toBe(200);
  });

  test('does nothing when it does not run', async () => {
    const { cluster, run, get } = await installed();
    await run('uninstall velero --namespace velero');
    cluster.advance(10_000);
    cluster.ask('POST', `${API}/backups`, aBackup('b', { storageLocation: 'main' }));
    cluster.advance(60_000);
    expect(get(`${API}/backups/b`).body).not.toHaveProperty('status');
  });
});
