import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { pageQuery, toList } from '../../lib/api/pagination.ts';
import { CLUSTER_UID, INSTANT, shown } from '../../lib/api/schemas/shown.ts';
import type { ClusterSummary } from '../../lib/clusters/directory.ts';
import { listClusters as list } from '../../lib/clusters/list.ts';
import { PROJECT } from './shapes/paths.ts';
import { CLOUD_TYPE } from './shapes/profile.ts';
import { listOf } from './shapes/project.ts';

const STATE = z.enum(['Pending', 'Provisioning', 'Running', 'Updating', 'Deleting']);
const HEALTH = z.enum(['Healthy', 'Unhealthy', 'Unknown']);

const SUMMARY = z.object({
  id: CLUSTER_UID,
  name: shown('shop'),
  project: shown('default'),
  description: z.string().optional(),
  tags: z.record(z.string(), z.string()).meta({ example: { department: 'finance' } }),
  purpose: z.enum(['production', 'non-production']).optional(),
  profile: z.object({ name: shown('aks-base'), version: shown('1.0.0') }),
  cloud: z.object({ type: CLOUD_TYPE, account: shown('azure-demo'), region: shown('westeurope') }),
  generation: z.int(),
  createdAt: INSTANT,
  /** Where a read has them, too. */
  status: z.object({
    state: STATE.meta({ example: 'Running' }),
    health: HEALTH,
    kubernetesVersion: shown('1.33.2').optional(),
  }),
});

const QUERY = z.object({
  ...pageQuery('clusters'),
  tag: z
    .string()
    .min(1)
    .max(400)
    .optional()
    .meta({ description: 'key:value, or a key alone for its presence', example: 'department:finance' }),
  state: STATE.optional(),
  health: HEALTH.optional(),
  cloud: CLOUD_TYPE.optional(),
  q: z.string().min(1).max(100).optional().meta({ description: 'Part of the name or description' }),
});

export const listClusters = endpoint(
  {
    name: 'list-clusters',
    method: 'GET',
    route: 'v1/projects/{project}/clusters',
    summary: 'List the clusters of a project that you may see',
    tag: 'Clusters',
    access: { role: 'viewer' },
    params: PROJECT,
    query: QUERY,
    responses: { 200: { description: 'One page of summaries, by name', schema: listOf(SUMMARY) } },
  },
  async ({ deps, params, query, sees, url }) => {
    const { tag, state, health, cloud, q, limit, continuation } = query;
    const page = await list(deps, params.project, {
      ...(tag !== undefined && { tag: tagOf(tag) }),
      ...(state !== undefined && { state }),
      ...(health !== undefined && { health }),
      ...(cloud !== undefined && { cloud }),
      ...(q !== undefined && { q }),
      ...(continuation !== undefined && { continuation }),
      limit,
      sees,
    });
    const items = page.items.map(toItem);
    return answer(200, toList('clusters', url, { ...page, items }));
  },
);

function toItem({
  uid,
  state,
  health,
  kubernetesVersion,
  ...summary
}: ClusterSummary): z.output<typeof SUMMARY> {
  const version = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  return { id: uid, ...summary, status: { state, health, ...version } };
}

function tagOf(text: string): { readonly key: string; readonly value?: string } {
  const colon = text.indexOf(':');
  if (colon < 0) return { key: text };
  return { key: text.slice(0, colon).trim(), value: text.slice(colon + 1).trim() };
}
