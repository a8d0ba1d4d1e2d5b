/** A node pool as it is sent. Fields of other clouds are here too: they have codes of their own on AKS. */
import { z } from 'zod';
import { wire } from './wire.ts';

const AUTOSCALE = z.strictObject({
  min: wire({ type: 'integer', description: 'At least 1 for a system pool', minimum: 0, maximum: 1000 }),
  max: wire({ type: 'integer', description: 'At most 1000', minimum: 1, maximum: 1000 }),
});

const DISK = z.strictObject({
  type: wire({
    type: 'string',
    description: 'Managed disk type. AKS derives it from the instance type',
    enum: ['Standard_LRS', 'StandardSSD_LRS', 'Premium_LRS', 'StandardSSD_ZRS', 'Premium_ZRS'],
  }),
  sizeGiB: wire({ type: 'integer', description: 'OS disk', minimum: 30, maximum: 2048, default: 60 }),
});

const DRAIN = z.strictObject({
  timeout: wire({ type: 'string', description: 'ISO 8601, PT0S to PT24H', default: 'PT10M' }),
  onBlocked: z
    .enum(['wait', 'skip', 'force'])
    .optional()
    .meta({ description: 'What to do when a disruption budget blocks the drain for the whole timeout' }),
});

const SPOT = z.strictObject({
  maxBidPercent: wire({ type: 'number', description: 'Percent of the on-demand price' }),
  fallback: wire({
    type: 'string',
    description: 'When no spot capacity is found',
    enum: ['none', 'on-demand'],
  }),
});

export const POOL_INPUT = z
  .strictObject({
    name: wire({
      type: 'string',
      description: 'Unique in the cluster. AKS: at most 12 lower-case letters and digits',
      pattern: '^[a-z][a-z0-9]{0,11}$',
    }),
    role: z.enum(['worker', 'control-plane']).optional().meta({ description: 'AKS has worker pools only' }),
    system: z.boolean().optional().meta({ description: 'AKS system node pool' }),
    size: wire({
      type: 'integer',
      description: 'Nodes; not together with autoscale',
      minimum: 0,
      maximum: 1000,
    }),
    autoscale: AUTOSCALE.optional(),
    instanceType: wire({ type: 'string', description: 'Of every node: Standard_D4s_v5' }),
    disk: DISK.optional(),
    zones: wire({
      type: 'array',
      items: { type: 'string' },
      description: 'Availability zones to spread over; absent or empty: regional',
    }),
    labels: wire({
      type: 'object',
      description: 'Kubernetes labels',
      additionalProperties: { type: 'string' },
    }),
    taints: wire({
      type: 'array',
      description: 'Kubernetes taints',
      items: {
        type: 'object',
        required: ['key', 'effect'],
        properties: {
          key: { type: 'string' },
          value: { type: 'string' },
          effect: { type: 'string', enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] },
        },
      },
    }),
    drain: DRAIN.optional(),
    capacity: wire({ type: 'string', description: 'AWS worker pools', enum: ['on-demand', 'spot'] }),
    spot: SPOT.optional().meta({ description: 'AWS worker pools with capacity spot' }),
    allowWorkloads: z.boolean().optional().meta({ description: 'Control-plane pools on Azure and AWS' }),
    chain: z.boolean().optional().meta({ description: 'Control-plane pools: 1 to 5 in two steps' }),
    publicIp: z.boolean().optional().meta({ description: 'Nodes never have a public address' }),
    osType: wire({ type: 'string', description: 'Nodes run Linux', enum: ['Linux'] }),
    securityGroupName: z
      .string()
      .optional()
      .meta({ description: 'Azure virtual machines, static placement' }),
  })
  .meta({ id: 'PoolInput', description: 'A node pool as it is asked for' });

/** The document of PATCH; the merged pool is judged as POOL_INPUT. */
export const POOL_PATCH = z
  .strictObject({
    ...POOL_INPUT.shape,
    autoscale: AUTOSCALE.nullish().meta({ description: 'null: back to a fixed size' }),
    disk: DISK.nullish(),
    drain: DRAIN.nullish(),
    generation: z.unknown().optional().meta({ description: 'Ignored: reads add it' }),
  })
  .meta({ id: 'PoolPatch', description: 'JSON merge patch of a pool' });

export type PoolInput = z.output<typeof POOL_INPUT>;
