import { z } from 'zod';
import { listAccounts } from '../../lib/accounts/list.ts';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { pageQuery, toList } from '../../lib/api/pagination.ts';
import { ACCOUNT_VIEW, toAccount } from './shapes/account.ts';
import { PROJECT } from './shapes/paths.ts';
import { listOf } from './shapes/project.ts';

export const listCloudAccounts = endpoint(
  {
    name: 'list-cloud-accounts',
    method: 'GET',
    route: 'v1/projects/{project}/cloud-accounts',
    summary: 'List the cloud accounts of a project',
    tag: 'Cloud accounts',
    access: { role: 'viewer' },
    params: PROJECT,
    query: z.object(pageQuery('cloud-accounts')),
    responses: { 200: { description: 'One page of accounts, by name', schema: listOf(ACCOUNT_VIEW) } },
  },
  async ({ deps, params, query: { limit, continuation }, url }) => {
    const page = await listAccounts(deps, params.project, {
      limit,
      ...(continuation !== undefined && { continuation }),
    });
    const items = page.items.map((item) => toAccount(item.document));
    return answer(200, toList('cloud-accounts', url, { ...page, items }));
  },
);
