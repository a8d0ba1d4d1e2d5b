import { z } from 'zod';
import type { LocateInput } from '../../lib/api/contract.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { LARGE_BODY_LIMIT_BYTES } from '../../lib/api/layers/read-body.ts';
import { wire } from '../../lib/api/schemas/wire.ts';
import { putPackValues as put } from '../../lib/clusters/edit.ts';
import { audited, whenAccepted } from './audited.ts';
import { CLUSTER_TARGET, editOf, STRICT, unlessFresh } from './shapes/cluster.ts';
import { ACCEPTED_PACK, acceptedPack } from './shapes/pack.ts';
import { PACK, type PackPath } from './shapes/paths.ts';

/** What reads of a pack add; one can be edited and sent back. */
const ignored = z.unknown().optional();

const BODY = z.strictObject({
  values: wire({ type: 'object', description: 'Laid over the values of the profile' }),
  layer: ignored,
  pack: ignored,
  version: ignored,
  registry: ignored,
  sources: ignored,
  status: ignored,
  message: ignored,
  generation: ignored,
  warnings: ignored,
});

export const putPackValues = endpoint(
  {
    name: 'put-pack-values',
    method: 'PUT',
    route: 'v1/projects/{project}/clusters/{cluster}/packs/{pack}/values',
    summary: 'Replace the overrides of one pack; {} goes back to the profile',
    tag: 'Clusters',
    access: { role: 'editor' },
    params: PACK,
    query: STRICT,
    locate: { ...CLUSTER_TARGET, find: (at: LocateInput<PackPath>) => CLUSTER_TARGET.find(at) },
    precondition: unlessFresh,
    body: BODY,
    bodyLimitBytes: LARGE_BODY_LIMIT_BYTES,
    requestExamples: {
      sku: {
        summary: 'The Standard tier, and patches by themselves',
        value: {
          values: {
            managedControlPlane: { sku: 'Standard', autoUpgradeProfile: { upgradeChannel: 'patch' } },
          },
        },
      },
      reset: { summary: 'Back to the values of the profile', value: { values: {} } },
    },
    responses: {
      200: { description: 'Nothing changed', schema: ACCEPTED_PACK },
      202: { description: 'The pack as it is wanted now', schema: ACCEPTED_PACK },
      422: { description: 'PACK_NOT_IN_PROFILE, FIELD_AKS_ONLY, or values that the pack does not take' },
    },
  },
  audited({
    what: 'cluster.put-pack-values',
    object: ({ params }) => ({ kind: 'pack', name: `${params.cluster}/${params.pack}` }),
    run: async (call) =>
      whenAccepted(await put(call.deps, editOf(call), call.params.pack, call.body.values), (outcome) =>
        acceptedPack(outcome, call.params.pack),
      ),
  }),
);
