/** Operations as the whole agent carries them out, against the simulated cluster and its programs. */
import { describe, expect, test } from '@jest/globals';
import type { DefinedOperation, OperationSpec } from '../../lib/domain/agent.ts';
import { anAgentDefinition } from '../../test/builders/agent-definition.ts';
import { type AgentWorld, anAgentWorld, type Started, stopsAgents } from '../../test/builders/agent-world.ts';
import { aBudget, aDeployment, CLUSTER } from '../../test/builders/simulated-cluster.ts';

const kept = stopsAgents();

const start = (world: AgentWorld): Started => kept(world.start());

const operation = (id: string, spec: OperationSpec, cancelled = false): DefinedOperation => ({
  id,
  spec,
  cancelled,
});
let revision = 1;

function ask(world: AgentWorld, ...operations: readonly DefinedOperation[]): void {
  revision += 1;
  world.server.definition = anAgentDefinition({ revision: `1.${revision}`, operations });
}

const results = (world: AgentWorld, id: string) =>
  world.server.results.filter((result) => result.operation === id);
const last = (world: AgentWorld, id: string) => results(world, id).at(-1);
const get = ({ cluster }: AgentWorld, path: string) => cluster.ask('GET', path);
const isCordoned = ({ cluster }: AgentWorld, node: string) => cluster.clusters.isCordoned(CLUSTER, node);
const JOBS = '/apis/batch/v1/namespaces/slipway-system/jobs';

describe('scans', () => {
  const bench = operation('scan-20261120-180000-kubebench', { kind: 'scan', scan: 'kubeBench' });

  test('kube-bench runs as a Job, and its result comes by section', async () => {
    const world = anAgentWorld();
    start(world);
    ask(world, bench);
    await world.advance(300_000);
    expect(results(world, bench.id).map(({ state }) => state)).toEqual(['Running', 'Succeeded']);
    const data = last(world, bench.id)?.data;
    expect(data?.sections).toContainEqual(expect.objectContaining({ section: '4.1', role: 'worker' }));
    expect(data?.totals).toMatchObject({ pass: expect.any(Number) });
  });

  test('what nobody asks for any more is taken away', async () => {
    const world = anAgentWorld();
    start(world);
    ask(world, bench);
    await world.advance(300_000);
    ask(world);
    await world.advance(120_000);
    expect(get(world, JOBS).body).toMatchObject({ items: [] });
  });

  test('one that is called off ends, and says so', async () => {
    const world = anAgentWorld();
    world.server.beatAfterMs = 5_000;
    start(world);
    ask(world, bench);
    await world.advance(10_000);
    ask(world, { ...bench, cancelled: true });
    await world.advance(15_000);
    expect(last(world, bench.id)).toMatchObject({ state: 'Failed', message: 'Cancelled.' });
    expect(get(world, JOBS).body).toMatchObject({ items: [] });
  });

  test('an end that could not be told is told later, and after a restart', async () => {
    const world = anAgentWorld();
    const first = start(world);
    ask(world, bench);
    await world.advance(5_000);
    world.server.down = true;
    await world.advance(300_000);
    await first.stop();
    world.server.down = false;
    start(world);
    await world.advance(70_000);
    expect(last(world, bench.id)).toMatchObject({ state: 'Succeeded' });
  });

  test('rights of a scan end with it', async () => {
    const world = anAgentWorld();
    const sonobuoy = operation('scan-20261120-180000-sonobuoy', { kind: 'scan', scan: 'sonobuoy' });
    start(world);
    ask(world, sonobuoy);
    await world.advance(10_000);
    const binding = `/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${sonobuoy.id}`;
    expect(get(world, binding).body).toMatchObject({ roleRef: { name: 'cluster-admin' } });
    ask(world, { ...sonobuoy, cancelled: true });
    await world.advance(70_000);
    expect(get(world, binding).status).toBe(404);
    expect(get(world, `/api/v1/namespaces/slipway-system/serviceaccounts/${sonobuoy.id}`).status).toBe(404);
  });
});

