import { describe, expect, test } from '@jest/globals';
import { type OperationsWorld, operationsWorld } from '../../test/builders/operations.ts';
import { asClusterId } from '../domain/ids.ts';
import type { Schedules } from '../domain/schedules.ts';
import { HOUR_MS, MINUTE_MS, toInstant } from '../domain/time.ts';
import { QueueUnavailableError } from '../queue/port.ts';
import { StoreUnavailableError } from '../store/port.ts';
import { remindAfterPass } from './after-pass.ts';
import { lookAt } from './look.ts';
import { remind } from './reminders.ts';
import { runSchedules } from './run-schedules.ts';

const NIGHTLY: Schedules = { backup: { cron: '0 2 * * *', retention: 'P7D' } };
const idsOf = (states: readonly string[]) => states.map((line) => line.split(' ')[1]);

/** The agent ends everything at once, so that nothing is in the way of the next time. */
async function carryOut(world: OperationsWorld): Promise<void> {
  for (const { id } of await world.pending()) {
    expect((await world.say({ operation: id, state: 'Succeeded' })).status).toBe(200);
  }
}

describe('schedules', () => {
  test('[A97] [A98] [A99] each begins its own kind of operation when it is due', async () => {
    const world = await operationsWorld({
      osPatching: { cron: '0 3 * * 6', rebootIfRequired: true },
      scans: { kubeBench: { cron: '0 4 * * 6' }, sbom: { cron: '0 4 * * 6' } },
      backup: { cron: '0 2 * * *', retention: 'P7D', namespaces: ['shop'] },
    });
    await world.tick('2026-11-21T01:59:59.000Z');
    expect(await world.pending()).toEqual([]);
    await world.tick('2026-11-21T04:00:10.000Z');
    expect(await world.pending()).toEqual([
      {
        id: 'patch-20261121-030000-scheduled',
        cancelled: false,
        spec: { kind: 'patch', rebootIfRequired: true },
      },
      { id: 'scan-20261121-040000-kubebench', cancelled: false, spec: { kind: 'scan', scan: 'kubeBench' } },
      { id: 'scan-20261121-040000-sbom', cancelled: false, spec: { kind: 'scan', scan: 'sbom' } },
      {
        id: 'backup-20261121-020000-scheduled',
        cancelled: false,
        spec: { kind: 'backup', retentionHours: 168, namespaces: ['shop'], includeDisks: true },
      },
    ]);
  });

  test('[A97] at the time of its zone', async () => {
    const world = await operationsWorld({ osPatching: { cron: '0 3 * * *', timezone: 'Europe/Berlin' } });
    await world.runUntil('2026-11-21T02:00:00.000Z', 30 * MINUTE_MS);
    expect(await world.states('/patches')).toEqual(['Pending patch-20261121-020000-scheduled']);
  });

  test('[A99] runs missed while we were down are made up for by one', async () => {
    const world = await operationsWorld(NIGHTLY);
    await world.tick('2026-11-25T12:00:00.000Z');
    expect(idsOf(await world.states('/backups'))).toEqual(['backup-20261125-020000-scheduled']);
    await carryOut(world);
    await world.runUntil('2026-11-26T03:00:00.000Z', HOUR_MS);
    expect(idsOf(await world.states('/backups'))).toEqual([
      'backup-20261126-020000-scheduled',
      'backup-20261125-020000-scheduled',
    ]);
  });

  test('[A99] what is due while the one before is under way is left out, and told', async () => {
    const world = await operationsWorld({ backup: { cron: '0 * * * *' } });
    await world.tick('2026-11-20T13:00:00.000Z');
    await world.tick('2026-11-20T14:00:00.000Z');
    expect(await world.states('/backups')).toEqual(['Pending backup-20261120-130000-scheduled']);
    expect(await world.reasons()).toEqual(['OperationRequested', 'ScheduleSkipped']);
    await carryOut(world);
    await world.tick('2026-11-20T15:00:00.000Z');
    expect(idsOf(await world.states('/backups'))[0]).toBe('backup-20261120-150000-scheduled');
  });

  test('[A100] one that is taken away fires no more; another time begins when it is set', async () => {
    const world = await operationsWorld(NIGHTLY);
    await world.change({ spec: { ...world.cluster.spec, schedules: {} } });
    await world.tick('2026-11-21T02:00:00.000Z');
    expect(await world.pending()).toEqual([]);
    await world.change({ spec: { ...world.cluster.spec, schedules: { backup: { cron: '0 1 * * *' } } } });
    await world.runUntil('2026-11-22T01:00:00.000Z', HOUR_MS);
    expect(idsOf(await world.states('/backups'))).toEqual(['backup-20261122-010000-scheduled']);
  });

  test('nothing begins on a cluster that is being deleted, or is not up yet', async () => {
    const deleting = await operationsWorld(NIGHTLY);
    await deleting.change({ deletedAt: '2026-11-20T13:00:00.000Z' });
    await deleting.tick('2026-11-21T02:00:00.000Z');
    expect(await deleting.pending()).toEqual([]);

    const young = await operationsWorld(NIGHTLY);
    await young.change({ provisionedAt: '2026-11-21T02:30:00.000Z' });
    await young.tick('2026-11-21T02:40:00.000Z');
    expect(await young.pending()).toEqual([]);
    await young.tick('2026-11-22T02:00:00.000Z');
    expect((await young.pending()).map(({ id }) => id)).toEqual(['backup-20261122-020000-scheduled']);
  });

  test('[A97] patching at boot happens once, when the cluster is up for the first time', async () => {
    const world = await operationsWorld();
    const schedules = { osPatching: { cron: '0 3 1 1 *', onBoot: true } };
    const { provisionedAt: _, ...booting } = world.cluster;
    const up = {
      ...booting,
      spec: { ...booting.spec, schedules },
      provisionedAt: '2026-11-20T12:00:00.000Z',
    };
    await world.change(up);
    await remindAfterPass(world.deps, booting, up);
    await world.tick('2026-11-20T12:00:10.000Z');
    expect(await world.states('/patches')).toEqual(['Pending patch-20261120-120000-boot']);
    await carryOut(world);
    await remindAfterPass(world.deps, up, up);
    await world.tick('2026-11-20T12:01:00.000Z');
    expect(await world.states('/patches')).toEqual(['Succeeded patch-20261120-120000-boot']);
  });
});

