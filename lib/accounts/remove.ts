/** Removing a cloud account: refused while clusters use it, because nothing else could delete what they made. */
import type { Deps } from '../deps.ts';
import { conflict } from '../domain/findings.ts';
import { accept, invalid, notFound, type Outcome, refuse } from '../domain/refusal.ts';
import { type AccountDocument, accountAddress, readAccount } from './store.ts';
import { clustersOf } from './users.ts';

/** Names that the refusal lists; one more is read to know whether there are others. */
const NAMED = 5;

export async function removeAccount(
  deps: Pick<Deps, 'store' | 'secrets'>,
  at: { readonly project: string; readonly name: string; readonly ifGeneration?: number },
): Promise<Outcome<AccountDocument>> {
  const stored = await readAccount(deps, at.project, at.name);
  if (!stored) return notFound('cloud account', at.name);
  const { document, etag } = stored;
  if (at.ifGeneration !== undefined && at.ifGeneration !== document.generation) {
    return refuse({ kind: 'stale', generation: document.generation });
  }
  const users = await clustersOf(deps, at.project, at.name, NAMED + 1);
  if (users.length > 0)
    return invalid(
      inUse(
        at.name,
        users.map((cluster) => cluster.name),
      ),
    );
  const removed = await deps.store.delete(accountAddress(at.project), document.id, etag);
  if (removed.kind === 'stale') return refuse({ kind: 'contended', what: `cloud account ${at.name}` });
  await deps.secrets.delete(document.secretName);
  return accept(document);
}

function inUse(account: string, clusters: readonly string[]) {
  const named = clusters.slice(0, NAMED).join(', ');
  const more = clusters.length > NAMED ? ' and others' : '';
  return conflict(
    'ACCOUNT_IN_USE',
    '',
    `Cloud account ${account} is used by ${named}${more}.`,
    'Delete these clusters first, or give the account new credentials instead of removing it.',
  );
}
