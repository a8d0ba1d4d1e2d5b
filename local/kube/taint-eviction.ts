/**
 * What the node controllers do about nodes that are not Ready: after the time that every pod tolerates by default, the
 * pods are told to end, and their controllers make others elsewhere. Without it a lost node would hold its pods, and the
 * budgets over them, for ever. https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
 */
import { z } from 'zod';
import type { EpochMs } from '../../lib/domain/time.ts';
import type { Cluster } from './cluster.ts';
import { type ApiObject, child } from './object.ts';
import { nodeNameOf, pods, terminate } from './pods.ts';

/** The admission plugin DefaultTolerationSeconds gives pods this much. */
const TOLERATED_MS = 300_000;

const Conditions = z
  .array(z.object({ type: z.string(), status: z.string(), lastTransitionTime: z.string() }))
  .catch([]);

export function evictFromUnready(cluster: Cluster, nodes: readonly ApiObject[]): void {
  const unready = new Set(
    nodes.filter((node) => evictsAt(node) <= cluster.nowMs).map(({ metadata }) => metadata.name),
  );
  if (unready.size === 0) return;
  for (const pod of pods(cluster)) {
    if (unready.has(nodeNameOf(pod) ?? '') && !isDaemon(pod)) terminate(cluster, pod);
  }
}

/** When a node's pods are told to end; never for a node that is Ready. */
export function evictsAt(node: ApiObject): EpochMs {
  const ready = Conditions.parse(child(node, 'status').conditions).find(({ type }) => type === 'Ready');
  if (ready === undefined || ready.status === 'True') return Number.POSITIVE_INFINITY;
  return Date.parse(ready.lastTransitionTime) + TOLERATED_MS;
}

/** Their controller makes them tolerate every state of a node. */
const isDaemon = ({ metadata }: ApiObject): boolean =>
  metadata.ownerReferences?.some(({ kind }) => kind === 'DaemonSet') ?? false;
