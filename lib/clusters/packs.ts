/**
 * The packs of a cluster as people read them: each layer of the resolved profile, with its version, its values and where
 * each comes from, and how far it is installed in the cluster. Add-ons are the agent's work and its report; what
 * comes with the cloud, or is installed by the passes themselves, is as far as its milestone.
 */
import type { AgentStateDocument } from '../agents/port.ts';
import type { PackReport } from '../domain/agent.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import type { ConditionStatus, ConditionType } from '../domain/conditions.ts';
import type { Layer } from '../domain/profile.ts';
import { type ResolvedLayer, resolve } from '../profiles/resolve.ts';

export type PackStatus = 'pending' | 'installing' | 'ready' | 'error';

export interface ClusterPack extends ResolvedLayer {
  /** What none has reported on is pending (A7). */
  readonly status: PackStatus;
  /** What the agent says about it. */
  readonly message?: string;
  /** Of the cluster. */
  readonly generation: number;
}

type Described = Pick<ClusterDocument, 'profile' | 'spec' | 'generation' | 'conditions'>;
type Reported = Pick<AgentStateDocument, 'packs' | 'observedGeneration'>;

/** In the order in which they are installed. */
export function packsOf(cluster: Described, agent?: Reported): readonly ClusterPack[] {
  const { profile, spec, generation } = cluster;
  return resolve(profile, spec.packOverrides).layers.map((layer) => ({
    ...layer,
    ...(layer.layer === 'addon'
      ? reported(layer, generation, agent)
      : { status: installed(layer.layer, cluster) }),
    generation,
  }));
}

const STATES = {
  Pending: 'pending',
  Installing: 'installing',
  Ready: 'ready',
  Failed: 'error',
  Removing: 'installing',
} as const satisfies Record<PackReport['state'], PackStatus>;

/** Ready counts only for what is asked for now (A52): until the agent has carried that out it is under way. */
function reported(
  { pack, version }: ResolvedLayer,
  generation: number,
  agent: Reported | undefined,
): Pick<ClusterPack, 'status' | 'message'> {
  const report = agent?.packs.find(({ name }) => name === pack);
  if (report === undefined) return { status: 'pending' };
  const isCurrent = report.version === version && agent?.observedGeneration === generation;
  const status = STATES[report.state];
  return {
    status: status === 'ready' && !isCurrent ? 'installing' : status,
    ...(report.message === undefined ? {} : { message: report.message }),
  };
}

const MILESTONES = {
  os: 'AddingWorkerNode',
  kubernetes: 'AddingControlPlaneNode',
  cni: 'InstallingNetwork',
  csi: 'InstallingStorage',
} as const satisfies Record<Exclude<Layer, 'addon'>, ConditionType>;

const REACHED = {
  Pending: 'pending',
  Active: 'installing',
  Failed: 'error',
  Succeeded: 'ready',
} as const satisfies Record<ConditionStatus, PackStatus>;

function installed(layer: Exclude<Layer, 'addon'>, { conditions }: Described): PackStatus {
  const condition = conditions.find(({ type }) => type === MILESTONES[layer]);
  return condition === undefined ? 'pending' : REACHED[condition.status];
}
