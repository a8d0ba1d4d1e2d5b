/**
 * The short values of the pack `velero` as values of its chart: lists of places, the plugin of the cloud, what becomes of
 * disks. Lists and their defaults are why this is no table of pointers like the settings of other packs.
 * https://github.com/vmware-tanzu/helm-charts/blob/main/charts/velero/values.yaml, and the documents
 * backupstoragelocation.md and volumesnapshotlocation.md of the two plugins
 */
import type { CloudConfig, ClusterDocument, JsonObject } from '../domain/cluster.ts';
import {
  type AwsPlace,
  type AzurePlace,
  readVeleroValues,
  type VeleroProvider,
  type VeleroSettings,
} from '../profiles/velero-values.ts';

/** Images of Velero's plugins, with registry and version. */
export type VeleroPlugins = Readonly<Record<VeleroProvider, string>>;

type Described = Pick<ClusterDocument, 'id' | 'spec'>;

/** `undefined`: with these values Velero could do nothing; requests with them are refused. */
export function veleroChartValues(
  { id, spec: { cloud } }: Described,
  own: JsonObject,
  plugins: VeleroPlugins,
): JsonObject | undefined {
  const settings = readVeleroValues(cloud.type, own);
  if (settings === undefined) return undefined;
  const { provider, values } = settings;
  const { disks, credentialsSecret } = values;
  const places = placesOf(settings, cloud);
  return {
    initContainers: [plugin(provider, plugins[provider])],
    configuration: {
      backupStorageLocation: places.map((place) => location(provider, place, id)),
      volumeSnapshotLocation: disks === 'snapshots' ? [snapshots(provider, cloud)] : [],
      defaultVolumesToFsBackup: disks === 'files',
    },
    snapshotsEnabled: disks === 'snapshots',
    deployNodeAgent: disks === 'files',
    credentials:
      credentialsSecret === undefined
        ? { useSecret: false }
        : { useSecret: true, existingSecret: credentialsSecret },
    ...(provider === 'azure' && values.identityClientId !== undefined
      ? federated(values.identityClientId)
      : {}),
  };
}

interface Place {
  readonly name: string;
  readonly bucket: string;
  readonly prefix: string | undefined;
  /** The plugin's words: all of them texts. */
  readonly config: JsonObject;
}

function placesOf(settings: VeleroSettings, cloud: CloudConfig): readonly Place[] {
  if (settings.provider === 'azure') {
    const { values } = settings;
    const all = { default: values, ...values.locations };
    return Object.entries(all).map(([name, place]) => azurePlace(name, place, cloud));
  }
  const { values } = settings;
  return Object.entries({ default: values, ...values.locations }).map(([name, place]) =>
    awsPlace(name, place, cloud),
  );
}

function azurePlace(name: string, place: AzurePlace, cloud: CloudConfig): Place {
  const { bucket, prefix, storageAccount, resourceGroup } = place;
  const subscriptionId = place.subscriptionId ?? (cloud.type === 'aws' ? undefined : cloud.subscriptionId);
  // Without AAD the plugin would ask for the account's keys, which open everything in it.
  const config = { resourceGroup, storageAccount, useAAD: 'true' };
  return {
    name,
    bucket,
    prefix,
    config: { ...config, ...(subscriptionId === undefined ? {} : { subscriptionId }) },
  };
}

const awsPlace = (name: string, { bucket, prefix, region }: AwsPlace, cloud: CloudConfig): Place => ({
  name,
  bucket,
  prefix,
  config: { region: region ?? cloud.region },
});

/**
 * Two clusters in one folder would see, and delete, each other's backups: each has its own unless somebody says so.
 * https://velero.io/docs/main/locations/
 */
const location = (provider: VeleroProvider, place: Place, cluster: string): JsonObject => ({
  name: place.name,
  provider,
  bucket: place.bucket,
  prefix: place.prefix ?? cluster,
  default: place.name === 'default',
  config: place.config,
});

const snapshots = (provider: VeleroProvider, { region }: CloudConfig): JsonObject => ({
  name: 'default',
  provider,
  config: provider === 'aws' ? { region } : { incremental: 'true' },
});

function plugin(provider: VeleroProvider, image: string): JsonObject {
  return {
    name: `velero-plugin-for-${provider === 'azure' ? 'microsoft-azure' : 'aws'}`,
    image,
    imagePullPolicy: 'IfNotPresent',
    volumeMounts: [{ mountPath: '/target', name: 'plugins' }],
  };
}

/** https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html */
function federated(clientId: string): JsonObject {
  const podLabels = { 'azure.workload.identity/use': 'true' };
  const annotations = { 'azure.workload.identity/client-id': clientId };
  return { podLabels, nodeAgent: { podLabels }, serviceAccount: { server: { annotations } } };
}
