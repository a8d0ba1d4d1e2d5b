/** A cluster as it is sent. Which cloud's fields are in place is a rule, not a matter of the schema: rules/cloud.ts. */
import { z } from 'zod';
import { coded } from '../schema-findings.ts';
import { wire } from './wire.ts';

const subnets = (description: string) =>
  wire({ type: 'array', items: { type: 'string', pattern: '^subnet-[0-9a-f]+$' }, description });
const ranges = (description: string) =>
  wire({ type: 'array', items: { type: 'string', description: '203.0.113.0/24' }, description });

const PLACEMENT = z.strictObject({
  mode: z.enum(['dynamic', 'static']).optional(),
  virtualNetwork: wire({ type: 'string', description: 'Azure, static: name of an existing virtual network' }),
  virtualNetworkResourceGroup: wire({ type: 'string', description: 'Its resource group, when another one' }),
  controlPlaneSubnet: wire({ type: 'string', description: 'Azure, static' }),
  workerSubnet: wire({ type: 'string', description: 'Azure, static' }),
  securityGroupName: wire({ type: 'string', description: 'Azure virtual machines, static' }),
  vpcId: wire({ type: 'string', description: 'AWS, static: a VPC that exists', pattern: '^vpc-[0-9a-f]+$' }),
  controlPlaneSubnetIds: subnets('AWS, static: private subnets, one per zone'),
  workerSubnetIds: subnets('AWS, static: private subnets, one per zone; others than the control plane’s'),
  publicSubnetIds: subnets('AWS, static: for load balancer and bastion; found in the VPC when absent'),
});

const STORAGE = z.strictObject({
  accountName: z.string().optional(),
  containerName: z.string().optional(),
  resourceGroup: z.string().optional(),
  access: wire({ type: 'string', description: 'Azure virtual machines', enum: ['unrestricted', 'private'] }),
});

const BASTION = z.strictObject({
  enabled: z.boolean().optional().meta({ description: 'true when absent' }),
  allowedCidrs: ranges('Who may reach it; nobody when absent'),
  rdp: z.boolean().optional().meta({ description: 'By RDP too; by SSH always' }),
});

const PROXY = wire({ type: 'object', description: 'Comes from the private cloud gateway only' });

export const CLOUD_INPUT = z
  .strictObject({
    type: wire({ type: 'string', description: 'Where the cluster runs', enum: ['aks', 'azure', 'aws'] }),
    account: wire({ type: 'string', description: 'Name of a cloud account of the project' }),
    region: wire({ type: 'string', description: 'westeurope, eu-central-1' }),
    subscriptionId: wire({ type: 'string', description: 'Azure subscription', format: 'uuid' }),
    resourceGroup: wire({ type: 'string', description: 'Exists already; never created or deleted by us' }),
    sshPublicKey: wire({
      type: 'string',
      description: 'OpenSSH public key; AKS takes RSA of 2048 bits or more',
    }),
    placement: PLACEMENT.optional(),
    storage: STORAGE.optional(),
    sshKeyPair: wire({ type: 'string', description: 'AWS: name of a key pair that exists in the region' }),
    bastion: BASTION.optional().meta({ description: 'AWS: the only way in to machines by SSH' }),
    vpcCidr: wire({
      type: 'string',
      description: 'AWS, dynamic: range of the VPC that is made, /16 to /24',
      default: '10.0.0.0/16',
    }),
    apiAllowedCidrs: ranges('AWS: who may reach the API server; everybody when absent'),
    sshAllowedCidrs: ranges('Refused: machines take SSH from the bastion only'),
    proxy: PROXY,
  })
  .meta({ id: 'CloudInput', description: 'Where the cluster runs, with which account' });

const profileRule = coded('PROFILE_REQUIRED', 'A profile is named by its name and version.');
export const PROFILE_REFERENCE = z.strictObject({
  name: z.string(profileRule).min(1, profileRule),
  version: z.string(profileRule).min(1, profileRule),
});

export const TAGS = wire({
  description: 'A map, or an array of `key:value`; at most 40',
  oneOf: [
    { type: 'object', additionalProperties: { type: 'string' } },
    { type: 'array', items: { type: 'string' } },
  ],
});

const TIME = {
  cron: wire({ type: 'string', description: 'Five fields: 0 3 * * 6' }),
  timezone: wire({ type: 'string', description: 'IANA name: Europe/Berlin; UTC when absent' }),
};

/** A backup, by a schedule or on demand. */
export const BACKUP_FIELDS = {
  retention: wire({ type: 'string', description: 'ISO 8601, more than nothing; P30D when absent' }),
  location: z
    .string()
    .min(1)
    .max(253)
    .exactOptional()
    .meta({ description: 'Name of a Velero BackupStorageLocation; the default one when absent' }),
  namespaces: z
    .array(z.string().min(1).max(63))
    .min(1)
    .max(100)
    .exactOptional()
    .meta({ description: 'All when absent' }),
  includeDisks: z.boolean().exactOptional().meta({ description: 'true when absent' }),
};

/** `schedules.scans` stays open: an unknown kind of scan has a code of its own. */
export const SCHEDULES_INPUT = z.strictObject({
  osPatching: z
    .strictObject({
      ...TIME,
      rebootIfRequired: z.boolean().optional().meta({ description: 'false when absent' }),
      onBoot: z
        .boolean()
        .optional()
        .meta({ description: 'Also once, as soon as the cluster is up for the first time' }),
    })
    .optional(),
  scans: z.record(z.string(), z.strictObject(TIME)).optional(),
  backup: z.strictObject({ ...TIME, ...BACKUP_FIELDS }).optional(),
});

const DESCRIPTION = z.string().max(1_000);

export const CLUSTER_INPUT = z
  .strictObject({
    name: wire({
      type: 'string',
      description: 'Unique in the project',
      pattern: '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$',
    }),
    description: DESCRIPTION.optional(),
    tags: TAGS,
    purpose: z.enum(['production', 'non-production']).optional(),
    profile: PROFILE_REFERENCE.optional().meta({
      description: 'Required: the profile to make the cluster from',
    }),
    packOverrides: wire({
      type: 'object',
      description: 'Values by pack, merged over the profile’s',
      additionalProperties: { type: 'object' },
    }),
    cloud: CLOUD_INPUT.optional(),
    pools: wire({
      type: 'array',
      description: 'Absent: one system pool on AKS; elsewhere a control-plane pool and a worker pool',
      items: { $ref: '#/components/schemas/PoolInput' },
    }),
    schedules: SCHEDULES_INPUT.optional(),
    proxy: PROXY,
  })
  .meta({ id: 'ClusterInput', description: 'A cluster as it is asked for' });

export type ClusterInput = z.output<typeof CLUSTER_INPUT>;
export type CloudInput = z.output<typeof CLOUD_INPUT>;
export type SchedulesInput = z.output<typeof SCHEDULES_INPUT>;

/** PATCH: everything of a read may be sent back; what may not change is a rule (FIELD_IMMUTABLE, USE_PROFILE_UPDATE). */
export const CLUSTER_PATCH = z
  .strictObject({
    description: DESCRIPTION.nullish(),
    tags: TAGS,
    purpose: z.enum(['production', 'non-production']).nullish(),
    schedules: wire({ type: 'object', description: 'As in a cluster; null turns a schedule off' }),
  })
  .meta({ id: 'ClusterPatch', description: 'JSON merge patch: what may change on a cluster itself' });
