/** Day-2 operations as they are asked for and as they are read. */
import { z } from 'zod';
import { SCAN_KINDS } from '../../domain/agent.ts';
import { isRetention, RETENTION_RULE } from '../../domain/schedules.ts';
import { OPERATION_STATES } from '../../operations/document.ts';
import { coded } from '../schema-findings.ts';
import { BACKUP_FIELDS } from './cluster.ts';
import { INSTANT, shown } from './shown.ts';

const scanRule = coded('SCAN_KIND_UNKNOWN', `Scans are ${SCAN_KINDS.join(', ')}.`);
const retentionRule = coded('RETENTION_INVALID', RETENTION_RULE);
const namespaces = z
  .array(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/))
  .min(1)
  .max(100)
  .exactOptional()
  .meta({ description: 'All when absent' });

export const SCAN_INPUT = z.strictObject({ kind: z.enum(SCAN_KINDS, scanRule) }).meta({ id: 'ScanInput' });

export const BACKUP_INPUT = z
  .strictObject({
    ...BACKUP_FIELDS,
    namespaces,
    retention: z
      .string(retentionRule)
      .refine(isRetention, retentionRule)
      .exactOptional()
      .meta({ description: 'How long it is kept; P30D when absent', example: 'P7D' }),
  })
  .meta({ id: 'BackupInput' });

export const RESTORE_INPUT = z.strictObject({ namespaces }).meta({ id: 'RestoreInput' });

export const PATCH_INPUT = z
  .strictObject({
    rebootIfRequired: z.boolean().optional().meta({ description: 'false when absent' }),
  })
  .meta({ id: 'PatchInput' });

const OPERATION = {
  state: z.enum(OPERATION_STATES).meta({ example: 'Succeeded' }),
  message: shown('Was carried out.'),
  schedule: shown('backup').exactOptional().meta({ description: 'The schedule that began it' }),
  requestedBy: shown('ada@example.com').exactOptional().meta({ description: 'Who asked for it' }),
  createdAt: INSTANT,
  startedAt: INSTANT.exactOptional(),
  endedAt: INSTANT.exactOptional(),
  cancelRequestedAt: INSTANT.exactOptional(),
  progress: z
    .object({ done: z.int(), total: z.int() })
    .readonly()
    .exactOptional()
    .meta({ example: { done: 3, total: 3 } }),
};
const summary = (example: Readonly<Record<string, unknown>>) =>
  z.record(z.string(), z.unknown()).readonly().exactOptional().meta({ example });

const SECTION = z
  .object({
    section: shown('1.1'),
    description: shown('Control Plane Node Configuration Files'),
    role: shown('control-plane'),
    pass: z.int(),
    fail: z.int(),
    warn: z.int(),
    info: z.int(),
    findings: z
      .array(
        z.object({
          check: shown('1.1.12'),
          status: shown('FAIL'),
          description: shown('Ensure that the etcd data directory ownership is set to etcd:etcd'),
          remediation: shown('chown etcd:etcd /var/lib/etcd'),
        }),
      )
      .readonly(),
  })
  .readonly();

export const SCAN_VIEW = z
  .object({
    id: shown('scan-20261122-040000-kubebench'),
    kind: z.enum(SCAN_KINDS).meta({ example: 'kubeBench' }),
    ...OPERATION,
    summary: summary({ pass: 41, fail: 2, warn: 9, info: 0 }),
    sections: z
      .array(SECTION)
      .readonly()
      .exactOptional()
      .meta({ description: 'kube-bench, where one scan is read' }),
    result: z
      .record(z.string(), z.unknown())
      .readonly()
      .exactOptional()
      .meta({ description: 'Other scans, where one is read', example: { components: 120 } }),
  })
  .readonly()
  .meta({ id: 'Scan' });

export const BACKUP_VIEW = z
  .object({
    id: shown('backup-20261121-020000-scheduled'),
    ...OPERATION,
    location: shown('offsite').exactOptional(),
    retention: shown('P7D'),
    namespaces: z.array(shown('shop')).readonly().exactOptional(),
    includeDisks: z.boolean(),
    expiresAt: INSTANT.exactOptional().meta({ description: 'Until then it can be restored' }),
    summary: summary({ backup: 'backup-20261121-020000-scheduled', items: 812, warnings: 0, errors: 0 }),
  })
  .readonly()
  .meta({ id: 'Backup' });

export const RESTORE_VIEW = z
  .object({
    id: shown('restore-20261121-090000-1a2b3c4d'),
    ...OPERATION,
    backup: shown('backup-20261121-020000-scheduled'),
    namespaces: z.array(shown('shop')).readonly().exactOptional(),
    summary: summary({ items: 812, warnings: 0, errors: 0 }),
  })
  .readonly()
  .meta({ id: 'Restore' });

export const PATCH_VIEW = z
  .object({
    id: shown('patch-20261121-030000-scheduled'),
    ...OPERATION,
    rebootIfRequired: z.boolean(),
    summary: summary({ nodes: 3, rebooted: 1 }),
    result: z
      .record(z.string(), z.unknown())
      .readonly()
      .exactOptional()
      .meta({ description: 'Where one is read', example: { nodes: 3, rebooted: 1 } }),
  })
  .readonly()
  .meta({ id: 'Patch' });

export const SCHEDULE_VIEW = z
  .object({
    name: shown('backup').meta({ description: 'osPatching, scans/<kind> or backup' }),
    cron: shown('0 2 * * *'),
    timezone: shown('Europe/Berlin'),
    nextRunAt: INSTANT.exactOptional().meta({ description: 'Absent: never again' }),
    lastRun: z
      .object({
        operation: shown('backup-20261121-020000-scheduled'),
        dueAt: INSTANT,
        begunAt: INSTANT,
        state: z.enum(OPERATION_STATES).exactOptional().meta({ example: 'Succeeded' }),
      })
      .readonly()
      .exactOptional(),
    lastSkippedAt: INSTANT.exactOptional().meta({
      description: 'It was due while the one before was still under way',
    }),
  })
  .readonly()
  .meta({ id: 'Schedule' });
