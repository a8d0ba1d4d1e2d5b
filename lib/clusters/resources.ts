/** The ledger as people read it: every cloud resource of the cluster, in one list. */
import type { ClusterDocument, LedgerEntry } from '../domain/cluster.ts';

/** Steps may see the same resource; it is listed once, by id. */
export function resourcesOf({ ledger }: Pick<ClusterDocument, 'ledger'>): readonly LedgerEntry[] {
  const byId = new Map(
    Object.values(ledger)
      .flat()
      .map((entry) => [entry.id, entry]),
  );
  return [...byId.values()].sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name));
}
