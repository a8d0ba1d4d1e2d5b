/**
 * Backups and restores are Velero's: the agent makes its objects and follows their status. Velero itself comes as a pack.
 * https://velero.io/docs/main/api-types/backup/
 */
import { z } from 'zod';
import type { OperationSpec } from '../../lib/domain/agent.ts';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import type { KubeOutcome } from '../kube/client.ts';
import { MANAGED_BY, OURS } from '../packs/labels.ts';
import { OPERATION_LABEL } from './jobs.ts';
import { failed, type OperationDeps, running, type Step, troubled } from './step.ts';
import { type Location, listLocations, VELERO_API, VELERO_NAMESPACE } from './velero-locations.ts';

const NOT_INSTALLED = 'Velero is not installed in this cluster: add its pack to the profile.';

type BackupSpec = Extract<OperationSpec, { kind: 'backup' }>;
type RestoreSpec = Extract<OperationSpec, { kind: 'restore' }>;

const Count = z.number().nullish();
const Progress = z.object({ totalItems: Count, itemsBackedUp: Count, itemsRestored: Count }).nullish();
const Work = z.object({
  status: z
    .object({
      phase: z.string().nullish(),
      failureReason: z.string().nullish(),
      validationErrors: z.array(z.string()).nullish(),
      warnings: Count,
      errors: Count,
      expiration: z.string().nullish(),
      progress: Progress,
    })
    .nullish(),
});
type Status = NonNullable<z.output<typeof Work>['status']>;

export async function lookAtBackup(deps: OperationDeps, operation: string, spec: BackupSpec): Promise<Step> {
  const backup = await find(deps, 'backups', operation);
  if (!backup.ok) return troubled(backup.error);
  const locations = await listLocations(deps.kube);
  if (!locations.ok)
    return locations.error.status === 404 ? failed(NOT_INSTALLED) : troubled(locations.error);
  const places = { locations: named(locations.value) };
  if (backup.value !== undefined) return follow(backup.value, { backup: operation, ...places });
  const location = chosen(locations.value, spec.location);
  if (typeof location === 'string') return { ...failed(location), data: places };
  return create(deps, 'backups', backupObject(operation, spec, location.metadata.name));
}

export async function lookAtRestore(
  deps: OperationDeps,
  operation: string,
  spec: RestoreSpec,
): Promise<Step> {
  const restore = await find(deps, 'restores', operation);
  if (!restore.ok) return troubled(restore.error);
  if (restore.value !== undefined) return follow(restore.value, { backup: spec.backup });
  const backup = await find(deps, 'backups', spec.backup);
  if (!backup.ok) return troubled(backup.error);
  if (backup.value === undefined) return failed(`There is no backup ${spec.backup} in this cluster.`);
  return create(deps, 'restores', restoreObject(operation, spec));
}

const named = (locations: readonly Location[]): string[] =>
  locations.map(({ metadata }) => metadata.name).toSorted();

/** A text says why there is none. */
function chosen(locations: readonly Location[], name: string | undefined): Location | string {
  const found =
    name === undefined
      ? (locations.find(({ spec }) => spec.default === true) ??
        (locations.length === 1 ? locations[0] : undefined))
      : locations.find(({ metadata }) => metadata.name === name);
  if (found === undefined) {
    return name === undefined
      ? 'Velero has no default BackupStorageLocation: name one in the backup schedule.'
      : `Velero has no BackupStorageLocation ${name}; it has: ${named(locations).join(', ') || 'none'}.`;
  }
  const { phase, message } = found.status ?? {};
  if (phase !== 'Unavailable') return found;
  return `BackupStorageLocation ${found.metadata.name} is unavailable: ${message ?? 'Velero does not say why'}.`;
}

/**
 * How disks are taken along is the installation's to say (snapshots, or copies by the node agent); that they are not is
 * said for both ways, because the second is not off when the first is.
 */
function backupObject(operation: string, spec: BackupSpec, storageLocation: string): JsonObject {
  const disks = spec.includeDisks
    ? { snapshotVolumes: true }
    : { snapshotVolumes: false, defaultVolumesToFsBackup: false };
  return {
    apiVersion: 'velero.io/v1',
    kind: 'Backup',
    metadata: metadata(operation),
    spec: {
      storageLocation,
      ttl: `${spec.retentionHours}h0m0s`,
      includedNamespaces: spec.namespaces ?? ['*'],
      ...disks,
    },
  };
}

function restoreObject(operation: string, { backup, namespaces }: RestoreSpec): JsonObject {
  return {
    apiVersion: 'velero.io/v1',
    kind: 'Restore',
    metadata: metadata(operation),
    spec: { backupName: backup, includedNamespaces: namespaces ?? ['*'] },
  };
}

const metadata = (operation: string): JsonObject => ({
  name: operation,
  namespace: VELERO_NAMESPACE,
  labels: { [MANAGED_BY]: OURS, [OPERATION_LABEL]: operation },
});

/** Absent, and Velero absent as well, are both `undefined`: what comes next tells them apart. */
async function find(
  { kube }: OperationDeps,
  plural: string,
  name: string,
): Promise<KubeOutcome<Status | undefined>> {
  const path = `${VELERO_API}/${plural}/${encodeURIComponent(name)}`;
  const answer = await kube.send({ method: 'GET', path, shape: Work });
  if (answer.ok) return { ok: true, value: answer.value.status ?? {} };
  return answer.error.status === 404 ? { ok: true, value: undefined } : answer;
}

async function create({ kube, log }: OperationDeps, plural: string, object: JsonObject): Promise<Step> {
  log.info('Asking Velero', { kind: plural });
  const answer = await kube.send({
    method: 'POST',
    path: `${VELERO_API}/${plural}`,
    body: object,
    shape: z.unknown(),
  });
  return answer.ok || answer.error.status === 409
    ? running('Velero has been asked.')
    : troubled(answer.error);
}

function follow(status: Status, what: JsonObject): Step {
  const { phase, failureReason, validationErrors, warnings, errors, expiration, progress } = status;
  const done = progress?.itemsBackedUp ?? progress?.itemsRestored ?? 0;
  const data = {
    ...what,
    phase: phase ?? '',
    items: progress?.totalItems ?? done,
    warnings: warnings ?? 0,
    errors: errors ?? 0,
    ...(expiration ? { expiresAt: expiration } : {}),
  };
  switch (phase) {
    case 'Completed':
      return { state: 'Succeeded', data };
    case 'PartiallyFailed':
    case 'Failed':
    case 'FailedValidation': {
      const why =
        failureReason ?? validationErrors?.join('; ') ?? `${errors ?? 0} objects could not be taken along.`;
      return { ...failed(`${phase}: ${why}`), data };
    }
    default:
      return running(`Velero: ${phase || 'New'}.`, {
        done,
        total: Math.max(progress?.totalItems ?? 0, done),
      });
  }
}
