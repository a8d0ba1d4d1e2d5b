import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { seededChance } from './chance.ts';
import { scaledClock, storedClock, virtualClock } from './clock.ts';
import { Faults } from './faults.ts';
import { memoryRecords, type Records, sqliteRecords } from './records.ts';
import { RequestLog } from './request-log.ts';
import { TokenBuckets } from './token-bucket.ts';
import { serve } from './wire.ts';

describe('clocks', () => {
  test('a scaled clock runs at its speed and never before its origin', () => {
    let wall = 1000;
    const clock = scaledClock({ speed: 30, origin: { wallMs: 1000, cloudMs: 5000 }, wallNow: () => wall });
    expect(clock.now()).toBe(5000);
    wall = 1100;
    expect([clock.now(), clock.wallNow()]).toEqual([8000, 1100]);
    wall = 900;
    expect(clock.now()).toBe(5000);
  });

  test('a virtual clock moves when told to', () => {
    const clock = virtualClock(0, 2);
    clock.advance(10);
    expect([clock.now(), clock.wallNow()]).toEqual([20, 10]);
  });

  test('a stored clock goes on where it was, at another speed, also after a pause', () => {
    const records = memoryRecords();
    let wall = 0;
    storedClock(records, 30, () => wall);
    wall = 100;
    const clock = storedClock(records, 1, () => wall);
    expect(clock.now()).toBe(3000);
    wall = 150;
    expect(clock.now()).toBe(3050);
  });
});

describe('chance', () => {
  test('is a function of seed and key, within the range', () => {
    const chance = seededChance('a');
    expect(chance.fraction('x')).toBe(seededChance('a').fraction('x'));
    expect(chance.fraction('x')).not.toBe(chance.fraction('y'));
    expect(chance.fraction('x')).not.toBe(seededChance('b').fraction('x'));
    const draws = Array.from({ length: 200 }, (_, i) => chance.milliseconds(`k${i}`, [1, 3]));
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(1000);
    expect(Math.max(...draws)).toBeLessThanOrEqual(3000);
    expect(chance.uuid('x')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(chance.decimal('x', 8)).toMatch(/^[1-9]\d{7}$/);
  });
});

describe.each<[string, (folder: string) => Records]>([
  ['in memory', () => memoryRecords()],
  ['in SQLite', (folder) => sqliteRecords(path.join(folder, 'records.sqlite'))],
])('records %s', (_kind, open) => {
  const withRecords = (run: (records: Records, folder: string) => void) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'records-'));
    const records = open(folder);
    try {
      run(records, folder);
    } finally {
      records.close();
      rmSync(folder, { recursive: true, force: true });
    }
  };
  interface Thing {
    readonly name: string;
    readonly group: string;
  }
  const thing = (name: string, group = 'g'): Thing => ({ name, group });

  test('keep the order of insertion and an index by group', () =>
    withRecords((records) => {
      const things = records.table<Thing>('things', ({ group }) => group);
      things.put('b', thing('b'));
      things.put('a', thing('a'));
      things.put('b', thing('b', 'h'));
      expect(things.values().map(({ name }) => name)).toEqual(['b', 'a']);
      expect(things.inGroup('g').map(({ name }) => name)).toEqual(['a']);
      expect(things.inGroup('h').map(({ name }) => name)).toEqual(['b']);
      things.delete('b');
      expect(things.inGroup('h')).toEqual([]);
    }));

  test('a rollback undoes what was not committed, groups included', () =>
    withRecords((records) => {
      const things = records.table<Thing>('things', ({ group }) => group);
      things.put('a', thing('a'));
      records.commit();
      things.put('a', thing('a', 'h'));
      things.put('b', thing('b'));
      things.delete('a');
      records.rollback();
      expect(things.values()).toEqual([thing('a')]);
      expect(things.inGroup('g')).toEqual([thing('a')]);
      expect(things.inGroup('h')).toEqual([]);
    }));
});

