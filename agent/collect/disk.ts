/**
 * How full the nodes' disks are, from the summary that every kubelet keeps. One request per node, so only a few nodes
 * are asked at a time, those first whose figure is oldest; in between the last figure holds. Where the agent may not
 * ask, there is no figure.
 */
import pLimit from 'p-limit';
import { z } from 'zod';
import type { KubeClient } from '../kube/client.ts';

/** A summary lists every pod of its node: some 100 KB each. Our choice. */
const NODES_AT_ONCE = 50;
const PARALLEL = 4;
/** Milliseconds after which a refusal is tried again: rights may have been given. */
const AFTER_REFUSAL_MS = 3_600_000;

const Summary = z.object({ node: z.object({ fs: z.object({ usedBytes: z.number() }) }) });

export interface DiskMeter {
  /**
   * Bytes used by node name, for those that are known. `nodes`: `undefined` when they cannot be listed now; `everyMs`:
   * how old a figure may grow.
   */
  measure(nodes: readonly string[] | undefined, everyMs: number): Promise<ReadonlyMap<string, number>>;
}

interface Figure {
  readonly usedBytes: number | undefined;
  readonly atMs: number;
}

/** `now`: monotonic milliseconds. */
export function diskMeter(kube: KubeClient, now: () => number): DiskMeter {
  const figures = new Map<string, Figure>();
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  return {
    async measure(nodes, everyMs) {
      if (nodes === undefined) return known(figures);
      forget(figures, nodes);
      if (now() >= notBeforeMs) {
        const asked = await askAll(kube, due(figures, nodes, now() - everyMs));
        for (const [node, answer] of asked) figures.set(node, { usedBytes: answer.usedBytes, atMs: now() });
        if (asked.some(([, { forbidden }]) => forbidden)) notBeforeMs = now() + AFTER_REFUSAL_MS;
      }
      return known(figures);
    },
  };
}

type Asked = readonly [string, { readonly usedBytes: number | undefined; readonly forbidden: boolean }];

function askAll(kube: KubeClient, nodes: readonly string[]): Promise<readonly Asked[]> {
  return pLimit(PARALLEL).map(nodes, async (node): Promise<Asked> => {
    const path = `/api/v1/nodes/${encodeURIComponent(node)}/proxy/stats/summary`;
    const answer = await kube.send({ method: 'GET', path, shape: Summary });
    if (answer.ok) return [node, { usedBytes: answer.value.node.fs.usedBytes, forbidden: false }];
    return [node, { usedBytes: undefined, forbidden: answer.error.status === 403 }];
  });
}

/** Nodes that are gone would otherwise be remembered for ever. */
function forget(figures: Map<string, Figure>, nodes: readonly string[]): void {
  const present = new Set(nodes);
  for (const node of figures.keys()) if (!present.has(node)) figures.delete(node);
}

function due(
  figures: ReadonlyMap<string, Figure>,
  nodes: readonly string[],
  olderThanMs: number,
): readonly string[] {
  const age = (node: string) => figures.get(node)?.atMs ?? Number.NEGATIVE_INFINITY;
  return nodes
    .filter((node) => age(node) <= olderThanMs)
    .sort((a, b) => age(a) - age(b))
    .slice(0, NODES_AT_ONCE);
}

function known(figures: ReadonlyMap<string, Figure>): ReadonlyMap<string, number> {
  return new Map(
    [...figures].flatMap(([node, { usedBytes }]) => (usedBytes === undefined ? [] : [[node, usedBytes]])),
  );
}
