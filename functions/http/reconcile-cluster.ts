import { endpoint } from '../../lib/api/endpoint.ts';
import { reconcileNow } from '../../lib/clusters/remove.ts';
import { audited, whenAccepted } from './audited.ts';
import { ACCEPTED, accepted, CLUSTER_TARGET, commandOf, unlessFresh } from './shapes/cluster.ts';
import { CLUSTER } from './shapes/paths.ts';

export const reconcileCluster = endpoint(
  {
    name: 'reconcile-cluster-now',
    method: 'POST',
    route: 'v1/projects/{project}/clusters/{cluster}/reconcile',
    summary: 'Try again now what waits for its backoff',
    tag: 'Clusters',
    access: { role: 'editor' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    precondition: unlessFresh,
    responses: { 202: { description: 'A pass is on its way', schema: ACCEPTED } },
  },
  audited({
    what: 'cluster.reconcile',
    object: ({ params }) => ({ kind: 'cluster', name: params.cluster }),
    run: async (call) => whenAccepted(await reconcileNow(call.deps, commandOf(call)), accepted),
  }),
);
