/** A node as it goes out. */
import { z } from 'zod';

export const NODE_VIEW = z
  .object({
    name: z.string(),
    pool: z.string().nullable(),
    role: z.enum(['worker', 'control-plane']),
    zone: z.string().nullable(),
    machineId: z.string().nullable(),
    instanceType: z.string().nullable(),
    phase: z.enum(['Ready', 'NotReady', 'Draining']),
    kubernetesVersion: z.string(),
    conditions: z.array(
      z.object({
        type: z.string(),
        status: z.enum(['True', 'False', 'Unknown']),
        reason: z.string().optional(),
        message: z.string().optional(),
        lastTransitionAt: z.string().optional(),
      }),
    ),
    usage: z.null().meta({ description: 'null until an agent reports it' }),
    createdAt: z.string(),
  })
  .meta({ id: 'Node' });
