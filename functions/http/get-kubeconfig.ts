import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { shown } from '../../lib/api/schemas/shown.ts';
import { adminKubeconfig } from '../../lib/clusters/question.ts';
import { audited } from './audited.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
import { unanswered } from './shapes/not-ready.ts';
import { CLUSTER } from './shapes/paths.ts';

/** A read, but of the keys to everything in the cluster: audited like a change. */
export const getKubeconfig = endpoint(
  {
    name: 'get-kubeconfig',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/kubeconfig',
    summary: 'The admin kubeconfig',
    tag: 'Clusters',
    access: { role: 'admin' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    answersSecret: true,
    responses: {
      200: {
        description: 'A kubeconfig',
        schema: shown('apiVersion: v1\nkind: Config\n'),
        contentType: 'application/yaml',
      },
      409: { description: 'CLUSTER_NOT_READY: there is none yet' },
    },
  },
  audited({
    what: 'cluster.read-kubeconfig',
    object: ({ params }) => ({ kind: 'cluster', name: params.cluster }),
    async run({ deps, target }) {
      const kubeconfig = await adminKubeconfig(deps, target);
      const uid = target.id;
      if (!kubeconfig.ok) return { answer: unanswered(kubeconfig.error), uid };
      const text = kubeconfig.value.reveal();
      return { answer: answer(200, text, { contentType: 'application/yaml' }), uid };
    },
  }),
);
