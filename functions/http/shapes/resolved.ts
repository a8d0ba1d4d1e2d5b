/** The resolved profile as it goes out. */
import { z } from 'zod';

export const RESOLVED_LAYER = z.object({
  layer: z.enum(['os', 'kubernetes', 'cni', 'csi', 'addon']),
  pack: z.string(),
  version: z.string(),
  registry: z.string().optional(),
  values: z.record(z.string(), z.unknown()),
  sources: z
    .record(z.string(), z.enum(['profile', 'override']))
    .meta({ description: 'By JSON pointer into values' }),
});

export const RESOLVED_VIEW = z
  .object({
    profile: z.object({ name: z.string(), version: z.string(), cloudType: z.enum(['aks', 'azure', 'aws']) }),
    layers: z.array(RESOLVED_LAYER),
  })
  .meta({ id: 'ResolvedProfile' });
