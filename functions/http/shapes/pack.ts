/** Packs of a cluster as they go out, and the answer to other values. */
import { z } from 'zod';
import { answer } from '../../../lib/api/answer.ts';
import { clusterEtag } from '../../../lib/api/render-cluster.ts';
import type { Changed } from '../../../lib/clusters/changed.ts';
import { packsOf } from '../../../lib/clusters/packs.ts';
import type { Done } from '../audited.ts';
import { FINDING, toFinding } from './finding.ts';
import { RESOLVED_LAYER } from './resolved.ts';

export const PACK_VIEW = z
  .object({
    ...RESOLVED_LAYER.shape,
    status: z
      .enum(['pending', 'installing', 'ready', 'error'])
      .meta({ description: 'As the agent in the cluster reports it; pending until it does' }),
    message: z.string().exactOptional().meta({ description: 'What the agent says about it' }),
    generation: z.int().meta({ description: 'Of the cluster' }),
  })
  .meta({ id: 'Pack' });

export const ACCEPTED_PACK = z.object({ ...PACK_VIEW.shape, warnings: z.array(FINDING).optional() });

/** 202 and the pack; 200 when its values were so already. */
export function acceptedPack({ document, changed, generationBefore, warnings }: Changed, name: string): Done {
  const pack = packsOf(document).find((candidate) => candidate.pack === name);
  const body = { ...pack, ...(warnings.length > 0 && { warnings: warnings.map(toFinding) }) };
  return {
    answer: answer(changed ? 202 : 200, body, { etag: clusterEtag(document) }),
    generationBefore,
    generationAfter: document.generation,
    uid: document.id,
  };
}
