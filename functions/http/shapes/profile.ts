/** Profiles as they go out. */
import { z } from 'zod';
import { INSTANT, shown } from '../../../lib/api/schemas/shown.ts';
import type { ProfileDocument } from '../../../lib/profiles/store.ts';

const LAYER = z.object({
  layer: z.enum(['os', 'kubernetes', 'cni', 'csi', 'addon']).meta({ example: 'kubernetes' }),
  pack: shown('kubernetes-aks'),
  version: shown('1.33.2'),
  registry: z.string().optional(),
  values: z.record(z.string(), z.unknown()).meta({ example: { managedControlPlane: { sku: 'Free' } } }),
});

export const CLOUD_TYPE = z.enum(['aks', 'azure', 'aws']);

export const PROFILE_VIEW = z.object({
  name: shown('aks-base'),
  version: shown('1.0.0'),
  cloudType: CLOUD_TYPE,
  description: z.string().optional(),
  layers: z.array(LAYER),
  createdAt: INSTANT,
});

export const PROFILE_SUMMARY = z.object({
  name: shown('aks-base'),
  cloudType: CLOUD_TYPE,
  description: z.string().optional(),
  versions: z.array(shown('1.0.0')),
});

/** What was stored is what goes out: a version never changes, so it has no generation. */
export function toProfile({ profile, createdAt }: ProfileDocument) {
  return { ...profile, createdAt };
}
