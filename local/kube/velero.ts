/**
 * Velero's controllers, for as long as Velero runs in the cluster: locations become available, backups and restores go
 * through their phases and count what there is. Nothing is stored anywhere. https://velero.io/docs/main/api-types/
 */
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import type { EpochMs } from '../../lib/domain/time.ts';
import { type Cluster, drop, keep, stored } from './cluster.ts';
import { servedResources } from './custom-resources.ts';
import { type ApiObject, child, timestamp } from './object.ts';
import { runningContainers } from './pods.ts';
import { type KubeResource, qualifiedName } from './resources.ts';

const GROUP = 'velero.io';
/** Of a cluster with little in it. Our estimate. */
const WORK_MS = 45_000;
const COLLECTS_EVERY_MS = 3_600_000;
/** What a backup is kept for when it does not say. */
const DEFAULT_TTL = '720h0m0s';

const Names = z.array(z.string()).catch([]);

interface Kinds {
  readonly locations: KubeResource;
  readonly backups: KubeResource;
  readonly restores: KubeResource;
}

export function runVelero(cluster: Cluster): void {
  const kinds = kindsOf(cluster);
  if (kinds === undefined || !isRunning(cluster)) return;
  for (const location of stored(cluster, kinds.locations)) watchLocation(cluster, kinds, location);
  for (const backup of stored(cluster, kinds.backups)) moveBackup(cluster, kinds, backup);
  for (const restore of stored(cluster, kinds.restores)) moveRestore(cluster, kinds, restore);
}

/** When a backup or a restore is done, and when backups are looked through for those that were kept long enough. */
export function veleroMovesAt(cluster: Cluster): readonly EpochMs[] {
  const kinds = kindsOf(cluster);
  if (kinds === undefined) return [];
  const backups = stored(cluster, kinds.backups);
  const looksAgain = backups.length === 0 ? [] : [cluster.nowMs + COLLECTS_EVERY_MS];
  return [...[...backups, ...stored(cluster, kinds.restores)].map(doneAt), ...looksAgain];
}

const isRunning = (cluster: Cluster): boolean =>
  runningContainers(cluster).some(({ image }) => /(^|\/)velero(:|@|$)/.test(image));

function kindsOf(cluster: Cluster): Kinds | undefined {
  const served = servedResources(cluster).filter(({ group }) => group === GROUP);
  const kind = (plural: string) => served.find((one) => one.plural === plural);
  const [locations, backups, restores] = ['backupstoragelocations', 'backups', 'restores'].map(kind);
  return locations && backups && restores ? { locations, backups, restores } : undefined;
}

function watchLocation(cluster: Cluster, { locations }: Kinds, location: ApiObject): void {
  if (child(location, 'status').phase !== undefined) return;
  const status = { phase: 'Available', lastValidationTime: timestamp(cluster.nowMs) };
  keep(cluster, locations, { ...location, status });
}

function moveBackup(cluster: Cluster, { locations, backups }: Kinds, backup: ApiObject): void {
  const spec = child(backup, 'spec');
  const name = String(spec.storageLocation ?? 'default');
  if (expiresAt(backup) <= cluster.wallNowMs) {
    drop(cluster, backups, backup);
    return;
  }
  const location = stored(cluster, locations).find(
    ({ metadata }) => metadata.name === name && metadata.namespace === backup.metadata.namespace,
  );
  const error = `an existing backup storage location was not specified at backup creation time and the default ${name} was not found`;
  const items = countItems(cluster, Names.parse(spec.includedNamespaces));
  const progress = { totalItems: items, itemsBackedUp: items };
  const expiration = timestamp(cluster.wallNowMs + ttlOf(spec));
  advance(cluster, backups, backup, {
    refused: location === undefined ? error : undefined,
    begun: {
      version: 1,
      formatVersion: '1.1.0',
      expiration,
      progress: { totalItems: items, itemsBackedUp: 0 },
    },
    done: { progress },
  });
}

function moveRestore(cluster: Cluster, { backups, restores }: Kinds, restore: ApiObject): void {
  const spec = child(restore, 'spec');
  const backup = stored(cluster, backups).find(
    ({ metadata }) => metadata.name === spec.backupName && metadata.namespace === restore.metadata.namespace,
  );
  const kept = Number(child(child(backup, 'status'), 'progress').itemsBackedUp ?? 0);
  const names = Names.parse(spec.includedNamespaces);
  const items = isAll(names) ? kept : Math.min(kept, countItems(cluster, names));
  advance(cluster, restores, restore, {
    refused: backup === undefined ? 'Error retrieving backup: not found' : undefined,
    begun: { progress: { totalItems: items, itemsRestored: 0 } },
    done: { progress: { totalItems: items, itemsRestored: items } },
  });
}

interface Course {
  readonly refused: string | undefined;
  readonly begun: JsonObject;
  readonly done: JsonObject;
}

/** New, InProgress, Completed; refused work never begins. */
function advance(cluster: Cluster, kind: KubeResource, work: ApiObject, course: Course): void {
  const status = child(work, 'status');
  const at = timestamp(cluster.nowMs);
  if (status.phase === undefined || status.phase === 'New') {
    const next: JsonObject =
      course.refused === undefined
        ? { ...course.begun, phase: 'InProgress', startTimestamp: at }
        : { phase: 'FailedValidation', validationErrors: [course.refused] };
    keep(cluster, kind, { ...work, status: next });
    return;
  }
  if (doneAt(work) > cluster.nowMs) return;
  const next = { ...status, ...course.done, phase: 'Completed', completionTimestamp: at };
  keep(cluster, kind, { ...work, status: next });
}

function doneAt(work: ApiObject): EpochMs {
  const { phase, startTimestamp } = child(work, 'status');
  return phase === 'InProgress' ? Date.parse(String(startTimestamp)) + WORK_MS : Number.POSITIVE_INFINITY;
}

/** Unlike the work, keeping is not sped up: people say how long, in their own time. */
function expiresAt(work: ApiObject): EpochMs {
  const { expiration } = child(work, 'status');
  return typeof expiration === 'string' ? Date.parse(expiration) : Number.POSITIVE_INFINITY;
}

/** `720h0m0s`, as Go writes durations. */
function ttlOf({ ttl }: JsonObject): number {
  const [, hours = '0', minutes = '0', seconds = '0'] =
    /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(String(ttl ?? DEFAULT_TTL)) ?? [];
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

const isAll = (namespaces: readonly string[]): boolean => namespaces.length === 0 || namespaces.includes('*');

/** Objects in those namespaces; `*` or none: all, and what is in no namespace. */
function countItems(cluster: Cluster, namespaces: readonly string[]): number {
  return servedResources(cluster)
    .filter((kind) => qualifiedName(kind) !== 'events')
    .flatMap((kind) => stored(cluster, kind))
    .filter(
      ({ metadata: { namespace } }) =>
        isAll(namespaces) || (namespace !== undefined && namespaces.includes(namespace)),
    ).length;
}
