/** A stored document and the properties that the service adds to it. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../lib/domain/cluster.ts';
import type { EpochMs } from '../../lib/domain/time.ts';

export interface Item {
  readonly id: string;
  /** The partition key as JSON text: `["tenant"]`. */
  readonly partition: string;
  /** Where the item stands among those of its container: its `_rid`, kept for life. */
  readonly sequence: number;
  /** Number of the write that made this version. */
  readonly lsn: number;
  readonly etag: string;
  /** With the service's properties. */
  readonly body: JsonObject;
  /** Size of the document without them. */
  readonly bytes: number;
  readonly expiresAt: EpochMs;
}

const SYSTEM_PROPERTIES: ReadonlySet<string> = new Set(['_rid', '_self', '_etag', '_attachments', '_ts']);

/** The document as its owner wrote it. */
export function withoutSystemProperties(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !SYSTEM_PROPERTIES.has(name)));
}

/** A resource id for a name: stable, and of the shape that clients expect. */
export function resourceId(name: string, length: 4 | 8): string {
  const text = createHash('sha256').update(name).digest().subarray(0, length).toString('base64');
  return text.replaceAll('/', '-').replaceAll('+', 'A');
}

/** Sorts as `sequence` does, because clients break ties of ORDER BY by it. */
export function itemResourceId(containerRid: string, sequence: number): string {
  return `${containerRid.replaceAll('=', '')}${sequence.toString(16).padStart(10, '0')}`;
}

export function sizeOf(document: JsonObject): number {
  return Buffer.byteLength(JSON.stringify(document));
}
