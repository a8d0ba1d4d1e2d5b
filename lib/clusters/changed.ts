/** What came of a change from outside, in the words of commands; and the summary follows the document at once. */
import type { Deps } from '../deps.ts';
import type { ClusterDocument } from '../domain/cluster.ts';
import type { Finding } from '../domain/findings.ts';
import { accept, notFound, type Outcome, type Refusal, refuse } from '../domain/refusal.ts';
import type { ChangeOutcome } from '../reconcile/change.ts';
import { summarise } from './directory.ts';

export interface Changed {
  readonly document: ClusterDocument;
  /** False: the document is as it was, and so is its generation. */
  readonly changed: boolean;
  readonly generationBefore: number;
  readonly warnings: readonly Finding[];
}

export async function settle(
  deps: Pick<Deps, 'store'>,
  before: ClusterDocument,
  outcome: ChangeOutcome<Refusal>,
  warnings: readonly Finding[] = [],
): Promise<Outcome<Changed>> {
  const what = `cluster ${before.name}`;
  const generationBefore = before.generation;
  switch (outcome.kind) {
    case 'changed':
      await summarise(deps, outcome.document);
      return accept({ document: outcome.document, changed: true, generationBefore, warnings });
    case 'unchanged':
      return accept({ document: outcome.document, changed: false, generationBefore, warnings });
    case 'refused':
      return refuse(outcome.because);
    case 'stale':
      return refuse({ kind: 'stale', generation: outcome.document.generation });
    case 'contended':
      return refuse({ kind: 'contended', what });
    case 'absent':
      return notFound('cluster', before.name);
  }
}
