/** Cloud accounts of a project, by name. */
import type { Deps } from '../deps.ts';
import type { Page } from '../store/port.ts';
import type { AccountDocument } from './store.ts';

export function listAccounts(
  { store }: Pick<Deps, 'store'>,
  project: string,
  { limit, continuation }: { readonly limit: number; readonly continuation?: string },
): Promise<Page<AccountDocument>> {
  return store.query<AccountDocument>({
    container: 'directory',
    partition: project,
    where: [{ field: 'type', is: '=', value: 'cloud-account' }],
    orderBy: { field: 'id', direction: 'asc' },
    limit,
    ...(continuation !== undefined && { continuation }),
  });
}