describe('[A97] a time fires once, whatever happens around it', () => {
  test.each<[string, (world: OperationsWorld) => Promise<unknown>]>([
    ['two timers at once', ({ deps }) => Promise.all([runSchedules(deps), runSchedules(deps)])],
    [
      'a reminder that came twice',
      async ({ deps, cluster }) => {
        await remind(deps, cluster.id, deps.time.nowMs - 1);
        await runSchedules(deps);
        await lookAt(deps, { cluster: cluster.id });
      },
    ],
    [
      'a timer that died before its reminder was gone',
      async ({ deps, cluster }) => {
        await lookAt(deps, { cluster: cluster.id });
        await runSchedules(deps);
      },
    ],
    [
      'a bus that is away',
      async ({ deps }) => {
        deps.queue.publishLifecycle = () => Promise.reject(new QueueUnavailableError('away'));
        await runSchedules(deps);
      },
    ],
  ])('%s', async (_what, disturb) => {
    const world = await operationsWorld(NIGHTLY);
    world.deps.time.nowMs = Date.UTC(2026, 10, 21, 2);
    await disturb(world);
    await world.tick('2026-11-21T02:05:00.000Z');
    expect(await world.states('/backups')).toEqual(['Pending backup-20261121-020000-scheduled']);
    expect((await world.reasons()).filter((reason) => reason === 'OperationRequested')).toHaveLength(1);
  });

  test('writes that fail at any place, by chance: every night has its backup, and none has two', async () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const world = await operationsWorld(NIGHTLY);
      const { store } = world.deps;
      let state = seed * 7919;
      const chance = () => {
        state = (state * 48_271) % 2_147_483_647;
        return state / 2_147_483_647;
      };
      const original = { batch: store.batch, create: store.create, delete: store.delete };
      const failing =
        <A extends unknown[], R>(method: (...args: A) => Promise<R>) =>
        async (...args: A): Promise<R> => {
          const [early, late] = [chance() < 0.15, chance() < 0.15];
          if (early) throw new StoreUnavailableError('not written');
          const result = await method.apply(store, args);
          if (late) throw new StoreUnavailableError('written, and nobody knows');
          return result;
        };
      for (let night = 21; night <= 25; night += 1) {
        Object.assign(store, {
          batch: failing(original.batch),
          create: failing(original.create),
          delete: failing(original.delete),
        });
        const begin = Date.UTC(2026, 10, night, 2);
        for (let minute = 0; minute < 30; minute += 1)
          await world.tick(toInstant(begin + minute * MINUTE_MS));
        Object.assign(store, original);
        await world.tick(toInstant(begin + HOUR_MS));
        await carryOut(world);
      }
      expect(idsOf(await world.states('/backups'))).toEqual(
        [25, 24, 23, 22, 21].map((night) => `backup-202611${night}-020000-scheduled`),
      );
    }
  });
});

