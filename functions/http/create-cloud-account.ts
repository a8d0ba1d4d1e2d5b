import { registerAccount } from '../../lib/accounts/register.ts';
import { NEW_ACCOUNT } from '../../lib/accounts/schema.ts';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { audited, whenAccepted } from './audited.ts';
import { ACCOUNT_EXAMPLE, ACCOUNT_VIEW, accountEtag, toAccount } from './shapes/account.ts';
import { PROJECT } from './shapes/paths.ts';

export const createCloudAccount = endpoint(
  {
    name: 'create-cloud-account',
    method: 'POST',
    route: 'v1/projects/{project}/cloud-accounts',
    summary: 'Register a cloud account; its credentials are tried first',
    tag: 'Cloud accounts',
    access: { role: 'admin' },
    params: PROJECT,
    body: NEW_ACCOUNT,
    requestExample: ACCOUNT_EXAMPLE,
    responses: {
      201: { description: 'The account, without its secret', schema: ACCOUNT_VIEW },
      409: { description: 'NAME_TAKEN' },
      422: { description: 'CREDENTIALS_REJECTED with the words of the cloud, or a field is wrong' },
    },
  },
  audited({
    what: 'cloud-account.create',
    object: ({ body }) => ({ kind: 'cloud-account', name: body.name }),
    async run({ deps, params, body }) {
      const outcome = await registerAccount(deps, params.project, body);
      return whenAccepted(outcome, (document) => ({
        answer: answer(201, toAccount(document), {
          etag: accountEtag(document),
          location: `/api/v1/projects/${params.project}/cloud-accounts/${document.name}`,
        }),
        generationAfter: document.generation,
      }));
    },
  }),
);
