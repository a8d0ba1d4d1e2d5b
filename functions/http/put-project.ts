import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { problem } from '../../lib/api/problem.ts';
import { putProject as put } from '../../lib/projects/projects.ts';
import { audited, whenAccepted } from './audited.ts';
import { PROJECT } from './shapes/paths.ts';
import { PROJECT_BODY, PROJECT_VIEW, projectEtag, toProject } from './shapes/project.ts';

/** Projects name partitions and appear in addresses: a DNS-1123 label. */
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export const putProject = endpoint(
  {
    name: 'put-project',
    method: 'PUT',
    route: 'v1/projects/{project}',
    summary: 'Create or describe a project',
    tag: 'Projects',
    access: { role: 'admin', of: 'new-project' },
    params: PROJECT,
    body: PROJECT_BODY,
    bodyOptional: true,
    requestExample: { description: 'Everything of the shop' },
    responses: {
      200: { description: 'The project was there already', schema: PROJECT_VIEW },
      201: { description: 'The project is new', schema: PROJECT_VIEW },
    },
  },
  audited({
    what: 'project.put',
    object: ({ params }) => ({ kind: 'project', name: params.project }),
    async run({ deps, params, body, ifMatchGeneration }) {
      if (!NAME.test(params.project)) return badName();
      const at = {
        name: params.project,
        ...(ifMatchGeneration !== undefined && { ifGeneration: ifMatchGeneration }),
      };
      const { description } = body;
      const outcome = await put(deps, at, description === undefined ? {} : { description });
      return whenAccepted(outcome, ({ document, outcome: how }) => ({
        answer: answer(how === 'created' ? 201 : 200, toProject(document), { etag: projectEtag(document) }),
        generationAfter: document.generation,
      }));
    },
  }),
);

function badName() {
  const message =
    'The name of a project is 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends.';
  return problem(422, 'NAME_INVALID', message, { errors: [{ path: '', code: 'NAME_INVALID', message }] });
}