describe('[A97] patching', () => {
  const patch = operation('patch-20261120-180000-x', { kind: 'patch', rebootIfRequired: true });

  /** Most nodes that were cordoned at once, and every one that ever was, in order. */
  async function watch(world: AgentWorld, nodes: readonly string[], ms: number) {
    const seen: string[] = [];
    let most = 0;
    for (let elapsed = 0; elapsed < ms; elapsed += 5_000) {
      await world.advance(5_000);
      const cordoned = nodes.filter((node) => isCordoned(world, node));
      most = Math.max(most, cordoned.length);
      seen.push(...cordoned.filter((node) => seen.at(-1) !== node));
    }
    return { seen, most };
  }

  test('goes node by node, drains each, and leaves all schedulable', async () => {
    const world = anAgentWorld(['node-1', 'node-2', 'node-3']);
    world.cluster.ask('POST', '/apis/apps/v1/namespaces/default/deployments', aDeployment('web', 4));
    start(world);
    ask(world, patch);
    const { seen, most } = await watch(world, ['node-1', 'node-2', 'node-3'], 900_000);
    expect({ seen, most }).toEqual({ seen: ['node-1', 'node-2', 'node-3'], most: 1 });
    expect(last(world, patch.id)).toMatchObject({
      state: 'Succeeded',
      data: { nodes: ['node-1', 'node-2', 'node-3'].map((node) => ({ node, patched: true })) },
    });
    expect(
      results(world, patch.id).some(({ progress }) => progress?.done === 2 && progress.total === 3),
    ).toBe(true);
  });

  test('the agent stays on a node that is emptied: on the only one it could not come back', async () => {
    const world = anAgentWorld(['node-1']);
    const labels = { 'app.kubernetes.io/name': 'slipway-agent' };
    const own = aDeployment('slipway-agent', 1);
    const template = { metadata: { labels }, spec: own.spec.template.spec };
    const deployments = '/apis/apps/v1/namespaces/slipway-system/deployments';
    world.cluster.ask('POST', deployments, {
      ...own,
      metadata: { name: 'slipway-agent', namespace: 'slipway-system' },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    });
    start(world);
    ask(world, patch);
    await world.advance(3_000_000);
    const pods = JSON.stringify(get(world, '/api/v1/namespaces/slipway-system/pods').body);
    expect(pods).toMatch(/"nodeName":"node-1".*"phase":"Running"/);
    // Budgets of the cluster's own parts hold the only node: it is left out, with their names, and opened.
    expect(last(world, patch.id)).toMatchObject({ state: 'Failed' });
    expect(isCordoned(world, 'node-1')).toBe(false);
  });

  test('survives restarts of the agent anywhere', async () => {
    const world = anAgentWorld(['node-1', 'node-2']);
    ask(world, patch);
    const seen: string[] = [];
    for (let round = 0; round < 60; round++) {
      const agent = world.start();
      await world.advance(16_000);
      await agent.stop();
      const cordoned = ['node-1', 'node-2'].filter((node) => isCordoned(world, node));
      expect(cordoned.length).toBeLessThanOrEqual(1);
      seen.push(...cordoned.filter((node) => seen.at(-1) !== node));
    }
    expect(seen).toEqual(['node-1', 'node-2']);
    expect(last(world, patch.id)).toMatchObject({ state: 'Succeeded' });
  });

  test('names the budget that keeps a node from being emptied, and leaves it out in the end', async () => {
    const world = anAgentWorld(['node-1', 'node-2', 'node-3']);
    world.cluster.ask('POST', '/apis/apps/v1/namespaces/default/deployments', aDeployment('web', 1));
    world.cluster.ask(
      'POST',
      '/apis/policy/v1/namespaces/default/poddisruptionbudgets',
      aBudget('web', 'web', { minAvailable: 1 }),
    );
    start(world);
    ask(world, patch);
    await world.advance(3_000_000);
    const said = results(world, patch.id).map(({ message = '' }) => message);
    const blocked = 'PodDisruptionBudget default/web allows no eviction';
    expect(said).toContainEqual(expect.stringMatching(`^Emptying node node-\\d: ${blocked}\\.$`));
    expect(last(world, patch.id)).toMatchObject({
      state: 'Failed',
      message: expect.stringMatching(`^1 of 3 nodes were left out\\. node-\\d: ${blocked}$`),
    });
    expect(['node-1', 'node-2', 'node-3'].some((node) => isCordoned(world, node))).toBe(false);
  });

  test('leaves a node cordoned that somebody else had cordoned', async () => {
    const world = anAgentWorld(['node-1', 'node-2', 'node-3']);
    world.cluster.ask(
      'PATCH',
      '/api/v1/nodes/node-1',
      { spec: { unschedulable: true } },
      { 'content-type': 'application/merge-patch+json' },
    );
    start(world);
    ask(world, patch);
    await world.advance(900_000);
    expect(last(world, patch.id)).toMatchObject({ state: 'Succeeded' });
    expect(['node-1', 'node-2', 'node-3'].map((node) => isCordoned(world, node))).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('that is called off ends after the node in turn', async () => {
    const world = anAgentWorld(['node-1', 'node-2']);
    start(world);
    ask(world, patch);
    await world.advance(70_000);
    ask(world, { ...patch, cancelled: true });
    await world.advance(600_000);
    expect(last(world, patch.id)).toMatchObject({ state: 'Failed', message: 'Cancelled.' });
    expect(['node-1', 'node-2'].map((node) => isCordoned(world, node))).toEqual([false, false]);
  });

  test('that nobody asks for any more leaves no node behind', async () => {
    const world = anAgentWorld(['node-1', 'node-2']);
    const first = start(world);
    ask(world, patch);
    await world.advance(20_000);
    expect(isCordoned(world, 'node-1')).toBe(true);
    await first.stop();
    ask(world);
    start(world);
    await world.advance(600_000);
    expect(['node-1', 'node-2'].map((node) => isCordoned(world, node))).toEqual([false, false]);
  });
});

describe('[A99] backups', () => {
  const backup = operation('backup-20261120-180000-x', {
    kind: 'backup',
    retentionHours: 168,
    namespaces: ['shop'],
    includeDisks: true,
  });
  const BACKUPS = '/apis/velero.io/v1/namespaces/velero/backups';

  /** Velero's kinds; its controllers are those of the simulation. */
  function velero(world: AgentWorld): void {
    world.cluster.ask('POST', '/api/v1/namespaces', { metadata: { name: 'velero' } });
    for (const [plural, kind] of [
      ['backups', 'Backup'],
      ['restores', 'Restore'],
      ['backupstoragelocations', 'BackupStorageLocation'],
    ]) {
      world.cluster.ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
        metadata: { name: `${plural}.velero.io` },
        spec: {
          group: 'velero.io',
          scope: 'Namespaced',
          names: { plural, kind },
          versions: [{ name: 'v1', served: true, storage: true }],
        },
      });
    }
  }
  const location = (world: AgentWorld, name: string, spec: object = {}, status: object = {}) =>
    world.cluster.ask('POST', '/apis/velero.io/v1/namespaces/velero/backupstoragelocations', {
      metadata: { name },
      spec,
      status,
    });
  const status = (world: AgentWorld, path: string, is: object) =>
    world.cluster.ask('PATCH', path, { status: is }, { 'content-type': 'application/merge-patch+json' });

  test('without Velero fail, and say what to do', async () => {
    const world = anAgentWorld();
    start(world);
    ask(world, backup);
    await world.advance(70_000);
    expect(last(world, backup.id)).toMatchObject({
      state: 'Failed',
      message: 'Velero is not installed in this cluster: add its pack to the profile.',
    });
  });

  test.each([
    [
      'none',
      [],
      undefined,
      'Velero has no default BackupStorageLocation: name one in the backup schedule.',
      [],
    ],
    [
      'another one',
      [['s3', {}, {}]] as const,
      'blob',
      'Velero has no BackupStorageLocation blob; it has: s3.',
      ['s3'],
    ],
    [
      'one that does not answer',
      [['s3', { default: true }, { phase: 'Unavailable', message: 'access denied' }]] as const,
      undefined,
      'BackupStorageLocation s3 is unavailable: access denied.',
      ['s3'],
    ],
  ])('[A99] fail when there is no place for them: %s', async (_what, places, name, message, locations) => {
    const world = anAgentWorld();
    velero(world);
    for (const [place, spec, is] of places) location(world, place, spec, is);
    start(world);
    const { spec } = backup;
    ask(world, {
      ...backup,
      spec: { ...spec, ...(name === undefined ? {} : { location: name }) } as OperationSpec,
    });
    await world.advance(70_000);
    expect(last(world, backup.id)).toMatchObject({ state: 'Failed', message, data: { locations } });
  });

  test('are Velero objects whose status is followed', async () => {
    const world = anAgentWorld();
    velero(world);
    location(world, 'default', { default: true });
    start(world);
    ask(world, backup);
    await world.advance(70_000);
    expect(get(world, `${BACKUPS}/${backup.id}`).body).toMatchObject({
      spec: {
        storageLocation: 'default',
        ttl: '168h0m0s',
        includedNamespaces: ['shop'],
        snapshotVolumes: true,
      },
    });
    status(world, `${BACKUPS}/${backup.id}`, {
      phase: 'InProgress',
      progress: { totalItems: 40, itemsBackedUp: 10 },
    });
    await world.advance(20_000);
    expect(last(world, backup.id)).toMatchObject({ state: 'Running', progress: { done: 10, total: 40 } });
    status(world, `${BACKUPS}/${backup.id}`, {
      phase: 'Completed',
      expiration: '2026-11-27T18:00:00Z',
      progress: { totalItems: 40, itemsBackedUp: 40 },
    });
    await world.advance(20_000);
    expect(last(world, backup.id)).toMatchObject({
      state: 'Succeeded',
      data: { backup: backup.id, items: 40, expiresAt: '2026-11-27T18:00:00Z', locations: ['default'] },
    });
  });

  test.each([
    [true, undefined],
    [false, false],
  ])('with disks %s leave them to the installation or out, in both ways', async (includeDisks, byFiles) => {
    const world = anAgentWorld();
    velero(world);
    location(world, 'default');
    start(world);
    ask(world, { ...backup, spec: { kind: 'backup', retentionHours: 1, includeDisks } });
    await world.advance(70_000);
    const { spec } = JSON.parse(JSON.stringify(get(world, `${BACKUPS}/${backup.id}`).body));
    expect([spec.snapshotVolumes, spec.defaultVolumesToFsBackup]).toEqual([includeDisks, byFiles]);
  });

  test('that took only a part along have failed', async () => {
    const world = anAgentWorld();
    velero(world);
    location(world, 'default');
    start(world);
    ask(world, backup);
    await world.advance(70_000);
    status(world, `${BACKUPS}/${backup.id}`, { phase: 'PartiallyFailed', errors: 3 });
    await world.advance(20_000);
    expect(last(world, backup.id)).toMatchObject({
      state: 'Failed',
      message: 'PartiallyFailed: 3 objects could not be taken along.',
    });
  });

  test('are restored from one that is there', async () => {
    const world = anAgentWorld();
    velero(world);
    location(world, 'default');
    world.cluster.ask('POST', BACKUPS, { metadata: { name: 'nightly' }, spec: {} });
    start(world);
    const good = operation('restore-1', { kind: 'restore', backup: 'nightly' });
    const bad = operation('restore-2', { kind: 'restore', backup: 'other' });
    ask(world, good, bad);
    await world.advance(70_000);
    expect(last(world, bad.id)).toMatchObject({
      state: 'Failed',
      message: 'There is no backup other in this cluster.',
    });
    const path = `/apis/velero.io/v1/namespaces/velero/restores/${good.id}`;
    expect(get(world, path).body).toMatchObject({
      spec: { backupName: 'nightly', includedNamespaces: ['*'] },
    });
    status(world, path, { phase: 'Completed', progress: { totalItems: 5, itemsRestored: 5 } });
    await world.advance(20_000);
    expect(last(world, good.id)).toMatchObject({ state: 'Succeeded', data: { backup: 'nightly', items: 5 } });
  });
});
