/** Path parameters. What cannot be a name of ours names nothing, so it answers 404 before anything is read. */
import { z } from 'zod';

/** Generous: rules about new names live where things are made. Keeps ids of the store free of what they may not hold. */
const name = z.string().regex(/^[\w.-]{1,63}$/);

export const project = name.meta({ description: 'Name of the project', example: 'default' });

export const PROJECT = z.object({ project });
export const ACCOUNT = z.object({
  project,
  name: name.meta({ description: 'Name of the cloud account', example: 'azure-demo' }),
});
export const WEBHOOK = z.object({
  project,
  name: name.meta({ description: 'Name of the webhook', example: 'alarms' }),
});
export const OPTIONS = z.object({
  ...ACCOUNT.shape,
  kind: name.meta({ description: 'What to list', example: 'regions' }),
});
export const MEMBER = z.object({
  project,
  subject: z.string().min(1).max(256).meta({ description: 'Subject of the member, as tokens carry it' }),
});
export const PROFILE = z.object({
  project,
  name: name.meta({ description: 'Name of the profile', example: 'aks-base' }),
});
export const PROFILE_VERSION = z.object({
  ...PROFILE.shape,
  version: name.meta({ description: 'Version of the profile', example: '1.0.0' }),
});
export const CLUSTER = z.object({
  project,
  cluster: name.meta({ description: 'Name of the cluster', example: 'shop' }),
});
export const POOL = z.object({
  ...CLUSTER.shape,
  pool: name.meta({ description: 'Name of the pool', example: 'system' }),
});
export const PACK = z.object({
  ...CLUSTER.shape,
  pack: name.meta({ description: 'Name of a pack of the profile', example: 'prometheus' }),
});
export const NODE = z.object({
  ...CLUSTER.shape,
  node: z
    .string()
    .regex(/^[a-z0-9.-]{1,253}$/)
    .meta({ description: 'Name of the node' }),
});

export type ClusterPath = z.output<typeof CLUSTER>;
export type PoolPath = z.output<typeof POOL>;
export type PackPath = z.output<typeof PACK>;
export type NodePath = z.output<typeof NODE>;
