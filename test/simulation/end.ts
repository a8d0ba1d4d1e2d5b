/**
 * What has to be true after a long time in peace, whatever the cloud: every cluster has converged and has one chain of
 * messages. Clouds add what is to be seen at them. Differences are told all at once.
 */
import type { ClusterDocument } from '../../lib/domain/cluster.ts';

export interface Remains {
  readonly documents: readonly ClusterDocument[];
  /** Cluster uids of the messages that wait. */
  readonly pending: readonly string[];
  readonly secretNames: readonly string[];
}

/** What is wrong, in words. `wrongCluster`: compares a converged cluster with what its cloud has. */
export function wrongDocuments(
  { documents, pending }: Remains,
  wrongCluster: (document: ClusterDocument) => readonly string[],
): readonly string[] {
  return documents.flatMap((document) => {
    const { id, name, deletedAt, generation, observedGeneration } = document;
    if (deletedAt !== undefined) return [`${name} is still deleting: ${open(document)}`];
    const chains = pending.filter((uid) => uid === id).length;
    return [
      ...(chains === 1 ? [] : [`${name} has ${chains} live chains`]),
      ...(observedGeneration === generation && open(document) === ''
        ? wrongCluster(document)
        : [`${name} did not converge: ${open(document)}`]),
    ];
  });
}

/** Why it has not converged; empty: it has. */
function open({ conditions, steps }: ClusterDocument): string {
  const unmet = conditions.filter(({ status }) => status !== 'Succeeded');
  if (unmet.length === 0) return '';
  const undone = Object.entries(steps).filter(([, { phase }]) => phase !== 'done');
  return [
    ...unmet.map(({ type, status, reason }) => `${type} ${status} ${reason}`),
    ...undone.map(([step, { phase, reason, message }]) => `${step} ${phase} ${reason} ${message ?? ''}`),
  ].join(', ');
}

export function differs(what: string, wanted: unknown, found: unknown): readonly string[] {
  const [a, b] = [sorted(wanted), sorted(found)];
  return a === b ? [] : [`${what}: wanted ${a}, found ${b}`];
}

/** Objects in the order of their keys. */
export function sorted(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ) ?? 'nothing'
  );
}
