import { removeAccount } from '../../lib/accounts/remove.ts';
import { readAccount } from '../../lib/accounts/store.ts';
import { answer } from '../../lib/api/answer.ts';
import { endpoint } from '../../lib/api/endpoint.ts';
import { unlessGeneration } from '../../lib/api/preconditions.ts';
import { audited, whenAccepted } from './audited.ts';
import { ACCOUNT } from './shapes/paths.ts';

export const deleteCloudAccount = endpoint(
  {
    name: 'delete-cloud-account',
    method: 'DELETE',
    route: 'v1/projects/{project}/cloud-accounts/{name}',
    summary: 'Remove a cloud account that no cluster uses',
    tag: 'Cloud accounts',
    access: { role: 'admin' },
    params: ACCOUNT,
    locate: {
      what: 'cloud account',
      find: ({ deps, params }) => readAccount(deps, params.project, params.name),
    },
    precondition: ({ ifMatchGeneration, target }) =>
      unlessGeneration(ifMatchGeneration, target.document.generation),
    responses: {
      204: { description: 'The account and its secret are gone' },
      409: { description: 'ACCOUNT_IN_USE: clusters still use it' },
    },
  },
  audited({
    what: 'cloud-account.delete',
    object: ({ params }) => ({ kind: 'cloud-account', name: params.name }),
    async run({ deps, params, ifMatchGeneration }) {
      const outcome = await removeAccount(deps, {
        ...params,
        ...(ifMatchGeneration !== undefined && { ifGeneration: ifMatchGeneration }),
      });
      return whenAccepted(outcome, ({ generation }) => ({
        answer: answer(204),
        generationBefore: generation,
      }));
    },
  }),
);
