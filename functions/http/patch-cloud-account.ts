import { changeAccount } from '../../lib/accounts/register.ts';
import { ACCOUNT_PATCH } from '../../lib/accounts/schema.ts';
import { readAccount } from '../../lib/accounts/store.ts';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { unlessGeneration } from '../../lib/api/preconditions.ts';
import { audited, whenAccepted } from './audited.ts';
import { ACCOUNT_VIEW, accountEtag, toAccount } from './shapes/account.ts';
import { ACCOUNT } from './shapes/paths.ts';

export const patchCloudAccount = endpoint(
  {
    name: 'patch-cloud-account',
    method: 'PATCH',
    route: 'v1/projects/{project}/cloud-accounts/{name}',
    summary: 'Change a cloud account or rotate its secret; clusters that use it try again at once',
    tag: 'Cloud accounts',
    access: { role: 'admin' },
    params: ACCOUNT,
    locate: {
      what: 'cloud account',
      find: ({ deps, params }) => readAccount(deps, params.project, params.name),
    },
    body: ACCOUNT_PATCH,
    requestExample: { clientSecret: 'the value of the new client secret' },
    precondition: ({ ifMatchGeneration, target }) =>
      unlessGeneration(ifMatchGeneration, target.document.generation),
    responses: {
      200: {
        description: 'The account as it is now; an empty secret is an unchanged one',
        schema: ACCOUNT_VIEW,
      },
      422: { description: 'CREDENTIALS_REJECTED with the words of the cloud, or a field is wrong' },
    },
  },
  audited({
    what: 'cloud-account.patch',
    object: ({ params }) => ({ kind: 'cloud-account', name: params.name }),
    async run({ deps, params, body, ifMatchGeneration }) {
      const at = {
        ...params,
        ...(ifMatchGeneration !== undefined && { ifGeneration: ifMatchGeneration }),
      };
      return whenAccepted(await changeAccount(deps, at, body), ({ document, generationBefore }) => ({
        answer: answer(200, toAccount(document), { etag: accountEtag(document) }),
        generationBefore,
        generationAfter: document.generation,
      }));
    },
  }),
);
