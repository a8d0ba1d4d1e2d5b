import { expect, test } from '@jest/globals';
import { aCluster } from '../../test/builders/cluster.ts';
import { someDeps } from '../../test/builders/deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import { type Change, changeCluster } from './change.ts';
import { clusterAddress } from './event-log.ts';

const failed = {
  title: 'Cluster',
  phase: 'failed',
  condition: 'CreatingInfrastructure',
  reason: 'QuotaExceeded',
  message: 'limit 10',
  attempts: 4,
  changedAt: '2026-11-20T11:00:00.000Z',
  nextAttemptAt: '2026-11-20T12:15:00.000Z',
} as const;

async function stored(fields: Partial<ClusterDocument> = {}) {
  const deps = someDeps();
  const cluster = aCluster({ wake: 3, generation: 2, ...fields });
  await deps.store.create(clusterAddress(cluster.id), cluster);
  return { deps, cluster };
}

function describing(cluster: ClusterDocument, description: string): Change<string> {
  return {
    id: cluster.id,
    reason: 'test',
    decide: (document) => ({
      kind: 'change',
      document: { ...document, spec: { ...document.spec, description } },
      specChanged: true,
      events: [],
    }),
  };
}

test('[A50] a change is stored first, with generation, wake and due date, and only then sent', async () => {
  const { deps, cluster } = await stored();

  const outcome = await changeCluster(deps, describing(cluster, 'new'));

  expect(outcome).toMatchObject({ kind: 'changed', document: { generation: 3, wake: 4, revision: 2 } });
  const read = await deps.store.read<ClusterDocument>(clusterAddress(cluster.id), cluster.id);
  expect(read?.document).toMatchObject({
    nextAttemptAt: '2026-11-20T12:00:00.000Z',
    changedAt: '2026-11-20T12:00:00.000Z',
  });
  expect(deps.queue.sent.map(({ message }) => message.wake)).toEqual([4]);
});

test('[A50] If-Match compares the generation and nothing else', async () => {
  const { deps, cluster } = await stored({ revision: 40 });

  expect(await changeCluster(deps, { ...describing(cluster, 'a'), ifGeneration: 1 })).toMatchObject({
    kind: 'stale',
  });
  expect(await changeCluster(deps, { ...describing(cluster, 'a'), ifGeneration: 2 })).toMatchObject({
    kind: 'changed',
  });
});

test('a change ends every wait: what failed is tried at once', async () => {
  const { deps, cluster } = await stored({ steps: { 'aks/cluster': failed } });

  const outcome = await changeCluster(deps, describing(cluster, 'new'));

  const record = outcome.kind === 'changed' ? outcome.document.steps['aks/cluster'] : undefined;
  expect(record).toMatchObject({ phase: 'failed', attempts: 4 });
  expect(record).not.toHaveProperty('nextAttemptAt');
});

test('people who change at the same time both get their change', async () => {
  const { deps, cluster } = await stored();
  const tag = (key: string): Change<string> => ({
    id: cluster.id,
    reason: 'test',
    decide: (document) => ({
      kind: 'change',
      document: { ...document, spec: { ...document.spec, tags: { ...document.spec.tags, [key]: 'yes' } } },
      specChanged: true,
      events: [],
    }),
  });

  await Promise.all(['a', 'b', 'c'].map((key) => changeCluster(deps, tag(key))));

  const read = await deps.store.read<ClusterDocument>(clusterAddress(cluster.id), cluster.id);
  expect(read?.document.spec.tags).toEqual({ a: 'yes', b: 'yes', c: 'yes' });
  expect(read?.document.generation).toBe(5);
});

test('a broker that is away costs the nudge, not the change', async () => {
  const { deps, cluster } = await stored();
  deps.queue.setAvailable(false);

  expect(await changeCluster(deps, describing(cluster, 'new'))).toMatchObject({ kind: 'changed' });
});

test('a refusal writes and sends nothing', async () => {
  const { deps, cluster } = await stored();

  const outcome = await changeCluster<string>(deps, {
    id: cluster.id,
    reason: 'test',
    decide: () => ({ kind: 'refuse', because: 'deleting' }),
  });

  expect(outcome).toEqual({ kind: 'refused', because: 'deleting' });
  expect(deps.queue.sent).toEqual([]);
});

test('who loses every race is told so', async () => {
  const { deps, cluster } = await stored();
  let batches = 0;
  const batch = async () => {
    batches += 1;
    return { kind: 'stale', index: 0 } as const;
  };
  const racing = { ...deps, store: Object.assign(deps.store, { batch }) };
  expect(await changeCluster(racing, describing(cluster, 'new'))).toEqual({ kind: 'contended' });
  expect(batches).toBe(10);
  expect(deps.queue.sent).toEqual([]);
});

test('what is gone, before or meanwhile, cannot be changed', async () => {
  const { deps, cluster } = await stored();
  const batch = async () => ({ kind: 'absent', index: 0 }) as const;
  const vanishing = { ...deps, store: Object.assign(deps.store, { batch }) };
  expect(await changeCluster(vanishing, describing(cluster, 'new'))).toEqual({ kind: 'absent' });
  await deps.store.delete(clusterAddress(cluster.id), cluster.id);
  expect(await changeCluster(deps, describing(cluster, 'new'))).toEqual({ kind: 'absent' });
});

test('a bug of the sender is no outage', async () => {
  const { deps, cluster } = await stored();
  const sendReconcile = () => Promise.reject(new TypeError('a bug'));
  const broken = { ...deps, queue: Object.assign(deps.queue, { sendReconcile }) };
  await expect(changeCluster(broken, describing(cluster, 'new'))).rejects.toThrow(TypeError);
});
