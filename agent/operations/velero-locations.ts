/**
 * Velero's own API in the cluster, and the places for backups that it knows there.
 * https://velero.io/docs/main/api-types/backupstoragelocation/
 */
import { z } from 'zod';
import { type KubeClient, type KubeOutcome, listAll } from '../kube/client.ts';

export const VELERO_NAMESPACE = 'velero';
export const VELERO_API = `/apis/velero.io/v1/namespaces/${VELERO_NAMESPACE}`;

const Location = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ default: z.boolean().nullish() }).catch({}),
  status: z.object({ phase: z.string().nullish(), message: z.string().nullish() }).nullish(),
});
export type Location = z.output<typeof Location>;

/** Status 404: Velero is not installed. */
export const listLocations = (kube: KubeClient): Promise<KubeOutcome<readonly Location[]>> =>
  listAll(kube, { path: `${VELERO_API}/backupstoragelocations`, item: Location });
