/**
 * The places for backups of the cluster. Where there is no Velero the question is a refused request, so it is asked again
 * only now and then, and as soon as a pack has installed one.
 */
import { type BackupLocationReport, MAX_BACKUP_LOCATIONS } from '../../lib/domain/agent.ts';
import type { KubeClient, KubeOutcome } from '../kube/client.ts';
import { type Location, listLocations, VELERO_NAMESPACE } from '../operations/velero-locations.ts';

/** Milliseconds after which a cluster without Velero is asked again: somebody may have installed it by hand. Our choice. */
const ABSENT_EVERY_MS = 600_000;

export interface BackupLocations {
  /** `releases`: pack by `namespace/release`. Empty without Velero. */
  look(releases: ReadonlyMap<string, string>): Promise<KubeOutcome<readonly BackupLocationReport[]>>;
}

/** `now`: monotonic milliseconds. */
export function backupLocations(kube: KubeClient, now: () => number): BackupLocations {
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  let wasInstalled = false;
  return {
    async look(releases) {
      const isInstalled = [...releases.keys()].some((release) => release.startsWith(`${VELERO_NAMESPACE}/`));
      const isNew = isInstalled && !wasInstalled;
      wasInstalled = isInstalled;
      if (now() < notBeforeMs && !isNew) return NONE;
      const listed = await listLocations(kube);
      if (listed.ok) {
        notBeforeMs = Number.NEGATIVE_INFINITY;
        return { ok: true, value: listed.value.slice(0, MAX_BACKUP_LOCATIONS).map(report) };
      }
      if (listed.error.status !== 404) return listed;
      notBeforeMs = now() + ABSENT_EVERY_MS;
      return NONE;
    },
  };
}

const NONE = { ok: true, value: [] } as const;

function report({ metadata: { name }, status }: Location): BackupLocationReport {
  const phase = status?.phase;
  return phase === 'Available' || phase === 'Unavailable' ? { name, phase } : { name };
}
