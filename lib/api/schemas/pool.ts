/** A node pool as it is sent, with the fields of all clouds: what does not fit the cluster's has a code of its own. */
import { z } from 'zod';
import { wire } from './wire.ts';

const AUTOSCALE = z.strictObject({
  min: wire({ type: 'integer', description: 'At least 1 for a system pool', minimum: 0, maximum: 1000 }),
  max: wire({ type: 'integer', description: 'At most 1000', minimum: 1, maximum: 1000 }),
});

const DISK = z.strictObject({
  type: wire({
    type: 'string',
    description: 'Azure: managed disk type, which AKS derives from the instance type. AWS: gp3 when absent',
    enum: ['Standard_LRS', 'StandardSSD_LRS', 'Premium_LRS', 'StandardSSD_ZRS', 'Premium_ZRS', 'gp3', 'gp2'],
  }),
  sizeGiB: wire({
    type: 'integer',
    description: 'OS disk; on Azure at most 2048',
    minimum: 30,
    maximum: 16_384,
    default: 60,
  }),
});

const DRAIN = z.strictObject({
  timeout: wire({ type: 'string', description: 'ISO 8601, PT0S to PT24H', default: 'PT10M' }),
  onBlocked: z
    .enum(['wait', 'skip', 'force'])
    .optional()
    .meta({ description: 'What to do when a disruption budget blocks the drain for the whole timeout' }),
});

const SPOT = z.strictObject({
  maxBidPercent: wire({
    type: 'number',
    description: 'Required: most that is paid, in percent of the on-demand price; more than 0',
    maximum: 1_000,
  }),
  fallback: wire({
    type: 'string',
    description: 'While no zone is within the bid: wait for the price, or run on-demand until it falls',
    enum: ['none', 'on-demand'],
    default: 'none',
  }),
});

export const POOL_INPUT = z
  .strictObject({
    name: wire({
      type: 'string',
      description:
        'Unique in the cluster. AKS: at most 12 lower-case letters and digits. AWS: a DNS label of at most 20',
      pattern: '^[a-z0-9]([-a-z0-9]{0,18}[a-z0-9])?$',
    }),
    role: z
      .enum(['worker', 'control-plane'])
      .optional()
      .meta({ description: 'worker when absent. AKS has no other' }),
    system: z.boolean().optional().meta({ description: 'AKS system node pool' }),
    size: wire({
      type: 'integer',
      description:
        'Nodes; not together with autoscale. Control-plane pools: 1, 3 or 5, never less than before',
      minimum: 0,
      maximum: 1000,
    }),
    autoscale: AUTOSCALE.optional().meta({ description: 'AKS' }),
    instanceType: wire({ type: 'string', description: 'Of every node: Standard_D4s_v5, m5.large' }),
    disk: DISK.optional(),
    zones: wire({
      type: 'array',
      items: { type: 'string' },
      description:
        'Availability zones to spread over: 1, or eu-central-1a (a for short). Absent or empty: on AKS regional, on AWS all',
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
    capacity: wire({
      type: 'string',
      description: 'AWS worker pools',
      enum: ['on-demand', 'spot'],
      default: 'on-demand',
    }),
    spot: SPOT.optional().meta({ description: 'AWS worker pools with capacity spot' }),
    allowWorkloads: z.boolean().optional().meta({
      description: 'Control-plane pools: workloads may run there too; false when absent',
    }),
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
    spot: SPOT.nullish().meta({ description: 'null: back to on-demand' }),
    allowWorkloads: POOL_INPUT.shape.allowWorkloads.nullable(),
    generation: z.unknown().optional().meta({ description: 'Ignored: reads add it' }),
  })
  .meta({ id: 'PoolPatch', description: 'JSON merge patch of a pool' });

export type PoolInput = z.output<typeof POOL_INPUT>;
