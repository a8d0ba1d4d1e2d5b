import { beforeEach, describe, expect, test } from '@jest/globals';
import { readAudit } from '../../lib/audit/record.ts';
import { HOUR_MS } from '../../lib/domain/time.ts';
import { bearer } from '../../test/builders/http.ts';
import { type OperationsWorld, operationsWorld } from '../../test/builders/operations.ts';
import { viewer } from '../../test/builders/project.ts';

let world: OperationsWorld;
beforeEach(async () => {
  world = await operationsWorld();
});

const idOf = ({ body }: { readonly body: unknown }): string => String(Object(body).id);

describe('asking for an operation', () => {
  test('[A98] a scan waits for the agent, says so, and is audited and told', async () => {
    const created = await world.ask('POST', '/scans', { kind: 'kubeBench' });
    const id = idOf(created);
    expect(id).toMatch(/^scan-20261120-120000-[0-9a-f]{8}$/);
    expect(created).toMatchObject({
      status: 201,
      body: {
        kind: 'kubeBench',
        state: 'Pending',
        requestedBy: 'ed',
        message: 'Waits for the agent to take it up. No agent of this cluster has reported yet.',
      },
    });
    expect(created.headers.get('location')).toBe(`/api/v1/projects/default/clusters/shop/scans/${id}`);
    expect(await world.ask('GET', `/scans/${id}`)).toMatchObject({ status: 200, body: { id } });
    expect(await world.pending()).toEqual([
      { id, spec: { kind: 'scan', scan: 'kubeBench' }, cancelled: false },
    ]);
    expect(await world.reasons()).toEqual(['OperationRequested']);
    expect(await readAudit(world.deps, 'default', { limit: 10 })).toMatchObject([
      { who: 'ed', what: 'scan.start', object: { kind: 'scan', name: 'shop' }, status: 201 },
    ]);
  });

  test.each<[string, string, object, number, string]>([
    ['[A98] an unknown scan', '/scans', { kind: 'virus' }, 422, 'SCAN_KIND_UNKNOWN'],
    ['[A98] no scan at all', '/scans', {}, 422, 'SCAN_KIND_UNKNOWN'],
    ['[A99] retention of nothing', '/backups', { retention: 'PT0S' }, 422, 'RETENTION_INVALID'],
    [
      '[A99] retention beyond what Velero reads',
      '/backups',
      { retention: 'P36501D' },
      422,
      'RETENTION_INVALID',
    ],
    ['[A99] retention that is a number', '/backups', { retention: 7 }, 422, 'RETENTION_INVALID'],
    ['[A99] a namespace that is no name', '/backups', { namespaces: ['a/b'] }, 422, 'VALUE_INVALID'],
    ['a field that nobody knows', '/patches', { reboot: true }, 422, 'UNKNOWN_FIELD'],
  ])('%s is refused', async (_what, path, body, status, code) => {
    expect(await world.ask('POST', path, body)).toMatchObject({ status, body: { code } });
    expect(await world.pending()).toEqual([]);
  });

  test('there is one of a kind at a time; scans of different kinds go side by side', async () => {
    const first = idOf(await world.ask('POST', '/scans', { kind: 'sbom' }));
    const second = await world.ask('POST', '/scans', { kind: 'sbom' });
    expect(second).toMatchObject({ status: 409, body: { code: 'OPERATION_IN_PROGRESS' } });
    expect(Object(second.body).detail).toContain(first);
    expect(await world.ask('POST', '/scans', { kind: 'sonobuoy' })).toMatchObject({ status: 201 });
    expect(await world.ask('POST', '/patches', {})).toMatchObject({ status: 201 });
  });

  test('what waits for a patch says so, and is not given up because that takes long', async () => {
    const patch = idOf(await world.ask('POST', '/patches', {}));
    const backup = idOf(await world.ask('POST', '/backups', {}));
    expect(await world.ask('GET', `/backups/${backup}`)).toMatchObject({
      body: { state: 'Pending', message: `Waits for ${patch} to end: patching runs alone.` },
    });
    await world.say({ operation: patch, state: 'Running' });
    await world.runUntil('2026-11-21T11:00:00.000Z', HOUR_MS);
    expect(await world.states('/backups')).toEqual([`Pending ${backup}`]);
    await world.runUntil('2026-11-21T12:00:00.000Z', HOUR_MS);
    expect(await world.states('/patches')).toEqual([`TimedOut ${patch}`]);
    await world.runUntil('2026-11-22T12:00:00.000Z', HOUR_MS);
    expect(await world.states('/backups')).toEqual([`TimedOut ${backup}`]);
  });

  test('two requests at the same moment are one operation and one refusal', async () => {
    const answers = await Promise.all([world.ask('POST', '/backups', {}), world.ask('POST', '/backups', {})]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await world.pending()).toHaveLength(1);
  });

  test('the same Idempotency-Key begins one operation', async () => {
    const headers = { ...bearer('ed:editor@default'), 'idempotency-key': 'once' };
    const first = await world.ask('POST', '/backups', {}, { headers });
    const again = await world.ask('POST', '/backups', {}, { headers });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(idOf(again)).toBe(idOf(first));
  });

  test('a viewer reads and does not begin; nobody finds what belongs to another kind', async () => {
    expect((await world.ask('POST', '/scans', { kind: 'sbom' }, viewer)).status).toBe(403);
    const id = idOf(await world.ask('POST', '/scans', { kind: 'sbom' }));
    expect((await world.ask('GET', `/scans/${id}`, undefined, viewer)).status).toBe(200);
    expect((await world.ask('DELETE', `/scans/${id}`, undefined, viewer)).status).toBe(403);
    expect(await world.ask('GET', `/backups/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'BACKUP_NOT_FOUND' },
    });
  });

  test('a cluster that is being deleted begins nothing', async () => {
    await world.change({ deletedAt: '2026-11-20T12:00:00.000Z' });
    expect(await world.ask('POST', '/scans', { kind: 'sbom' })).toMatchObject({
      status: 409,
      body: { code: 'CLUSTER_DELETING' },
    });
  });
});

describe('what the agent reports', () => {
  test('[A98] kube-bench is read by section, and lists show its counts', async () => {
    const id = idOf(await world.ask('POST', '/scans', { kind: 'kubeBench' }));
    await world.say({ operation: id, state: 'Running', progress: { done: 1, total: 2 } });
    expect(await world.ask('GET', `/scans/${id}`)).toMatchObject({
      body: { state: 'Running', progress: { done: 1, total: 2 }, startedAt: '2026-11-20T12:00:00.000Z' },
    });
    const section = {
      section: '1.1',
      description: 'Files',
      role: 'control-plane',
      pass: 20,
      fail: 1,
      warn: 2,
      info: 0,
    };
    const finding = { check: '1.1.12', status: 'FAIL', description: 'etcd', remediation: 'chown' };
    const data = {
      sections: [
        { ...section, findings: [finding], extra: 'x' },
        { section: '4.2', pass: 'many' },
      ],
    };
    await world.say({ operation: id, state: 'Succeeded', data });
    expect(await world.ask('GET', `/scans/${id}`)).toMatchObject({
      body: {
        state: 'Succeeded',
        progress: { done: 2, total: 2 },
        summary: { pass: 20, fail: 1, warn: 2, info: 0 },
        sections: [
          { ...section, findings: [finding] },
          { section: '4.2', pass: 0, findings: [] },
        ],
      },
    });
    const [listed] = Object((await world.ask('GET', '/scans?kind=kubeBench&state=Succeeded')).body).items;
    expect(listed).toMatchObject({ id, summary: { fail: 1 } });
    expect(listed).not.toHaveProperty('sections');
    expect(await world.reasons()).toEqual(['OperationRequested', 'OperationStarted', 'OperationSucceeded']);
  });

  test('starts and ends go out on topic lifecycle, once each', async () => {
    const id = idOf(await world.ask('POST', '/backups', {}));
    for (const state of ['Running', 'Running', 'Succeeded', 'Succeeded']) {
      await world.say({ operation: id, state });
    }
    expect(
      world.deps.queue.published.map(({ body }) => [
        Object(body).type,
        Object(body).id,
        Object(body).data.state,
      ]),
    ).toEqual([
      ['slipway.operation.started', `${world.cluster.id}-${id}-Running`, 'Running'],
      ['slipway.operation.finished', `${world.cluster.id}-${id}-Succeeded`, 'Succeeded'],
    ]);
  });

  test('repeats and what is late change nothing', async () => {
    const operation = idOf(await world.ask('POST', '/backups', {}));
    const at = (second: number) => `2026-11-20T12:00:${String(second).padStart(2, '0')}.000Z`;
    const done = (count: number, second: number) =>
      world.say({ operation, state: 'Running', at: at(second), progress: { done: count, total: 9 } });
    await done(1, 10);
    expect(await done(3, 30)).toMatchObject({ body: { ignored: false } });
    expect(await done(2, 20)).toMatchObject({ body: { ignored: true } });
    expect(await done(3, 40)).toMatchObject({ body: { ignored: true } });
    expect(await world.ask('GET', `/backups/${operation}`)).toMatchObject({
      body: { progress: { done: 3 } },
    });
    await world.say({ operation, state: 'Failed', message: 'No room.', at: at(5) });
    expect(await world.say({ operation, state: 'Succeeded', at: at(50) })).toMatchObject({
      body: { state: 'Failed', ignored: true },
    });
    expect(await done(9, 55)).toMatchObject({ body: { state: 'Failed', ignored: true } });
    expect(await world.ask('GET', `/backups/${operation}`)).toMatchObject({
      body: { state: 'Failed', message: 'No room.' },
    });
  });

  test('what nobody asked for is unknown, and too much is refused', async () => {
    const unknown = await world.say({ operation: 'scan-20261120-120000-cafe', state: 'Running' });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'OPERATION_NOT_FOUND' } });
    const id = idOf(await world.ask('POST', '/scans', { kind: 'sbom' }));
    const huge = await world.say({ operation: id, state: 'Succeeded', data: { text: 'x'.repeat(300_000) } });
    expect(huge.status).toBe(422);
    expect(await world.states('/scans')).toEqual([`Pending ${id}`]);
  });

  test('what lists show of a hostile result is small', async () => {
    const id = idOf(await world.ask('POST', '/scans', { kind: 'sbom' }));
    const fields = Array.from({ length: 500 }, (_, index) => [`field${index}`, 'y'.repeat(200)]);
    await world.say({ operation: id, state: 'Succeeded', data: Object.fromEntries(fields) });
    const { body } = await world.ask('GET', '/scans');
    expect(JSON.stringify(body).length).toBeLessThan(5_000);
    expect(Object.keys(Object((await world.ask('GET', `/scans/${id}`)).body).result)).toHaveLength(500);
  });
});

describe('cancelling', () => {
  test('what waits is cancelled at once, and the agent hears of it', async () => {
    const id = idOf(await world.ask('POST', '/patches', { rebootIfRequired: true }));
    expect(await world.ask('DELETE', `/patches/${id}`)).toMatchObject({
      status: 202,
      body: { state: 'Cancelled' },
    });
    expect(await world.ask('DELETE', `/patches/${id}`)).toMatchObject({ status: 200 });
    expect(await world.pending()).toMatchObject([{ id, cancelled: true }]);
    await world.say({ operation: id, state: 'Failed', message: 'Cancelled.' });
    expect(await world.pending()).toEqual([]);
    expect(await world.states('/patches')).toEqual([`Cancelled ${id}`]);
    expect(await world.ask('POST', '/patches', {})).toMatchObject({ status: 201 });
  });

  test('what runs is asked to stop; it is cancelled when the agent has stopped', async () => {
    const id = idOf(await world.ask('POST', '/scans', { kind: 'sonobuoy' }));
    await world.say({ operation: id, state: 'Running' });
    expect(await world.ask('DELETE', `/scans/${id}`)).toMatchObject({
      status: 202,
      body: { state: 'Running', message: 'Is being stopped.' },
    });
    expect(await world.pending()).toMatchObject([{ id, cancelled: true }]);
    await world.say({ operation: id, state: 'Failed', message: 'Cancelled.' });
    expect(await world.states('/scans')).toEqual([`Cancelled ${id}`]);
    expect(await world.reasons()).toEqual([
      'OperationRequested',
      'OperationStarted',
      'OperationCancelRequested',
      'OperationCancelled',
    ]);
  });

  test('an agent that does not say that it stopped is waited for ten minutes', async () => {
    const id = idOf(await world.ask('POST', '/scans', { kind: 'sonobuoy' }));
    await world.say({ operation: id, state: 'Running' });
    await world.ask('DELETE', `/scans/${id}`);
    await world.runUntil('2026-11-20T12:09:00.000Z');
    expect(await world.states('/scans')).toEqual([`Running ${id}`]);
    await world.runUntil('2026-11-20T12:10:00.000Z');
    expect(await world.states('/scans')).toEqual([`Cancelled ${id}`]);
  });

  test('what is over stays as it is', async () => {
    const id = idOf(await world.ask('POST', '/scans', { kind: 'sbom' }));
    await world.say({ operation: id, state: 'Succeeded' });
    expect(await world.ask('DELETE', `/scans/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'OPERATION_FINISHED' },
    });
  });
});

