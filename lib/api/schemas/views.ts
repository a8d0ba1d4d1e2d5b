/** What reads of clusters answer with. Reads never fail on a field of their own, so these are for documents and tests. */
import { z } from 'zod';
import { CONDITION_TITLES, type ConditionType } from '../../domain/conditions.ts';
import type { Taint } from '../../domain/pool.ts';
import { CLUSTER_UID, INSTANT, shown } from './shown.ts';

const TAG_MAP = z
  .record(z.string(), z.string())
  .readonly()
  .meta({ example: { department: 'finance' } });
const LABEL_MAP = z
  .record(z.string(), z.string())
  .readonly()
  .meta({ example: { team: 'shop' } });

const TAINT: z.ZodType<Taint> = z
  .object({
    key: shown('dedicated'),
    value: shown('gpu').exactOptional(),
    effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
  })
  .readonly();

export const POOL_VIEW = z
  .object({
    name: shown('work'),
    role: z.enum(['worker', 'control-plane']),
    system: z.boolean(),
    size: z.int().exactOptional().meta({ description: 'Absent with autoscale', example: 3 }),
    autoscale: z.object({ min: z.int(), max: z.int() }).readonly().exactOptional(),
    instanceType: shown('Standard_D4s_v5'),
    disk: z
      .object({ type: shown('Premium_LRS').exactOptional(), sizeGiB: z.int().meta({ example: 60 }) })
      .readonly(),
    zones: z
      .array(z.string())
      .readonly()
      .meta({ description: 'Empty: regional', example: ['1', '2', '3'] }),
    labels: LABEL_MAP,
    taints: z.array(TAINT).readonly(),
    drain: z.object({ timeout: shown('PT10M'), onBlocked: z.enum(['wait', 'skip', 'force']) }).readonly(),
    allowWorkloads: z.boolean().exactOptional().meta({ description: 'Control-plane pools' }),
    capacity: z.enum(['on-demand', 'spot']).exactOptional().meta({ description: 'Worker pools on AWS' }),
    spot: z
      .object({ maxBidPercent: z.number(), fallback: z.enum(['none', 'on-demand']) })
      .readonly()
      .exactOptional()
      .meta({ description: 'Exactly with capacity spot' }),
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
      virtualNetwork: shown('hub'),
      virtualNetworkResourceGroup: shown('network').exactOptional(),
      controlPlaneSubnet: shown('control-plane'),
      workerSubnet: shown('workers'),
    })
    .readonly(),
]);

const AKS_VIEW = z
  .object({
    type: z.literal('aks'),
    account: shown('azure-demo'),
    region: shown('westeurope'),
    subscriptionId: shown('00000000-0000-0000-0000-000000000001'),
    resourceGroup: shown('platform'),
    sshPublicKey: shown('ssh-rsa AAAA...'),
    placement: AZURE_PLACEMENT,
  })
  .readonly();

const AWS_PLACEMENT = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('dynamic') }).readonly(),
  z
    .object({
      mode: z.literal('static'),
      vpcId: shown('vpc-0123456789abcdef0'),
      controlPlaneSubnetIds: z.array(shown('subnet-0123456789abcdef0')).readonly(),
      workerSubnetIds: z.array(shown('subnet-0123456789abcdef1')).readonly(),
      publicSubnetIds: z.array(shown('subnet-0123456789abcdef2')).readonly().exactOptional(),
    })
    .readonly(),
]);

const AWS_VIEW = z
  .object({
    type: z.literal('aws'),
    account: shown('aws-demo'),
    region: shown('eu-central-1'),
    sshKeyPair: shown('default'),
    placement: AWS_PLACEMENT,
    bastion: z
      .object({
        enabled: z.boolean(),
        allowedCidrs: z
          .array(shown('203.0.113.0/24'))
          .readonly()
          .exactOptional()
          .meta({ description: 'Absent: nobody is let in' }),
        rdp: z.boolean(),
      })
      .readonly(),
    vpcCidr: shown('10.0.0.0/16').exactOptional(),
    apiAllowedCidrs: z.array(shown('203.0.113.0/24')).readonly().exactOptional(),
  })
  .readonly();

const CLOUD_VIEW = z.discriminatedUnion('type', [AKS_VIEW, AWS_VIEW]);

function isConditionType(word: string): word is ConditionType {
  return Object.hasOwn(CONDITION_TITLES, word);
}

export const CONDITION_VIEW = z
  .object({
    type: z.enum(Object.keys(CONDITION_TITLES).filter(isConditionType)),
    title: shown('Checking Account'),
    status: z.enum(['Pending', 'Active', 'Failed', 'Succeeded']).meta({ example: 'Succeeded' }),
    reason: shown('Ready'),
    message: shown('The account may do all that is needed.'),
    attempts: z.int(),
    nextAttemptAt: INSTANT.exactOptional(),
    lastTransitionAt: INSTANT,
    observedGeneration: z.int(),
  })
  .readonly()
  .meta({ id: 'Condition', description: 'A milestone of the cluster’s life' });

