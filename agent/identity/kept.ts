/**
 * The Secret in which the agent keeps who it is: its credential, and the enrolment that is under way, so that a try
 * whose answer was lost is the same try after a restart too.
 */
import { z } from 'zod';
import type { EnrollAnswer } from '../../lib/domain/agent.ts';
import { jsonOf } from '../json.ts';
import type { KubeClient, KubeOutcome } from '../kube/client.ts';
import { FIELD_MANAGER } from '../version.ts';

export const CREDENTIAL_SECRET = 'slipway-agent-credential';

/** An enrolment that was begun: the token's public half and what is sent with it. */
export interface Attempt {
  readonly tokenId: string;
  readonly nonce: string;
}

export interface Kept {
  readonly credential?: EnrollAnswer;
  readonly attempt?: Attempt;
}

const Stored = z.object({
  cluster: z.string(),
  credential: z
    .object({ credential: z.string(), expiresAt: z.iso.datetime(), renewAt: z.iso.datetime() })
    .exactOptional(),
  attempt: z.object({ tokenId: z.string(), nonce: z.string() }).exactOptional(),
});

const SecretShape = z.object({ data: z.object({ state: z.string() }).nullish().catch(undefined) });

export interface Keeping {
  readonly kube: KubeClient;
  readonly namespace: string;
  /** What was kept for another cluster (a restored backup, a copied machine) is not ours. */
  readonly cluster: string;
}

const pathOf = ({ namespace }: Keeping): string =>
  `/api/v1/namespaces/${namespace}/secrets/${CREDENTIAL_SECRET}`;

/** Empty when nothing was kept yet, or nothing that can be read. */
export async function loadKept(keeping: Keeping): Promise<KubeOutcome<Kept>> {
  const answer = await keeping.kube.send({ method: 'GET', path: pathOf(keeping), shape: SecretShape });
  if (!answer.ok) return answer.error.status === 404 ? { ok: true, value: {} } : answer;
  const stored = Stored.safeParse(decoded(answer.value.data?.state));
  if (!stored.success || stored.data.cluster !== keeping.cluster) return { ok: true, value: {} };
  const { cluster: _cluster, ...kept } = stored.data;
  return { ok: true, value: kept };
}

export function saveKept(keeping: Keeping, kept: Kept): Promise<KubeOutcome<unknown>> {
  const state = JSON.stringify({ cluster: keeping.cluster, ...kept });
  return keeping.kube.send({
    method: 'PATCH',
    path: `${pathOf(keeping)}?fieldManager=${FIELD_MANAGER}&force=true`,
    contentType: 'application/apply-patch+yaml',
    body: {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: CREDENTIAL_SECRET, namespace: keeping.namespace },
      type: 'Opaque',
      data: { state: Buffer.from(state).toString('base64') },
    },
    shape: z.unknown(),
  });
}

const decoded = (base64 = ''): unknown => jsonOf(Buffer.from(base64, 'base64').toString('utf8'));
