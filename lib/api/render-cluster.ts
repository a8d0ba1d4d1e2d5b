/**
 * From the stored cluster to what people read: the fields that they sent, with defaults filled in, and what reads add. The
 * writable part is what parse-cluster.ts reads, so a read can be edited and sent back.
 */
import type { AgentStateDocument } from '../agents/port.ts';
import type { CloudConfig, ClusterDocument, ClusterSpec } from '../domain/cluster.ts';
import { isConverged, stateOf } from '../domain/cluster-state.ts';
import { formatDuration } from '../domain/duration.ts';
import { UNREPORTED } from '../domain/health.ts';
import type { PoolSpec } from '../domain/pool.ts';
import { toEpochMs } from '../domain/time.ts';
import { why } from '../reconcile/status.ts';
import { etagOf } from './etag.ts';
import type { ClusterView, PoolObjectView, PoolView } from './schemas/views.ts';

/** `agent`: what the cluster's agent last reported; absent: nothing yet, or the caller does not show it. */
export function renderCluster(document: ClusterDocument, agent?: AgentStateDocument): ClusterView {
  const { id, name, project, generation, createdAt, createdBy, updatedAt } = document;
  return {
    id,
    name,
    project,
    ...renderSpec(document.spec),
    generation,
    createdAt,
    createdBy,
    updatedAt,
    status: renderStatus(document, agent),
  };
}

export function clusterEtag(
  { generation, revision }: ClusterDocument,
  agent?: Pick<AgentStateDocument, 'reportedAt'>,
): string {
  return etagOf({ generation, revision, ...(agent && { reportedAtMs: toEpochMs(agent.reportedAt) }) });
}

/** The writable part, in the form in which it is sent. */
export function renderSpec(spec: ClusterSpec): Omit<ClusterView, keyof ReadOnly> {
  const { description, tags, purpose, profile, packOverrides, cloud, pools, schedules } = spec;
  return {
    ...(description === undefined ? {} : { description }),
    tags,
    ...(purpose === undefined ? {} : { purpose }),
    profile,
    packOverrides,
    cloud: renderCloud(cloud),
    pools: pools.map(renderPool),
    ...(schedules === undefined ? {} : { schedules }),
  };
}

type ReadOnly = Pick<
  ClusterView,
  'id' | 'name' | 'project' | 'generation' | 'createdAt' | 'createdBy' | 'updatedAt' | 'status'
>;

/** An empty list of who is let in would be refused if it were sent back, and says no more than none. */
function renderCloud(cloud: CloudConfig): ClusterView['cloud'] {
  if (cloud.type === 'aks') return cloud;
  const { allowedCidrs, ...bastion } = cloud.bastion;
  return { ...cloud, bastion: { ...bastion, ...(allowedCidrs.length > 0 && { allowedCidrs }) } };
}

/** A pool has a size or a range: the size of an autoscaled one is the cloud's and shows in its nodes. */
export function renderPool(pool: PoolSpec): PoolView {
  const { name, role, system, size, autoscale, drain, ...rest } = pool;
  return {
    name,
    role,
    system,
    ...(autoscale === undefined ? { size } : { autoscale }),
    ...rest,
    drain: { timeout: formatDuration(drain.timeoutMs), onBlocked: drain.onBlocked },
  };
}

/** `undefined`: the cluster has no pool of that name. */
export function renderPoolOf(
  { spec, generation }: Pick<ClusterDocument, 'spec' | 'generation'>,
  name: string,
): PoolObjectView | undefined {
  const pool = spec.pools.find((candidate) => candidate.name === name);
  return pool && { ...renderPool(pool), generation };
}

export function renderStatus(document: ClusterDocument, agent?: AgentStateDocument): ClusterView['status'] {
  const { observedGeneration, conditions, kubernetesVersion, apiEndpoint, nextAttemptAt, health } = document;
  return {
    state: stateOf(document),
    observedGeneration,
    converged: isConverged(document),
    why: why(document),
    nextAttemptAt,
    conditions,
    health: health ?? UNREPORTED,
    ...(kubernetesVersion === undefined ? {} : { kubernetesVersion }),
    ...(apiEndpoint === undefined ? {} : { apiEndpoint }),
    ...(agent === undefined ? {} : { agent: renderAgent(agent) }),
    updateAvailable: false,
  };
}

/** Its own progress: how far it has carried out what is asked for (A52). */
function renderAgent({ agentVersion, observedGeneration }: AgentStateDocument): AgentStatusView {
  return { version: agentVersion, ...(observedGeneration === undefined ? {} : { observedGeneration }) };
}

type AgentStatusView = NonNullable<ClusterView['status']['agent']>;