describe('[A99] backups and restores', () => {
  test('a backup that succeeded is restored by the name that it has in the cluster', async () => {
    const backup = idOf(await world.ask('POST', '/backups', { retention: 'P7D', includeDisks: false }));
    expect(await world.ask('POST', `/backups/${backup}/restore`)).toMatchObject({
      status: 409,
      body: { code: 'BACKUP_NOT_USABLE' },
    });
    await world.say({ operation: backup, state: 'Succeeded', data: { backup: 'velero-7', items: 12 } });
    expect(await world.ask('GET', `/backups/${backup}`)).toMatchObject({
      body: {
        retention: 'P7D',
        includeDisks: false,
        expiresAt: '2026-11-27T12:00:00.000Z',
        summary: { items: 12 },
      },
    });
    const restore = await world.ask('POST', `/backups/${backup}/restore`, { namespaces: ['shop'] });
    expect(restore).toMatchObject({ status: 201, body: { backup: 'velero-7', namespaces: ['shop'] } });
    expect(await world.ask('GET', `/restores/${idOf(restore)}`)).toMatchObject({ status: 200 });
    expect(await world.states('/restores')).toEqual([`Pending ${idOf(restore)}`]);
  });

  test('one that is older than its retention is gone', async () => {
    const backup = idOf(await world.ask('POST', '/backups', { retention: 'PT1H' }));
    await world.say({ operation: backup, state: 'Succeeded' });
    world.deps.time.nowMs += HOUR_MS;
    expect(await world.ask('POST', `/backups/${backup}/restore`)).toMatchObject({
      status: 409,
      body: { code: 'BACKUP_EXPIRED' },
    });
  });

  test('one that Velero keeps from its beginning on is gone when Velero says so', async () => {
    const backup = idOf(await world.ask('POST', '/backups', { retention: 'PT4H' }));
    const expiresAt = new Date(world.deps.time.nowMs + HOUR_MS).toISOString();
    await world.say({ operation: backup, state: 'Succeeded', data: { backup, expiresAt } });
    expect(await world.ask('GET', `/backups/${backup}`)).toMatchObject({ body: { expiresAt } });
    world.deps.time.nowMs += HOUR_MS;
    expect(await world.ask('POST', `/backups/${backup}/restore`)).toMatchObject({ status: 409 });
  });

  test('a place that the cluster does not have is refused once its agent has said so, for an hour', async () => {
    const first = await world.ask('POST', '/backups', { location: 'offsite' });
    expect(first).toMatchObject({ status: 201, body: { warnings: [{ code: 'NOT_VERIFIED' }] } });
    const message = 'Velero has no BackupStorageLocation offsite; it has: default.';
    await world.say({ operation: idOf(first), state: 'Failed', message, data: { locations: ['default'] } });
    expect(await world.ask('POST', '/backups', { location: 'offsite' })).toMatchObject({
      status: 422,
      body: { code: 'BACKUP_LOCATION_NOT_FOUND', errors: [{ path: '/location', hint: 'It has default.' }] },
    });
    const schedules = { backup: { cron: '0 2 * * *', location: 'offsite' } };
    expect(await world.ask('PATCH', '', { schedules })).toMatchObject({
      status: 422,
      body: { code: 'BACKUP_LOCATION_NOT_FOUND', errors: [{ path: '/schedules/backup/location' }] },
    });
    world.deps.time.nowMs += HOUR_MS;
    expect(await world.ask('POST', '/backups', { location: 'offsite' })).toMatchObject({ status: 201 });
  });
});