test('SQLite gives back what was committed, and only that', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'records-'));
  const file = path.join(folder, 'records.sqlite');
  const first = sqliteRecords(file);
  const table = first.table<number>('numbers');
  table.put('one', 1);
  table.put('two', 2);
  first.commit();
  table.delete('one');
  table.put('two', 22);
  first.commit();
  table.put('three', 3);
  const second = sqliteRecords(file);
  expect(second.table<number>('numbers').values()).toEqual([22]);
  first.close();
  second.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a token bucket', () => {
  test('gives its burst, then what has been refilled, and says how long to wait', () => {
    const buckets = new TokenBuckets();
    const rule = { burst: 2, refillPerSecond: 0.5 };
    expect(buckets.take('a', rule, 0)).toEqual({ ok: true, remaining: 1 });
    expect(buckets.take('a', rule, 0)).toEqual({ ok: true, remaining: 0 });
    expect(buckets.take('a', rule, 0)).toEqual({ ok: false, retryAfterMs: 2000 });
    expect(buckets.take('b', rule, 0)).toEqual({ ok: true, remaining: 1 });
    expect(buckets.take('a', rule, 1500)).toEqual({ ok: false, retryAfterMs: 500 });
    expect(buckets.take('a', rule, 2000)).toEqual({ ok: true, remaining: 0 });
    expect(buckets.take('a', rule, 60_000)).toEqual({ ok: true, remaining: 1 });
  });
});

describe('faults', () => {
  test('are matched by operation with wildcards and by region, and used up', () => {
    const faults = new Faults(memoryRecords());
    faults.add({ fault: 'error', operation: 'agentPools.*', code: 'X', count: 2, region: 'westeurope' }, 0);
    expect(faults.takeError('agentPools.get', 'late', 'westeurope')).toBeUndefined();
    expect(faults.takeError('machines.get', 'before', 'westeurope')).toBeUndefined();
    expect(faults.takeError('agentPools.get', 'before', 'northeurope')).toBeUndefined();
    expect(faults.takeError('agentPools.get', 'before', 'westeurope')?.code).toBe('X');
    expect(faults.takeError('AGENTPOOLS.delete', 'before', undefined)?.code).toBe('X');
    expect(faults.list()).toEqual([]);
  });

  test('the newest quota counts, a throttle ends by itself, and malformed ones are refused', () => {
    const faults = new Faults(memoryRecords());
    faults.add({ fault: 'quota', name: 'cores', limit: 1 }, 0);
    const { id } = faults.add({ fault: 'quota', name: 'cores', limit: 2 }, 0);
    expect(faults.quotaLimit('CORES', 'westeurope')).toBe(2);
    expect(faults.remove(id)).toBe(true);
    expect(faults.remove(id)).toBe(false);
    expect(faults.quotaLimit('cores', 'westeurope')).toBe(1);
    faults.add({ fault: 'throttle', operation: '*', seconds: 10 }, 0);
    expect(faults.throttledForMs('anything', undefined, 4000)).toBe(6000);
    expect(faults.throttledForMs('anything', undefined, 10_000)).toBeUndefined();
    expect(() => faults.add({ fault: 'quota', name: '', limit: -1 }, 0)).toThrow();
    faults.clear();
    expect(faults.list()).toEqual([]);
  });
});

test('the request log is bounded', () => {
  const log = new RequestLog(4);
  for (let at = 0; at < 6; at++) log.add({ at, method: 'GET', path: '/', operation: 'x', status: 200 });
  expect(log.entries().map(({ at }) => at)).toEqual([3, 4, 5]);
});

test('a server answers, and cuts the connection when the simulator says so', async () => {
  const server = await serve(({ method, url, body }) =>
    url === '/cut' ? 'cut' : { status: 200, headers: { 'x-seen': method }, body: `${url} ${body}` },
  );
  const answer = await fetch(`${server.url}/a?b=1`, { method: 'PUT', body: 'text' });
  expect([answer.headers.get('x-seen'), await answer.text()]).toEqual(['PUT', '/a?b=1 text']);
  await expect(fetch(`${server.url}/cut`)).rejects.toThrow('fetch failed');
  await server.close();
});
