import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { readProject } from '../../lib/projects/projects.ts';
import { PROJECT } from './shapes/paths.ts';
import { PROJECT_VIEW, projectEtag, toProject } from './shapes/project.ts';

export const getProject = endpoint(
  {
    name: 'get-project',
    method: 'GET',
    route: 'v1/projects/{project}',
    summary: 'Read a project',
    tag: 'Projects',
    access: { role: 'viewer' },
    params: PROJECT,
    locate: { what: 'project', find: ({ deps, params }) => readProject(deps, params.project) },
    responses: { 200: { description: 'The project', schema: PROJECT_VIEW } },
  },
  ({ target: { document } }) => answer(200, toProject(document), { etag: projectEtag(document) }),
);
