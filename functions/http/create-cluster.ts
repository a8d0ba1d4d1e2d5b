import { endpoint } from '../../lib/api/endpoint.ts';
import { CLUSTER_INPUT } from '../../lib/api/schemas/cluster.ts';
import { createCluster as create } from '../../lib/clusters/create.ts';
import { audited, whenAccepted } from './audited.ts';
import { ACCEPTED, clusterAnswer, STRICT } from './shapes/cluster.ts';
import {
  AWS_DEFAULT_EXAMPLE,
  AWS_EXAMPLE,
  AWS_STATIC_EXAMPLE,
  CLUSTER_EXAMPLE,
  DEFAULT_EXAMPLE,
  nameIn,
  STATIC_EXAMPLE,
} from './shapes/cluster-example.ts';
import { PROJECT } from './shapes/paths.ts';

export const createCluster = endpoint(
  {
    name: 'create-cluster',
    method: 'POST',
    route: 'v1/projects/{project}/clusters',
    summary: 'Create a cluster from a profile',
    tag: 'Clusters',
    access: { role: 'editor' },
    params: PROJECT,
    query: STRICT,
    lenientBody: CLUSTER_INPUT,
    requestExamples: {
      create: { summary: 'An AKS cluster for production', value: CLUSTER_EXAMPLE },
      default: { summary: 'An AKS cluster with one system pool in all zones', value: DEFAULT_EXAMPLE },
      static: { summary: 'An AKS cluster in a network that exists', value: STATIC_EXAMPLE },
      'create-aws': { summary: 'A cluster on EC2 for production', value: AWS_EXAMPLE },
      'default-aws': { summary: 'A cluster on EC2 with two pools in all zones', value: AWS_DEFAULT_EXAMPLE },
      'static-aws': { summary: 'A cluster on EC2 in a VPC that exists', value: AWS_STATIC_EXAMPLE },
    },
    responses: {
      202: { description: 'Stored and due at once; Location has its address', schema: ACCEPTED },
      409: { description: 'NAME_TAKEN' },
      422: { description: 'Every rule that the request breaks' },
    },
  },
  audited({
    what: 'cluster.create',
    object: ({ rawBody }) => ({ kind: 'cluster', name: nameIn(rawBody) }),
    async run({ deps, params: { project }, caller, rawBody, query }) {
      const request = { project, who: caller.subject, raw: rawBody, strict: query.strict === 'true' };
      return whenAccepted(await create(deps, request), ({ document, warnings }) => {
        const location = `/api/v1/projects/${project}/clusters/${document.name}`;
        return {
          answer: clusterAnswer(202, document, warnings, location),
          generationAfter: document.generation,
          uid: document.id,
        };
      });
    },
  }),
);
