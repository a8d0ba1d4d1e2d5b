/** Where backups go (A99): places are made inside the cluster, so only its agent can say which there are. */
import { type Finding, violation, warning } from '../../domain/findings.ts';

/** `known`: as the agent last reported them; absent before it has. */
export function backupLocationFindings(
  location: string | undefined,
  path: string,
  known: readonly string[] | undefined,
): readonly Finding[] {
  if (location === undefined || known?.includes(location)) return [];
  if (known === undefined) {
    return [warning('NOT_VERIFIED', path, 'The cluster has not said yet which places for backups it has.')];
  }
  const message = `The cluster has no place for backups named ${location}.`;
  return [violation('BACKUP_LOCATION_NOT_FOUND', path, message, hintOf(known))];
}

function hintOf(known: readonly string[]): string {
  if (known.length === 0) return 'Make a BackupStorageLocation in the cluster first.';
  return `It has ${[...known].sort().slice(0, 10).join(', ')}.`;
}
