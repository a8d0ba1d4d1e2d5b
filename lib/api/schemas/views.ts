/** What reads of clusters answer with. Reads never fail on a field of their own, so these are for documents and tests. */
import { z } from 'zod';
import { CONDITION_TITLES, type ConditionType } from '../../domain/conditions.ts';
import type { Taint } from '../../domain/pool.ts';

const INSTANT = z.string().meta({ format: 'date-time', example: '2026-11-20T18:35:00.000Z' });
const TEXT_MAP = z.record(z.string(), z.string()).readonly();

const TAINT: z.ZodType<Taint> = z
  .object({
    key: z.string(),
    value: z.string().exactOptional(),
    effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
  })
  .readonly();

export const POOL_VIEW = z
  .object({
    name: z.string(),
    role: z.enum(['worker', 'control-plane']),
    system: z.boolean(),
    size: z.int().exactOptional().meta({ description: 'Absent with autoscale' }),
    autoscale: z.object({ min: z.int(), max: z.int() }).readonly().exactOptional(),
    instanceType: z.string(),
    disk: z.object({ type: z.string().exactOptional(), sizeGiB: z.int() }).readonly(),
    zones: z.array(z.string()).readonly(),
    labels: TEXT_MAP,
    taints: z.array(TAINT).readonly(),
    drain: z.object({ timeout: z.string(), onBlocked: z.enum(['wait', 'skip', 'force']) }).readonly(),
  })
  .readonly()
  .meta({ id: 'Pool' });

/** A pool by itself: with the version of the cluster that it was read from. */
export const POOL_OBJECT_VIEW = z
  .object({ ...POOL_VIEW.unwrap().shape, generation: z.int().meta({ description: 'Of the cluster' }) })
  .readonly()
  .meta({ id: 'PoolObject' });

const AZURE_PLACEMENT = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('dynamic') }).readonly(),
  z
    .object({
      mode: z.literal('static'),
      virtualNetwork: z.string(),
      virtualNetworkResourceGroup: z.string().exactOptional(),
      controlPlaneSubnet: z.string(),
      workerSubnet: z.string(),
    })
    .readonly(),
]);

const CLOUD_VIEW = z
  .object({
    type: z.literal('aks'),
    account: z.string(),
    region: z.string(),
    subscriptionId: z.string(),
    resourceGroup: z.string(),
    sshPublicKey: z.string(),
    placement: AZURE_PLACEMENT,
  })
  .readonly();

function isConditionType(word: string): word is ConditionType {
  return Object.hasOwn(CONDITION_TITLES, word);
}

export const CONDITION_VIEW = z
  .object({
    type: z.enum(Object.keys(CONDITION_TITLES).filter(isConditionType)),
    title: z.string(),
    status: z.enum(['Pending', 'Active', 'Failed', 'Succeeded']),
    reason: z.string(),
    message: z.string(),
    attempts: z.int(),
    nextAttemptAt: INSTANT.exactOptional(),
    lastTransitionAt: INSTANT,
    observedGeneration: z.int(),
  })
  .readonly()
  .meta({ id: 'Condition', description: 'A milestone of the cluster’s life' });

export const STATUS_VIEW = z
  .object({
    state: z.enum(['Pending', 'Provisioning', 'Running', 'Updating', 'Deleting']),
    observedGeneration: z.int().meta({ description: 'The last generation that a pass planned' }),
    converged: z.boolean(),
    why: z.string().meta({ description: 'One sentence: what it waits for and when it tries next' }),
    nextAttemptAt: INSTANT.nullable(),
    conditions: z.array(CONDITION_VIEW).readonly(),
    health: z.enum(['Healthy', 'Unhealthy', 'Unknown']),
    kubernetesVersion: z.string().exactOptional(),
    apiEndpoint: z.string().exactOptional(),
    updateAvailable: z.boolean(),
  })
  .readonly()
  .meta({ id: 'ClusterStatus' });

export const CLUSTER_VIEW = z
  .object({
    id: z.string(),
    name: z.string(),
    project: z.string(),
    description: z.string().exactOptional(),
    tags: TEXT_MAP,
    purpose: z.enum(['production', 'non-production']).exactOptional(),
    profile: z.object({ name: z.string(), version: z.string() }).readonly(),
    packOverrides: z.record(z.string(), z.record(z.string(), z.unknown()).readonly()).readonly(),
    cloud: CLOUD_VIEW,
    pools: z.array(POOL_VIEW).readonly(),
    schedules: z.record(z.string(), z.unknown()).readonly().exactOptional(),
    generation: z.int(),
    createdAt: INSTANT,
    createdBy: z.string(),
    updatedAt: INSTANT,
    status: STATUS_VIEW,
  })
  .readonly()
  .meta({ id: 'Cluster' });

export const EVENT_VIEW = z
  .object({
    id: z.string(),
    at: INSTANT,
    severity: z.enum(['Normal', 'Warning']),
    signal: z.enum(['transient', 'persistent', 'infrastructure']),
    reason: z.string(),
    message: z.string(),
    task: z.string(),
    node: z.string().exactOptional(),
    count: z.int(),
    firstAt: INSTANT,
  })
  .readonly()
  .meta({ id: 'Event' });

export const TASK_VIEW = z
  .object({
    name: z.string(),
    title: z.string(),
    condition: z.string(),
    state: z.enum(['Pending', 'Active', 'Failed', 'Succeeded']),
    reason: z.string(),
    message: z.string(),
    startedAt: INSTANT.exactOptional(),
    endedAt: INSTANT.exactOptional(),
    durationMs: z.number().exactOptional(),
    attempts: z.int(),
    nextAttemptAt: INSTANT.exactOptional(),
    lastError: z.string().exactOptional(),
    progress: z.object({ done: z.int(), total: z.int() }).readonly().exactOptional(),
  })
  .readonly()
  .meta({ id: 'Task', description: 'One step of the work under way' });

export const RESOURCE_VIEW = z
  .object({
    kind: z.string().meta({ example: 'Microsoft.ContainerService/managedClusters' }),
    id: z.string(),
    name: z.string(),
    role: z.string(),
    origin: z.enum(['created', 'adopted']),
    zone: z.string().exactOptional(),
    state: z.string(),
  })
  .readonly()
  .meta({ id: 'Resource' });

export const PROBLEM_VIEW = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    instance: z.string(),
    correlationId: z.string(),
    errors: z.array(
      z.object({ path: z.string(), code: z.string(), message: z.string(), hint: z.string().optional() }),
    ),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });

export type ClusterView = z.output<typeof CLUSTER_VIEW>;
export type PoolView = z.output<typeof POOL_VIEW>;
export type PoolObjectView = z.output<typeof POOL_OBJECT_VIEW>;
