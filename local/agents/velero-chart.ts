/**
 * Velero as its chart installs it: definitions, rights, program, node agents, and the places that its values name.
 * https://github.com/vmware-tanzu/helm-charts/tree/main/charts/velero
 */
import { z } from 'zod';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import { account, clusterBinding, daemonSet, deployment, marks, type Release } from './chart-objects.ts';
import { clusterRole, hook, namespaceRole } from './chart-roles.ts';

const GROUP = 'velero.io';

const KINDS = {
  backuprepositories: 'BackupRepository',
  backups: 'Backup',
  backupstoragelocations: 'BackupStorageLocation',
  deletebackuprequests: 'DeleteBackupRequest',
  downloadrequests: 'DownloadRequest',
  podvolumebackups: 'PodVolumeBackup',
  podvolumerestores: 'PodVolumeRestore',
  restores: 'Restore',
  schedules: 'Schedule',
  serverstatusrequests: 'ServerStatusRequest',
  volumesnapshotlocations: 'VolumeSnapshotLocation',
} as const;

const Texts = z.record(z.string(), z.string()).default({});
const BackupPlace = z.object({
  name: z.string().default('default'),
  provider: z.string().min(1),
  bucket: z.string().min(1),
  prefix: z.string().exactOptional(),
  default: z.boolean().default(false),
  config: Texts,
});
const SnapshotPlace = z.object({
  name: z.string().default('default'),
  provider: z.string().min(1),
  config: Texts,
});

/** As far as they matter here; defaults are the chart's. */
const Values = z.object({
  image: z.object({ tag: z.string().default('v1.18.1') }).prefault({}),
  upgradeCRDs: z.boolean().default(true),
  snapshotsEnabled: z.boolean().default(true),
  deployNodeAgent: z.boolean().default(false),
  configuration: z.object({
    backupStorageLocation: z.array(BackupPlace),
    volumeSnapshotLocation: z.array(SnapshotPlace).default([]),
  }),
  credentials: z
    .object({ useSecret: z.boolean().default(true), existingSecret: z.string().exactOptional() })
    .prefault({}),
});
type Values = z.output<typeof Values>;

/** `undefined`: the chart's schema refuses the values. */
export function veleroObjects(release: Release): readonly JsonObject[] | undefined {
  const read = Values.safeParse(release.values);
  if (!read.success) return undefined;
  const values = read.data;
  const server = `${release.name}-server`;
  return [
    ...Object.entries(KINDS).map(([plural, kind]) => definition(plural, kind)),
    ...(values.upgradeCRDs ? upgradeHook(release) : []),
    account(release, server),
    ...namespaceRole(release, server, [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]),
    clusterBinding(release, server, 'cluster-admin', server),
    ...programs(release, values, server),
    ...places(release, values),
  ];
}

/** What runs before everything else and is gone afterwards; the Job itself changes nothing here. */
function upgradeHook(release: Release): readonly JsonObject[] {
  const name = `${release.name}-server-upgrade-crds`;
  const rules = [
    {
      apiGroups: ['apiextensions.k8s.io'],
      resources: ['customresourcedefinitions'],
      verbs: ['create', 'patch', 'update', 'get'],
    },
  ];
  return [account(release, name), ...clusterRole(release, name, rules)].map(hook);
}

/** A Secret that nobody names is the chart's own. */
function programs(release: Release, { image, credentials, deployNodeAgent }: Values, server: string) {
  const { useSecret, existingSecret } = credentials;
  const secretName = existingSecret ?? release.name;
  const pod = {
    image: `docker.io/velero/velero:${image.tag}`,
    serviceAccountName: server,
    volumes: useSecret ? [{ name: 'cloud-credentials', secret: { secretName } }] : [],
  };
  return [
    ...(useSecret && existingSecret === undefined ? [secret(release, secretName)] : []),
    deployment(release, release.name, pod),
    ...(deployNodeAgent ? [daemonSet(release, 'node-agent', pod)] : []),
  ];
}

const secret = (release: Release, name: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: release.namespace, ...marks(release) },
  data: {},
});

const places = (release: Release, { configuration, snapshotsEnabled }: Values): readonly JsonObject[] => [
  ...configuration.backupStorageLocation.map(
    ({ name, provider, bucket, prefix, default: isDefault, config }) =>
      custom(release, 'BackupStorageLocation', name, {
        provider,
        objectStorage: { bucket, ...(prefix === undefined ? {} : { prefix }) },
        default: isDefault,
        config,
      }),
  ),
  ...(snapshotsEnabled ? configuration.volumeSnapshotLocation : []).map(({ name, provider, config }) =>
    custom(release, 'VolumeSnapshotLocation', name, { provider, config }),
  ),
];

const custom = (release: Release, kind: string, name: string, spec: JsonObject): JsonObject => ({
  apiVersion: `${GROUP}/v1`,
  kind,
  metadata: { name, namespace: release.namespace, ...marks(release) },
  spec,
});

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
