/** A cluster's schedules as what they start: the one place that turns what people wrote into operations. Pure. */
import type { OperationSpec, ScanKind } from '../domain/agent.ts';
import { SCAN_KINDS } from '../domain/agent.ts';
import { parseDuration } from '../domain/duration.ts';
import type { BackupSchedule, Schedules } from '../domain/schedules.ts';
import { HOUR_MS } from '../domain/time.ts';
import type { CronTime } from './cron.ts';

export interface Schedule extends CronTime {
  /** `osPatching`, `scans/kubeBench`, `backup`. */
  readonly name: string;
  readonly spec: OperationSpec;
  /** The last part of the ids of what it starts; tells its operations from those of others at the same second. */
  readonly suffix: string;
}

/** As Velero's own. */
const DEFAULT_RETENTION = 'P30D';

/** In an order that does not depend on how they were written. */
export function schedulesOf({ osPatching, scans = {}, backup }: Schedules = {}): readonly Schedule[] {
  return [
    ...(osPatching
      ? [
          {
            ...timeOf(osPatching),
            name: 'osPatching',
            suffix: 'scheduled',
            spec: { kind: 'patch', rebootIfRequired: osPatching.rebootIfRequired ?? false } as const,
          },
        ]
      : []),
    ...SCAN_KINDS.flatMap((scan) => {
      const time = scans[scan];
      return time ? [scanSchedule(scan, time)] : [];
    }),
    ...(backup ? [{ ...timeOf(backup), name: 'backup', suffix: 'scheduled', spec: backupSpec(backup) }] : []),
  ];
}

function scanSchedule(scan: ScanKind, time: CronTime): Schedule {
  return {
    ...timeOf(time),
    name: `scans/${scan}`,
    suffix: scan.toLowerCase(),
    spec: { kind: 'scan', scan },
  };
}

export type BackupRequest = Omit<BackupSchedule, 'cron' | 'timezone'>;

export function backupSpec(request: BackupRequest): Extract<OperationSpec, { kind: 'backup' }> {
  const { retention = DEFAULT_RETENTION, location, namespaces, includeDisks = true } = request;
  return {
    kind: 'backup',
    ...(location === undefined ? {} : { location }),
    // What was refused as no duration never comes here; less than an hour is kept for one.
    retentionHours: Math.max(1, Math.ceil((parseDuration(retention) ?? 0) / HOUR_MS)),
    ...(namespaces === undefined ? {} : { namespaces }),
    includeDisks,
  };
}

function timeOf({ cron, timezone }: CronTime): CronTime {
  return { cron, ...(timezone === undefined ? {} : { timezone }) };
}