test('lists are paged, newest first', async () => {
  for (let index = 0; index < 5; index += 1) {
    const id = idOf(await world.ask('POST', '/backups', {}));
    await world.say({ operation: id, state: 'Succeeded' });
    world.deps.time.nowMs += HOUR_MS;
  }
  const all = await world.states('/backups');
  const first = Object((await world.ask('GET', '/backups?limit=3')).body);
  const next = new URL(String(first.nextLink));
  const second = Object((await world.ask('GET', `/backups${next.search}`)).body);
  const ids = [...first.items, ...second.items].map(({ state, id }) => `${state} ${id}`);
  expect(ids).toEqual(all);
  expect(all).toEqual([...all].sort().reverse());
  expect(second.nextLink).toBeUndefined();
  expect(await world.ask('GET', '/backups?continuation=x')).toMatchObject({
    status: 422,
    body: { code: 'CURSOR_INVALID' },
  });
});

test('[A100] schedules show when they run next and what came of the last time; none are none', async () => {
  expect(await world.ask('GET', '/schedules', undefined, viewer)).toMatchObject({ body: { items: [] } });
  world = await operationsWorld({ backup: { cron: '0 2 * * *', timezone: 'Europe/Berlin' } });
  expect(Object((await world.ask('GET', '/schedules')).body).items).toEqual([
    { name: 'backup', cron: '0 2 * * *', timezone: 'Europe/Berlin', nextRunAt: '2026-11-21T01:00:00.000Z' },
  ]);
  await world.tick('2026-11-21T01:00:20.000Z');
  expect(Object((await world.ask('GET', '/schedules')).body).items).toMatchObject([
    {
      nextRunAt: '2026-11-22T01:00:00.000Z',
      lastRun: {
        operation: 'backup-20261121-010000-scheduled',
        dueAt: '2026-11-21T01:00:00.000Z',
        begunAt: '2026-11-21T01:00:20.000Z',
        state: 'Pending',
      },
    },
  ]);
});
