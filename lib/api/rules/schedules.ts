/** Schedules of day-2 operations (A97 to A100). Absent is off. */
import { type BackupLocationReport, SCAN_KINDS } from '../../domain/agent.ts';
import { type Finding, violation } from '../../domain/findings.ts';
import { isRetention, RETENTION_RULE, type Schedules } from '../../domain/schedules.ts';
import type { EpochMs } from '../../domain/time.ts';
import { isCron, isTimezone, nextFire } from '../../operations/cron.ts';
import { type Read, read } from '../read.ts';
import { pointer } from '../schema-findings.ts';
import type { SchedulesInput } from '../schemas/cluster.ts';
import { backupLocationFindings } from './backup-location.ts';

export interface ScheduleContext {
  /** A schedule has to fire after it. */
  readonly nowMs: EpochMs;
  /** What the cluster's agent reported; absent before it has. */
  readonly locations?: readonly BackupLocationReport[];
}

export function readSchedules(
  given: SchedulesInput | undefined,
  path: string,
  { nowMs, locations }: ScheduleContext,
): Read<Schedules | undefined> {
  if (!given) return read(undefined);
  const { osPatching, scans, backup } = given;
  const findings = [
    ...(osPatching ? timeFindings(osPatching, `${path}/osPatching`, nowMs) : []),
    ...Object.entries(scans ?? {}).flatMap(([kind, scan]) => scanFindings(kind, scan, path, nowMs)),
    ...(backup ? backupFindings(backup, `${path}/backup`, nowMs) : []),
    ...(backup ? backupLocationFindings(backup.location, `${path}/backup/location`, locations) : []),
  ];
  return read(asStored(given), ...findings);
}

type BackupInput = NonNullable<SchedulesInput['backup']>;

function backupFindings(backup: BackupInput, path: string, nowMs: EpochMs): readonly Finding[] {
  return [
    ...timeFindings(backup, path, nowMs),
    ...(backup.retention === undefined ? [] : retentionFindings(backup.retention, `${path}/retention`)),
  ];
}

function scanFindings(kind: string, scan: TimeInput, path: string, nowMs: EpochMs): readonly Finding[] {
  const at = `${path}/scans${pointer([kind])}`;
  return isScanKind(kind) ? timeFindings(scan, at, nowMs) : [unknownScan(at)];
}

function isScanKind(kind: unknown): kind is (typeof SCAN_KINDS)[number] {
  return SCAN_KINDS.some((known) => known === kind);
}

function unknownScan(path: string): Finding {
  return violation('SCAN_KIND_UNKNOWN', path, `Scans are ${SCAN_KINDS.join(', ')}.`);
}

interface TimeInput {
  readonly cron?: unknown;
  readonly timezone?: unknown;
}

function timeFindings({ cron, timezone }: TimeInput, path: string, nowMs: EpochMs): readonly Finding[] {
  if (timezone === undefined) return cronFindings(cron, `${path}/cron`, nowMs);
  if (isTimezone(timezone)) return cronFindings(cron, `${path}/cron`, nowMs, timezone);
  const message = 'A time zone is a name of the IANA database: «Europe/Berlin».';
  return [
    violation('TIMEZONE_INVALID', `${path}/timezone`, message),
    ...cronFindings(cron, `${path}/cron`, nowMs),
  ];
}

/** Whatever is scheduled: five fields that some date after `nowMs` matches. */
export function cronFindings(
  cron: unknown,
  path: string,
  nowMs: EpochMs,
  timezone = 'UTC',
): readonly Finding[] {
  if (!isCron(cron)) {
    return [violation('CRON_INVALID', path, 'A schedule is five cron fields: «0 3 * * 6».')];
  }
  if (nextFire({ cron, timezone }, nowMs) !== undefined) return [];
  return [violation('CRON_NEVER_FIRES', path, 'No date matches this schedule.')];
}

function retentionFindings(retention: unknown, path: string): readonly Finding[] {
  return isRetention(retention) ? [] : [violation('RETENTION_INVALID', path, RETENTION_RULE)];
}

/** The schema has let only JSON through; what has a wrong type all the same has a finding, and is never stored. */
function asStored(given: SchedulesInput): Schedules {
  return JSON.parse(JSON.stringify(given));
}
