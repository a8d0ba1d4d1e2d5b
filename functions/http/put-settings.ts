import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { putSettings as put } from '../../lib/projects/settings.ts';
import { audited, whenAccepted } from './audited.ts';
import { PROJECT } from './shapes/paths.ts';
import { SETTINGS_BODY, SETTINGS_VIEW, settingsEtag, toSettings } from './shapes/settings.ts';

export const putSettings = endpoint(
  {
    name: 'put-settings',
    method: 'PUT',
    route: 'v1/projects/{project}/settings',
    summary: 'Replace the settings of a project',
    tag: 'Projects',
    access: { role: 'admin' },
    params: PROJECT,
    body: SETTINGS_BODY,
    requestExample: { healthThresholds: { heartbeat: { unhealthyAfter: 'PT10M' } } },
    responses: {
      200: { description: 'The settings as they are now', schema: SETTINGS_VIEW },
      422: { description: 'CRON_INVALID, CRON_NEVER_FIRES, DURATION_INVALID, or a field is wrong' },
    },
  },
  audited({
    what: 'project.put-settings',
    object: ({ params }) => ({ kind: 'project', name: params.project }),
    async run({ deps, params, body: { generation: _, ...settings }, ifMatchGeneration }) {
      const at = {
        ...params,
        ...(ifMatchGeneration !== undefined && { ifGeneration: ifMatchGeneration }),
      };
      return whenAccepted(await put(deps, at, settings), ({ document, generationBefore }) => ({
        answer: answer(200, toSettings(document), { etag: settingsEtag(document) }),
        generationBefore,
        generationAfter: document.generation,
      }));
    },
  }),
);