export const STATUS_VIEW = z
  .object({
    state: z
      .enum(['Pending', 'Provisioning', 'Running', 'Updating', 'Deleting'])
      .meta({ example: 'Running' }),
    observedGeneration: z.int().meta({ description: 'The last generation that a pass planned' }),
    converged: z.boolean(),
    why: z.string().meta({
      description: 'One sentence: what it waits for and when it tries next',
      example: 'Everything is as asked for.',
    }),
    nextAttemptAt: INSTANT.nullable(),
    conditions: z.array(CONDITION_VIEW).readonly(),
    health: z.enum(['Healthy', 'Unhealthy', 'Unknown']),
    kubernetesVersion: shown('1.33.2').exactOptional(),
    apiEndpoint: shown('https://shop-8f2d5c1e.hcp.westeurope.azmk8s.io:443').exactOptional(),
    agent: z
      .object({
        version: shown('0.1.0'),
        observedGeneration: z
          .int()
          .exactOptional()
          .meta({ description: 'The last generation that the agent has carried out' }),
      })
      .readonly()
      .exactOptional()
      .meta({ description: 'As it last reported; absent until it has' }),
    updateAvailable: z.boolean().meta({ example: false }),
  })
  .readonly()
  .meta({ id: 'ClusterStatus' });

export const CLUSTER_VIEW = z
  .object({
    id: CLUSTER_UID,
    name: shown('shop'),
    project: shown('default'),
    description: shown('the shop').exactOptional(),
    tags: TAG_MAP,
    purpose: z.enum(['production', 'non-production']).exactOptional(),
    profile: z.object({ name: shown('aks-base'), version: shown('1.0.0') }).readonly(),
    packOverrides: z
      .record(z.string(), z.record(z.string(), z.unknown()).readonly())
      .readonly()
      .meta({ example: { prometheus: { retention: '7d' } } }),
    cloud: CLOUD_VIEW,
    pools: z.array(POOL_VIEW).readonly(),
    schedules: z.record(z.string(), z.unknown()).readonly().exactOptional(),
    generation: z.int(),
    createdAt: INSTANT,
    createdBy: shown('ada@example.com'),
    updatedAt: INSTANT,
    status: STATUS_VIEW,
  })
  .readonly()
  .meta({ id: 'Cluster' });

export const EVENT_VIEW = z
  .object({
    id: shown('0000000001'),
    at: INSTANT,
    severity: z.enum(['Normal', 'Warning']),
    signal: z.enum(['transient', 'persistent', 'infrastructure']),
    reason: shown('PoolChanged'),
    message: shown('Asked for a change of pool work: 3 nodes to 5 nodes.'),
    task: shown('api'),
    node: z.string().exactOptional(),
    count: z.int(),
    firstAt: INSTANT,
  })
  .readonly()
  .meta({ id: 'Event' });

export const TASK_VIEW = z
  .object({
    name: shown('aks/pool:work'),
    title: shown('Pool work'),
    condition: shown('AddingWorkerNode'),
    state: z.enum(['Pending', 'Active', 'Failed', 'Succeeded']).meta({ example: 'Active' }),
    reason: shown('Scaling'),
    message: shown('3 of 5 nodes are there.'),
    startedAt: INSTANT.exactOptional(),
    endedAt: INSTANT.exactOptional(),
    durationMs: z.number().exactOptional(),
    attempts: z.int(),
    nextAttemptAt: INSTANT.exactOptional(),
    lastError: z.string().exactOptional(),
    progress: z
      .object({ done: z.int(), total: z.int() })
      .readonly()
      .exactOptional()
      .meta({ example: { done: 3, total: 5 } }),
    nodes: z
      .array(
        z
          .object({
            machine: shown('0-2'),
            phase: z.enum(['Adding', 'Ready', 'NotReady', 'Removing']),
            machineId: shown('i-0123456789abcdef0').exactOptional(),
            removedBecause: shown('Outdated').exactOptional(),
            replacedBecause: shown('Outdated').exactOptional(),
          })
          .readonly(),
      )
      .readonly()
      .exactOptional()
      .meta({ description: 'Of a pool of machines: each machine by slot and attempt' }),
  })
  .readonly()
  .meta({ id: 'Task', description: 'One step of the work under way' });

export const RESOURCE_VIEW = z
  .object({
    kind: z.string().meta({ example: 'Microsoft.ContainerService/managedClusters' }),
    id: shown(
      '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/platform/providers/Microsoft.ContainerService/managedClusters/shop-8f2d5c1e',
    ),
    name: shown('shop-8f2d5c1e'),
    role: shown('cluster'),
    origin: z.enum(['created', 'adopted']),
    zone: z.string().exactOptional(),
    state: shown('Succeeded'),
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
