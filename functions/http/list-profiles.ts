import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { pageQuery, toList } from '../../lib/api/pagination.ts';
import { listProfiles as list } from '../../lib/profiles/store.ts';
import { PROJECT } from './shapes/paths.ts';
import { CLOUD_TYPE, PROFILE_VIEW, toProfile } from './shapes/profile.ts';
import { listOf } from './shapes/project.ts';

export const listProfiles = endpoint(
  {
    name: 'list-profiles',
    method: 'GET',
    route: 'v1/projects/{project}/profiles',
    summary: 'List profile versions, all or those made for one cloud',
    tag: 'Profiles',
    access: { role: 'viewer' },
    params: PROJECT,
    query: z.object({ ...pageQuery('profiles'), cloud: CLOUD_TYPE.optional() }),
    responses: { 200: { description: 'One page, by name and version', schema: listOf(PROFILE_VIEW) } },
  },
  async ({ deps, params, query: { limit, continuation, cloud }, url }) => {
    const page = await list(deps, params.project, {
      limit,
      ...(continuation !== undefined && { continuation }),
      ...(cloud !== undefined && { cloudType: cloud }),
    });
    const items = page.items.map((item) => toProfile(item.document));
    return answer(200, toList('profiles', url, { ...page, items }));
  },
);
