/** Lists in results: a result is at most 256 KiB, and a cluster may have thousands of anything. */
import type { JsonObject } from '../../lib/domain/cluster.ts';

const MAX_BYTES = 200 * 1024;

/** As many of them as there is room for, in order. */
export function withinBytes(items: readonly JsonObject[]): JsonObject[] {
  const kept: JsonObject[] = [];
  let bytes = 0;
  for (const item of items) {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    if (bytes > MAX_BYTES) break;
    kept.push(item);
  }
  return kept;
}
