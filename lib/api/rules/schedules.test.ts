import { describe, expect, test } from '@jest/globals';
import { readSchedules } from './schedules.ts';

const nowMs = Date.UTC(2026, 10, 20, 12);
const backup = (location?: string) => ({
  backup: { cron: '0 2 * * *', timezone: 'Europe/Berlin', ...(location === undefined ? {} : { location }) },
});

describe('[A99] where backups go', () => {
  test.each<[string, string | undefined, readonly string[] | undefined, readonly string[]]>([
    ['the default place needs no question', undefined, [], []],
    ['a place that the cluster has', 'offsite', ['default', 'offsite'], []],
    ['another one', 'elsewhere', ['default'], ['error BACKUP_LOCATION_NOT_FOUND']],
    ['none at all', 'default', [], ['error BACKUP_LOCATION_NOT_FOUND']],
    ['a cluster that has not said yet', 'offsite', undefined, ['warning NOT_VERIFIED']],
    ['one that Velero cannot reach', 'down', ['default', 'down'], ['warning BACKUP_LOCATION_UNAVAILABLE']],
  ])('%s', (_what, location, names, expected) => {
    const phase = (name: string) => (name === 'down' ? 'Unavailable' : 'Available');
    const locations = names?.map((name) => ({ name, phase: phase(name) }) as const);
    const context = { nowMs, ...(locations === undefined ? {} : { locations }) };
    const { findings } = readSchedules(backup(location), '/schedules', context);
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected);
    expect(findings.every(({ path }) => path === '/schedules/backup/location')).toBe(true);
  });
});

test('[A100] absent is off', () => {
  expect(readSchedules(undefined, '/schedules', { nowMs })).toEqual({ value: undefined, findings: [] });
  expect(readSchedules({}, '/schedules', { nowMs })).toEqual({ value: {}, findings: [] });
});

test('schedules are stored as they were sent', () => {
  const sent = {
    osPatching: { cron: '0 3 * * 6', timezone: 'UTC', rebootIfRequired: true, onBoot: true },
    scans: { kubeBench: { cron: '0 4 * * 0' } },
    ...backup(),
  };
  expect(readSchedules(sent, '/schedules', { nowMs })).toEqual({ value: sent, findings: [] });
});
