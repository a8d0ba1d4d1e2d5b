import { endpoint } from '../../lib/api/endpoint.ts';
import { SCAN_INPUT, SCAN_VIEW } from '../../lib/api/schemas/operation.ts';
import { audited } from './audited.ts';
import { CLUSTER_TARGET, unlessFresh } from './shapes/cluster.ts';
import { withWarnings } from './shapes/operation.ts';
import { CLUSTER } from './shapes/paths.ts';
import { requested } from './shapes/requested-operation.ts';

export const createScan = endpoint(
  {
    name: 'create-scan',
    method: 'POST',
    route: 'v1/projects/{project}/clusters/{cluster}/scans',
    summary: 'Scan the cluster now',
    tag: 'Operations',
    access: { role: 'editor' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    precondition: unlessFresh,
    body: SCAN_INPUT,
    requestExample: { kind: 'kubeBench' },
    responses: {
      201: {
        description: 'It waits for the agent; Location has its address',
        schema: withWarnings(SCAN_VIEW),
      },
      409: { description: 'OPERATION_IN_PROGRESS or CLUSTER_DELETING' },
      422: { description: 'SCAN_KIND_UNKNOWN' },
    },
  },
  audited({
    what: 'scan.start',
    object: ({ params }) => ({ kind: 'scan', name: params.cluster }),
    run: (call) => requested(call, call.target, { kind: 'scan', scan: call.body.kind }),
  }),
);
