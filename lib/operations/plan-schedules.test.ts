import { describe, expect, test } from '@jest/globals';
import { toEpochMs, toInstant } from '../domain/time.ts';
import type { ScheduleState, Slot } from './document.ts';
import { planSchedules } from './plan-schedules.ts';
import { schedulesOf } from './schedule.ts';

const SET = '2026-11-20T12:00:00.000Z';
const UP = '2026-11-20T11:00:00.000Z';
const state = (fields: Partial<ScheduleState> = {}): ScheduleState => ({
  signature: '0 2 * * *|UTC',
  doneUntil: SET,
  ...fields,
});

interface Row {
  readonly now: string;
  readonly state?: ScheduleState;
  readonly busy?: readonly Slot[];
  /** `null`: it is not up. */
  readonly up?: string | null;
  readonly changed?: string;
}

function plan({ now, state: before, busy = [], up = UP, changed = SET }: Row) {
  return planSchedules({
    nowMs: toEpochMs(now),
    schedules: schedulesOf({ backup: { cron: '0 2 * * *' } }),
    states: before ? { backup: before } : {},
    busy: new Set(busy),
    changedAtMs: toEpochMs(changed),
    ...(up === null ? {} : { upSinceMs: toEpochMs(up) }),
  });
}

describe('[A99] what a schedule comes to', () => {
  test.each<[string, Row, string]>([
    ['set a moment ago', { now: SET }, 'nothing'],
    ['a millisecond before its time', { now: '2026-11-21T01:59:59.999Z', state: state() }, 'nothing'],
    ['at its time', { now: '2026-11-21T02:00:00.000Z', state: state() }, 'start 2026-11-21T02:00:00.000Z'],
    [
      'never looked at until after its first time',
      { now: '2026-11-21T02:10:00.000Z' },
      'start 2026-11-21T02:00:00.000Z',
    ],
    [
      'missed for three days',
      { now: '2026-11-24T09:00:00.000Z', state: state({ nextRunAt: '2026-11-21T02:00:00.000Z' }) },
      'start 2026-11-24T02:00:00.000Z',
    ],
    [
      'dealt with',
      { now: '2026-11-21T02:05:00.000Z', state: state({ doneUntil: '2026-11-21T02:00:00.000Z' }) },
      'nothing',
    ],
    [
      'while the one before is under way',
      { now: '2026-11-21T02:00:00.000Z', state: state(), busy: ['backup'] },
      'skip 2026-11-21T02:00:00.000Z',
    ],
    [
      'while another kind is under way',
      { now: '2026-11-21T02:00:00.000Z', state: state(), busy: ['patch', 'scan/sbom'] },
      'start 2026-11-21T02:00:00.000Z',
    ],
    ['not up yet', { now: '2026-11-21T02:00:00.000Z', state: state(), up: null }, 'nothing'],
    [
      'up only since',
      { now: '2026-11-21T02:10:00.000Z', state: state(), up: '2026-11-21T02:05:00.000Z' },
      'nothing',
    ],
    [
      'another time was set after its old one',
      {
        now: '2026-11-21T02:10:00.000Z',
        state: state({ signature: '0 1 * * *|UTC' }),
        changed: '2026-11-21T02:05:00.000Z',
      },
      'nothing',
    ],
    [
      'a worked-out next time ahead',
      { now: '2026-11-21T02:10:00.000Z', state: state({ nextRunAt: '2026-11-22T02:00:00.000Z' }) },
      'nothing',
    ],
  ])('%s', (_what, row, expected) => {
    const { starts, skips } = plan(row);
    const found = [
      ...starts.map(({ dueMs }) => `start ${toInstant(dueMs)}`),
      ...skips.map(({ dueMs }) => `skip ${toInstant(dueMs)}`),
    ];
    expect(found).toEqual(expected === 'nothing' ? [] : [expected]);
  });

  test('a second look at the same time has nothing left to do and nothing to write', () => {
    const now = '2026-11-21T02:00:00.000Z';
    const { states } = plan({ now, state: state() });
    expect(plan({ now, ...(states.backup ? { state: states.backup } : {}) })).toEqual({
      starts: [],
      skips: [],
      states,
    });
  });

  test('what it last did is remembered when its time changes, and forgotten with it', () => {
    const last = { operation: 'backup-20261120-020000-scheduled', dueAt: SET, at: SET };
    const { states } = plan({ now: SET, state: state({ signature: 'other', last }) });
    expect(states.backup).toMatchObject({ last, nextRunAt: '2026-11-21T02:00:00.000Z' });
    const none = planSchedules({
      nowMs: toEpochMs(SET),
      schedules: [],
      states,
      busy: new Set(),
      changedAtMs: toEpochMs(SET),
    });
    expect(none.states).toEqual({});
  });
});

test('[A97] [A98] [A99] what schedules start, with what is not said filled in', () => {
  const schedules = schedulesOf({
    backup: { cron: '0 2 * * *', retention: 'PT90M' },
    scans: { sbom: { cron: '0 4 * * *' }, virus: { cron: '0 4 * * *' } },
    osPatching: { cron: '0 3 * * *', timezone: 'Europe/Berlin' },
  });
  expect(schedules).toEqual([
    {
      name: 'osPatching',
      suffix: 'scheduled',
      cron: '0 3 * * *',
      timezone: 'Europe/Berlin',
      spec: { kind: 'patch', rebootIfRequired: false },
    },
    { name: 'scans/sbom', suffix: 'sbom', cron: '0 4 * * *', spec: { kind: 'scan', scan: 'sbom' } },
    {
      name: 'backup',
      suffix: 'scheduled',
      cron: '0 2 * * *',
      spec: { kind: 'backup', retentionHours: 2, includeDisks: true },
    },
  ]);
  expect(schedulesOf(undefined)).toEqual([]);
  expect(schedulesOf({ backup: { cron: '0 2 * * *' } })[0]?.spec).toMatchObject({ retentionHours: 720 });
});
