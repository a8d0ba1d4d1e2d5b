/**
 * Every cloud resource of a cluster in one list: the ledger, and what only the cloud knows now (machines and what it
 * made around them). When the cloud does not answer, the ledger alone is shown, with a warning.
 */
import type { ClusterDocument, LedgerEntry } from '../domain/cluster.ts';
import { type Finding, warning } from '../domain/findings.ts';
import { liveResources, type QuestionDeps } from './question.ts';

export interface ResourceList {
  readonly items: readonly LedgerEntry[];
  readonly warnings: readonly Finding[];
}

export async function listResources(deps: QuestionDeps, document: ClusterDocument): Promise<ResourceList> {
  const stored = Object.values(document.ledger).flat();
  // Nothing of it can exist before a step has seen something.
  if (stored.length === 0) return { items: [], warnings: [] };
  const live = await liveResources(deps, document);
  if (live.ok) return { items: merged([...live.value, ...stored]), warnings: [] };
  const message = `Machines and what belongs to them are missing here: ${live.error.message}`;
  return { items: merged(stored), warnings: [warning('NOT_VERIFIED', '', message)] };
}

/** Steps may see the same resource; it is listed once, by id (Azure's ids differ in letter case), ledger rows first. */
function merged(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const byId = new Map(entries.map((entry) => [entry.id.toLowerCase(), entry]));
  return [...byId.values()].sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name));
}
