import { readAccount } from '../../lib/accounts/store.ts';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { ACCOUNT_VIEW, accountEtag, toAccount } from './shapes/account.ts';
import { ACCOUNT } from './shapes/paths.ts';

export const getCloudAccount = endpoint(
  {
    name: 'get-cloud-account',
    method: 'GET',
    route: 'v1/projects/{project}/cloud-accounts/{name}',
    summary: 'Read a cloud account; the secret is never part of it',
    tag: 'Cloud accounts',
    access: { role: 'viewer' },
    params: ACCOUNT,
    locate: {
      what: 'cloud account',
      find: ({ deps, params }) => readAccount(deps, params.project, params.name),
    },
    responses: { 200: { description: 'The account', schema: ACCOUNT_VIEW } },
  },
  ({ target: { document } }) => answer(200, toAccount(document), { etag: accountEtag(document) }),
);
