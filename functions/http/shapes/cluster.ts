/** What the routes of clusters have in common: finding the cluster, its preconditions, and answers to accepted commands. */
import { z } from 'zod';
import { type Answer, answer } from '../../../lib/api/answer.ts';
import type { Approach, LocateInput } from '../../../lib/api/contract.ts';
import { unlessGeneration } from '../../../lib/api/preconditions.ts';
import { clusterEtag, renderCluster } from '../../../lib/api/render-cluster.ts';
import { CLUSTER_VIEW } from '../../../lib/api/schemas/views.ts';
import type { Changed } from '../../../lib/clusters/changed.ts';
import type { Edit } from '../../../lib/clusters/edit.ts';
import { findCluster } from '../../../lib/clusters/read.ts';
import type { ClusterDocument } from '../../../lib/domain/cluster.ts';
import type { Finding } from '../../../lib/domain/findings.ts';
import type { Done } from '../audited.ts';
import { FINDING, toFinding } from './finding.ts';
import type { ClusterPath } from './paths.ts';

const flag = z.enum(['true', 'false']).default('false');

/** For every write that the cloud is asked about. */
export const STRICT = z.object({
  strict: flag.meta({ description: 'true: warnings of preflight refuse the request' }),
});

export const ACCEPTED = z.object({ ...CLUSTER_VIEW.unwrap().shape, warnings: z.array(FINDING).optional() });

/** A cluster outside the caller's resource filter does not exist for them (A188). */
export const CLUSTER_TARGET = {
  what: 'cluster',
  async find({ deps, params, sees }: LocateInput<ClusterPath>): Promise<ClusterDocument | undefined> {
    const document = await findCluster(deps, params.project, params.cluster);
    return document && sees(document.spec.tags) ? document : undefined;
  },
};

type OfCluster<P, Q> = Pick<Approach<P, Q, ClusterDocument>, 'ifMatchGeneration' | 'target'>;

export function unlessFresh<P, Q>({ ifMatchGeneration, target }: OfCluster<P, Q>) {
  return unlessGeneration(ifMatchGeneration, target.generation);
}

export function editOf<P>(
  call: OfCluster<P, unknown> & { readonly query: { readonly strict: 'true' | 'false' } },
): Edit {
  return { ...commandOf(call), strict: call.query.strict === 'true' };
}

export function commandOf<P, Q>({ target, ifMatchGeneration }: OfCluster<P, Q>) {
  return {
    document: target,
    ...(ifMatchGeneration !== undefined && { ifGeneration: ifMatchGeneration }),
  };
}

/** 202 and the cluster; 200 when everything was so already. */
export function accepted({ document, changed, generationBefore, warnings }: Changed): Done {
  return {
    answer: clusterAnswer(changed ? 202 : 200, document, warnings),
    generationBefore,
    generationAfter: document.generation,
    uid: document.id,
  };
}

export function clusterAnswer(
  status: number,
  document: ClusterDocument,
  warnings: readonly Finding[] = [],
  location?: string,
): Answer {
  const body = {
    ...renderCluster(document),
    ...(warnings.length > 0 && { warnings: warnings.map(toFinding) }),
  };
  return answer(status, body, {
    etag: clusterEtag(document),
    ...(location !== undefined && { location }),
  });
}
