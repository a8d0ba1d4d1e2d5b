/**
 * Labels and taints of a node as its pool wants them. Labels are only added and changed. Taints are one list that
 * people and controllers write into as well: which of them are ours stands in an annotation, and the list is replaced
 * only as it was read.
 */
import { z } from 'zod';
import { sameValue } from '../domain/canonical.ts';
import type { Tags } from '../domain/cluster.ts';
import { ok, type Result } from '../domain/errors.ts';
import type { Taint } from '../domain/pool.ts';
import type { KubeClient } from './client.ts';

const OURS = 'slipway.io/taints';

const RawTaint = z.looseObject({ key: z.string(), effect: z.string(), value: z.string().optional() });
type RawTaint = z.output<typeof RawTaint>;

const RawNode = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({ taints: z.array(RawTaint).default([]) }).default({ taints: [] }),
});
type RawNode = z.output<typeof RawNode>;

export interface NodeShape {
  readonly labels: Tags;
  readonly taints: readonly Taint[];
}

/** A node that is gone is a success; `Conflict` when someone wrote it in between. */
export async function shapeNode(client: KubeClient, name: string, shape: NodeShape): Promise<Result<void>> {
  const path = `/api/v1/nodes/${encodeURIComponent(name)}`;
  const node = await client.send({ operation: 'nodes.get', method: 'GET', path, shape: RawNode });
  if (!node.ok) return node.error.code === 'NotFound' ? ok(undefined) : node;
  const body = changeOf(node.value, shape);
  if (body === undefined) return ok(undefined);
  const answer = await client.send({
    operation: 'nodes.shape',
    method: 'PATCH',
    path,
    contentType: 'application/merge-patch+json',
    body,
    shape: z.unknown(),
  });
  return answer.ok || answer.error.code === 'NotFound' ? ok(undefined) : answer;
}

export async function deleteNode(client: KubeClient, name: string): Promise<Result<void>> {
  const answer = await client.send({
    operation: 'nodes.delete',
    method: 'DELETE',
    path: `/api/v1/nodes/${encodeURIComponent(name)}`,
    shape: z.unknown(),
  });
  return answer.ok || answer.error.code === 'NotFound' ? ok(undefined) : answer;
}

/** A merge patch; `undefined`: the node is as it should be. */
function changeOf({ metadata, spec }: RawNode, { labels, taints }: NodeShape): object | undefined {
  const mark = taints.map(identityOf).sort().join(',');
  const wanted = mergedTaints(spec.taints, taints, metadata.annotations[OURS]);
  const isLabelled = Object.entries(labels).every(([key, value]) => metadata.labels[key] === value);
  if (isLabelled && metadata.annotations[OURS] === mark && sameValue(wanted, spec.taints)) return undefined;
  return {
    metadata: { resourceVersion: metadata.resourceVersion, labels, annotations: { [OURS]: mark } },
    spec: { taints: wanted },
  };
}

/** Everything that is not ours stays, in its place; ours follow. */
function mergedTaints(
  present: readonly RawTaint[],
  wanted: readonly Taint[],
  mark: string | undefined,
): readonly RawTaint[] {
  const ours = new Set([...(mark ?? '').split(','), ...wanted.map(identityOf)]);
  const foreign = present.filter((taint) => !ours.has(identityOf(taint)));
  const kept = wanted.map((taint) => {
    const before = present.find((one) => identityOf(one) === identityOf(taint));
    // A taint that is right keeps the time at which it was added.
    return before !== undefined && (before.value ?? '') === (taint.value ?? '') ? before : { ...taint };
  });
  return [...foreign, ...kept];
}

/** The API server knows a taint by its key and effect. */
const identityOf = ({ key, effect }: { readonly key: string; readonly effect: string }): string =>
  `${key}:${effect}`;
