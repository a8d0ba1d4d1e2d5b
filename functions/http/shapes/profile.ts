/** Profiles as they go out. */
import { z } from 'zod';
import type { ProfileDocument } from '../../../lib/profiles/store.ts';

const LAYER = z.object({
  layer: z.enum(['os', 'kubernetes', 'cni', 'csi', 'addon']),
  pack: z.string(),
  version: z.string(),
  registry: z.string().optional(),
  values: z.record(z.string(), z.unknown()),
});

export const CLOUD_TYPE = z.enum(['aks', 'azure', 'aws']);

export const PROFILE_VIEW = z.object({
  name: z.string(),
  version: z.string(),
  cloudType: CLOUD_TYPE,
  description: z.string().optional(),
  layers: z.array(LAYER),
  createdAt: z.string(),
});

export const PROFILE_SUMMARY = z.object({
  name: z.string(),
  cloudType: CLOUD_TYPE,
  description: z.string().optional(),
  versions: z.array(z.string()),
});

/** What was stored is what goes out: a version never changes, so it has no generation. */
export function toProfile({ profile, createdAt }: ProfileDocument) {
  return { ...profile, createdAt };
}
