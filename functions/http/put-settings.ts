import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { parseLeniently } from '../../lib/api/lenient.ts';
import { refused } from '../../lib/api/refused.ts';
import { putSettings as put } from '../../lib/projects/settings.ts';
import { audited } from './audited.ts';
import { PROJECT } from './shapes/paths.ts';
import { SETTINGS_BODY, SETTINGS_VIEW, showSettings } from './shapes/settings.ts';

export const putSettings = endpoint(
  {
    name: 'put-settings',
    method: 'PUT',
    route: 'v1/projects/{project}/settings',
    summary: 'Replace the settings of a project',
    tag: 'Projects',
    access: { role: 'admin' },
    params: PROJECT,
    lenientBody: SETTINGS_BODY,
    answersSecret: true,
    requestExamples: {
      thresholds: {
        summary: 'Silence for ten minutes is a problem',
        value: { healthThresholds: { heartbeat: { unhealthyAfter: 'PT10M' } } },
      },
      webhook: {
        summary: 'Tell a receiver what stalls and what is unwell; its secret is made and shown once',
        value: {
          webhooks: [
            {
              name: 'alarms',
              url: 'https://hooks.example.com/slipway',
              events: ['slipway.operation.stalled', 'slipway.health.changed'],
            },
          ],
        },
      },
    },
    responses: {
      200: { description: 'The settings as they are now', schema: SETTINGS_VIEW },
      422: {
        description:
          'CRON_INVALID, CRON_NEVER_FIRES, DURATION_INVALID, WEBHOOK_URL_FORBIDDEN, WEBHOOK_SECRET_WEAK, ' +
          'WEBHOOK_NAME_TAKEN, or a field is wrong',
      },
    },
  },
  audited({
    what: 'project.put-settings',
    object: ({ params }) => ({ kind: 'project', name: params.project }),
    async run({ deps, params, rawBody, ifMatchGeneration }) {
      const at = {
        ...params,
        ...(ifMatchGeneration !== undefined && { ifGeneration: ifMatchGeneration }),
      };
      const { value: { generation: _, ...value } = {}, findings } = parseLeniently(SETTINGS_BODY, rawBody);
      const changed = await put(deps, at, { value, findings });
      if (!changed.ok) return refused(changed.refusal);
      const { document, generationBefore, made } = changed.value;
      const { body, etag } = await showSettings(deps, params.project, document, made);
      return {
        answer: answer(200, body, { etag }),
        generationBefore,
        generationAfter: document.generation,
      };
    },
  }),
);
