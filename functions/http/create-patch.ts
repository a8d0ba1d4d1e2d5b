import { endpoint } from '../../lib/api/endpoint.ts';
import { PATCH_INPUT, PATCH_VIEW } from '../../lib/api/schemas/operation.ts';
import { audited } from './audited.ts';
import { CLUSTER_TARGET, unlessFresh } from './shapes/cluster.ts';
import { withWarnings } from './shapes/operation.ts';
import { CLUSTER } from './shapes/paths.ts';
import { requested } from './shapes/requested-operation.ts';

export const createPatch = endpoint(
  {
    name: 'create-patch',
    method: 'POST',
    route: 'v1/projects/{project}/clusters/{cluster}/patches',
    summary: 'Patch the operating systems of the nodes now, one after another',
    tag: 'Operations',
    access: { role: 'editor' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    precondition: unlessFresh,
    body: PATCH_INPUT,
    bodyOptional: true,
    requestExample: { rebootIfRequired: true },
    responses: {
      201: {
        description: 'It waits for the agent; Location has its address',
        schema: withWarnings(PATCH_VIEW),
      },
      409: { description: 'OPERATION_IN_PROGRESS or CLUSTER_DELETING' },
      422: { description: 'UNKNOWN_FIELD, TYPE_INVALID' },
    },
  },
  audited({
    what: 'patch.start',
    object: ({ params }) => ({ kind: 'patch', name: params.cluster }),
    run: (call) =>
      requested(call, call.target, {
        kind: 'patch',
        rebootIfRequired: call.body.rebootIfRequired ?? false,
      }),
  }),
);
