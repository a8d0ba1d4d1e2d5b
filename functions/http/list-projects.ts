import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { grantIn } from '../../lib/api/auth/grants.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { pageQuery, toList } from '../../lib/api/pagination.ts';
import { listProjects as list } from '../../lib/projects/projects.ts';
import { listOf, PROJECT_VIEW, toProject } from './shapes/project.ts';

export const listProjects = endpoint(
  {
    name: 'list-projects',
    method: 'GET',
    route: 'v1/projects',
    summary: 'List the projects that you may see',
    tag: 'Projects',
    access: 'authenticated',
    query: z.object(pageQuery('projects')),
    responses: { 200: { description: 'One page of projects, by name', schema: listOf(PROJECT_VIEW) } },
  },
  async ({ deps, caller, query, url }) => {
    const isVisible = async (name: string) =>
      (await grantIn(deps, caller, name, { beAbsent: true })) !== undefined;
    const { limit, continuation } = query;
    const page = await list(deps, { limit, ...(continuation !== undefined && { continuation }) }, isVisible);
    return answer(200, toList('projects', url, { ...page, items: page.items.map(toProject) }));
  },
);
