import { z } from 'zod';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { shown } from '../../lib/api/schemas/shown.ts';
import { sendTest } from '../../lib/webhooks/send-test.ts';
import { audited, whenAccepted } from './audited.ts';
import { WEBHOOK } from './shapes/paths.ts';

const TEST_SENT = z
  .object({ webhookId: shown('msg_9f86d081884c7d659a2feaa0c55ad015a3bf4f1b') })
  .meta({ description: 'The header webhook-id of the request that the receiver will get' });

export const testWebhook = endpoint(
  {
    name: 'test-webhook',
    method: 'POST',
    route: 'v1/projects/{project}/webhooks/{name}/test',
    summary: 'Send a test event to a webhook, whatever events it wants otherwise',
    tag: 'Projects',
    access: { role: 'admin' },
    params: WEBHOOK,
    responses: {
      202: {
        description: 'It is on its way; the status of the webhook tells how it fared',
        schema: TEST_SENT,
      },
      404: { description: 'WEBHOOK_NOT_FOUND' },
    },
  },
  audited({
    what: 'webhook.test',
    object: ({ params }) => ({ kind: 'webhook', name: params.name }),
    async run({ deps, params }) {
      return whenAccepted(await sendTest(deps, params), (sent) => ({ answer: answer(202, sent) }));
    },
  }),
);
