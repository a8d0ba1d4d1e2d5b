/** Makes a document's next pass look at everything, also at what was right an hour ago. Pure. */
import type { ClusterDocument } from '../domain/cluster.ts';

export function unsettled(document: ClusterDocument): ClusterDocument {
  const steps = Object.entries(document.steps).map(([name, { settledHash: _, ...record }]) => [name, record]);
  return { ...document, steps: Object.fromEntries(steps) };
}
