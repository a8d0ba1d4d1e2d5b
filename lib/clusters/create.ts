/** Creating a cluster: judged whole, then stored and due at once; or refused whole, and nothing is stored. */
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import type { Finding } from '../domain/findings.ts';
import { accept, invalid, type Outcome, refuse } from '../domain/refusal.ts';
import { type AssessDeps, assessNew, type NewRequest, nameTaken } from './assess-new.ts';
import { storeNew } from './store-new.ts';

export interface Created {
  readonly document: ClusterDocument;
  readonly warnings: readonly Finding[];
}

export async function createCluster(
  deps: AssessDeps & Pick<Deps, 'queue' | 'logger'>,
  request: NewRequest,
): Promise<Outcome<Created>> {
  const { document, findings } = await assessNew(deps, request);
  if (!document || findings.some(isError)) return invalid(...findings);
  switch (await storeNew(deps, document)) {
    case 'stored':
      return accept({ document, warnings: findings });
    case 'name-taken':
      return invalid(nameTaken(document.name));
    case 'too-slow':
      return refuse({ kind: 'contended', what: `cluster ${document.name}` });
  }
}

export function isError({ severity }: Finding): boolean {
  return severity === 'error';
}