describe('what the timer costs', () => {
  test('is what is due: thousands of clusters that are not due cost nothing but the question', async () => {
    const world = await operationsWorld(NIGHTLY);
    const { store, time } = world.deps;
    const far = Date.UTC(2026, 11, 24);
    for (let index = 0; index < 4_000; index += 1) {
      const cluster = `${String(index).padStart(8, '0')}-1111-4111-8111-111111111111`;
      await remind(world.deps, asClusterId(cluster), far + index);
    }
    time.nowMs = Date.UTC(2026, 10, 20, 18);
    store.resetRequestUnits();
    expect(await runSchedules(world.deps)).toBe(0);
    const idle = store.requestUnits();
    expect(Object.keys(idle.by)).toEqual(['liveness.query']);
    expect(idle.requestUnits).toBeLessThan(15);

    time.nowMs = Date.UTC(2026, 10, 21, 2);
    store.resetRequestUnits();
    expect(await runSchedules(world.deps)).toBeGreaterThan(0);
    expect(store.requestUnits().requestUnits - idle.requestUnits).toBeLessThan(150);
  });

  test('a cluster that cannot be looked at keeps nobody else waiting', async () => {
    const world = await operationsWorld(NIGHTLY);
    const { deps } = world;
    const read = deps.store.read.bind(deps.store);
    await remind(deps, asClusterId('00000000-1111-4111-8111-111111111111'), Date.UTC(2026, 10, 20, 13));
    deps.store.read = (at, id) => {
      if (id.startsWith('00000000-1111')) throw new StoreUnavailableError('not now');
      return read(at, id);
    };
    await world.tick('2026-11-21T02:00:00.000Z');
    expect(await world.states('/backups')).toHaveLength(1);
  });
});

describe('operations that an agent does not end', () => {
  test('what nobody takes up times out, and the next night has its turn', async () => {
    const world = await operationsWorld(NIGHTLY);
    await world.runUntil('2026-11-22T02:00:00.000Z', HOUR_MS);
    expect(await world.states('/backups')).toEqual([
      'Pending backup-20261122-020000-scheduled',
      'TimedOut backup-20261121-020000-scheduled',
    ]);
    expect(await world.reasons()).toEqual(['OperationRequested', 'OperationTimedOut', 'OperationRequested']);
  });

  test('what was begun and is not heard of again times out too; a late end is believed all the same', async () => {
    const world = await operationsWorld(NIGHTLY);
    await world.tick('2026-11-21T02:00:00.000Z');
    const operation = 'backup-20261121-020000-scheduled';
    await world.say({ operation, state: 'Running' });
    await world.runUntil('2026-11-21T14:00:00.000Z', HOUR_MS);
    expect(await world.states('/backups')).toEqual([`TimedOut ${operation}`]);
    expect(await world.pending()).toMatchObject([{ id: operation, cancelled: true }]);
    expect(await world.say({ operation, state: 'Succeeded' })).toMatchObject({
      body: { state: 'Succeeded', ignored: false },
    });
    expect(await world.states('/backups')).toEqual([`Succeeded ${operation}`]);
    expect(await world.pending()).toEqual([]);
  });

  test('an agent that never comes back is told for an hour that it is over, and no longer', async () => {
    const world = await operationsWorld(NIGHTLY);
    await world.runUntil('2026-11-21T14:00:00.000Z', HOUR_MS);
    expect(await world.pending()).toHaveLength(1);
    await world.runUntil('2026-11-21T15:00:00.000Z', MINUTE_MS);
    expect(await world.pending()).toEqual([]);
  });
});
