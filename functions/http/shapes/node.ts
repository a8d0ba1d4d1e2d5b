/** A node as it goes out. */
import { z } from 'zod';
import { INSTANT, shown } from '../../../lib/api/schemas/shown.ts';

const measured = z.number().nullable();
const NODE_USAGE = z.object({
  at: INSTANT,
  coresUsed: measured,
  cpuPercent: measured,
  memoryBytes: measured,
  memoryPercent: measured,
  diskBytes: measured,
  diskPercent: measured,
});

export const NODE_VIEW = z
  .object({
    name: shown('aks-work-12345678-vmss000000'),
    pool: shown('work').nullable(),
    role: z.enum(['worker', 'control-plane']),
    zone: shown('westeurope-1').nullable(),
    machineId: shown('azure:///subscriptions/.../virtualMachines/0').nullable(),
    instanceType: shown('Standard_D4s_v5').nullable(),
    phase: z.enum(['Ready', 'NotReady', 'Draining']),
    kubernetesVersion: shown('v1.33.2'),
    conditions: z.array(
      z.object({
        type: shown('Ready'),
        status: z.enum(['True', 'False', 'Unknown']),
        reason: z.string().optional(),
        message: z.string().optional(),
        lastTransitionAt: z.string().optional(),
      }),
    ),
    usage: NODE_USAGE.nullable().meta({ description: 'null until an agent reports it' }),
    createdAt: INSTANT,
    replacedBecause: shown('NodeNotReady').exactOptional(),
  })
  .meta({ id: 'Node' });
