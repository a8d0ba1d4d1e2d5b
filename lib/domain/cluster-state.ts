/**
 * The two words that people read first about a cluster: its state and whether it is what was asked for. Derived from
 * the document on every read, never stored in it, so that they cannot disagree with the conditions.
 */
import type { ClusterDocument, ClusterState } from './cluster.ts';

type Facts = Pick<
  ClusterDocument,
  'generation' | 'observedGeneration' | 'conditions' | 'deletedAt' | 'provisionedAt'
>;

/** The last change was planned by a pass, and every milestone succeeded. What is being deleted converges to nothing. */
export function isConverged(cluster: Facts): boolean {
  return (
    cluster.deletedAt === undefined &&
    cluster.observedGeneration === cluster.generation &&
    cluster.conditions.length > 0 &&
    cluster.conditions.every((condition) => condition.status === 'Succeeded')
  );
}

/** No state is an error: a refused call is a failed condition, and the loop goes on (A84). */
export function stateOf(cluster: Facts): ClusterState {
  if (cluster.deletedAt !== undefined) return 'Deleting';
  if (cluster.observedGeneration === 0) return 'Pending';
  if (isConverged(cluster)) return 'Running';
  return cluster.provisionedAt === undefined ? 'Provisioning' : 'Updating';
}
