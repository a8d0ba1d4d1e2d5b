/** Schedules of day-2 operations (A97 to A100). Absent is off. */
import { Cron } from 'croner';
import type { JsonObject, Schedules } from '../../domain/cluster.ts';
import { parseDuration } from '../../domain/duration.ts';
import { type Finding, violation } from '../../domain/findings.ts';
import type { EpochMs } from '../../domain/time.ts';
import { type Read, read } from '../read.ts';
import { pointer } from '../schema-findings.ts';
import type { SchedulesInput } from '../schemas/cluster.ts';

const SCAN_KINDS = ['kubeBench', 'kubeHunter', 'sonobuoy', 'sbom'];

/** `nowMs`: a schedule has to fire after it. */
export function readSchedules(
  given: SchedulesInput | undefined,
  path: string,
  nowMs: EpochMs,
): Read<Schedules | undefined> {
  if (!given) return read(undefined);
  const { osPatching, scans = {}, backup } = given;
  const findings = [
    ...(osPatching ? cronFindings(osPatching.cron, `${path}/osPatching/cron`, nowMs) : []),
    ...Object.entries(scans).flatMap(([kind, scan]) => scanFindings(kind, scan.cron, path, nowMs)),
    ...(backup ? cronFindings(backup.cron, `${path}/backup/cron`, nowMs) : []),
    ...(backup?.retention === undefined
      ? []
      : retentionFindings(backup.retention, `${path}/backup/retention`)),
  ];
  return read(asJson(given), ...findings);
}

function scanFindings(kind: string, cron: unknown, path: string, nowMs: EpochMs): readonly Finding[] {
  const at = `${path}/scans${pointer([kind])}`;
  if (SCAN_KINDS.includes(kind)) return cronFindings(cron, `${at}/cron`, nowMs);
  return [violation('SCAN_KIND_UNKNOWN', at, `Scans are ${SCAN_KINDS.join(', ')}.`)];
}

/** Whatever is scheduled: five fields that some date after `nowMs` matches. */
export function cronFindings(cron: unknown, path: string, nowMs: EpochMs): readonly Finding[] {
  const parsed = typeof cron === 'string' && cron.length <= 100 ? parseCron(cron) : undefined;
  if (!parsed) {
    return [violation('CRON_INVALID', path, 'A schedule is five cron fields in UTC: «0 3 * * 6».')];
  }
  if (parsed.nextRun(new Date(nowMs)) !== null) return [];
  return [violation('CRON_NEVER_FIRES', path, 'No date matches this schedule.')];
}

/** Five fields only: nicknames and seconds are croner's own. */
function parseCron(text: string): Cron | undefined {
  if (text.trim().split(/\s+/).length !== 5) return undefined;
  try {
    return new Cron(text, { mode: '5-part', timezone: 'UTC', paused: true });
  } catch {
    // croner throws plain Errors, TypeErrors and RangeErrors for a bad pattern, and nothing for other reasons.
    return undefined;
  }
}

function retentionFindings(retention: unknown, path: string): readonly Finding[] {
  const ms = typeof retention === 'string' ? parseDuration(retention) : undefined;
  if (ms !== undefined && ms > 0) return [];
  return [violation('RETENTION_INVALID', path, 'Retention is a duration of more than nothing: «P7D».')];
}

/** The schema has let only JSON through. */
function asJson(given: SchedulesInput): JsonObject {
  return JSON.parse(JSON.stringify(given));
}
