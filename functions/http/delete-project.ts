import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { removeProject } from '../../lib/projects/projects.ts';
import { audited, whenAccepted } from './audited.ts';
import { PROJECT } from './shapes/paths.ts';

export const deleteProject = endpoint(
  {
    name: 'delete-project',
    method: 'DELETE',
    route: 'v1/projects/{project}',
    summary: 'Delete a project that holds nothing',
    tag: 'Projects',
    access: { role: 'admin' },
    params: PROJECT,
    responses: {
      204: {
        description: 'The project is gone, and its members, settings and the secrets of its webhooks with it',
      },
      409: { description: 'PROJECT_NOT_EMPTY: it still has clusters, cloud accounts or profiles' },
    },
  },
  audited({
    what: 'project.delete',
    object: ({ params }) => ({ kind: 'project', name: params.project }),
    async run({ deps, params, ifMatchGeneration }) {
      const outcome = await removeProject(deps, {
        name: params.project,
        ...(ifMatchGeneration !== undefined && { ifGeneration: ifMatchGeneration }),
      });
      return whenAccepted(outcome, ({ generation }) => ({
        answer: answer(204),
        generationBefore: generation,
      }));
    },
  }),
);
