/** What the routes of pools have in common: finding one, and answers to accepted commands. */
import { z } from 'zod';
import { answer } from '../../../lib/api/answer.ts';
import type { LocateInput, Missing } from '../../../lib/api/contract.ts';
import { clusterEtag, renderPoolOf } from '../../../lib/api/render-cluster.ts';
import { POOL_OBJECT_VIEW } from '../../../lib/api/schemas/views.ts';
import type { Changed } from '../../../lib/clusters/changed.ts';
import type { ClusterDocument } from '../../../lib/domain/cluster.ts';
import type { Done } from '../audited.ts';
import { CLUSTER_TARGET } from './cluster.ts';
import { FINDING, toFinding } from './finding.ts';
import type { PoolPath } from './paths.ts';

export const ACCEPTED_POOL = z.object({
  ...POOL_OBJECT_VIEW.unwrap().shape,
  warnings: z.array(FINDING).optional(),
});

/** The cluster, if it has the pool: commands are about the cluster, and so are generations. */
export const POOL_TARGET = {
  what: 'pool',
  async find(input: LocateInput<PoolPath>): Promise<ClusterDocument | Missing | undefined> {
    const document = await CLUSTER_TARGET.find(input);
    if (!document) return { missing: CLUSTER_TARGET.what };
    return document.spec.pools.some((pool) => pool.name === input.params.pool) ? document : undefined;
  },
};

interface PoolAnswerOptions {
  /** The cluster that still had the pool, when it is on its way out. */
  readonly last?: ClusterDocument;
  readonly location?: string;
}

/** 202 and the pool; 200 when everything was so already. */
export function acceptedPool(
  { document, changed, generationBefore, warnings }: Changed,
  name: string,
  { last = document, ...options }: PoolAnswerOptions = {},
): Done {
  const { generation } = document;
  const body = {
    ...renderPoolOf({ spec: last.spec, generation }, name),
    ...(warnings.length > 0 && { warnings: warnings.map(toFinding) }),
  };
  return {
    answer: answer(changed ? 202 : 200, body, { etag: clusterEtag(document), ...options }),
    generationBefore,
    generationAfter: generation,
    uid: document.id,
  };
}
