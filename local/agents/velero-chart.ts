/** Velero as its chart installs it: definitions, program, and the locations that its values name. */
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { account, clusterBinding, deployment, marks, type Release } from './chart-objects.ts';

const GROUP = 'velero.io';

const KINDS = {
  backups: 'Backup',
  restores: 'Restore',
  backupstoragelocations: 'BackupStorageLocation',
  volumesnapshotlocations: 'VolumeSnapshotLocation',
  deletebackuprequests: 'DeleteBackupRequest',
  schedules: 'Schedule',
} as const;

/** https://github.com/vmware-tanzu/helm-charts: `configuration.backupStorageLocation`. */
const Locations = z
  .array(
    z.object({
      name: z.string().default('default'),
      provider: z.string(),
      bucket: z.string(),
      default: z.boolean().default(false),
    }),
  )
  .catch([]);
const Values = z.object({ configuration: z.object({ backupStorageLocation: Locations }) });

export function veleroObjects(release: Release): readonly JsonObject[] {
  return [
    ...Object.entries(KINDS).map(([plural, kind]) => definition(plural, kind)),
    account(release, `${release.name}-server`),
    clusterBinding(release, `${release.name}-server`, 'cluster-admin', `${release.name}-server`),
    deployment(release, release.name, 'docker.io/velero/velero:v1.16.1', `${release.name}-server`),
    ...locations(release),
  ];
}

function locations(release: Release): readonly JsonObject[] {
  const values = Values.safeParse(release.values);
  const wanted = values.success ? values.data.configuration.backupStorageLocation : [];
  return wanted.map(({ name, provider, bucket, default: isDefault }) => ({
    apiVersion: `${GROUP}/v1`,
    kind: 'BackupStorageLocation',
    metadata: { name, namespace: release.namespace, ...marks(release) },
    spec: { provider, objectStorage: { bucket }, default: isDefault },
  }));
}

const definition = (plural: string, kind: string): JsonObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});
