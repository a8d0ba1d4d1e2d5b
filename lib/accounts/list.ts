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

/** Of all projects: what timers go through. */
export async function allAccounts(deps: Pick<Deps, 'store'>): Promise<readonly AccountDocument[]> {
  const accounts: AccountDocument[] = [];
  let continuation: string | undefined;
  do {
    const page = await deps.store.query<AccountDocument>({
      container: 'directory',
      where: [{ field: 'type', is: '=', value: 'cloud-account' }],
      limit: 100,
      ...(continuation === undefined ? {} : { continuation }),
    });
    accounts.push(...page.items.map((item) => item.document));
    continuation = page.continuation;
  } while (continuation !== undefined);
  return accounts;
}
