/** When day-2 operations run by themselves: as they are sent, stored and shown. Absent is off. */
import { parseDuration } from './duration.ts';
import { HOUR_MS } from './time.ts';

/** Velero cannot read a duration beyond 292 years, and one such backup keeps it from reading any. */
const LONGEST_MS = 100 * 365 * 24 * HOUR_MS;
export const RETENTION_RULE = 'Retention is a duration of more than nothing, up to a hundred years: «P7D».';

export function isRetention(value: unknown): boolean {
  const ms = typeof value === 'string' ? parseDuration(value) : undefined;
  return ms !== undefined && ms > 0 && ms <= LONGEST_MS;
}

export type CronSchedule = {
  /** Five fields. */
  readonly cron: string;
  /** IANA name; UTC when absent. */
  readonly timezone?: string;
};

export type PatchSchedule = CronSchedule & {
  /** False when absent. */
  readonly rebootIfRequired?: boolean;
  /** Also once, as soon as the cluster is up for the first time. */
  readonly onBoot?: boolean;
};

export type BackupSchedule = CronSchedule & {
  /** ISO 8601; 30 days when absent. */
  readonly retention?: string;
  /** Name of a place for backups in the cluster; its default one when absent. */
  readonly location?: string;
  /** All when absent. */
  readonly namespaces?: readonly string[];
  /** True when absent. */
  readonly includeDisks?: boolean;
};

export type Schedules = {
  readonly osPatching?: PatchSchedule;
  /** By kind of scan. */
  readonly scans?: Readonly<Record<string, CronSchedule>>;
  readonly backup?: BackupSchedule;
};
