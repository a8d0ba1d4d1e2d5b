import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { RESOURCE_VIEW } from '../../lib/api/schemas/views.ts';
import { listResources } from '../../lib/clusters/resources.ts';
import { CLUSTER_TARGET } from './shapes/cluster.ts';
import { FINDING } from './shapes/finding.ts';
import { CLUSTER } from './shapes/paths.ts';
import { listOf } from './shapes/project.ts';

/** Without an answer of the cloud the machines are missing, and a warning says so. */
const RESOURCES = listOf(RESOURCE_VIEW).extend({ warnings: z.array(FINDING) });

export const listClusterResources = endpoint(
  {
    name: 'list-cluster-resources',
    method: 'GET',
    route: 'v1/projects/{project}/clusters/{cluster}/resources',
    summary: 'Every cloud resource of the cluster, created or adopted, machines included',
    tag: 'Clusters',
    access: { role: 'viewer' },
    params: CLUSTER,
    locate: CLUSTER_TARGET,
    responses: { 200: { description: 'By kind and name', schema: RESOURCES } },
  },
  async ({ deps, target }) => answer(200, await listResources(deps, target)),
);
