/** The resolved profile as it goes out. */
import { z } from 'zod';
import { shown } from '../../../lib/api/schemas/shown.ts';

export const RESOLVED_LAYER = z.object({
  layer: z.enum(['os', 'kubernetes', 'cni', 'csi', 'addon']).meta({ example: 'addon' }),
  pack: shown('prometheus'),
  version: shown('1.0.0'),
  registry: z.string().optional(),
  values: z.record(z.string(), z.unknown()).meta({ example: { retention: '7d' } }),
  sources: z
    .record(z.string(), z.enum(['profile', 'override']))
    .meta({ description: 'By JSON pointer into values', example: { '/retention': 'override' } }),
});

export const RESOLVED_VIEW = z
  .object({
    profile: z.object({
      name: shown('aks-base'),
      version: shown('1.0.0'),
      cloudType: z.enum(['aks', 'azure', 'aws']),
    }),
    layers: z.array(RESOLVED_LAYER),
  })
  .meta({ id: 'ResolvedProfile' });
