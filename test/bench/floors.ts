/**
 * The least that a change can cost, derived from quality.md 1.7 (B2 and B3), and what is promised of it.
 *
 * - Writes: one PUT creates an AKS cluster with all of its pools; one changes a pool or the SKU; one DELETE removes all.
 *   Three nodes that are replaced one by one are six writes: the new pool with its first node, two more nodes, two old
 *   machines, and the last old machine together with its pool.
 * - Messages: one per wait and the one that starts it. A replaced node waits for three things: its successor, its pods,
 *   its machine's end. The end of three such turns is the tenth message.
 * - Reads of Azure: one look per message. A create needs none before its PUT, and its credential once; a deletion ends
 *   with the list of what carries our tag.
 * - Request units: per message one read and one replace of the document as it is in the end.
 */

export type Change = 'create' | 'scale' | 'add pool' | 'reconfigure' | 'SKU' | 'delete';

export interface Floor {
  readonly writes: number;
  readonly reads: number;
  readonly messages: number;
}

export const FLOORS: Readonly<Record<Change, Floor>> = {
  create: { writes: 1, reads: 2, messages: 2 },
  scale: { writes: 1, reads: 2, messages: 2 },
  'add pool': { writes: 1, reads: 2, messages: 2 },
  reconfigure: { writes: 6, reads: 10, messages: 10 },
  SKU: { writes: 1, reads: 2, messages: 2 },
  delete: { writes: 1, reads: 3, messages: 2 },
};

/** Of a create with three pools, from accepted to Running. */
export const PROMISED = { writes: 1, messages: 12, requestUnits: 150 } as const;
/** Far goal for every change: added by the control plane in the median, milliseconds. */
export const ADDED_GOAL_MS = 20_000;
