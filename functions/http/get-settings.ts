import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { readSettings, UNSET } from '../../lib/projects/settings.ts';
import { PROJECT } from './shapes/paths.ts';
import { SETTINGS_VIEW, showSettings } from './shapes/settings.ts';

export const getSettings = endpoint(
  {
    name: 'get-settings',
    method: 'GET',
    route: 'v1/projects/{project}/settings',
    summary: 'Read the settings of a project; what is absent has its default',
    tag: 'Projects',
    access: { role: 'viewer' },
    params: PROJECT,
    responses: { 200: { description: 'The settings', schema: SETTINGS_VIEW } },
  },
  async ({ deps, params }) => {
    const document = (await readSettings(deps, params.project))?.document ?? UNSET;
    const { body, etag } = await showSettings(deps, params.project, document);
    return answer(200, body, { etag });
  },
);
