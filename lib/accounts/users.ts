/** The clusters that a cloud account is used by: they forbid its removal and hear of its new credentials. */
import pLimit from 'p-limit';
import type { ClusterEntry, ClusterSummary } from '../clusters/directory.ts';
import type { Deps } from '../deps.ts';
import type { ClusterId } from '../domain/ids.ts';
import { changeCluster } from '../reconcile/change.ts';
import { unsettled } from '../reconcile/unsettle.ts';

const PAGE_SIZE = 200;
/** Writes side by side: enough to be quick, few enough to leave the store to others. */
const CONCURRENCY = 8;

/** Every cluster of the project that names the account, at most `limit`. */
export async function clustersOf(
  { store }: Pick<Deps, 'store'>,
  project: string,
  account: string,
  limit = Number.POSITIVE_INFINITY,
): Promise<readonly ClusterSummary[]> {
  const found: ClusterSummary[] = [];
  let continuation: string | undefined;
  do {
    const page = await store.query<ClusterEntry>({
      container: 'directory',
      partition: project,
      where: [
        { field: 'type', is: '=', value: 'cluster-entry' },
        { field: 'summary.cloud.account', is: '=', value: account },
      ],
      limit: Math.min(PAGE_SIZE, limit),
      ...(continuation !== undefined && { continuation }),
    });
    found.push(...page.items.map((item) => item.document.summary));
    continuation = page.continuation;
  } while (continuation !== undefined && found.length < limit);
  return found;
}

type WakeDeps = Pick<Deps, 'store' | 'queue' | 'clock' | 'logger'>;

/**
 * Whatever was refused for the old credentials is tried again at once, not after its backoff; and all is looked at,
 * because a cluster may hold a copy of the secret itself.
 */
export async function wakeClustersOf(deps: WakeDeps, project: string, account: string): Promise<void> {
  const clusters = await clustersOf(deps, project, account);
  const limited = pLimit(CONCURRENCY);
  await Promise.all(clusters.map(({ uid }) => limited(() => wake(deps, uid, account))));
}

function wake(deps: WakeDeps, id: ClusterId, account: string) {
  return changeCluster(deps, {
    id,
    reason: 'credentials-changed',
    decide: (document) => ({
      kind: 'change',
      document: unsettled(document),
      specChanged: false,
      events: [
        {
          severity: 'Normal',
          signal: 'transient',
          reason: 'CredentialsChanged',
          message: `The credentials of cloud account ${account} were changed; what waits for it is tried again now.`,
          task: 'api',
        },
      ],
    }),
  });
}
