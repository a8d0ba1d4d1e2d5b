/**
 * The values of the pack `velero`: where backups go and who may write there. What they become in the chart is
 * lib/agents/velero-chart.ts. Credentials never stand in values, which everybody reads who may read the cluster: a Secret
 * of the cluster holds them, or the machines or the pods have an identity of their own.
 */
import { z } from 'zod';
import { coded } from '../api/schema-findings.ts';
import type { CloudType } from '../domain/cluster.ts';

export type VeleroProvider = 'azure' | 'aws';

const VELERO_PROVIDERS = { aks: 'azure', azure: 'azure', aws: 'aws' } as const satisfies Record<
  CloudType,
  VeleroProvider
>;

const text = (pattern: RegExp, message: string) => z.string().regex(pattern, message);

/** Container names: https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
const container = text(/^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'A blob container, like «backups».');
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const s3Bucket = text(
  /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  'An S3 bucket, like «backups-of-shop».',
);
const prefix = text(/^[\w.-]+(\/[\w.-]+)*$/, 'Folders in the bucket, like «clusters/shop».').max(255);
/** Of a Secret: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const secretName = text(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'The name of a Secret.').max(253);
const locationName = text(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'A name of a-z, 0-9 and -.').max(63);

const AzurePlace = z.strictObject({
  bucket: container,
  prefix: prefix.exactOptional(),
  storageAccount: text(/^[a-z0-9]{3,24}$/, 'A storage account: 3 to 24 of a-z and 0-9.'),
  resourceGroup: text(/^[\w.()-]{0,89}[\w()-]$/, 'The resource group of the storage account.'),
  subscriptionId: z.guid('The GUID of the subscription of the storage account.').exactOptional(),
});
export type AzurePlace = z.output<typeof AzurePlace>;

const AwsPlace = z.strictObject({
  bucket: s3Bucket,
  prefix: prefix.exactOptional(),
  region: text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'A region, like «eu-central-1».').exactOptional(),
});
export type AwsPlace = z.output<typeof AwsPlace>;

/** Velero has one plugin per cloud here, which can take no disks of the other. */
const provider = (mine: VeleroProvider) =>
  z
    .enum(['azure', 'aws'], 'Providers are azure and aws.')
    .refine(
      (one) => one === mine,
      coded('PACK_CLOUD_MISMATCH', `Clusters of this cloud are backed up with provider ${mine}.`),
    )
    .exactOptional();

/** Further places beside `default`, by name. */
const places = <Place extends z.ZodType>(place: Place) =>
  z
    .record(locationName, place)
    .refine(
      (all) => !Object.hasOwn(all, 'default'),
      'The place «default» is what stands outside of locations.',
    )
    .exactOptional();

const common = {
  /**
   * What becomes of the contents of disks. `files`: the node agent copies them to the bucket. `snapshots`: the cloud
   * makes them, and they stay there. `none`: backups hold objects only.
   */
  disks: z.enum(['files', 'snapshots', 'none'], 'Disks are files, snapshots or none.').default('files'),
  /** In the namespace velero; its key `cloud` is what the plugin takes for a credentials file. */
  credentialsSecret: secretName.exactOptional(),
};

const AzureValues = z
  .strictObject({
    ...AzurePlace.shape,
    ...common,
    provider: provider('azure'),
    locations: places(AzurePlace),
    /** Client id of a managed identity that is federated with the cluster: no credentials at all. */
    identityClientId: z.guid('The client id of a managed identity.').exactOptional(),
  })
  .superRefine(({ credentialsSecret, identityClientId, disks }, { addIssue }) => {
    const say = (field: string, message: string) => addIssue({ code: 'custom', path: [field], message });
    if (credentialsSecret !== undefined && identityClientId !== undefined)
      say('identityClientId', 'Either credentialsSecret or identityClientId.');
    if (credentialsSecret === undefined && identityClientId === undefined)
      say('credentialsSecret', 'Velero needs credentialsSecret or identityClientId to write to the account.');
    // The plugin reads the subscription and the group of the disks from the credentials file, and nowhere else.
    if (disks === 'snapshots' && identityClientId !== undefined)
      say('disks', 'Snapshots on Azure need credentialsSecret: it names the resource group of the disks.');
  });

const AwsValues = z.strictObject({
  ...AwsPlace.shape,
  ...common,
  provider: provider('aws'),
  locations: places(AwsPlace),
});

export type AzureVelero = z.output<typeof AzureValues>;
export type AwsVelero = z.output<typeof AwsValues>;

const VALUES = { azure: AzureValues, aws: AwsValues } as const satisfies Record<VeleroProvider, z.ZodType>;

export const veleroValues = (cloud: CloudType): z.ZodType => VALUES[VELERO_PROVIDERS[cloud]];

/** Parsed for its cloud; `undefined`: they are not what the pack takes. */
export type VeleroSettings =
  | { readonly provider: 'azure'; readonly values: AzureVelero }
  | { readonly provider: 'aws'; readonly values: AwsVelero };

export function readVeleroValues(cloud: CloudType, values: unknown): VeleroSettings | undefined {
  if (VELERO_PROVIDERS[cloud] === 'azure') {
    const read = AzureValues.safeParse(values);
    return read.success ? { provider: 'azure', values: read.data } : undefined;
  }
  const read = AwsValues.safeParse(values);
  return read.success ? { provider: 'aws', values: read.data } : undefined;
}
