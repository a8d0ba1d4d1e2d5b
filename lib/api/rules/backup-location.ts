/** Where backups go (A99): places are made inside the cluster, so only its agent can say which there are. */
import type { BackupLocationReport } from '../../domain/agent.ts';
import { type Finding, violation, warning } from '../../domain/findings.ts';

/** `known`: as the agent last reported them; absent before it has. */
export function backupLocationFindings(
  location: string | undefined,
  path: string,
  known: readonly BackupLocationReport[] | undefined,
): readonly Finding[] {
  if (location === undefined) return [];
  if (known === undefined) {
    return [warning('NOT_VERIFIED', path, 'The cluster has not said yet which places for backups it has.')];
  }
  const found = known.find(({ name }) => name === location);
  if (found === undefined) {
    const message = `The cluster has no place for backups named ${location}.`;
    return [violation('BACKUP_LOCATION_NOT_FOUND', path, message, hintOf(known))];
  }
  if (found.phase !== 'Unavailable') return [];
  const message = `Velero cannot reach ${location} at the moment; a backup to it fails until it can.`;
  return [warning('BACKUP_LOCATION_UNAVAILABLE', path, message)];
}

function hintOf(known: readonly BackupLocationReport[]): string {
  if (known.length === 0) return 'Make a BackupStorageLocation in the cluster first: the pack velero does.';
  const names = known.map(({ name }) => name).sort();
  return `It has ${names.slice(0, 10).join(', ')}.`;
}
